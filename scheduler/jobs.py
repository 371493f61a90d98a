"""What a job is, and when it is due: pure, so that a stepped clock can drive it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from apscheduler.triggers.interval import IntervalTrigger
from msgspec import Struct

RETRY = timedelta(seconds=30)
"""How soon a job that failed is tried again, when its own time is later than that."""

_AXIS = datetime(1970, 1, 1, tzinfo=UTC)
"""Where elapsed seconds begin as the instants that APScheduler's triggers count in."""


class Job(Struct, frozen=True):
    """Something done every so often. `alone`: by one process among all, the one that holds the lease.

    `run` is told the time, the database's where `alone`; doing it once too often must do no harm, since a lease can change hands half-way.
    """

    name: str
    every: timedelta
    run: Callable[[datetime], Awaitable[None]]
    alone: bool = True


class Timetable:
    """When each job is due next, in this process. APScheduler's triggers count; they are given seconds that nobody sets
    (`elapsed`) and never the wall clock.
    """

    def __init__(self, jobs: tuple[Job, ...]) -> None:
        self._triggers = {
            job.name: IntervalTrigger(seconds=job.every.total_seconds(), start_date=_AXIS, timezone=UTC) for job in jobs
        }
        if len(self._triggers) != len(jobs):
            raise ValueError("two jobs of one name")
        self._jobs = jobs
        self._next: dict[str, datetime] = {}

    def due(self, elapsed: float) -> tuple[Job, ...]:
        """The jobs whose time has come: at the first look all of them, after missed times each once."""
        now = _instant(elapsed)
        return tuple(job for job in self._jobs if self._next.get(job.name, now) <= now)

    def ran(self, job: Job, elapsed: float) -> None:
        """The job ran, or another process is the one to run it."""
        now = _instant(elapsed)
        self._next[job.name] = self._triggers[job.name].get_next_fire_time(now, now)

    def failed(self, job: Job, elapsed: float) -> None:
        """The job did not do its work: it is due again soon."""
        self._next[job.name] = _instant(elapsed) + min(job.every, RETRY)


def _instant(elapsed: float) -> datetime:
    return _AXIS + timedelta(seconds=elapsed)
