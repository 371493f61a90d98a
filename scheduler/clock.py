"""The ticker: APScheduler beats, the timetable says what is due, the lease says who does it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Protocol

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from scheduler.jobs import Job, Timetable

log = structlog.get_logger()

BEAT_SECONDS = 1
LEASE = timedelta(seconds=30)
"""How long another process waits after the one that did the jobs has died."""

_LEASE_NAME = "scheduler"


class Leases(Protocol):
    """The port by which one process among many is chosen."""

    async def take(self, name: str, now: datetime, lasts: timedelta) -> bool:
        """Whether the lease is ours for that long."""

    async def give_up(self, name: str, now: datetime) -> None:
        """Let another have it."""


class Ticker:
    """Runs due jobs, one after the other, each failing alone."""

    def __init__(self, jobs: tuple[Job, ...], leases: Leases, now: Callable[[], datetime]) -> None:
        self._timetable = Timetable(jobs)
        self._leases = leases
        self._now = now
        self._turn = asyncio.Lock()
        self._scheduler = AsyncIOScheduler()

    def start(self) -> None:
        """Begin to beat. A beat that comes while the last one works is skipped."""
        self._scheduler.add_job(self.tick, "interval", seconds=BEAT_SECONDS, max_instances=1, coalesce=True)
        self._scheduler.start()

    async def stop(self) -> None:
        """Finish the beat that is under way, and let another process take over at once."""
        self._scheduler.shutdown(wait=False)
        async with self._turn:
            await self._quietly("give_up", lambda: self._leases.give_up(_LEASE_NAME, self._now()))

    async def tick(self) -> None:
        """Run everything that is due now."""
        async with self._turn:
            now = self._now()
            due = self._timetable.due(now)
            if not due:
                return
            leads = await self._leads(now) if any(job.alone for job in due) else False
            for job in due:
                if await self._run(job, now, leads):
                    self._timetable.ran(job, now)
                else:
                    self._timetable.failed(job, now)

    async def _run(self, job: Job, now: datetime, leads: bool | None) -> bool:
        """Whether the job is settled: it ran, or another process is the one to run it."""
        if job.alone and not leads:
            return leads is not None
        return await self._quietly(job.name, lambda: job.run(now))

    async def _leads(self, now: datetime) -> bool | None:
        """Whether we hold the lease; None when nobody can tell."""
        try:
            return await self._leases.take(_LEASE_NAME, now, LEASE)
        except Exception:
            # Without the database nobody leads; we ask again soon.
            log.exception("lease_unavailable")
            return None

    async def _quietly(self, name: str, work: Callable[[], Awaitable[None]]) -> bool:
        """Whether it worked. One job's failure must not stop the clock; it is tried again soon."""
        try:
            await work()
        except Exception:
            log.exception("job_failed", job=name)
            return False
        return True
