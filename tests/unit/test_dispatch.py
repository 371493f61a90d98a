"""The entry point: which room answers, who writes too fast, and what is owed to the person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from handlers import dispatch
from handlers.citizen.room import CitizenReading
from handlers.directory.directory import Role, Staff
from handlers.directory.person import Person
from handlers.messages import Body, Channel, Doubt, Incoming, PageAction, PageVerb, Text, Unfollow, Unread
from handlers.official.room import OfficialReading
from handlers.official.talk import OfficialTalk
from handlers.outcome import Outcome, Who
from handlers.queries import NOTHING, Found
from tests.support.citizens_town import Town

NOON = datetime(2026, 11, 23, 4, 0, 30, tzinfo=UTC)
MEMBER = Staff(900, "roads", Role.HANDLER, "小周", 7)


def incoming(body: Body, at: datetime = NOON) -> Incoming:
    return Incoming("key", Channel.WECHAT, "openid", at, at, body)


def who(staff: Staff | None = None, parked: tuple[str, ...] = (), in_minute: int = 0, at: datetime = NOON) -> Who:
    minute = int(at.timestamp()) // 60
    person = Person(7, Channel.WECHAT, "openid", NOON, parked=len(parked), minute=minute, in_minute=in_minute)
    return Who(person, OfficialTalk(), staff, parked)


def handled(body: Body, writer: Who) -> Outcome:
    context = Town().context()
    reading = dispatch.read(incoming(body), writer)
    return dispatch.handle(reading, Found(), context)


@pytest.mark.parametrize(
    ("body", "staff", "room"),
    [
        (Text("路灯坏了"), None, CitizenReading),
        (Text("待办"), None, OfficialReading),
        (Text("绑定 abcd1234"), None, OfficialReading),
        (Text("待办"), MEMBER, OfficialReading),
        (Text("市民：路灯坏了"), MEMBER, CitizenReading),
        (Text("  市民 路灯坏了"), MEMBER, CitizenReading),
        (PageAction(5, PageVerb.URGE, ""), MEMBER, CitizenReading),
    ],
)
def test_the_room_that_answers(body: Body, staff: Staff | None, room: type) -> None:
    assert isinstance(dispatch.read(incoming(body), who(staff)).said, room)


def test_an_official_who_writes_as_a_citizen_is_read_without_the_word() -> None:
    for words in ("市民：路灯坏了三天，解放路", "市民, 路灯坏了三天，解放路", "市民　路灯坏了三天，解放路"):
        assert dispatch.read(incoming(Text(words)), who(MEMBER)).appeal == "路灯坏了三天，解放路"
    assert dispatch.read(incoming(Text("市民：路灯坏了三天，解放路")), who()).appeal.startswith("市民")


def test_who_leaves_is_forgotten_and_an_official_is_released() -> None:
    assert handled(Unfollow(), who()) == Outcome(forget=True)
    left = handled(Unfollow(), who(MEMBER))
    assert left.forget
    assert [(each.id, each.person_id) for each in left.staff] == [(900, None)]


@pytest.mark.parametrize("body", [Unfollow(), Unread(Doubt.UNREADABLE, b"")])
def test_what_no_room_answers_needs_nothing_and_counts_nothing(body: Body) -> None:
    reading = dispatch.read(incoming(body), who(in_minute=99))
    assert (reading.said, reading.appeal, reading.who.person.in_minute) == (None, "", 99)
    assert dispatch.needs(reading, Town().context()) == NOTHING


def test_what_could_not_be_read_is_said_so() -> None:
    reply = handled(Unread(Doubt.UNREADABLE, b""), who()).reply
    assert reply is not None
    assert "没读懂" in reply.text


def test_a_flood_is_asked_to_slow_down_from_the_message_after_the_limit() -> None:
    last = handled(Text("您好"), who(in_minute=dispatch.FLOOD_LIMIT - 1))
    over = handled(Text("您好"), who(in_minute=dispatch.FLOOD_LIMIT))
    assert last.reply is not None
    assert over.reply is not None
    assert "太快" not in last.reply.text
    assert "太快" in over.reply.text
    assert over.person is not None
    assert over.person.in_minute == dispatch.FLOOD_LIMIT + 1


def test_every_minute_counts_anew() -> None:
    before = who(in_minute=dispatch.FLOOD_LIMIT)
    same = dispatch.read(incoming(Text("您好"), NOON + timedelta(seconds=29)), before)
    later = dispatch.read(incoming(Text("您好"), NOON + timedelta(seconds=30)), before)
    assert (same.who.person.in_minute, later.who.person.in_minute) == (dispatch.FLOOD_LIMIT + 1, 1)


def test_what_could_not_be_pushed_is_told_with_the_next_reply_once() -> None:
    told = handled(Text("您好"), who(parked=("路灯修好了。", "井盖换好了。")))
    plain = handled(Text("您好"), who())
    assert told.reply is not None
    assert plain.reply is not None
    assert told.reply.text == f"先补报您没收到的进展：\n\n路灯修好了。\n\n井盖换好了。\n\n——\n\n{plain.reply.text}"
    assert told.person is not None
    assert told.person.parked == 0


def test_a_message_lets_us_write_back_and_says_that_they_follow() -> None:
    person = handled(Text("您好"), who()).person
    assert person is not None
    assert person.following
    assert person.reach.until is not None


def test_everybody_but_who_left_reads_an_apology() -> None:
    assert dispatch.apology(incoming(Unfollow())) is None
    reply = dispatch.apology(incoming(Text("路灯坏了")))
    assert reply is not None
    assert "12345" in reply.text
