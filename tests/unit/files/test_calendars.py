"""Calendars of single years: read from a folder, refused by name, and missed aloud when there is none."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.cli.doctor import term_findings
from bot.config import Settings, Unusable
from bot.files.calendars import read_calendar
from handlers.calendar.workdays import CHINA

LIST = """
off = [2031-01-01, 2031-01-23, 2031-01-24, 2031-10-01, 2031-10-02, 2031-10-03]
work = [2031-01-18, 2031-10-11]
complete = true
"""


def folder(path: Path, **files: str) -> Path:
    for name, text in files.items():
        (path / f"{name.removeprefix('y')}.toml").write_text(text, "utf-8")
    return path


def test_a_whole_list_takes_the_place_of_what_is_guessed(tmp_path: Path) -> None:
    calendar = read_calendar(folder(tmp_path, y2031=LIST))
    assert calendar.warning(2031) is None
    assert not calendar.working(date(2031, 1, 23))
    assert calendar.working(date(2031, 1, 18))
    assert calendar.called(date(2031, 1, 18)) == "调休上班"
    # The package guesses the Spring Festival of an unannounced year; the list has none of it on these days.
    guessed = [day for day in (date(2031, 1, 22), date(2031, 1, 27)) if not CHINA.working(day)]
    assert guessed
    assert all(calendar.working(day) for day in guessed)
    assert calendar.after(date(2031, 9, 30), 1) == date(2031, 10, 6)
    assert not calendar.working(date(2031, 10, 4))


def test_a_few_days_of_ones_own_are_no_whole_list(tmp_path: Path) -> None:
    calendar = read_calendar(folder(tmp_path, y2026="off = [2026-07-15]", y2031="off = [2031-07-15]"))
    assert not calendar.working(date(2026, 7, 15))
    assert calendar.called(date(2026, 7, 15)) == "放假"
    assert not calendar.working(date(2026, 10, 1))
    assert calendar.warning(2026) is None
    assert calendar.warning(2031) is not None


def test_no_folder_is_the_calendar_we_know() -> None:
    assert read_calendar(None) is CHINA


BAD = {
    "off = [": "2031.toml: ",
    "off = ['2031-01-01']": "2031.toml: off, day 1: is a day without quotes",
    "off = [2031-01-01T00:00:00]": "2031.toml: off, day 1: is a day without quotes",
    "off = [2031-01-01, 2030-12-31]": "2031.toml: off, day 2: 2030-12-31 is not in 2031",
    "off = [2031-01-01, 2031-01-01]": "2031.toml: off, day 2: 2031-01-01 is there twice",
    "off = 2031-01-01": "2031.toml: off: is a list of days",
    "off = [2031-01-01]\nwork = [2031-01-01]": "2031.toml: work: 2031-01-01 is in off as well",
    "complete = 1": "2031.toml: complete: is true or false",
    "complete = true": "2031.toml: off: the whole list of a year has days off",
    "holidays = []": "2031.toml: holidays: there is no such field",
}


@pytest.mark.parametrize("text", BAD)
def test_what_is_wrong_is_named_in_one_line(text: str, tmp_path: Path) -> None:
    with pytest.raises(Unusable) as refused:
        read_calendar(folder(tmp_path, y2031=text))
    assert str(refused.value).startswith(f"CALENDAR_DIR: {BAD[text]}")
    assert "\n" not in str(refused.value)


def test_a_file_or_folder_of_another_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="there is no folder"):
        read_calendar(tmp_path / "nowhere")
    with pytest.raises(Unusable, match="called by its year"):
        read_calendar(folder(tmp_path, holidays="off = []"))


@pytest.mark.parametrize(
    ("today", "marks"),
    [
        (date(2026, 10, 31), [True, True]),
        (date(2026, 11, 1), [True, True, None]),
        (date(2031, 6, 1), [True, False]),
        (date(2031, 12, 31), [True, False, None]),
    ],
)
def test_doctor_says_which_years_are_missing(today: date, marks: list[bool | None]) -> None:
    findings = term_findings(Settings(), today)
    assert [good for good, _ in findings] == marks
    assert all(str(today.year + 1) in words for good, words in findings if good is None)


def test_doctor_names_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    findings = term_findings(Settings(policy_file=tmp_path / "gone.toml"), date(2026, 5, 4))
    assert [good for good, _ in findings] == [False]
    assert findings[0][1].startswith("POLICY_FILE: gone.toml")


def test_the_warning_is_for_this_year_and_from_november_for_the_next() -> None:
    assert CHINA.warnings(date(2026, 10, 31)) == ()
    assert [line[:4] for line in CHINA.warnings(date(2026, 11, 1))] == ["2027"]
    assert [line[:4] for line in CHINA.warnings(date(2031, 11, 1))] == ["2031", "2032"]


def test_what_a_day_is_called() -> None:
    named = {
        date(2026, 10, 1): "国庆节",
        date(2026, 10, 5): "国庆节补假",
        date(2026, 10, 7): "调休放假",
        date(2026, 10, 10): "调休上班",
        date(2026, 10, 17): "周末",
        date(2026, 10, 19): "",
        date(2026, 2, 16): "农历除夕",
    }
    assert {day: CHINA.called(day) for day in named} == named
