"""The timetable by a stepped clock, and the ticker that asks the lease before it does what one process may do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from scheduler.clock import LEASE, Ticker
from scheduler.jobs import RETRY, Job, Timetable

START = datetime(2026, 5, 4, 2, 0, tzinfo=UTC)
HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)


async def nothing(_: datetime) -> None:
    """A job without work."""


def due(timetable: Timetable, now: datetime) -> list[str]:
    return [job.name for job in timetable.due(now)]


def test_at_the_first_look_everything_is_due_then_each_at_its_time() -> None:
    hourly, often = Job("hourly", HOUR, nothing), Job("often", 5 * SECOND, nothing)
    timetable = Timetable((hourly, often))
    assert due(timetable, START) == ["hourly", "often"]
    timetable.ran(hourly, START)
    timetable.ran(often, START)
    assert due(timetable, START + 4 * SECOND) == []
    assert due(timetable, START + 5 * SECOND) == ["often"]
    assert due(timetable, START + 3 * HOUR) == ["hourly", "often"]


def test_missed_times_are_made_up_for_once() -> None:
    job = Job("hourly", HOUR, nothing)
    timetable = Timetable((job,))
    timetable.ran(job, START)
    assert due(timetable, START + 10 * HOUR) == ["hourly"]
    timetable.ran(job, START + 10 * HOUR)
    assert due(timetable, START + 10 * HOUR + SECOND) == []


def test_a_clock_set_back_silences_nobody() -> None:
    job = Job("hourly", HOUR, nothing)
    timetable = Timetable((job,))
    timetable.ran(job, START)
    assert due(timetable, START - SECOND) == ["hourly"]


@pytest.mark.parametrize(("every", "again"), [(HOUR, RETRY), (5 * SECOND, 5 * SECOND)])
def test_a_failed_job_is_tried_again_soon(every: timedelta, again: timedelta) -> None:
    job = Job("job", every, nothing)
    timetable = Timetable((job,))
    timetable.failed(job, START)
    assert due(timetable, START + again - SECOND) == []
    assert due(timetable, START + again) == ["job"]


def test_two_jobs_of_one_name_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="one name"):
        Timetable((Job("job", HOUR, nothing), Job("job", MINUTE, nothing)))


class World:
    """A clock, a lease that answers as told, and a list of what ran."""

    def __init__(self) -> None:
        self.time = START
        self.ours = True
        self.away = False
        self.ran: list[str] = []
        self.failing: set[str] = set()
        self.given_up: list[str] = []

    def now(self) -> datetime:
        return self.time

    async def take(self, name: str, now: datetime, lasts: timedelta) -> bool:
        assert (now, lasts) == (self.time, LEASE)
        if self.away:
            raise OSError("no database")
        return self.ours

    async def give_up(self, name: str, now: datetime) -> None:
        self.given_up.append(name)

    def job(self, name: str, every: timedelta = HOUR, *, alone: bool = True) -> Job:
        async def run(now: datetime) -> None:
            assert now == self.time
            self.ran.append(name)
            if name in self.failing:
                raise RuntimeError("a bug")

        return Job(name, every, run, alone)

    def ticker(self, *jobs: Job) -> Ticker:
        return Ticker(jobs, self, self.now)


async def test_only_the_holder_does_what_one_process_may_do() -> None:
    world = World()
    world.ours = False
    ticker = world.ticker(world.job("menu"), world.job("spool", alone=False))
    await ticker.tick()
    assert world.ran == ["spool"]
    world.ours = True
    await ticker.tick()
    assert world.ran == ["spool"]
    world.time += HOUR
    await ticker.tick()
    assert world.ran == ["spool", "menu", "spool"]


async def test_one_jobs_failure_stops_no_other_and_is_made_up_for_soon() -> None:
    world = World()
    world.failing = {"first"}
    ticker = world.ticker(world.job("first"), world.job("second"))
    await ticker.tick()
    assert world.ran == ["first", "second"]
    world.failing = set()
    world.time += RETRY
    await ticker.tick()
    assert world.ran == ["first", "second", "first"]


async def test_when_nobody_can_tell_who_leads_it_is_asked_again_soon() -> None:
    world = World()
    world.away = True
    ticker = world.ticker(world.job("menu", 12 * HOUR), world.job("spool", alone=False))
    await ticker.tick()
    assert world.ran == ["spool"]
    world.away = False
    world.time += RETRY
    await ticker.tick()
    assert world.ran == ["spool", "menu"]


async def test_stopping_hands_the_lease_over() -> None:
    world = World()
    ticker = world.ticker()
    ticker.start()
    await ticker.stop()
    assert world.given_up == ["scheduler"]
