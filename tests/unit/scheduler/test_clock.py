"""The timetable by a stepped clock, and the ticker that asks the lease before it does what one process may do."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from scheduler import clock
from scheduler.clock import Ticker
from scheduler.jobs import RETRY, Job, Timetable

START = datetime(2026, 5, 4, 2, 0, tzinfo=UTC)
SOON = 10.0
"""Seconds within which something must happen on a slow machine."""
HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)


async def nothing(_: datetime) -> None:
    """A job without work."""


def due(timetable: Timetable, elapsed: timedelta) -> list[str]:
    return [job.name for job in timetable.due(elapsed.total_seconds())]


def test_at_the_first_look_everything_is_due_then_each_at_its_time() -> None:
    hourly, often = Job("hourly", HOUR, nothing), Job("often", 5 * SECOND, nothing)
    timetable = Timetable((hourly, often))
    assert due(timetable, 0 * SECOND) == ["hourly", "often"]
    timetable.ran(hourly, 0.0)
    timetable.ran(often, 0.0)
    assert due(timetable, 4 * SECOND) == []
    assert due(timetable, 5 * SECOND) == ["often"]
    assert due(timetable, 3 * HOUR) == ["hourly", "often"]


def test_missed_times_are_made_up_for_once() -> None:
    job = Job("hourly", HOUR, nothing)
    timetable = Timetable((job,))
    timetable.ran(job, 0.0)
    assert due(timetable, 10 * HOUR) == ["hourly"]
    timetable.ran(job, (10 * HOUR).total_seconds())
    assert due(timetable, 10 * HOUR + SECOND) == []


@pytest.mark.parametrize(("every", "again"), [(HOUR, RETRY), (5 * SECOND, 5 * SECOND)])
def test_a_failed_job_is_tried_again_soon(every: timedelta, again: timedelta) -> None:
    job = Job("job", every, nothing)
    timetable = Timetable((job,))
    timetable.failed(job, 0.0)
    assert due(timetable, again - SECOND) == []
    assert due(timetable, again) == ["job"]


def test_two_jobs_of_one_name_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="one name"):
        Timetable((Job("job", HOUR, nothing), Job("job", MINUTE, nothing)))


class World:
    """A sense of time and a lease that answer as told, and a list of what ran. The database is five seconds behind."""

    def __init__(self) -> None:
        self.time = START
        self.passed = timedelta()
        self.ours = True
        self.away = False
        self.doubted = False
        self.ran: list[str] = []
        self.failing: set[str] = set()
        self.given_up: list[str] = []
        self.taken = 0

    def now(self) -> datetime:
        return self.time

    def elapsed(self) -> float:
        return self.passed.total_seconds()

    def pass_by(self, time: timedelta) -> None:
        self.time += time
        self.passed += time

    async def trusted(self) -> datetime | None:
        if self.away:
            raise OSError("no database")
        return None if self.doubted else self.time - 5 * SECOND

    async def take(self, name: str, now: datetime, lasts: timedelta) -> bool:
        assert (now, lasts) == (self.time - 5 * SECOND, clock.LEASE)
        self.taken += 1
        return self.ours

    async def give_up(self, name: str) -> None:
        self.given_up.append(name)

    def job(self, name: str, every: timedelta = HOUR, *, alone: bool = True) -> Job:
        async def run(now: datetime) -> None:
            assert now == (self.time - 5 * SECOND if alone else self.time)
            self.ran.append(name)
            if name in self.failing:
                raise RuntimeError("a bug")

        return Job(name, every, run, alone)

    def ticker(self, *jobs: Job) -> Ticker:
        return Ticker(jobs, self, self)


async def test_only_the_holder_does_what_one_process_may_do() -> None:
    world = World()
    world.ours = False
    ticker = world.ticker(world.job("menu"), world.job("spool", alone=False))
    await ticker.tick()
    assert world.ran == ["spool"]
    world.ours = True
    await ticker.tick()
    assert world.ran == ["spool"]
    world.pass_by(HOUR)
    await ticker.tick()
    assert world.ran == ["spool", "menu", "spool"]


async def test_one_jobs_failure_stops_no_other_and_is_made_up_for_soon() -> None:
    world = World()
    world.failing = {"first"}
    ticker = world.ticker(world.job("first"), world.job("second"))
    await ticker.tick()
    assert world.ran == ["first", "second"]
    world.failing = set()
    world.pass_by(RETRY)
    await ticker.tick()
    assert world.ran == ["first", "second", "first"]


async def test_when_nobody_can_tell_who_leads_it_is_asked_again_soon() -> None:
    world = World()
    world.away = True
    ticker = world.ticker(world.job("menu", 12 * HOUR), world.job("spool", alone=False))
    await ticker.tick()
    assert world.ran == ["spool"]
    world.away = False
    world.pass_by(RETRY)
    await ticker.tick()
    assert world.ran == ["spool", "menu"]


async def test_stopping_hands_the_lease_over() -> None:
    world = World()
    ticker = world.ticker()
    ticker.start()
    await ticker.stop()
    assert world.given_up == ["scheduler"]


async def test_while_the_clock_is_in_doubt_nobody_leads_and_it_is_asked_again_soon() -> None:
    world = World()
    ticker = world.ticker(
        world.job("chase", 20 * SECOND), world.job("menu", 12 * HOUR), world.job("spool", alone=False)
    )
    await ticker.tick()
    assert world.ran == ["chase", "menu", "spool"]
    world.doubted = True
    world.pass_by(12 * HOUR)
    await ticker.tick()
    await ticker.tick()
    assert (world.ran[3:], world.given_up) == (["spool"], ["scheduler"])
    world.doubted = False
    world.pass_by(RETRY)
    await ticker.tick()
    assert world.ran[4:] == ["chase", "menu"]


@pytest.mark.parametrize("step", [-10 * 24 * HOUR, -SECOND, 3650 * 24 * HOUR])
async def test_a_clock_that_is_set_stops_no_beat(monkeypatch: pytest.MonkeyPatch, step: timedelta) -> None:
    monkeypatch.setattr(clock, "BEAT_SECONDS", 0.0)
    world, beats = World(), asyncio.Queue[datetime]()

    async def beat(now: datetime) -> None:
        beats.put_nowait(now)
        world.passed += SECOND

    ticker = Ticker((Job("beat", SECOND, beat, alone=False),), world, world)
    ticker.start()
    async with asyncio.timeout(SOON):
        await beats.get()
        world.time += step
        while await beats.get() != START + step:
            pass
    await ticker.stop()


class Long(World):
    """A job that goes on until it is told to end or broken off, and what happened meanwhile."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = asyncio.Event()
        self.end = asyncio.Event()
        self.broken_off = False

    async def work(self, _: datetime) -> None:
        try:
            await self.end.wait()
        except asyncio.CancelledError:
            self.broken_off = True
            raise

    async def trusted(self) -> datetime | None:
        self.asked.set()
        return await super().trusted()

    async def asked_again(self) -> None:
        for _ in range(2):
            self.asked.clear()
            await self.asked.wait()


@pytest.fixture
def long(monkeypatch: pytest.MonkeyPatch) -> Long:
    monkeypatch.setattr(clock, "RENEW_SECONDS", 0.001)
    return Long()


async def test_the_lease_is_renewed_while_a_job_runs(long: Long) -> None:
    ticker = long.ticker(Job("long", HOUR, long.work))
    async with asyncio.timeout(SOON):
        beat = asyncio.create_task(ticker.tick())
        await long.asked_again()
        long.away = True
        await long.asked_again()
        long.away = False
        await long.asked_again()
        long.end.set()
        await beat
    assert long.taken >= 3
    assert not long.broken_off


@pytest.mark.parametrize("why", ["another has it", "the clock is in doubt", "the database is away for too long"])
async def test_a_job_whose_lease_is_gone_is_broken_off(long: Long, why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if why == "the database is away for too long":
        monkeypatch.setattr(clock, "LEASE", timedelta(milliseconds=1))
    ticker = long.ticker(Job("long", HOUR, long.work), long.job("next"))
    async with asyncio.timeout(SOON):
        beat = asyncio.create_task(ticker.tick())
        await long.asked_again()
        long.ours = why != "another has it"
        long.doubted = why == "the clock is in doubt"
        long.away = why == "the database is away for too long"
        await beat
    assert long.broken_off
    assert "next" not in long.ran
    long.ours, long.doubted, long.away = True, False, False
    long.end.set()
    long.pass_by(RETRY)
    await ticker.tick()
    assert long.ran == ["next"]
