"""The table of jobs: what runs, how often, in which processes; and the timetable that says when each is due.

What a job does is its deed (`bot/background/deeds.py`); `jobs` joins rows and deeds by name.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from apscheduler.triggers.interval import IntervalTrigger
from msgspec import Struct

RETRY = timedelta(seconds=30)
"""A failed job is tried again after this time, or after its own period when that is shorter."""

_AXIS = datetime(1970, 1, 1, tzinfo=UTC)
"""Instant of elapsed second 0: APScheduler's triggers count in instants, the timetable in elapsed seconds."""


Deed = Callable[[datetime], Awaitable[None]]
"""What a job does. It is told the time: the database's for a job that one process alone runs, the host's otherwise.

It must be idempotent, since the lease can go to another process half-way.
"""


class ServicePart(StrEnum):
    """A part of the service that a process can be started with alone."""

    WEB = "web"
    WORKER = "worker"
    SCHEDULER = "scheduler"


EVERYTHING = frozenset(ServicePart)


class Where(StrEnum):
    """In which processes a job runs."""

    EVERYWHERE = "everywhere"
    WEB = "web"
    """In each process that serves people."""

    NO_SCHEDULER = "no scheduler"
    """In each process without the scheduler's part."""

    ALONE = "alone"
    """In one process among those with the scheduler's part: the one that holds the lease."""


class JobRow(Struct, frozen=True):
    """One job of the table."""

    name: str
    """Its name in leases, logs and metrics; also the name of its deed."""

    every: timedelta
    where: Where
    what: str
    """What it is for, in a few words."""

    def runs(self, parts: frozenset[ServicePart]) -> bool:
        """Returns whether a process that runs these parts runs the job."""
        match self.where:
            case Where.EVERYWHERE:
                return True
            case Where.WEB:
                return ServicePart.WEB in parts
            case Where.NO_SCHEDULER:
                return ServicePart.SCHEDULER not in parts
            case Where.ALONE:
                return ServicePart.SCHEDULER in parts


_SECOND, _MINUTE, _HOUR, _DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

TABLE: tuple[JobRow, ...] = (
    JobRow("directory", 5 * _SECOND, Where.EVERYWHERE, "units and staff that another process changed"),
    JobRow("calendar", _DAY, Where.EVERYWHERE, "warn while an official holiday calendar is missing"),
    JobRow("sweep", 20 * _MINUTE, Where.EVERYWHERE, "files that a crash left half-written"),
    JobRow("spool", 3 * _SECOND, Where.WEB, "messages that wait on this disk for the database"),
    # Only this part can be asked for figures when each runs in a process of its own.
    JobRow("backlog", 15 * _SECOND, Where.WEB, "the gauge of the outbox"),
    JobRow("neighbours", 10 * _SECOND, Where.WEB, "open tickets that may be joined"),
    JobRow("model", _MINUTE, Where.WEB, "the model in use"),
    JobRow("published", _MINUTE, Where.WEB, "replies that answer a question"),
    # Where there are jobs for one process, the ticker looks before each.
    JobRow("clock", 20 * _SECOND, Where.NO_SCHEDULER, "whether host and database agree about the time"),
    JobRow("chase", 20 * _SECOND, Where.ALONE, "tickets whose moment has come: reminders, cards, silence"),
    JobRow("put off", 5 * _MINUTE, Where.ALONE, "pushes and files that a wrong clock put off"),
    JobRow("monthly", 20 * _MINUTE, Where.ALONE, "the month's report"),
    JobRow("rectifications", 5 * _MINUTE, Where.ALONE, "整改: measures due, later tickets, series of bad grades"),
    JobRow("menu", 12 * _HOUR, Where.ALONE, "the account's menu"),
    JobRow("learning", 30 * _MINUTE, Where.ALONE, "the nightly fit"),
    JobRow("hot", _HOUR, Where.ALONE, "issues that many people raise"),
    JobRow("tidy", 6 * _HOUR, Where.ALONE, "old messages and pushes"),
)
"""All jobs, in the order in which those that are due together run."""


class Job(Struct, frozen=True):
    """A row with its deed, as one process runs it."""

    name: str
    every: timedelta
    run: Deed
    alone: bool = True
    """Whether one process among all does it, the one that holds the lease."""


def jobs(parts: frozenset[ServicePart], deeds: Mapping[str, Deed]) -> tuple[Job, ...]:
    """Returns the jobs of a process that runs these parts. Raises ValueError for a row without a deed or a deed without a row."""
    strange = {row.name for row in TABLE} ^ deeds.keys()
    if strange:
        raise ValueError(f"rows and deeds differ: {', '.join(sorted(strange))}")
    return tuple(
        Job(row.name, row.every, deeds[row.name], row.where is Where.ALONE) for row in TABLE if row.runs(parts)
    )


class Timetable:
    """When each job is due next in this process, in seconds of the monotonic clock (`elapsed`). APScheduler's triggers
    count.
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
        """Returns the jobs that are due: at the first call all of them, after missed periods each once."""
        now = _instant(elapsed)
        return tuple(job for job in self._jobs if self._next.get(job.name, now) <= now)

    def ran(self, job: Job, elapsed: float) -> None:
        """Record that the job ran, here or in the process whose turn it was: it is due again after its period."""
        now = _instant(elapsed)
        self._next[job.name] = self._triggers[job.name].get_next_fire_time(now, now)

    def failed(self, job: Job, elapsed: float) -> None:
        """Record that the job failed: it is due again after `RETRY` at the latest."""
        self._next[job.name] = _instant(elapsed) + min(job.every, RETRY)


def _instant(elapsed: float) -> datetime:
    return _AXIS + timedelta(seconds=elapsed)
