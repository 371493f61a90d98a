"""Dates of a 整改 item: when something is owed and when the clock reminds of it, in working days and the owing unit's
hours.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from handlers.calendar.policy import Span, Terms
from handlers.calendar.zone import SHANGHAI, day_of
from handlers.deadlines import deadlines
from handlers.items.item import ItemDue

PLAN = Span(workdays=3)
"""Time for the lead unit's measures. Source: our own; a reply to a complaint has five working days (乐清)."""

SIGN = Span(workdays=3)
"""Time for the supervisor's verdict on a submission; our own."""

AGAIN = Span(workdays=3)
"""Time to submit again what was sent back; our own."""

LONGEST = Span(days=366)
"""Longest time of a measure."""


def within(now: datetime, length: Span, terms: Terms) -> ItemDue:
    """Returns the date this length from now."""
    return _due(now, deadlines.later(now, length, terms), terms)


def on(day: date, now: datetime, terms: Terms) -> ItemDue:
    """Returns the date as the office closes on this day, or at the day's end when it has closed."""
    closes = datetime.combine(day, terms.office.closes).astimezone(UTC)
    if closes <= now:
        closes = datetime.combine(day, time(23, 59, tzinfo=SHANGHAI)).astimezone(UTC)
    return _due(now, closes, terms)


def _due(now: datetime, by: datetime, terms: Terms) -> ItemDue:
    """Returns the date, with a reminder as the office opens a working day before. No reminder when that has passed."""
    days = terms.calendar.between(day_of(now), day_of(by))
    if not days:
        return ItemDue(by)
    before = days[-1] if days[-1] < day_of(by) else days[-2] if len(days) > 1 else None
    remind_at = datetime.combine(before, terms.office.opens).astimezone(UTC) if before else None
    return ItemDue(by, remind_at if remind_at is not None and now < remind_at < by else None)
