"""Working days as the State Council announced them, year by year, and what happens where it has not yet."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.calendar.workdays import CHINA, WorkCalendar, YearOverride

OFF = [
    ("2025-01-01", "2025-01-01"),
    ("2025-01-28", "2025-02-04"),
    ("2025-04-04", "2025-04-06"),
    ("2025-05-01", "2025-05-05"),
    ("2025-05-31", "2025-06-02"),
    ("2025-10-01", "2025-10-08"),
    ("2026-01-01", "2026-01-03"),
    ("2026-02-15", "2026-02-23"),
    ("2026-04-04", "2026-04-06"),
    ("2026-05-01", "2026-05-05"),
    ("2026-06-19", "2026-06-21"),
    ("2026-09-25", "2026-09-27"),
    ("2026-10-01", "2026-10-07"),
]
MADE_UP = [
    "2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11",
    "2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10",
]  # fmt: skip
"""Source: 国务院办公厅关于 2025 年、2026 年部分节假日安排的通知."""


def _days(first: str, last: str) -> list[date]:
    start = date.fromisoformat(first)
    return [start + timedelta(days=number) for number in range((date.fromisoformat(last) - start).days + 1)]


@pytest.mark.judge("the State Council's lists of working days")
def test_every_day_of_two_announced_years() -> None:
    off = {day for first, last in OFF for day in _days(first, last)}
    made_up = {date.fromisoformat(day) for day in MADE_UP}
    for day in _days("2025-01-01", "2026-12-31"):
        expected = day in made_up or (day.weekday() < 5 and day not in off)
        assert CHINA.working(day) is expected, day


@pytest.mark.parametrize(
    ("day", "count", "due"),
    [
        ("2026-04-01", 0, "2026-04-01"),
        ("2026-04-01", 1, "2026-04-02"),
        ("2026-04-01", 3, "2026-04-07"),
        ("2026-02-13", 1, "2026-02-14"),
        ("2026-02-14", 1, "2026-02-24"),
        ("2026-02-18", 1, "2026-02-24"),
        ("2026-02-27", 1, "2026-02-28"),
        ("2026-02-27", 2, "2026-03-02"),
        ("2025-09-30", 1, "2025-10-09"),
        ("2025-10-10", 1, "2025-10-11"),
        ("2025-12-31", 1, "2026-01-04"),
        ("2024-12-31", 1, "2025-01-02"),
        ("2024-02-28", 1, "2024-02-29"),
        ("2024-12-31", 250, "2026-01-05"),
        ("2024-02-09", 1, "2024-02-18"),
        ("2024-09-13", 1, "2024-09-14"),
        ("2024-09-14", 1, "2024-09-18"),
        ("2024-09-30", 4, "2024-10-11"),
        ("2024-10-11", 1, "2024-10-12"),
        ("2025-01-24", 1, "2025-01-26"),
        ("2025-01-27", 3, "2025-02-07"),
        ("2025-02-07", 1, "2025-02-08"),
        ("2025-04-30", 1, "2025-05-06"),
        ("2025-09-27", 1, "2025-09-28"),
        ("2026-05-08", 1, "2026-05-09"),
        ("2026-06-18", 1, "2026-06-22"),
        ("2026-09-19", 1, "2026-09-20"),
        ("2026-09-24", 2, "2026-09-29"),
        ("2026-12-31", 1, "2027-01-04"),
    ],
)
def test_counting_forwards(day: str, count: int, due: str) -> None:
    assert CHINA.after(date.fromisoformat(day), count) == date.fromisoformat(due)


@given(st.dates(date(2010, 1, 1), date(2027, 12, 31)), st.integers(1, 60))
def test_counting_agrees_with_looking_at_each_day(day: date, count: int) -> None:
    due = CHINA.after(day, count)
    worked = CHINA.between(day, due)
    assert len(worked) == count
    assert worked[-1] == due
    assert all(CHINA.working(one) for one in worked)


def test_backwards_is_refused() -> None:
    with pytest.raises(ValueError, match="forwards"):
        CHINA.after(date(2026, 4, 1), -1)


def test_an_estimated_year_is_said_aloud_until_somebody_fills_it_in() -> None:
    assert CHINA.warning(2026) is None
    assert "2031 年" in (CHINA.warning(2031) or "")
    partly = WorkCalendar([YearOverride(2031, off=frozenset({date(2031, 3, 3)}), complete=False)])
    assert partly.warning(2031) is not None
    assert WorkCalendar([YearOverride(2031)]).warning(2031) is None


def test_an_override_outranks_what_the_package_knows() -> None:
    monday, saturday = date(2026, 4, 13), date(2026, 4, 18)
    local = WorkCalendar([YearOverride(2026, off=frozenset({monday}), work=frozenset({saturday}))])
    assert (CHINA.working(monday), CHINA.working(saturday)) == (True, False)
    assert (local.working(monday), local.working(saturday)) == (False, True)
    assert local.after(date(2026, 4, 10), 5) == saturday
