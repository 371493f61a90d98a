"""Whether the time can be trusted: pure, so that a stepped clock can drive it.

Two clocks are compared from reading to reading: the database's, which somebody can set, and the seconds that passed, which
nobody can. Where they part by more than `TOLERANCE` the clock jumped: a mistake (a wrong NTP server, a restored virtual
machine, a failover to a host with another clock) or right (a machine that slept). Nobody can tell at that moment, so what punishes waits:
a clock that goes back to where it was is trusted at once, one that stays where it jumped to is believed after `SETTLES`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

TOLERANCE = timedelta(minutes=1)
"""How far clocks may be apart, host and database or before and after, without anybody being harmed by it."""

SETTLES = timedelta(minutes=15)
"""How long a clock that jumped must go evenly before it is believed: long enough for an alarm to be heard, and a card that
comes so much later harms nobody."""

PAUSE = timedelta(minutes=10)
"""How long the last trusted beat may be ago when a process begins: an update or a restart. After a longer stop only `SETTLES`
tells a stop from a wrong clock."""


class Doubt(StrEnum):
    """Why the time is not trusted."""

    DIFFERS = "differs"
    """Host and database are more than `TOLERANCE` apart: one of them is wrong."""
    JUMPED = "jumped"
    """The clock parted from the seconds that passed, and has not gone evenly for `SETTLES` since."""
    STOPPED = "stopped"
    """The first reading of this process lies long after, or before, the last trusted beat of any."""


class Reading(Struct, frozen=True):
    """One look at the clocks: the database's (`at`), the host's and `elapsed` seconds; `took` is how long the look took."""

    at: datetime
    host: datetime
    elapsed: float
    took: float = 0.0

    @property
    def apart(self) -> timedelta:
        """How far the host's clock is ahead of the database's; what the look took may have made the difference."""
        return self.host - self.at

    @property
    def differs(self) -> bool:
        """Whether host and database are too far apart."""
        return abs(self.apart) > TOLERANCE + timedelta(seconds=self.took)


class _Known(Struct, frozen=True):
    """What is known: the last reading that was trusted, the first after a jump, and the doubt there is."""

    trusted: Reading | None = None
    jumped: Reading | None = None
    doubt: Doubt | None = None


class Steadiness:
    """Judges one reading after the other."""

    def __init__(self) -> None:
        self._known = _Known()

    @property
    def begun(self) -> bool:
        """Whether there was a reading yet."""
        return self._known != _Known()

    @property
    def doubt(self) -> Doubt | None:
        """Why the time is not trusted, as of the last reading; None when it is."""
        return self._known.doubt

    def see(self, reading: Reading, last: datetime | None = None) -> Doubt | None:
        """Take this reading in; the doubt about it, None when it can be trusted.

        `last` is the last trusted beat of any process; it counts at the first reading only, None when there never was one.
        """
        known = self._known
        if known.trusted is None and known.jumped is None:
            known = _first(reading, last)
        elif known.trusted is not None and _evenly(known.trusted, reading.at, reading.elapsed):
            known = _Known(trusted=reading)
        elif known.jumped is None or not _evenly(known.jumped, reading.at, reading.elapsed):
            known = _Known(known.trusted, reading, Doubt.JUMPED)
        elif reading.elapsed - known.jumped.elapsed >= SETTLES.total_seconds():
            known = _Known(trusted=reading)
        if known.jumped is None:
            known = _Known(known.trusted, None, Doubt.DIFFERS if reading.differs else None)
        self._known = known
        return known.doubt

    def admits(self, at: datetime, elapsed: float) -> bool:
        """Whether this time follows evenly from the last reading, and that was trusted. Before any reading everything does."""
        known = self._known
        if known.doubt is not None:
            return False
        return known.trusted is None or _evenly(known.trusted, at, elapsed)


def _first(reading: Reading, last: datetime | None) -> _Known:
    if last is None or -TOLERANCE <= reading.at - last <= PAUSE:
        return _Known(trusted=reading)
    return _Known(None, reading, Doubt.STOPPED)


def _evenly(before: Reading, at: datetime, elapsed: float) -> bool:
    passed = timedelta(seconds=elapsed - before.elapsed)
    return abs(at - before.at - passed) <= TOLERANCE
