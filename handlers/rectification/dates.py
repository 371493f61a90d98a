"""Dates of a 整改 item: when something is owed and when the clock reminds of it, in working days and the owing unit's
hours.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from handlers.calendar.policy import Span, Terms
from handlers.calendar.zone import SHANGHAI, day_of
from handlers.deadlines import deadlines
from handlers.items.item import Due

PLAN = Span(workdays=3)
"""The lead unit says what it will do. Source: our own; an answer to a complaint has five working days (乐清)."""
SIGN = Span(workdays=3)
"""A supervisor gives a verdict on what was submitted; our own."""
AGAIN = Span(workdays=3)
"""What was sent back is submitted once more; our own."""
LONGEST = Span(days=366)
"""A measure of more than a year is no measure."""


def within(now: datetime, length: Span, terms: Terms) -> Due:
    """Owed within this length from now."""
    return _due(now, deadlines.later(now, length, terms), terms)


def on(day: date, now: datetime, terms: Terms) -> Due:
    """Owed as the office closes on this day; at its very end where it has closed already."""
    closes = datetime.combine(day, terms.office.closes).astimezone(UTC)
    if closes <= now:
        closes = datetime.combine(day, time(23, 59, tzinfo=SHANGHAI)).astimezone(UTC)
    return _due(now, closes, terms)


def _due(now: datetime, by: datetime, terms: Terms) -> Due:
    """Reminded as the office opens a working day before; not at all where that is past already."""
    days = terms.calendar.between(day_of(now), day_of(by))
    if not days:
        return Due(by)
    before = days[-1] if days[-1] < day_of(by) else days[-2] if len(days) > 1 else None
    remind_at = datetime.combine(before, terms.office.opens).astimezone(UTC) if before else None
    return Due(by, remind_at if remind_at is not None and now < remind_at < by else None)
