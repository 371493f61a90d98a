"""The one place that reads the clock. Everything else is told the time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time, always aware and in UTC."""

    def now(self) -> datetime:
        """The time now."""


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        """The time now."""
        return datetime.now(UTC)


class MovableClock:
    """The machine's time moved forward, for the sandbox: "three days later" is one call."""

    def __init__(self, ahead: timedelta = timedelta()) -> None:
        self.ahead = ahead

    def now(self) -> datetime:
        """The machine's time plus all that was advanced."""
        return datetime.now(UTC) + self.ahead

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

    def advance(self, by: timedelta) -> None:
        """Step forward."""
        self._now += by
