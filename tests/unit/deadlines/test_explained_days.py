"""Days are told in runs that leave none out and name why one was not counted."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.calendar.workdays import CHINA
from handlers.deadlines.explain_steps import counted_days, day_range, skipped_days

TODAY = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("first", "last", "worked", "off"),
    [
        ("2026-04-01", "2026-04-02", "4月2日 1 天", ""),
        ("2026-04-01", "2026-04-08", "4月2日至3日 2 天、4月7日至8日 2 天", "4月4日至6日清明节"),
        (
            "2026-09-28",
            "2026-10-10",
            "9月29日至30日 2 天、10月8日至10日 3 天（10月10日调休上班）",
            "10月1日至7日国庆节",
        ),
        (
            "2026-02-13",
            "2026-02-25",
            "2月14日 1 天（2月14日调休上班）、2月24日至25日 2 天",
            "2月15日至23日农历除夕、春节",
        ),
        ("2026-07-30", "2026-08-03", "7月31日 1 天、8月3日 1 天", "8月1日至2日周末"),
        ("2025-12-30", "2026-01-05", "2025年12月31日 1 天、1月4日至5日 2 天（1月4日调休上班）", "1月1日至3日元旦"),
        ("2026-12-30", "2027-01-04", "12月31日 1 天、2027年1月4日 1 天", "2027年1月1日至3日元旦"),
        ("2024-02-27", "2024-03-01", "2024年2月28日至3月1日 3 天", ""),
        ("2026-04-04", "2026-04-04", "", ""),
    ],
)
def test_what_is_counted_and_what_is_not(first: str, last: str, worked: str, off: str) -> None:
    days = (date.fromisoformat(first), date.fromisoformat(last))
    assert counted_days(CHINA, *days, TODAY) == worked
    assert skipped_days(CHINA, *days, TODAY) == off


def test_a_run_over_new_year_names_both_years() -> None:
    assert day_range(date(2025, 12, 31), date(2026, 1, 2), TODAY) == "2025年12月31日至2026年1月2日"


@given(st.dates(date(2024, 1, 1), date(2026, 11, 1)), st.integers(0, 60))
def test_the_runs_add_up_to_the_working_days(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    counts = [int(count) for count in re.findall(r" (\d+) 天", counted_days(CHINA, first, last, TODAY))]
    assert sum(counts) == len(CHINA.between(first, last))
