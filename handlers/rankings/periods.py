"""Periods of figures: months, quarters and years of China's calendar, with their names."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

from msgspec import Struct

from handlers.calendar.zone import SHANGHAI, day_of


class Period(Struct, frozen=True):
    """A period of whole days in China."""

    key: str
    """Its name in addresses."""

    name: str
    """Its name in sentences."""

    first: date
    """Its first day."""

    after: date
    """The day after its last."""

    @property
    def starts(self) -> datetime:
        """The moment it begins."""
        return _midnight(self.first)

    @property
    def ends(self) -> datetime:
        """The moment after it ends."""
        return _midnight(self.after)


_MONTH = re.compile(r"(20\d\d)\s*[-年./]\s*(\d{1,2})\s*月?")
_YEAR = re.compile(r"(20\d\d)\s*年?")
_WORDS: dict[str, str] = {
    "": "month",
    "本月": "month",
    "这个月": "month",
    "当月": "month",
    "上月": "last",
    "上个月": "last",
    "今年": "year",
    "本年": "year",
    "去年": "last-year",
    "近30天": "30",
    "近三十天": "30",
    "最近30天": "30",
    "本季": "quarter",
    "本季度": "quarter",
}


def read(words: str, now: datetime) -> Period | None:
    """Returns the period named by words or by a key: 上月, 今年, 2026-10, 2026年10月, 2025. None for anything else."""
    said = words.strip()
    today = day_of(now)
    match _WORDS.get(said, said):
        case "month":
            return month(today.year, today.month)
        case "last":
            before = today.replace(day=1) - timedelta(days=1)
            return month(before.year, before.month)
        case "year":
            return _year(today.year)
        case "last-year":
            return _year(today.year - 1)
        case "quarter":
            return _quarter(today.year, (today.month - 1) // 3)
        case "30":
            return Period("30", "近 30 天", today - timedelta(days=29), today + timedelta(days=1))
    if (found := _MONTH.fullmatch(said)) and 1 <= int(found[2]) <= 12:
        return month(int(found[1]), int(found[2]))
    if found := _YEAR.fullmatch(said):
        return _year(int(found[1]))
    return None


def month(year: int, number: int) -> Period:
    """One month."""
    first = date(year, number, 1)
    after = date(year + number // 12, number % 12 + 1, 1)
    return Period(f"{year}-{number:02}", f"{year}年{number}月", first, after)


def _year(year: int) -> Period:
    return Period(str(year), f"{year}年", date(year, 1, 1), date(year + 1, 1, 1))


def _quarter(year: int, number: int) -> Period:
    first = date(year, 3 * number + 1, 1)
    after = date(year + (number == 3), (3 * number + 3) % 12 + 1, 1)
    return Period("quarter", f"{year}年第{'一二三四'[number]}季度", first, after)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=SHANGHAI).astimezone(UTC)
