"""One token for all: when it is fetched, when not, and what happens when it cannot be."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.wechat.errors import PlatformError, Verdict
from bot.channels.wechat.tokens import AccessTokens, Grant, MemoryTokenStore, Token

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


class CountingStore(MemoryTokenStore):
    """Counts its readings: each one is a trip to Redis in production."""

    loads = 0

    async def load(self) -> Token | None:
        self.loads += 1
        return await super().load()


class World:
    """A clock that only we move, and a platform that keeps its token until it is forced, revoked or about to end."""

    def __init__(self) -> None:
        self.time = START
        self.serial = 1
        self.seconds = 7200
        self.fetches: list[bool] = []
        self.failure: PlatformError | None = None
        self.store = CountingStore(self.now)

    def now(self) -> datetime:
        return self.time

    def later(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)

    async def fetch(self, force: bool) -> Grant:
        self.fetches.append(force)
        await asyncio.sleep(0)
        if self.failure:
            raise self.failure
        self.serial += force
        return Grant(f"T{self.serial}", self.seconds)

    def tokens(self, jitter: float = 0.0, *, forcible: bool = True) -> AccessTokens:
        return AccessTokens(self.fetch, self.store, now=self.now, jitter=lambda: jitter, forcible=forcible)


@pytest.fixture
def world() -> World:
    return World()


async def test_many_callers_one_fetch(world: World) -> None:
    tokens = world.tokens()
    assert set(await asyncio.gather(*(tokens.get() for _ in range(20)))) == {"T1"}
    assert (world.fetches, world.store.loads) == ([False], 1)


@pytest.mark.parametrize(("jitter", "renewed_after"), [(0.0, 6900), (0.5, 6930), (0.99, 6959.4)])
async def test_it_is_renewed_within_the_overlap(world: World, jitter: float, renewed_after: float) -> None:
    tokens = world.tokens(jitter)
    await tokens.get()
    world.later(renewed_after - 0.1)
    await tokens.get()
    assert world.fetches == [False]
    world.later(0.2)
    await tokens.get()
    assert world.fetches == [False, False]


@pytest.mark.parametrize("seconds", [1, 40, 300, 310])
async def test_a_short_life_does_not_mean_a_fetch_per_call(world: World, seconds: int) -> None:
    world.seconds = seconds
    tokens = world.tokens()
    for _ in range(5):
        await tokens.get()
    assert world.fetches == [False]
    world.later(seconds)
    await tokens.get()
    assert len(world.fetches) == 2


async def test_another_process_finds_it_in_the_store(world: World) -> None:
    await world.tokens().get()
    assert await world.tokens().get() == "T1"
    assert world.fetches == [False]


async def test_whoever_is_refused_second_takes_the_firsts_token(world: World) -> None:
    one, other = world.tokens(), world.tokens()
    assert await one.get() == await other.get() == "T1"
    world.serial = 2
    assert set(await asyncio.gather(*(one.renew("T1") for _ in range(10)))) == {"T2"}
    assert await other.renew("T1") == "T2"
    assert world.fetches == [False, False]


async def test_it_is_forced_when_the_refused_one_comes_back_but_not_twice_in_30_s(world: World) -> None:
    one, other = world.tokens(), world.tokens()
    await one.get()
    assert await one.renew("T1") == "T2"
    assert world.fetches == [False, False, True]
    assert await other.renew("T2") == "T2"
    assert world.fetches == [False, False, True, False]
    world.later(31)
    assert await other.renew("T2") == "T3"


async def test_a_platform_without_force_is_never_forced(world: World) -> None:
    tokens = world.tokens(forcible=False)
    await tokens.get()
    assert await tokens.renew("T1") == "T1"
    assert world.fetches == [False, False]


async def test_a_failed_renewal_leaves_the_living_token_in_use_and_waits(world: World) -> None:
    tokens = world.tokens()
    await tokens.get()
    world.later(7000)
    world.failure = PlatformError(Verdict.RETRY, "stable_token")
    assert [await tokens.get() for _ in range(3)] == ["T1"] * 3
    assert len(world.fetches) == 2
    world.later(31)
    await tokens.get()
    assert len(world.fetches) == 3
    world.later(200)
    with pytest.raises(PlatformError):
        await tokens.get()


async def test_a_failed_first_fetch_is_tried_again_by_the_next_caller(world: World) -> None:
    tokens = world.tokens()
    world.failure = PlatformError(Verdict.CONFIG, "stable_token", code=40125)
    with pytest.raises(PlatformError):
        await tokens.get()
    world.failure = None
    assert await tokens.get() == "T1"


async def test_a_cancelled_caller_blocks_nobody(world: World) -> None:
    tokens = world.tokens()
    first = asyncio.create_task(tokens.get())
    await asyncio.sleep(0)
    first.cancel()
    assert await tokens.get() == "T1"


def test_neither_shows_its_value() -> None:
    assert "hidden" not in repr(Grant("hidden", 7200))
    assert "hidden" not in repr(Token("hidden", START, START))
