"""Limiter, stamps and bus: in one process, and across processes through a Redis that may go away at any moment."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.clock import SteppedClock
from storage.shared.rate_limits import Limiter, MemoryLimiter, RedisLimiter
from storage.shared.signals import Bus, RedisBus, ticket_topic
from storage.shared.stamps import FileStamps, MemoryStamps, RedisStamps, Stamps
from tests.contract.rules import NOW
from tests.support import services
from tests.support.gate import Gate

SOON = 10.0
"""Seconds within which a signal must come on a slow machine; one that does not come at all fails the test."""


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock(NOW)


@pytest.fixture(params=["memory", "redis"])
async def limiter(request: pytest.FixtureRequest, clock: SteppedClock) -> AsyncIterator[Limiter]:
    if request.param == "memory":
        yield MemoryLimiter(clock.now)
        return
    async with Redis.from_url(request.getfixturevalue("redis_database")) as redis:
        yield RedisLimiter(redis, clock.now)


async def test_a_window_allows_so_many_and_the_next_one_again(limiter: Limiter, clock: SteppedClock) -> None:
    assert [await limiter.allow("a", 3, 60) for _ in range(5)] == [True] * 3 + [False] * 2
    assert await limiter.allow("b", 3, 60)
    assert await limiter.allow("a", 3, 3600)
    clock.advance(timedelta(seconds=60))
    assert [await limiter.allow("a", 3, 60) for _ in range(4)] == [True] * 3 + [False]


async def test_what_was_counted_can_be_looked_at_and_taken_back(limiter: Limiter, clock: SteppedClock) -> None:
    assert await limiter.add("a", 60, 0) == 0
    assert [await limiter.add("a", 60) for _ in range(3)] == [1, 2, 3]
    assert await limiter.add("a", 60, -1) == 2
    assert [await limiter.add("a", 60, 0) for _ in range(2)] == [2, 2]
    clock.advance(timedelta(seconds=60))
    assert await limiter.add("a", 60, 0) == 0
    assert await limiter.add("a", 60, -1) == 0


async def test_tries_at_the_same_time_are_all_counted(limiter: Limiter) -> None:
    assert sum(await asyncio.gather(*(limiter.allow("a", 3, 60) for _ in range(12)))) == 3


async def test_memory_does_not_grow_without_end(clock: SteppedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.shared.rate_limits._MOST_KEYS", 10)
    limiter = MemoryLimiter(clock.now)
    for n in range(100):
        await limiter.allow(f"stranger {n}", 3, 60)
        clock.advance(timedelta(seconds=60))
    assert len(limiter._counts) <= 11


async def test_two_processes_count_together_and_each_alone_when_redis_is_away(clock: SteppedClock) -> None:
    with services.redis() as url:
        async with Redis.from_url(url) as one, Redis.from_url(url) as two:
            here, there = RedisLimiter(one, clock.now), RedisLimiter(two, clock.now)
            assert [await each.allow("a", 3, 60) for each in (here, there, here, there)] == [True] * 3 + [False]
    async with Redis.from_url(url, socket_connect_timeout=1) as gone:
        alone = RedisLimiter(gone, clock.now)
        assert [await alone.allow("a", 3, 60) for _ in range(4)] == [True] * 3 + [False]


@pytest.fixture(params=["memory", "file", "redis"])
async def stamps(request: pytest.FixtureRequest, clock: SteppedClock, tmp_path: Path) -> AsyncIterator[Stamps]:
    if request.param != "redis":
        yield MemoryStamps(clock.now) if request.param == "memory" else FileStamps(tmp_path / "stamps", clock.now)
        return
    async with Redis.from_url(request.getfixturevalue("redis_database")) as redis:
        yield RedisStamps(redis, clock.now)


async def test_a_stamp_is_its_first_bodys(stamps: Stamps) -> None:
    assert [await stamps.first("a", digest, 600) for digest in ("1", "1", "2", "1")] == [True, True, False, True]
    assert await stamps.first("b", "2", 600)
    assert sum(await asyncio.gather(*(stamps.first("c", str(n), 600) for n in range(8)))) == 1


async def test_a_stamp_is_forgotten_when_its_time_is_over(clock: SteppedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.shared.stamps._MOST", 10)
    stamps = MemoryStamps(clock.now)
    assert await stamps.first("a", "1", 600)
    clock.advance(timedelta(seconds=599))
    assert not await stamps.first("a", "2", 600)
    clock.advance(timedelta(seconds=1))
    assert await stamps.first("a", "2", 600)
    for n in range(100):
        await stamps.first(f"stranger {n}", "1", 600)
    assert len(stamps._seen) <= 11
    assert not await stamps.first("stranger 99", "2", 600)


async def test_stamps_outlive_their_process(
    clock: SteppedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "stamps"
    assert await FileStamps(path, clock.now).first("a", "1", 600)
    with path.open("a") as file:
        file.write("cut off by a cra")
    after = FileStamps(path, clock.now)
    assert [await after.first("a", digest, 600) for digest in ("2", "1")] == [False, True]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    clock.advance(timedelta(seconds=600))
    assert await FileStamps(path, clock.now).first("a", "2", 600)
    monkeypatch.setattr("storage.shared.stamps._MOST", 10)
    for n in range(100):
        await after.first(f"stranger {n}".replace(" ", ""), "1", 600)
    assert len(path.read_text().splitlines()) <= 20


async def test_stamps_are_remembered_where_the_disk_takes_nothing(clock: SteppedClock, tmp_path: Path) -> None:
    stamps = FileStamps(tmp_path / "no folder" / "stamps", clock.now)
    assert [await stamps.first("a", digest, 600) for digest in ("1", "2", "1")] == [True, False, True]


async def test_two_processes_know_each_others_stamps_and_each_its_own_when_redis_is_away(clock: SteppedClock) -> None:
    with services.redis() as url:
        async with Redis.from_url(url) as one, Redis.from_url(url) as two:
            here, there = RedisStamps(one, clock.now), RedisStamps(two, clock.now)
            assert await here.first("a", "1", 600)
            # What was refused there does not keep the genuine one's retry out.
            assert [await there.first("a", digest, 600) for digest in ("2", "1")] == [False, True]
    async with Redis.from_url(url, socket_connect_timeout=1) as gone:
        alone = RedisStamps(gone, clock.now)
        assert [await alone.first("a", digest, 600) for digest in ("1", "2", "1")] == [True, False, True]


@asynccontextmanager
async def running(bus: RedisBus) -> AsyncIterator[None]:
    task = asyncio.create_task(bus.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def heard(ring: Callable[[], None], bus: Bus, topic: str) -> bool:
    """Whether a signal gets through, ringing until it does: the other side may still be connecting."""
    with bus.listen(topic) as signal:
        async with asyncio.timeout(SOON):
            while True:
                ring()
                if await signal.wait(0.05):
                    return True


@pytest.fixture(params=["memory", "redis"])
async def buses(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Bus, Bus]]:
    """Where somebody rings, and where somebody listens."""
    if request.param == "memory":
        bus = Bus()
        yield bus, bus
        return
    url = request.getfixturevalue("redis_database")
    async with AsyncExitStack() as stack:
        made = []
        for _ in range(2):
            redis = await stack.enter_async_context(Redis.from_url(url, socket_timeout=2))
            made.append(RedisBus(redis))
            await stack.enter_async_context(running(made[-1]))
        yield made[0], made[1]


async def test_a_ring_reaches_whoever_listens_to_its_topic(buses: tuple[Bus, Bus]) -> None:
    here, there = buses
    with there.listen("another") as another:
        assert await heard(lambda: here.ring([ticket_topic(5)]), there, ticket_topic(5))
        assert not await another.wait(0.0)


async def test_everybody_who_listens_hears(buses: tuple[Bus, Bus]) -> None:
    here, there = buses
    with there.listen("outbox") as one, there.listen("outbox") as two:
        assert await heard(lambda: here.ring(["outbox"]), there, "outbox")
        assert await one.wait(SOON)
        assert await two.wait(SOON)


async def test_a_ring_before_the_wait_is_remembered_once() -> None:
    bus = Bus()
    with bus.listen("outbox") as signal:
        bus.ring(["outbox", "outbox"])
        assert await signal.wait(SOON)
        assert not await signal.wait(0.0)
    bus.ring(["outbox"])
    assert bus._ears == {}


async def test_signals_come_again_after_redis_was_away(redis_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.shared.signals._RECONNECT_SECONDS", 0.01)
    gate = Gate(redis_database)
    await gate.open()
    async with Redis.from_url(gate.url) as one, Redis.from_url(gate.url) as two:
        here, there = RedisBus(one), RedisBus(two)
        async with running(here), running(there):
            assert await heard(lambda: here.ring(["outbox"]), there, "outbox")
            await gate.shut()
            # Within a process nothing is missing, and ringing neither waits nor fails.
            assert await heard(lambda: here.ring(["outbox"]), here, "outbox")
            await gate.open()
            assert await heard(lambda: here.ring(["outbox"]), there, "outbox")
    await gate.shut()


async def test_a_flood_of_rings_is_dropped_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.shared.signals._QUEUE", 5)
    async with Redis.from_url("redis://127.0.0.1:9") as redis:
        bus = RedisBus(redis)
        with bus.listen("t7") as signal:
            bus.ring(f"t{n}" for n in range(50))
            assert await signal.wait(0.0) or await signal.wait(SOON)
