"""Runs of counted and skipped days between two dates, for an explanation that a person can check on a calendar."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby

from handlers.calendar.workdays import WorkCalendar

_DAY = timedelta(days=1)
_WEEKEND = "周末"
_ADDED = frozenset({_WEEKEND, "调休放假"})


def counted(calendar: WorkCalendar, first: date, last: date, today: date) -> str:
    """Returns the working days after `first`, up to and including `last`, such as 11月24日至27日 4 天、11月30日 1 天. Empty for
    none.

    A weekend day that is worked is named. The year is given when it is not today's.
    """
    parts: list[str] = []
    for worked, run in _runs(calendar, first, last):
        if not worked:
            continue
        made_up = [day for day in run if calendar.called(day)]
        named = f"（{'、'.join(_day(day, today) for day in made_up)}调休上班）" if made_up else ""
        parts.append(f"{between(run[0], run[-1], today)} {len(run)} 天{named}")
    return "、".join(parts)


def skipped(calendar: WorkCalendar, first: date, last: date, today: date) -> str:
    """Returns the days in between that were not counted, with reasons, such as 10月1日至7日国庆节、10月17日至18日周末. Empty for
    none.
    """
    parts: list[str] = []
    for worked, run in _runs(calendar, first, last):
        if not worked:
            parts.append(between(run[0], run[-1], today) + _why(calendar, run))
    return "，".join(parts)


def _why(calendar: WorkCalendar, run: list[date]) -> str:
    """Returns the holiday that the run is about; days merely moved because of it are not named."""
    names = dict.fromkeys(calendar.called(day) for day in run)
    feasts = [name for name in names if name not in _ADDED and not name.endswith("补假")]
    return "、".join(feasts) or next((name for name in names if name != _WEEKEND), _WEEKEND)


def between(first: date, last: date, today: date) -> str:
    """Returns a period such as 10月1日至7日, 9月30日至10月2日, or 10月1日 for a single day."""
    if first == last:
        return _day(first, today)
    until = f"{last.day}日" if (first.year, first.month) == (last.year, last.month) else f"{last.month}月{last.day}日"
    return f"{_day(first, today)}至{'' if first.year == last.year else f'{last.year}年'}{until}"


def _day(day: date, today: date) -> str:
    year = f"{day.year}年" if day.year != today.year else ""
    return f"{year}{day.month}月{day.day}日"


def _runs(calendar: WorkCalendar, first: date, last: date) -> Iterator[tuple[bool, list[date]]]:
    days = (first + _DAY * number for number in range(1, (last - first).days + 1))
    return ((worked, list(run)) for worked, run in groupby(days, key=calendar.working))
