"""Days in words, seen from Wednesday 25 November 2026."""

from __future__ import annotations

import itertools
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.calendar.workdays import CHINA
from nlp.text.days import mentions, number

TODAY = date(2026, 11, 25)

NAMED: list[tuple[str, str]] = [
    ("今天", "2026-11-25"),
    ("明早", "2026-11-26"),
    ("后天", "2026-11-27"),
    ("大后天", "2026-11-28"),
    ("周五", "2026-11-27"),
    ("周一", "2026-11-30"),
    ("星期日", "2026-11-29"),
    ("下周三", "2026-12-02"),
    ("下下周一", "2026-12-07"),
    ("本周内", "2026-11-27"),
    ("下周", "2026-12-04"),
    ("11月25日", "2026-11-25"),
    ("11月20日", "2026-11-20"),
    ("1月15号", "2027-01-15"),
    ("2027年3月1日", "2027-03-01"),
    ("2026-12-01", "2026-12-01"),
    ("明年3月1日", "2027-03-01"),
    ("十二月五日", "2026-12-05"),
    ("25号", "2026-11-25"),
    ("20号", "2026-12-20"),
    ("本月30日", "2026-11-30"),
    ("下个月10号", "2026-12-10"),
    ("3天内", "2026-11-28"),
    ("三天", "2026-11-28"),
    ("十五日内", "2026-12-10"),
    ("三个工作日内", "2026-11-30"),
    ("两周内", "2026-12-09"),
    ("半个月内", "2026-12-10"),
    ("两个月内", "2027-01-24"),
    ("月底前", "2026-11-30"),
    ("下月底", "2026-12-31"),
    ("12月底", "2026-12-31"),
    ("12月中旬", "2026-12-20"),
    ("明年2月底", "2027-02-28"),
    ("12月", "2026-12-31"),
    ("2027年3月前", "2027-02-28"),
    ("年底前", "2026-12-31"),
    ("2027年年中", "2027-06-30"),
    ("明年上半年", "2027-06-30"),
    ("明年一季度", "2027-03-31"),
    ("明年三季度", "2027-09-30"),
    ("第4季度末", "2026-12-31"),
    ("元旦前", "2026-12-31"),
    ("国庆节前", "2027-09-30"),
]

NO_DAY = [
    "5号楼",
    "一号线",
    "第3天",
    "每天",
    "30分钟",
    "28周岁",
    "13月40日",
    "2月30日",
    "政发〔2026〕12号",
    "26年",
    "3.5天",
    "去年底的事",
]


@pytest.mark.parametrize(("words", "day"), NAMED, ids=[row[0] for row in NAMED])
def test_a_day_in_words(words: str, day: str) -> None:
    (found,) = mentions(f"我们{words}办", TODAY, CHINA.after)
    assert found.day == date.fromisoformat(day)
    assert found.start == len("我们")


@pytest.mark.parametrize("words", NO_DAY)
def test_what_names_no_day(words: str) -> None:
    assert mentions(words, TODAY, CHINA.after) == ()


def test_hours_are_told_as_hours() -> None:
    (found,) = mentions("48小时内到场", TODAY, CHINA.after)
    assert (found.hours, found.span, found.by, found.day) == (48, True, True, date(2026, 11, 27))


def test_a_range_is_two_days() -> None:
    found = mentions("12月1日到12月5日", TODAY, CHINA.after)
    assert [each.day.day for each in found] == [1, 5]


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("7", 7),
        ("两", 2),
        ("十", 10),
        ("十五", 15),
        ("三十", 30),
        ("二十一", 21),
        ("十十", None),
        ("甲", None),
        ("", None),
    ],
)
def test_numbers(words: str, value: int | None) -> None:
    assert number(words) == value


@given(st.text(max_size=60), st.dates(date(2020, 1, 31), date(2029, 12, 31)))
def test_any_text_is_read_without_harm(text: str, today: date) -> None:
    found = mentions(text, today, CHINA.after)
    assert all(earlier.end <= later.start for earlier, later in itertools.pairwise(found))
