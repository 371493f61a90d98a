"""Clocks that are wrong, on the real databases: who may chase, and what a jump does to the tickets (nothing)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import structlog
from sqlalchemy import Connection, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.background.timekeeper import Timekeeper
from bot.cli.doctor import doctor
from bot.clock import SystemClock
from bot.config import Settings
from bot.monitoring.metrics import Metrics
from handlers.context import Context
from handlers.directory.person import Person
from handlers.errors import Unavailable
from handlers.messages import Channel, MediaKind
from handlers.official.talk import OfficialTalk
from handlers.outcome import MediaWanted
from handlers.pushes import Push
from scheduler.clock import LEASE_NAME, Ticker
from scheduler.jobs import Job
from scheduler.steady import SETTLES, ClockDoubt
from storage.queries.moment import DatabaseTime
from storage.queries.newest import newest_id
from storage.queues.leases import Leases
from storage.queues.media import MediaList
from storage.queues.outbox import Outbox
from storage.schema import rows
from storage.schema.tables import leases, media, people
from storage.schema.transaction import writing
from storage.transactions.chase import Chaser
from tests.contract.test_chasing import DUE, Town
from tests.support.samples import START

CHASE = timedelta(seconds=20)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


class Wrong:
    """A host whose seconds pass as they are told to; its own clock and the server's are wrong by so much."""

    def __init__(self, start: datetime = START + timedelta(hours=1)) -> None:
        self.start = start
        self.passed = timedelta()
        self.off = timedelta()
        self.server_off = timedelta()

    def now(self) -> datetime:
        return self.start + self.passed + self.off

    def elapsed(self) -> float:
        return self.passed.total_seconds()

    def by(self, _server: datetime) -> datetime:
        return self.start + self.passed + self.server_off

    def set(self, off: timedelta) -> None:
        """Both clocks, as where the database runs on the same machine."""
        self.off = self.server_off = off


class Process:
    """What one process does by the clock: its ticker, its chaser and its sense of time."""

    def __init__(self, town: Town, name: str, clock: Wrong) -> None:
        self.clock = clock
        self.town = town
        self.metrics = Metrics()
        self._leases = Leases(town.engine, name)
        self._time = DatabaseTime(town.engine, clock)
        self.begin()

    def begin(self) -> None:
        """It starts (again): whatever it knew is forgotten."""
        self.timekeeper = Timekeeper(self.clock, self._time, self._leases, self.metrics)
        self._chaser = Chaser(self.town.engine, self._context)
        self.ticker = Ticker((Job("chase", CHASE, self._chase),), self._leases, self.timekeeper)

    def _context(self, db: Connection) -> Context:
        self.town.now = self._time.at(db)
        if not self.timekeeper.admits(self.town.now):
            raise Unavailable("clock")
        return self.town.context()

    async def _chase(self, _now: datetime) -> None:
        await self._chaser.tick()

    async def beat(self, after: timedelta = CHASE) -> None:
        self.clock.passed += after
        await self.ticker.tick()

    async def beats(self, lasting: timedelta) -> None:
        for _ in range(lasting // CHASE):
            await self.beat()


@pytest.fixture
def town(engine: AsyncEngine) -> Town:
    return Town(engine, page=300)


@pytest.fixture
def process(town: Town) -> Process:
    return Process(town, "one", Wrong())


@pytest.fixture
def other(second_engine: AsyncEngine) -> Process:
    return Process(Town(second_engine, node=1, page=300), "two", Wrong())


async def holder(engine: AsyncEngine) -> str | None:
    async with engine.connect() as db:
        return (await db.execute(select(leases.c.holder).where(leases.c.name == LEASE_NAME))).scalar()


async def test_the_database_tells_the_time_within_and_without_a_transaction(engine: AsyncEngine) -> None:
    time = DatabaseTime(engine, SystemClock())
    before = datetime.now(UTC)
    outside = await time.now()
    async with engine.connect() as db:
        inside = await db.run_sync(time.at)
        later = await db.run_sync(time.at)
    assert before - MINUTE < outside < datetime.now(UTC) + MINUTE
    assert outside <= inside < later


@pytest.mark.parametrize("jump", [10 * DAY, 3650 * DAY])
async def test_a_clock_that_is_days_ahead_for_45_seconds_gives_no_card(process: Process, jump: timedelta) -> None:
    town = process.town
    await town.file(40)
    await process.beat()
    process.clock.set(jump)
    await process.beats(timedelta(seconds=60))
    process.clock.set(timedelta())
    await process.beats(timedelta(minutes=30))
    assert await town.kinds() == {}
    process.clock.passed = DUE - process.clock.start
    process.clock.passed += MINUTE
    # So long nobody looked: a process whose loop stood still counts what passed.
    await process.beat()
    assert await town.kinds() == {"carded": 40}
    assert await town.differences() == []


async def test_a_jump_within_a_tick_stops_it(process: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    town = process.town
    await town.file(4)
    await process.beat()
    trusted = process.timekeeper.trusted

    async def then_it_jumps() -> datetime | None:
        found = await trusted()
        process.clock.set(30 * DAY)
        return found

    monkeypatch.setattr(process.timekeeper, "trusted", then_it_jumps)
    with structlog.testing.capture_logs() as logs:
        await process.beat()
    assert [one["event"] for one in logs] == ["job_failed"]
    assert await town.kinds() == {}


async def test_a_jump_that_stays_is_believed_and_chased_by(process: Process) -> None:
    town = process.town
    await town.file(40)
    await process.beat()
    process.clock.set(10 * DAY)
    await process.beats(SETTLES)
    assert await town.kinds() == {}
    await process.beats(MINUTE)
    assert await town.kinds() == {"carded": 40}


async def test_a_restart_under_a_wrong_clock_gives_no_card(process: Process) -> None:
    town = process.town
    await town.file(40)
    await process.beat()
    await process.ticker.stop()
    process.clock.set(10 * DAY)
    process.begin()
    await process.beats(SETTLES - MINUTE)
    assert process.timekeeper.doubt is ClockDoubt.STOPPED
    # Its beats under doubt are no beats: the next process does not trust them either.
    await process.ticker.stop()
    process.begin()
    await process.beats(SETTLES - MINUTE)
    assert await town.kinds() == {}
    process.clock.set(timedelta())
    await process.ticker.stop()
    process.begin()
    await process.beats(2 * SETTLES)
    assert await town.kinds() == {}


async def test_a_restart_after_an_update_chases_at_once(process: Process) -> None:
    town = process.town
    await town.file(4)
    process.clock.start = DUE - MINUTE
    await process.beat()
    await process.ticker.stop()
    process.begin()
    await process.beat(2 * MINUTE)
    assert (await town.kinds())["carded"] == 4


async def test_a_clock_set_back_goes_on_beating(process: Process) -> None:
    town = process.town
    process.clock.start = DUE + 5 * DAY
    await process.beat()
    process.clock.set(-5 * DAY)
    await process.beats(SETTLES + MINUTE)
    assert process.timekeeper.doubt is None
    await town.file(4)
    await process.beat()
    assert await town.kinds() == {"carded": 4}
    assert await holder(town.engine) == "one"


async def test_a_host_that_disagrees_with_the_database_does_not_lead(
    process: Process, other: Process, backend: str
) -> None:
    if backend == "sqlite":
        # One file is one host's: its clock is the database's, and there is nobody to disagree.
        process.clock.off = 5 * DAY
        await process.beat()
        assert process.timekeeper.doubt is None
        return
    town = process.town
    await town.file(4)
    process.clock.off = 2 * MINUTE
    for _ in range(3):
        with structlog.testing.capture_logs() as logs:
            await process.beat(MINUTE)
        assert [one["why"] for one in logs if one["event"] == "clock_in_doubt"] == ["differs"]
        assert await holder(town.engine) is None
    assert b'minsheng_clock_in_doubt{why="differs"} 1.0' in process.metrics.text()
    assert b"minsheng_clock_ahead_seconds 120.0" in process.metrics.text()
    other.clock.passed = process.clock.passed
    await other.beat()
    assert await holder(town.engine) == "two"
    # It led, and its clock goes wrong: the other takes over at once.
    other.clock.off = -2 * MINUTE
    process.clock.off = timedelta()
    await other.beat()
    process.clock.passed = other.clock.passed
    await process.beat()
    assert await holder(town.engine) == "one"


async def test_a_lease_taken_before_the_clock_was_set_back_keeps_nobody_waiting(engine: AsyncEngine) -> None:
    lasts = timedelta(seconds=30)
    dead, living = Leases(engine, "dead"), Leases(engine, "living")
    assert await dead.take("scheduler", START + DAY, lasts)
    assert await living.take("scheduler", START, lasts)
    assert not await dead.take("scheduler", START, lasts)
    assert await living.lasted("scheduler") == START + lasts
    await living.give_up("scheduler")
    assert await living.lasted("scheduler") == START + lasts
    assert await dead.lasted("another") is None


@pytest.mark.parametrize("off", [2 * MINUTE, -3 * DAY])
async def test_doctor_says_that_host_and_database_disagree(database_url: str, backend: str, off: timedelta) -> None:
    settings = Settings(database_url=database_url)
    clock = Wrong()
    said: list[str] = []
    await doctor(settings, said.append, START, clock)
    assert any(line.startswith("✓ 时钟：本机和数据库一致") for line in said) == (backend == "postgresql")
    said.clear()
    clock.off = off
    await doctor(settings, said.append, START, clock)
    wrong = [line for line in said if line.startswith("✗ 时钟：本机比数据库")]
    assert bool(wrong) == (backend == "postgresql")
    assert all(("快 2 分钟" if off > timedelta() else "慢 3 天") in line for line in wrong)


async def test_leases_of_workers_go_by_the_databases_clock(process: Process, backend: str) -> None:
    shared, clock = process.timekeeper.shared, process.clock
    assert shared.now() == clock.now()
    clock.off = 5 * MINUTE
    await process.timekeeper.trusted()
    right = clock.start + (5 * MINUTE if backend == "sqlite" else timedelta())
    assert shared.now() == right
    # Between two looks seconds pass, and a jump of the host's clock is none.
    clock.passed += MINUTE
    clock.off = -DAY
    assert shared.now() == right + MINUTE
    assert (shared.elapsed(), shared.by(START)) == (clock.elapsed(), clock.by(START))


async def test_what_a_clock_that_was_ahead_put_off_is_due_when_it_is_right_again(
    process: Process, engine: AsyncEngine
) -> None:
    box, files = Outbox(engine), MediaList(engine)
    person = Person(7, Channel.WECHAT, "o7", START)
    async with writing(engine) as db:
        await db.execute(insert(people).values(**rows.person_row(person, OfficialTalk())))
        for number, due in ((1, START + 10 * DAY), (2, START + 2 * MINUTE), (3, START)):
            wanted = MediaWanted(number, MediaKind.IMAGE, f"m{number}", 7, None)
            await db.execute(insert(media).values(**rows.media_row(wanted, Channel.WECHAT, due)))
    for number, due in ((1, START + 10 * DAY), (2, START + 2 * MINUTE), (3, START)):
        await box.add([Push(number, 7, number, "text")], due)
    lease = timedelta(minutes=2)
    assert (await box.bring_forward(START), await files.bring_forward(START)) == (1, 1)
    assert {one.push.id for one in await box.claim(START, 16, lease)} == {1, 3}
    assert {one.id for one in await files.claim(START, 16, lease)} == {1, 3}
    assert (await box.bring_forward(START), await files.bring_forward(START)) == (0, 0)


async def test_the_greatest_id_of_anything_is_known(engine: AsyncEngine) -> None:
    assert await newest_id(engine) == 0
    await Outbox(engine).add([Push(12, 7, 1, "text"), Push(9, 7, 1, "text")], START)
    assert await newest_id(engine) == 12
    async with writing(engine) as db:
        await db.execute(
            insert(people).values(**rows.person_row(Person(99, Channel.WECHAT, "o7", START), OfficialTalk()))
        )
    assert await newest_id(engine) == 99
