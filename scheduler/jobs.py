"""What a job is, and when it is due: pure, so that a stepped clock can drive it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from msgspec import Struct

RETRY = timedelta(seconds=30)
"""How soon a job that failed is tried again, when its own time is later than that."""


class Job(Struct, frozen=True):
    """Something done every so often. `alone`: by one process among all, the one that holds the lease.

    `run` is told the time, the database's where `alone`; doing it once too often must do no harm, since a lease can change hands half-way.
    """

    name: str
    every: timedelta
    run: Callable[[datetime], Awaitable[None]]
    alone: bool = True


class Timetable:
    """When each job ran last, in this process. Counted in `elapsed` seconds of a clock that nobody sets."""

    def __init__(self, jobs: tuple[Job, ...]) -> None:
        names = [job.name for job in jobs]
        if len(set(names)) != len(names):
            raise ValueError("two jobs of one name")
        self._jobs = jobs
        self._last: dict[str, float] = {}

    def due(self, elapsed: float) -> tuple[Job, ...]:
        """The jobs whose time has come: at the first look all of them, after missed times each once."""
        return tuple(job for job in self._jobs if self._is_due(job, elapsed))

    def ran(self, job: Job, elapsed: float) -> None:
        """The job ran, or another process is the one to run it."""
        self._last[job.name] = elapsed

    def failed(self, job: Job, elapsed: float) -> None:
        """The job did not do its work: it is due again soon."""
        self._last[job.name] = elapsed - (job.every - min(job.every, RETRY)).total_seconds()

    def _is_due(self, job: Job, elapsed: float) -> bool:
        last = self._last.get(job.name)
        return last is None or elapsed - last >= job.every.total_seconds()
