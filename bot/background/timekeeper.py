"""What this process makes of the time: the database's clock, whether it can be trusted, and saying so when it cannot."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from bot.clock import Clock
from bot.monitoring.metrics import Metrics
from scheduler.clock import LEASE_NAME
from scheduler.steady import Doubt, Reading, Steadiness
from storage.queries.moment import DatabaseTime
from storage.queues.leases import Leases

log = structlog.get_logger()


async def look(clock: Clock, time: DatabaseTime) -> Reading:
    """One look at the clocks. Raises when the database is away."""
    begun = clock.elapsed()
    at = await time.now()
    host, elapsed = clock.now(), clock.elapsed()
    return Reading(at, host, elapsed, elapsed - begun)


class SharedClock:
    """The database's time between two looks: the last one, and the seconds that passed since. Before the first the host's.

    Leases of pushes and files are written and compared by it, so that no host takes what another still holds.
    """

    def __init__(self, host: Clock) -> None:
        self._host = host
        self._last: Reading | None = None

    def set(self, reading: Reading) -> None:
        """Go by this look from now on."""
        self._last = reading

    def now(self) -> datetime:
        """The database's time."""
        last = self._last
        if last is None:
            return self._host.now()
        return last.at + timedelta(seconds=self._host.elapsed() - last.elapsed)

    def elapsed(self) -> float:
        """Seconds by a clock that nobody sets."""
        return self._host.elapsed()

    def by(self, server: datetime) -> datetime:
        """The time now, given what the database server's clock shows."""
        return self._host.by(server)


class Timekeeper:
    """Reads and judges the time for the ticker and for every page that the clock writes."""

    def __init__(self, clock: Clock, time: DatabaseTime, leases: Leases, metrics: Metrics) -> None:
        self._clock = clock
        self._time = time
        self._leases = leases
        self._metrics = metrics
        self._steadiness = Steadiness()
        self.shared = SharedClock(clock)

    def now(self) -> datetime:
        """The host's time."""
        return self._clock.now()

    def elapsed(self) -> float:
        """Seconds by a clock that nobody sets."""
        return self._clock.elapsed()

    def admits(self, at: datetime) -> bool:
        """Whether this time of the database, read now, can be trusted."""
        return self._steadiness.admits(at, self._clock.elapsed())

    @property
    def doubt(self) -> Doubt | None:
        """Why nothing is chased, as of the last look; None when all is well."""
        return self._steadiness.doubt

    async def trusted(self) -> datetime | None:
        """The database's time; None while it, or this host's, cannot be trusted. Raises when the database is away."""
        last = None if self._steadiness.begun else await self._leases.lasted(LEASE_NAME)
        reading = await look(self._clock, self._time)
        self.shared.set(reading)
        before = self._steadiness.doubt
        doubt = self._steadiness.see(reading, last)
        self._metrics.clock(reading.apart.total_seconds(), doubt)
        if doubt is not None:
            log.warning(
                "clock_in_doubt", why=doubt.value, database=reading.at.isoformat(), host=reading.host.isoformat()
            )
        elif before is not None:
            log.info("clock_trusted_again", was=before.value)
        return None if doubt else reading.at
