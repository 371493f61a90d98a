"""Arithmetic in office time: time counts only while the office is open, on working days.

It is additive: two adjacent spans give the same as the span over both, and moving twice the same as moving once by the
sum. So many short pauses never give back more than one long pause over all of them.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from handlers.calendar.office_hours import Hours
from handlers.calendar.workdays import WorkCalendar
from handlers.calendar.zone import day_of

_DAY = timedelta(days=1)
_NONE = timedelta()


def between(calendar: WorkCalendar, office: Hours, first: datetime, last: datetime) -> timedelta:
    """Returns how long the office was open from `first` until `last` (both aware). Zero when `last` is not later."""
    if last <= first:
        return _NONE
    days = calendar.between(day_of(first) - _DAY, day_of(last))
    whole = len(days) * _length(office)
    if days and days[0] == day_of(first):
        whole -= _clamped(office, first)
    if days and days[-1] == day_of(last):
        whole -= _length(office) - _clamped(office, last)
    return whole


def after(calendar: WorkCalendar, office: Hours, at: datetime, open_for: timedelta) -> datetime:
    """Returns when the office will have been open for `open_for` since `at`. Returns `at` itself for zero."""
    if open_for <= _NONE:
        return at
    day, length = day_of(at), _length(office)
    if calendar.working(day):
        # Counted from this morning on, and what has passed of the day with it.
        open_for += _clamped(office, at)
        day -= _DAY
    # The last day is used up to its end before another one begins.
    whole = -(-open_for // length) - 1
    last = calendar.after(day, whole + 1)
    return (_at(last, office) + (open_for - whole * length)).astimezone(UTC)


def _length(office: Hours) -> timedelta:
    """Returns how long the office is open on a working day. China has no daylight saving time."""
    return datetime.combine(date.min, office.closes) - datetime.combine(date.min, office.opens)


def _clamped(office: Hours, at: datetime) -> timedelta:
    """Returns how long the office has been open on the day of `at`, at that time."""
    return min(max(at - _at(day_of(at), office), _NONE), _length(office))


def _at(day: date, office: Hours) -> datetime:
    return datetime.combine(day, office.opens)
