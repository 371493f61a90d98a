"""Rule that says whether the time can be trusted, from readings of the database's clock and of the monotonic clock.

Between two readings both must move by the same time. When they differ by more than `TOLERANCE` the clock jumped: by
mistake (a wrong NTP server, a restored virtual machine, a failover to a host with another clock) or rightly (a machine
that slept). The program cannot tell which, so the clock takes no step meanwhile. A clock that returns to where it was
is trusted at once; one that stays where it jumped to is trusted after `SETTLES`. Source: docs/adr/0018-clocks.md.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

TOLERANCE = timedelta(minutes=1)
"""Largest difference between two clocks, or between two readings of one, that harms nobody."""

SETTLES = timedelta(minutes=15)
"""How long a clock that jumped must run evenly before it is trusted: long enough for somebody to react to the alarm,
short enough that a card so much later harms nobody.
"""

PAUSE = timedelta(minutes=10)
"""Longest stop of the service (an update, a restart) after which the first reading is trusted. After a longer stop only
`SETTLES` tells a stop from a wrong clock.
"""


class ClockDoubt(StrEnum):
    """Why the time is not trusted."""

    DIFFERS = "differs"
    """Host and database are more than `TOLERANCE` apart: one of them is wrong."""

    JUMPED = "jumped"
    """The database's clock jumped, and has not run evenly for `SETTLES` since."""

    STOPPED = "stopped"
    """The first reading of this process lies long after, or before, the last trusted beat of any process."""


class ClockReading(Struct, frozen=True):
    """One reading of the clocks."""

    at: datetime
    """The database's time."""

    host: datetime
    """The host's time."""

    elapsed: float
    """Seconds of the monotonic clock."""

    took: float = 0.0
    """Seconds that the reading took."""

    @property
    def apart(self) -> timedelta:
        """How far the host's clock is ahead of the database's. Up to `took` of it can come from the reading itself."""
        return self.host - self.at

    @property
    def differs(self) -> bool:
        """Whether host and database are too far apart."""
        return abs(self.apart) > TOLERANCE + timedelta(seconds=self.took)


class _Judgement(Struct, frozen=True):
    """State of the judgement between two readings."""

    trusted: ClockReading | None = None
    """The last reading that was trusted."""

    jumped: ClockReading | None = None
    """The first reading after a jump."""

    doubt: ClockDoubt | None = None


class Steadiness:
    """Judges whether the time can be trusted, one reading after the other."""

    def __init__(self) -> None:
        self._known = _Judgement()

    @property
    def begun(self) -> bool:
        """Whether there has been a reading."""
        return self._known != _Judgement()

    @property
    def doubt(self) -> ClockDoubt | None:
        """Why the time is not trusted, as of the last reading. None when it is trusted."""
        return self._known.doubt

    def see(self, reading: ClockReading, last: datetime | None = None) -> ClockDoubt | None:
        """Judge this reading. Returns the doubt about it, None when it can be trusted.

        `last` is the last trusted beat of any process, None when there never was one. It counts at the first reading
        only.
        """
        known = self._known
        if known.trusted is None and known.jumped is None:
            known = _first(reading, last)
        elif known.trusted is not None and _evenly(known.trusted, reading.at, reading.elapsed):
            known = _Judgement(trusted=reading)
        elif known.jumped is None or not _evenly(known.jumped, reading.at, reading.elapsed):
            known = _Judgement(known.trusted, reading, ClockDoubt.JUMPED)
        elif reading.elapsed - known.jumped.elapsed >= SETTLES.total_seconds():
            known = _Judgement(trusted=reading)
        if known.jumped is None:
            known = _Judgement(known.trusted, None, ClockDoubt.DIFFERS if reading.differs else None)
        self._known = known
        return known.doubt

    def admits(self, at: datetime, elapsed: float) -> bool:
        """Returns whether this time follows evenly from the last reading, and that was trusted. True before any
        reading.
        """
        known = self._known
        if known.doubt is not None:
            return False
        return known.trusted is None or _evenly(known.trusted, at, elapsed)


def _first(reading: ClockReading, last: datetime | None) -> _Judgement:
    if last is None or -TOLERANCE <= reading.at - last <= PAUSE:
        return _Judgement(trusted=reading)
    return _Judgement(None, reading, ClockDoubt.STOPPED)


def _evenly(before: ClockReading, at: datetime, elapsed: float) -> bool:
    passed = timedelta(seconds=elapsed - before.elapsed)
    return abs(at - before.at - passed) <= TOLERANCE
