"""The only place that reads the host's clock. Everything else is given the time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Protocol


class Clock(Protocol):
    """Tells the time, aware and in UTC."""

    def now(self) -> datetime:
        """Returns the host's time."""

    def elapsed(self) -> float:
        """Returns seconds of a monotonic clock."""

    def by(self, server: datetime) -> datetime:
        """Returns the time, given what the database server's clock shows."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def elapsed(self) -> float:
        return monotonic()

    def by(self, server: datetime) -> datetime:
        """The server's time: all hosts on one database use it."""
        return server


class MovableClock:
    """The machine's clock moved forward, for the sandbox: "three days later" is one call.

    What was advanced has passed on every clock, so it is no jump.
    """

    def __init__(self, ahead: timedelta = timedelta()) -> None:
        self.ahead = ahead

    def now(self) -> datetime:
        """Returns the machine's time plus all that was advanced."""
        return datetime.now(UTC) + self.ahead

    def elapsed(self) -> float:
        """Returns the machine's monotonic seconds plus all that was advanced."""
        return monotonic() + self.ahead.total_seconds()

    def by(self, server: datetime) -> datetime:
        """Returns the server's time plus all that was advanced."""
        return server + self.ahead

    def advance(self, by: timedelta) -> None:
        """Move forward. Never back: other processes and stored dates depend on it."""
        if by < timedelta():
            raise ValueError("the clock only moves forward")
        self.ahead += by


class SteppedClock:
    """A clock that tests move."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def now(self) -> datetime:
        """Returns the time it was last set to."""
        return self._now

    def elapsed(self) -> float:
        """Returns its seconds since 1970."""
        return self._now.timestamp()

    def by(self, _server: datetime) -> datetime:
        """Returns the time it was last set to, whatever a server shows."""
        return self._now

    def advance(self, by: timedelta) -> None:
        self._now += by
