"""Names fit their cards and dates read as people say them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from handlers.calendar.zone import SHANGHAI
from handlers.tickets import states, wording
from handlers.tickets.ticket import State

NOW = datetime(2026, 12, 31, 10, tzinfo=SHANGHAI)


def test_every_state_and_move_has_a_name_that_fits() -> None:
    assert set(wording.STATES) == set(State) == set(states.IS)
    assert all(len(name) <= 5 for name in wording.STATES.values())
    assert len(set(wording.STATES.values())) == len(State)


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        (2, "今天 12:00"),
        (-10, "今天 00:00"),
        (-11, "昨天 23:00"),
        (14, "明天（周五）00:00"),
        (38, "2027年1月2日（周六）00:00"),
        (-48, "12月29日（周二）10:00"),
    ],
)
def test_moment(hours: int, said: str) -> None:
    assert wording.moment(NOW + timedelta(hours=hours), NOW) == said


def test_dates_are_chinas() -> None:
    late = datetime(2026, 4, 1, 16, 30, tzinfo=UTC)
    assert wording.day(late) == "4月2日（周四）"
    assert wording.moment(late) == "4月2日（周四）00:30"
    assert wording.short(late) == "04-02 00:30"
    assert wording.card_date(late) == "4月2日00:30前"


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(seconds=5), "1 分钟"),
        (timedelta(minutes=59), "59 分钟"),
        (timedelta(hours=1), "1 小时"),
        (timedelta(hours=23, minutes=59), "23 小时"),
        (timedelta(days=1), "1 天"),
        (timedelta(days=15, hours=20), "15 天"),
    ],
)
def test_lasting(span: timedelta, said: str) -> None:
    assert wording.lasting(span) == said


def test_cutting_and_clauses() -> None:
    assert wording.cut("一二三四五", 5) == "一二三四五"
    assert wording.cut("一二三四五六", 5) == "一二三四…"
    assert wording.cut("一\n二", 5) == "一 二"
    assert wording.clause(" 不归我们管。\n") == "不归我们管"
    assert wording.told("") == ""


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("路灯坏了半个月", "路灯坏了半个月"),
        ("菜市场门口的路灯坏了好几天，晚上看不见", "菜市场门口的路灯坏了好几天，晚上看不见"),
        ("菜市场门口的路灯坏了好几天了，晚上看不见路", "菜市场门口的路灯坏了好几天了"),
        ("您好，菜市场门口的那一盏路灯坏了好几天了没人修", "您好，菜市场门口的那一盏路灯坏了好几天…"),
    ],
)
def test_a_long_title_ends_at_a_pause(title: str, said: str) -> None:
    assert wording.brief(title) == said
