"""This process's view of the time: reads the database's clock, judges whether it can be trusted, warns when not."""

from __future__ import annotations

import os
import secrets
import socket
from datetime import datetime, timedelta

import structlog
from msgspec import Struct

from bot.clock import Clock
from bot.monitoring.metrics import Metrics
from bot.process import Process
from scheduler.clock import LEASE_NAME
from scheduler.steady import ClockDoubt, ClockReading, Steadiness
from storage.queries.moment import DatabaseTime
from storage.queues.leases import Leases

log = structlog.get_logger()


async def look(clock: Clock, time: DatabaseTime) -> ClockReading:
    """Returns one reading of the clocks. Raises when the database is away."""
    begun = clock.elapsed()
    at = await time.now()
    host, elapsed = clock.now(), clock.elapsed()
    return ClockReading(at, host, elapsed, elapsed - begun)


class SharedClock:
    """The database's time between two readings: the last reading plus the seconds since. Before the first one, the
    host's time.

    Leases of pushes and files are written and compared by it, so that no host claims what another still holds.
    """

    def __init__(self, host: Clock) -> None:
        self._host = host
        self._last: ClockReading | None = None

    def set(self, reading: ClockReading) -> None:
        """Use this reading from now on."""
        self._last = reading

    def now(self) -> datetime:
        """Returns the database's time."""
        last = self._last
        if last is None:
            return self._host.now()
        return last.at + timedelta(seconds=self._host.elapsed() - last.elapsed)

    def elapsed(self) -> float:
        """Returns seconds of the monotonic clock."""
        return self._host.elapsed()

    def by(self, server: datetime) -> datetime:
        """Returns the time, given what the database server's clock shows."""
        return self._host.by(server)


class Timekeeper:
    """Reads and judges the time, for the ticker and for every page that the clock writes."""

    def __init__(self, clock: Clock, time: DatabaseTime, leases: Leases, metrics: Metrics) -> None:
        self._clock = clock
        self._time = time
        self._leases = leases
        self._metrics = metrics
        self._steadiness = Steadiness()
        self.shared = SharedClock(clock)

    def now(self) -> datetime:
        """Returns the host's time."""
        return self._clock.now()

    def elapsed(self) -> float:
        """Returns seconds of the monotonic clock."""
        return self._clock.elapsed()

    def admits(self, at: datetime) -> bool:
        """Returns whether this time, just read from the database, can be trusted."""
        return self._steadiness.admits(at, self._clock.elapsed())

    @property
    def doubt(self) -> ClockDoubt | None:
        """Why the clock takes no step, as of the last reading. None when the time is trusted."""
        return self._steadiness.doubt

    async def trusted(self) -> datetime | None:
        """Returns the database's time. None while it, or this host's, cannot be trusted. Raises when the database is
        away.
        """
        last = None if self._steadiness.begun else await self._leases.lasted(LEASE_NAME)
        reading = await look(self._clock, self._time)
        self.shared.set(reading)
        before = self._steadiness.doubt
        doubt = self._steadiness.see(reading, last)
        self._metrics.clock.compared(reading.apart.total_seconds(), doubt)
        if doubt is not None:
            log.warning(
                "clock_in_doubt", why=doubt.value, database=reading.at.isoformat(), host=reading.host.isoformat()
            )
        elif before is not None:
            log.info("clock_trusted_again", was=before.value)
        return None if doubt else reading.at


class Time(Struct, frozen=True):
    """How a process keeps the time together with the others."""

    timekeeper: Timekeeper
    leases: Leases
    """Which process does what one alone may do."""


def keep_time(process: Process) -> Time:
    """Returns the timekeeper of this process, under a name of its own for leases."""
    leases = Leases(process.engine, f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}")
    time = DatabaseTime(process.engine, process.clock)
    return Time(Timekeeper(process.clock, time, leases, process.metrics), leases)
