"""China's working days, including make-up Saturdays and Sundays (调休).

The `holidays` package knows every year that the State Council has announced, and estimates later years without 调休. An
override for a year, handed in as data, fills or corrects it. While one is missing, `warning` returns a line for the
operator.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import date, timedelta

from holidays import HolidayBase, country_holidays
from holidays.countries.china import ChinaStaticHolidays
from msgspec import Struct

_SATURDAY = 5

ANNOUNCED = frozenset(ChinaStaticHolidays.special_public_holidays)
"""Years whose 调休 the package knows (General Office of the State Council, each autumn for the next year)."""


NEXT_YEAR_FROM = 11
"""Month from which next year's list is expected: it is announced in late October or in November."""

_MADE_FOR = re.compile(r"^休息日（由.*调休）$")
_INSTEAD = re.compile(r"（补假）")


class YearOverride(Struct, frozen=True):
    """Days off and days worked of one year, in addition to the known ones or in their place."""

    year: int
    off: frozenset[date] = frozenset()
    """Days off."""

    work: frozenset[date] = frozenset()
    """Days worked."""

    complete: bool = True
    """Whether this is the State Council's whole list: it then counts as announced, and what the package knows of the
    year is ignored.
    """


class WorkCalendar:
    """The working days. Each year is computed once; later questions are look-ups in a sorted list."""

    def __init__(self, overrides: Iterable[YearOverride] = ()) -> None:
        self._overrides = {one.year: one for one in overrides}
        self._worked: dict[int, list[date]] = {}
        self._names: dict[int, HolidayBase] = {}

    def working(self, day: date) -> bool:
        """Returns whether offices work on this day."""
        days = self._days(day.year)
        place = bisect_left(days, day)
        return place < len(days) and days[place] == day

    def after(self, day: date, count: int) -> date:
        """Returns the `count`-th working day after `day`, which itself does not count. Returns `day` for a count of 0.

        Source: Civil Code § 201: the day on which a term begins is not counted.
        """
        if count < 0:
            raise ValueError("working days are counted forwards")
        if count == 0:
            return day
        year = day.year
        days = self._days(year)
        place = bisect_right(days, day) + count - 1
        while place >= len(days):
            place -= len(days)
            year += 1
            days = self._days(year)
        return days[place]

    def between(self, first: date, last: date) -> tuple[date, ...]:
        """Returns the working days after `first`, up to and including `last`."""
        found: list[date] = []
        for year in range(first.year, last.year + 1):
            days = self._days(year)
            found += days[bisect_right(days, first) : bisect_right(days, last)]
        return tuple(found)

    def called(self, day: date) -> str:
        """Returns why this day is worked or not: 国庆节, 调休放假, 周末, 调休上班. Empty when it needs no reason."""
        weekend = day.weekday() >= _SATURDAY
        if self.working(day):
            return "调休上班" if weekend else ""
        name = self._known(day.year).get(day)
        if name is None:
            return "周末" if weekend else "放假"
        return "调休放假" if _MADE_FOR.fullmatch(name) else _INSTEAD.sub("补假", name).replace("; ", "、")

    def estimated(self, year: int) -> bool:
        """Returns whether this year's official holidays are missing."""
        override = self._overrides.get(year)
        return year not in ANNOUNCED and not (override and override.complete)

    def warning(self, year: int) -> str | None:
        """Returns a line for the operator while the year is only estimated. None otherwise."""
        if not self.estimated(year):
            return None
        return f"{year} 年的放假调休安排还没有，工作日暂按估计推算；公布后请填入该年的日历表。"

    def warnings(self, day: date) -> tuple[str, ...]:
        """Returns what is missing on this day: this year's list, and from `NEXT_YEAR_FROM` on next year's."""
        years = (day.year, day.year + 1) if day.month >= NEXT_YEAR_FROM else (day.year,)
        return tuple(line for year in years if (line := self.warning(year)) is not None)

    def _days(self, year: int) -> list[date]:
        if year not in self._worked:
            self._worked[year] = self._read(year)
        return self._worked[year]

    def _read(self, year: int) -> list[date]:
        override = self._overrides.get(year, YearOverride(year, complete=False))
        known = self._known(year)
        first = date(year, 1, 1)
        year_days = (first + timedelta(days=number) for number in range((date(year + 1, 1, 1) - first).days))

        def usual(day: date) -> bool:
            return day.weekday() < _SATURDAY if override.complete else known.is_working_day(day)

        return [day for day in year_days if day in override.work or (usual(day) and day not in override.off)]

    def _known(self, year: int) -> HolidayBase:
        if year not in self._names:
            self._names[year] = country_holidays("CN", years=year, language="zh_CN")
        return self._names[year]


CHINA = WorkCalendar()
"""The announced calendar of the package, without overrides."""
