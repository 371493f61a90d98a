"""The only place that reads the host's clock. Everything else is given the time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Protocol


class Clock(Protocol):
    """Tells the time, always aware and in UTC."""

    def now(self) -> datetime:
        """The time now, as this host has it."""

    def elapsed(self) -> float:
        """Seconds since some moment, counted by a clock that nobody sets: it only goes forward."""

    def by(self, server: datetime) -> datetime:
        """The time now, given what the database server's clock shows."""


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        """The time now."""
        return datetime.now(UTC)

    def elapsed(self) -> float:
        """Seconds of the machine's monotonic clock."""
        return monotonic()

    def by(self, server: datetime) -> datetime:
        """The server's time: all hosts on one database go by it."""
        return server


class MovableClock:
    """The machine's time moved forward, for the sandbox: "three days later" is one call.

    What was advanced has passed by every measure, so it is no jump.
    """

    def __init__(self, ahead: timedelta = timedelta()) -> None:
        self.ahead = ahead

    def now(self) -> datetime:
        """The machine's time plus all that was advanced."""
        return datetime.now(UTC) + self.ahead

    def elapsed(self) -> float:
        """Seconds that passed on this clock."""
        return monotonic() + self.ahead.total_seconds()

    def by(self, server: datetime) -> datetime:
        """The server's time plus all that was advanced."""
        return server + self.ahead

    def advance(self, by: timedelta) -> None:
        """Move forward; a clock that other processes and stored dates rest on never goes back."""
        if by < timedelta():
            raise ValueError("the clock only moves forward")
        self.ahead += by


class SteppedClock:
    """A clock that stands still until it is stepped, for tests."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def now(self) -> datetime:
        """The time it was last set to."""
        return self._now

    def elapsed(self) -> float:
        """Seconds since 1970 on this clock."""
        return self._now.timestamp()

    def by(self, _server: datetime) -> datetime:
        """The time it was last set to, whatever a server shows."""
        return self._now

    def advance(self, by: timedelta) -> None:
        """Step forward."""
        self._now += by
