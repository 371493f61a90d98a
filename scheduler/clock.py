"""The ticker: runs the due jobs once a second, those for one process alone only while this process holds the lease.

It counts by the monotonic clock, never by the wall clock: a wall clock set back would stop it until the old time
returns, one set forward would make it run every missed beat (docs/adr/0018-clocks.md).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from enum import Enum
from typing import Protocol

import structlog

from scheduler.jobs import Job, Timetable

log = structlog.get_logger()

BEAT_SECONDS = 1.0
LEASE = timedelta(seconds=30)
"""How long other processes wait after the process that holds the lease has died."""

RENEW_SECONDS = LEASE.total_seconds() / 3
"""How often the lease is renewed while a job runs: two renewals may fail before it ends."""

LEASE_NAME = "scheduler"


class LeasePort(Protocol):
    """Port: chooses one process among many."""

    async def take(self, name: str, now: datetime, lasts: timedelta) -> bool:
        """Returns whether this process holds the lease until `now + lasts`. `now` is the database's time."""

    async def give_up(self, name: str) -> None:
        """End this process's lease at once."""


class Sense(Protocol):
    """Port: reads the clocks."""

    def now(self) -> datetime:
        """Returns the host's time, for jobs that every process runs for itself."""

    def elapsed(self) -> float:
        """Returns seconds of the monotonic clock."""

    async def trusted(self) -> datetime | None:
        """Returns the database's time. None while it, or the host's, cannot be trusted. Raises when the database is
        away.
        """


class _Turn(Enum):
    """Which process runs the jobs for one process alone."""

    OURS = "ours"
    THEIRS = "theirs"
    NOBODYS = "nobody's"
    """The time is in doubt; asked again soon."""

    UNKNOWN = "unknown"
    """The database is away; asked again soon."""


class LeaseLost(Exception):
    """The lease ended while a job ran. The job was cancelled, because another process may run it already."""


class Ticker:
    """Runs due jobs one after the other. A job that fails does not stop the others."""

    def __init__(self, jobs: tuple[Job, ...], leases: LeasePort, sense: Sense) -> None:
        self._timetable = Timetable(jobs)
        self._leases = leases
        self._sense = sense
        self._turn = asyncio.Lock()
        self._stopping = asyncio.Event()
        self._beats: asyncio.Task[None] | None = None
        self._leads = False

    def start(self) -> None:
        """Begin to tick in a task of its own. The next tick starts when the last one has finished."""
        self._stopping.clear()
        self._beats = asyncio.create_task(self._beat())

    async def stop(self) -> None:
        """Finish the current tick, then give up the lease so that another process takes over at once."""
        self._stopping.set()
        if self._beats is not None:
            await self._beats
        async with self._turn:
            await self._give_up()

    async def _beat(self) -> None:
        while not self._stopping.is_set():
            await self._quietly("tick", self.tick)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), BEAT_SECONDS)

    async def tick(self) -> None:
        """Run everything that is due."""
        async with self._turn:
            elapsed, now = self._sense.elapsed(), self._sense.now()
            due = self._timetable.due(elapsed)
            turn, by = await self._whose() if any(job.alone for job in due) else (_Turn.THEIRS, now)
            for job in due:
                if await self._run(job, turn, by if job.alone else now):
                    self._timetable.ran(job, elapsed)
                else:
                    self._timetable.failed(job, elapsed)

    async def _run(self, job: Job, turn: _Turn, now: datetime) -> bool:
        """Returns whether the job is settled: it ran, or another process is the one to run it."""
        if not job.alone:
            return await self._quietly(job.name, lambda: job.run(now))
        if turn is not _Turn.OURS or not self._leads:
            return turn is _Turn.THEIRS
        return await self._quietly(job.name, lambda: self._hold(job, now))

    async def _whose(self) -> tuple[_Turn, datetime]:
        """Returns whose turn it is, and the time that the job is told."""
        led, self._leads = self._leads, False
        try:
            now = await self._sense.trusted()
            if now is not None:
                self._leads = await self._leases.take(LEASE_NAME, now, LEASE)
                return _Turn.OURS if self._leads else _Turn.THEIRS, now
        except Exception:
            # Without the database nobody leads; we ask again soon.
            log.exception("lease_unavailable")
            return _Turn.UNKNOWN, self._sense.now()
        if led:
            # A host whose clock is right may lead meanwhile.
            await self._give_up()
        return _Turn.NOBODYS, self._sense.now()

    async def _hold(self, job: Job, now: datetime) -> None:
        """Run the job and renew the lease meanwhile. Raises `LeaseLost` when the lease ended and the job was cancelled."""
        loop = asyncio.get_running_loop()
        ends = loop.time() + LEASE.total_seconds()
        work = asyncio.ensure_future(job.run(now))
        try:
            while not (await asyncio.wait({work}, timeout=RENEW_SECONDS))[0]:
                asked = loop.time()
                turn, _ = await self._whose()
                if turn is _Turn.OURS:
                    ends = asked + LEASE.total_seconds()
                elif turn is not _Turn.UNKNOWN or asked >= ends:
                    raise LeaseLost(job.name)
        finally:
            work.cancel()
            with suppress(asyncio.CancelledError):
                await work

    async def _give_up(self) -> None:
        await self._quietly("give_up", lambda: self._leases.give_up(LEASE_NAME))

    async def _quietly(self, name: str, work: Callable[[], Awaitable[None]]) -> bool:
        """Returns whether `work` succeeded. A failure is logged and must not stop the ticker; the job is tried again
        soon.
        """
        try:
            await work()
        except Exception:
            log.exception("job_failed", job=name)
            return False
        return True
