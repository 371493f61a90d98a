"""Reads the folder of calendars: one file a year (2027.toml) with the State Council's holidays, or a place's own."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path

from bot.config import Unusable
from handlers.calendar.workdays import CHINA, WorkCalendar, YearOverride

SETTING = "CALENDAR_DIR"

_NAME = re.compile(r"(20\d\d)\.toml")
_FIELDS = frozenset({"off", "work", "complete"})


def read_calendar(folder: Path | None) -> WorkCalendar:
    """Returns the calendar with the years of this folder. None as folder: the calendar of the `holidays` package.

    Raises `Unusable` with one line that names file and field.
    """
    if folder is None:
        return CHINA
    if not folder.is_dir():
        raise Unusable(f"{SETTING}: there is no folder {folder}")
    files = sorted(path for path in folder.iterdir() if path.suffix == ".toml")
    return WorkCalendar([_year(path) for path in files])


def _year(path: Path) -> YearOverride:
    named = _NAME.fullmatch(path.name)
    if named is None:
        raise Unusable(f"{SETTING}: {path.name}: a calendar is called by its year, as 2027.toml")
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Unusable(f"{SETTING}: {path.name}: {error}") from None
    problem = next(_problems(table, int(named[1])), None)
    if problem is not None:
        raise Unusable(f"{SETTING}: {path.name}: {problem}")
    off, work = (frozenset(table.get(name, ())) for name in ("off", "work"))
    return YearOverride(int(named[1]), off, work, table.get("complete", False))


def _problems(table: Mapping[str, object], year: int) -> Iterator[str]:
    for name in table:
        if name not in _FIELDS:
            yield f"{name}: there is no such field; there are off, work, complete"
    complete = table.get("complete", False)
    if not isinstance(complete, bool):
        yield "complete: is true or false"
    listed = {name: table.get(name, []) for name in ("off", "work")}
    for name, days in listed.items():
        yield from _wrong_days(name, days, year)
    off, work = listed["off"], listed["work"]
    if isinstance(off, list) and isinstance(work, list):
        yield from (f"work: {day} is in off as well" for day in work if day in off)
    if complete and not off:
        yield "off: the whole list of a year has days off"


def _wrong_days(name: str, days: object, year: int) -> Iterator[str]:
    if not isinstance(days, list):
        yield f"{name}: is a list of days, as [{year}-10-01, {year}-10-02]"
        return
    for number, day in enumerate(days, 1):
        if not isinstance(day, date) or isinstance(day, datetime):
            yield f"{name}, day {number}: is a day without quotes, as {year}-10-01"
        elif day.year != year:
            yield f"{name}, day {number}: {day} is not in {year}"
        elif day in days[: number - 1]:
            yield f"{name}, day {number}: {day} is there twice"
