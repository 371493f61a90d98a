"""Promises, extensions and pauses, over long holidays, make-up days, midnight and the end of the year."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from handlers.calendar.policy import DEFAULT, FIRST, Terms
from handlers.calendar.workdays import WorkCalendar, YearOverride
from handlers.calendar.zone import SHANGHAI, local
from handlers.deadlines import deadlines
from handlers.errors import Refused
from handlers.tickets.ticket import State
from tests.support import samples

KINDS = ("咨询", "投诉", "举报", "求助", "建议", "感谢", "别的")


def at(words: str) -> datetime:
    """A moment in China."""
    return datetime.fromisoformat(words).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("kind", "filed", "accept", "reply"),
    [
        ("咨询", "2026-04-01 09:00", "2026-04-02 18:00", "2026-04-03 18:00"),
        ("投诉", "2026-04-01 09:00", "2026-04-02 18:00", "2026-04-09 18:00"),
        ("举报", "2026-04-01 09:00", "2026-04-02 18:00", "2026-04-09 18:00"),
        ("求助", "2026-04-01 09:00", "2026-04-02 18:00", "2026-04-09 18:00"),
        ("建议", "2026-04-01 09:00", "2026-04-02 18:00", "2026-04-23 18:00"),
        ("感谢", "2026-04-01 09:00", "2026-04-02 18:00", "2026-04-09 18:00"),
        ("别的", "2026-04-01 09:00", "2026-04-02 18:00", "2026-04-09 18:00"),
        ("咨询", "2026-04-01 23:59", "2026-04-02 18:00", "2026-04-03 18:00"),
        ("咨询", "2026-04-02 00:00", "2026-04-03 18:00", "2026-04-07 18:00"),
        ("投诉", "2026-02-13 15:00", "2026-02-14 18:00", "2026-02-27 18:00"),
        ("投诉", "2026-02-20 15:00", "2026-02-24 18:00", "2026-02-28 18:00"),
        ("投诉", "2025-09-30 20:00", "2025-10-09 18:00", "2025-10-14 18:00"),
        ("投诉", "2025-12-30 10:00", "2025-12-31 18:00", "2026-01-07 18:00"),
        ("建议", "2025-01-24 10:00", "2025-01-26 18:00", "2025-02-20 18:00"),
    ],
)
def test_working_day_rules(kind: str, filed: str, accept: str, reply: str) -> None:
    promise = deadlines.promise(kind, "", False, at(filed))
    assert (promise.accept_by, promise.reply_by) == (at(accept), at(reply))
    assert "个工作日内" in promise.rule
    assert not promise.in_hours


@pytest.mark.parametrize("kind", KINDS)
def test_urgency_comes_before_everything(kind: str) -> None:
    filed = at("2026-02-18 03:00")
    promise = deadlines.promise(kind, "自来水供应", True, filed, is_vital=True)
    assert (promise.accept_by, promise.reply_by) == (filed + timedelta(hours=2), filed + timedelta(hours=2))
    assert (promise.rule, promise.in_hours) == ("紧急情况 2 小时内处置回应", True)


def test_vital_supplies_round_the_clock() -> None:
    filed = at("2026-02-18 03:00")
    for promise in (
        deadlines.promise("投诉", "", False, filed, is_vital=True),
        deadlines.promise("求助", "冬季采暖", False, filed),
    ):
        assert promise.reply_by == filed + timedelta(hours=24) == promise.accept_by
        assert promise.in_hours
    assert not deadlines.promise("咨询", "冬季采暖", False, filed).in_hours


@pytest.mark.parametrize(
    "text",
    [
        "家里停水两天了",
        "小区又停电",
        "没水用",
        "没有电",
        "天然气停了",
        "暖气一直不热",
        "停暖三天",
        "断水",
        "没气做饭",
        "水停了",
        "自来水今天早上突然停了",
    ],
)
def test_outages(text: str) -> None:
    assert deadlines.vital("求助", text)
    assert not deadlines.vital("咨询", text)


@pytest.mark.parametrize(
    "text",
    [
        "电梯停了",
        "停电梯半个月",
        "服务没水平",
        "没电话通知",
        "没气质",
        "公交停运",
        "停车位不够",
        "水费太贵",
        "断电器卖假货",
        "没收到电费单",
    ],
)
def test_no_outages(text: str) -> None:
    assert not deadlines.vital("投诉", text)


def test_every_policy_says_its_source_and_one_limit() -> None:
    for row in FIRST.rules:
        assert row.source
        assert bool(row.reply.workdays) != bool(row.reply.hours)
        assert str(row.reply.workdays or row.reply.hours) in row.words


@given(st.integers(0, 690 * 24 * 60), st.sampled_from(KINDS))
def test_promises_are_later_and_end_with_office_hours(minutes: int, kind: str) -> None:
    moment = at("2025-01-01 00:00") + timedelta(minutes=minutes)
    promise = deadlines.promise(kind, "", False, moment)
    assert moment < promise.accept_by <= promise.reply_by
    assert promise.reply_by.tzinfo is UTC
    assert (local(promise.reply_by).hour, local(promise.reply_by).minute) == (18, 0)


def test_an_override_moves_the_promise() -> None:
    storm = WorkCalendar([YearOverride(2026, off=frozenset({at("2026-04-02 00:00").date()}), complete=False)])
    assert deadlines.promise("咨询", "", False, at("2026-04-01 09:00"), terms=Terms(DEFAULT, storm)).reply_by == at(
        "2026-04-07 18:00"
    )


def test_extending_counts_from_the_promised_date() -> None:
    ticket = samples.start(promise=deadlines.promise("投诉", "", False, at("2026-04-01 09:00"))).ticket
    assert deadlines.extend(ticket, 3, at("2026-04-08 10:00")).reply_by == at("2026-04-14 18:00")
    for days in (0, -1, 16):
        with pytest.raises(Refused, match="1 到 15"):
            deadlines.extend(ticket, days, at("2026-04-08 10:00"))
    with pytest.raises(Refused, match="还是已经过期"):
        deadlines.extend(ticket, 1, at("2026-05-08 10:00"))


@pytest.mark.parametrize(
    ("asked", "answered", "due", "back"),
    [
        # Within a day: the hours, from where the promise ended.
        ("2026-04-02 10:00", "2026-04-02 17:00", "2026-04-10 16:00", 7 * 3600),
        ("2026-04-02 10:00", "2026-04-02 10:06", "2026-04-10 09:06", 6 * 60),
        # Over night: the evening's and the morning's hours, and of the night nothing.
        ("2026-04-02 10:00", "2026-04-03 09:00", "2026-04-10 17:00", 8 * 3600),
        ("2026-04-02 23:57", "2026-04-03 00:03", "2026-04-09 18:00", 0),
        ("2026-04-02 17:57", "2026-04-03 09:03", "2026-04-10 09:06", 6 * 60),
        # Qingming, 4 to 6 April: of days off nothing.
        ("2026-04-03 18:00", "2026-04-07 09:00", "2026-04-09 18:00", 0),
        ("2026-04-03 10:00", "2026-04-07 08:00", "2026-04-10 17:00", 8 * 3600),
        # A whole day is a day, and ends with the office.
        ("2026-04-02 09:00", "2026-04-02 18:00", "2026-04-10 18:00", 9 * 3600),
        ("2026-04-02 09:00", "2026-04-16 09:00", "2026-04-22 18:00", 9 * 9 * 3600),
        ("2026-04-02 10:00", "2026-04-02 10:00", "2026-04-09 18:00", 0),
    ],
)
def test_a_pause_gives_back_the_office_time_lost(asked: str, answered: str, due: str, back: int) -> None:
    ticket = samples.start(promise=deadlines.promise("投诉", "", False, at("2026-04-01 09:00"))).ticket
    paused = replace(ticket, state=State.WAITING, waiting_since=at(asked))
    moved = deadlines.resume(paused, at(answered))
    assert (moved.reply_by, moved.back) == (at(due), back)


def test_three_questions_of_six_minutes_over_midnight_cost_nothing() -> None:
    """They cost three working days when midnights were counted."""
    ticket = samples.start(promise=deadlines.promise("投诉", "", False, at("2026-04-01 09:00"))).ticket
    for day in ("2026-04-01", "2026-04-02", "2026-04-07"):
        paused = replace(ticket, waiting_since=at(f"{day} 23:57"))
        moved = deadlines.resume(paused, at(f"{day} 23:57") + timedelta(minutes=6))
        ticket = replace(ticket, promise=replace(ticket.promise, reply_by=moved.reply_by))
    assert ticket.promise.reply_by == at("2026-04-09 18:00")


@pytest.mark.parametrize(("seconds", "back"), [(1, 0), (59, 0), (60, 60), (119.9, 60), (9 * 3600 + 59, 9 * 3600)])
def test_office_time_is_given_back_in_whole_minutes(seconds: float, back: int) -> None:
    ticket = samples.start(promise=deadlines.promise("投诉", "", False, at("2026-04-01 09:00"))).ticket
    paused = replace(ticket, waiting_since=at("2026-04-02 09:00"))
    assert deadlines.resume(paused, at("2026-04-02 09:00") + timedelta(seconds=seconds)).back == back


def test_a_pause_counts_chinas_days() -> None:
    ticket = samples.start(promise=deadlines.promise("投诉", "", False, at("2026-04-01 09:00"))).ticket
    paused = replace(ticket, waiting_since=datetime(2026, 4, 1, 17, tzinfo=UTC))
    assert deadlines.resume(paused, datetime(2026, 4, 2, 1, tzinfo=UTC)).reply_by == at("2026-04-09 18:00")
    assert deadlines.resume(paused, datetime(2026, 4, 2, 2, tzinfo=UTC)).reply_by == at("2026-04-10 10:00")


def test_a_pause_under_a_rule_in_hours_gives_back_hours() -> None:
    ticket = samples.start(promise=deadlines.promise("求助", "", False, at("2026-04-01 09:00"), is_vital=True)).ticket
    paused = replace(ticket, waiting_since=at("2026-04-01 10:00"))
    assert deadlines.resume(paused, at("2026-04-01 13:30")).reply_by == at("2026-04-02 12:30")
    assert deadlines.resume(ticket, at("2026-04-01 13:30")).reply_by == ticket.promise.reply_by
