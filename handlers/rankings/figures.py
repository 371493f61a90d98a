"""Figures of a unit in a period: sums, and rates with their margin of chance."""

from __future__ import annotations

from collections.abc import Iterable
from math import sqrt

from msgspec import Struct

_Z = 1.96
"""Standard deviations that hold 95 of a hundred chances."""


class Rate(Struct, frozen=True):
    """A share and the interval in which the true one lies 95 times in a hundred (Wilson, 1927)."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """Between 0 and 1; None of nothing."""
        return self.part / self.whole if self.whole else None

    @property
    def interval(self) -> tuple[float, float]:
        """From and to; everything is open while there is nothing."""
        if not self.whole:
            return 0.0, 1.0
        share, spread = self.part / self.whole, _Z * _Z / self.whole
        middle = (share + spread / 2) / (1 + spread)
        half = _Z * sqrt(share * (1 - share) / self.whole + spread / (4 * self.whole)) / (1 + spread)
        return max(0.0, middle - half), min(1.0, middle + half)


class Figures(Struct, frozen=True):
    """Sums for one unit, of replies owed in the period."""

    unit_id: str
    open: int = 0
    """Open tickets as of now."""

    overdue: int = 0
    """Overdue tickets as of now."""

    due: int = 0
    """What should have been answered by now."""

    answered: int = 0
    """Of `due`, answered."""

    on_time: int = 0
    fair: int = 0
    """Of `answered`, in time when pauses and wrong desks are taken out."""

    graded: int = 0
    """Grades that count."""

    satisfied: int = 0
    """Of `graded`, 基本满意 and better (好差评)."""

    silent: int = 0
    """Grades that never came."""

    void: int = 0
    asked_solved: int = 0
    """Citizens who said whether it was solved."""

    solved: int = 0
    """Of `asked_solved`, solved."""

    again: int = 0
    """Replies to a 重办."""

    yellow: int = 0
    red: int = 0
    noticed: int = 0
    median_hours: float | None = None

    @property
    def response(self) -> Rate:
        """响应率: answered of what was due."""
        return Rate(self.answered, self.due)

    @property
    def punctual(self) -> Rate:
        """按时率: answered in time of what was due; what is unanswered is late."""
        return Rate(self.fair, self.due)

    @property
    def resolution(self) -> Rate:
        """解决率: solved, of those where the citizen said."""
        return Rate(self.solved, self.asked_solved)

    @property
    def satisfaction(self) -> Rate:
        """满意率: of grades that were given; silence is no grade."""
        return Rate(self.satisfied, self.graded)

    @property
    def rework(self) -> Rate:
        """重办率: of the answers."""
        return Rate(self.again, self.answered)


_SUMS = tuple(name for name in Figures.__struct_fields__ if name not in ("unit_id", "median_hours"))


def total(unit_id: str, many: Iterable[Figures], median_hours: float | None = None) -> Figures:
    """The figures of several units as those of one. A median cannot be added up: it is given."""
    sums = dict.fromkeys(_SUMS, 0)
    for one in many:
        for name in _SUMS:
            sums[name] += getattr(one, name)
    return Figures(unit_id, median_hours=median_hours, **sums)


def median(counts: dict[int, int]) -> float | None:
    """The median of whole hours and how often each occurs, in between counted evenly; None of nothing."""
    whole = sum(counts.values())
    if not whole:
        return None
    before = 0
    for hours in sorted(counts):
        if (before + counts[hours]) * 2 >= whole:
            return hours + (whole / 2 - before) / counts[hours]
        before += counts[hours]
    raise AssertionError("half of them lie somewhere")
