"""Office hours of a unit, and arithmetic in office time: time counts only while the office is open, on working days.

The arithmetic is additive: two adjacent spans give the same as the span over both, and moving twice the same as moving once
by the sum. So many short pauses never give back more than one long pause over all of them.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from msgspec import Struct

from handlers.calendar.workdays import WorkCalendar
from handlers.calendar.zone import SHANGHAI, day_of


class Hours(Struct, frozen=True, cache_hash=True):
    """Office hours on a working day."""

    opens: time
    closes: time


_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


@lru_cache(maxsize=512)
def hours(opens: str, closes: str) -> Hours:
    """Returns the hours of two texts such as "09:00" and "18:00". Raises ValueError when they are no times, or the
    second is not later.
    """
    found = Hours(_time(opens), _time(closes))
    if found.opens >= found.closes:
        raise ValueError(f"office hours end after they begin, not from {opens} to {closes}")
    return found


def _time(words: str) -> time:
    found = _TIME.fullmatch(words)
    if found is None:
        raise ValueError(f"a time of day is written as 09:00, not {words!r}")
    return time(int(found[1]), int(found[2]), tzinfo=SHANGHAI)


DEFAULT_HOURS = hours("09:00", "18:00")
"""Used by units without office hours of their own."""


_DAY = timedelta(days=1)
_NONE = timedelta()


def open_between(calendar: WorkCalendar, office: Hours, first: datetime, last: datetime) -> timedelta:
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


def open_after(calendar: WorkCalendar, office: Hours, at: datetime, open_for: timedelta) -> datetime:
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
    return (_opening(last, office) + (open_for - whole * length)).astimezone(UTC)


def _length(office: Hours) -> timedelta:
    """Returns how long the office is open on a working day. China has no daylight saving time."""
    return datetime.combine(date.min, office.closes) - datetime.combine(date.min, office.opens)


def _clamped(office: Hours, at: datetime) -> timedelta:
    """Returns how long the office has been open on the day of `at`, at that time."""
    return min(max(at - _opening(day_of(at), office), _NONE), _length(office))


def _opening(day: date, office: Hours) -> datetime:
    return datetime.combine(day, office.opens)
