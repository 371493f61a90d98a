"""Queries for figures of units, which a rule may want loaded."""

from __future__ import annotations

from msgspec import Struct

from handlers.queries import Query
from handlers.rankings.figures import Figures
from handlers.rankings.periods import Period


class UnitsFigures(Struct, frozen=True):
    """The figures of several units in one period."""

    units: tuple[Figures, ...] = ()
    median_hours: float | None = None
    """Of the answers of all units together; None when there were none."""


class FiguresOf(Query[UnitsFigures], frozen=True):
    """The figures of these units in the period."""

    units: frozenset[str]
    period: Period
