"""请假 and 销假: who is told and who may what while somebody is away."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from handlers.calendar.zone import local
from handlers.directory import absence
from handlers.directory.directory import Directory, Role, Staff
from handlers.notifications import recipients
from handlers.tickets.events.work import Replied
from tests.support.bureau import UNITS, Bureau, Desk


@pytest.fixture
def bureau() -> Bureau:
    return Bureau()


def told(bureau: Bureau, unit: str = "roads") -> set[int]:
    return set(recipients.desk(bureau.directory, unit, bureau.now))


def member(desk: Desk) -> Staff:
    found = desk.member
    assert found is not None
    return found


SPANS = [
    ("3天", "11-23 09:00", "11-26 00:00"),
    ("到周五", "11-23 09:00", "11-28 00:00"),
    ("12月1日到12月5日", "12-01 00:00", "12-06 00:00"),
    ("12月1日至5日", "12-01 00:00", "12-06 00:00"),
    ("明天", "11-24 00:00", "11-25 00:00"),
    ("明天起3天", "11-24 00:00", "11-27 00:00"),
    ("周四到周五", "11-26 00:00", "11-28 00:00"),
    ("下周一到下周三", "11-30 00:00", "12-03 00:00"),
    ("两个星期", "11-23 09:00", "12-07 00:00"),
    ("4小时", "11-23 09:00", "11-23 13:00"),
    ("183天", "11-23 09:00", "05-25 00:00"),
    ("11月24日到2027年5月25日", "11-24 00:00", "05-26 00:00"),
]


@pytest.mark.parametrize(("words", "begins", "ends"), SPANS, ids=[row[0] for row in SPANS])
def test_from_when_until_when(bureau: Bureau, words: str, begins: str, ends: str) -> None:
    li = bureau.official(name="小李")
    assert "已请假" in li.say(f"请假 {words}")
    away = member(li)
    assert away.away_from is not None
    assert away.away_until is not None
    assert (_short(away.away_from), _short(away.away_until)) == (begins, ends)


def _short(at: datetime) -> str:
    return local(at).strftime("%m-%d %H:%M")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("请假 代理 小李", "从哪天到哪天"),
        ("请假 今天有事", "已请假"),
        ("请假 11月1日到11月5日", "已经过去"),
        ("请假 3年内", "半年"),
        ("请假 3天 代理 小王", "没有已绑定的“小王”"),
        ("请假 3天 代理", "还缺代理人的姓名"),
        ("销假", "没有请假"),
    ],
)
def test_what_is_refused_says_why(bureau: Bureau, words: str, why: str) -> None:
    zhang = bureau.official(name="老张")
    bureau.official(name="小李")
    assert why in zhang.say(words)


class TestDeputy:
    """老张 is away and 小李 stands in."""

    def test_the_deputy_is_told_in_the_place_of_the_absent_one(self, bureau: Bureau) -> None:
        zhang, li = bureau.official(name="老张"), bureau.official(Role.LEADER, name="小李")
        assert told(bureau) == {zhang.id}
        said = zhang.say("请假 3天 代理 小李")
        assert "小李" in said
        assert told(bureau) == {li.id}
        bureau.later(days=2)
        assert told(bureau) == {li.id}
        bureau.later(days=1)
        assert told(bureau) == {zhang.id}

    def test_leave_that_begins_later_changes_nothing_yet(self, bureau: Bureau) -> None:
        zhang, li = bureau.official(name="老张"), bureau.official(Role.LEADER, name="小李")
        zhang.say("请假 12月1日到12月5日 代理 小李")
        assert told(bureau) == {zhang.id}
        bureau.later(days=8)
        assert told(bureau) == {li.id}

    def test_coming_back_early(self, bureau: Bureau) -> None:
        zhang = bureau.official(name="老张")
        bureau.official(Role.LEADER, name="小李")
        zhang.say("请假 3天 代理 小李")
        assert "欢迎回来" in zhang.tap("销假")
        assert told(bureau) == {zhang.id}
        assert (member(zhang).deputy_id, member(zhang).away_until) == (None, None)

    def test_the_deputy_has_the_absent_ones_role_too_and_signs_for_them(self, bureau: Bureau) -> None:
        head, li = bureau.official(Role.LEADER, name="老张"), bureau.official(name="小李")
        below = bureau.ticket(unit="team")
        li.say(f"督办 {below.number} 今天到场")
        assert not li.changed
        head.say("请假 3天 代理 小李")
        assert "已督办" in li.say(f"督办 {below.number} 今天到场")
        assert bureau.events[below.id][-1].actor.name == "小李（代老张）"
        assert "督办" in li.say("帮助")
        assert below.number in li.say("待办")
        bureau.later(days=3)
        li.say(f"督办 {below.number} 今天到场")
        assert not li.changed

    def test_a_supervisors_deputy_hears_of_what_the_supervisor_would(self, bureau: Bureau) -> None:
        supervisor = bureau.official(Role.SUPERVISOR, "county", "老督")
        li = bureau.official(Role.HANDLER, "county", "小李")
        supervisor.say("请假 3天 代理 小李")
        assert recipients.supervisors(bureau.directory, "roads", bureau.now) == (li.id,)

    def test_a_heads_deputy_is_told_as_head(self, bureau: Bureau) -> None:
        head, li = bureau.official(Role.LEADER, name="老张"), bureau.official(name="小李")
        head.say("请假 3天 由小李代理")
        assert recipients.heads(bureau.directory, "roads", bureau.now) == (li.id,)

    def test_several_of_one_name_are_asked_about(self, bureau: Bureau) -> None:
        zhang = bureau.official(name="老张")
        bureau.official(name="李小明")
        bureau.official(name="李小红")
        assert "有 2 位" in zhang.say("请假 3天 代理 李小")
        assert member(zhang).away_until is None
        assert "已请假" in zhang.tap("李小红")
        assert bureau.staff[member(zhang).deputy_id or 0].name == "李小红"

    def test_a_deputys_deputy(self, bureau: Bureau) -> None:
        zhang, li, wu = (bureau.official(name=name) for name in ("老张", "小李", "小吴"))
        zhang.say("请假 5天 代理 小李")
        li.say("请假 2天 代理 小吴")
        assert told(bureau) == {wu.id}
        assert [each.name for each in absence.absent_for(bureau.directory, member(wu), bureau.now)] == ["老张", "小李"]
        assert "也在请假" in wu.say("请假 1天 代理 小李")

    def test_two_who_name_each_other_are_both_told(self, bureau: Bureau) -> None:
        now = bureau.now
        until = now + timedelta(days=1)
        pair = (
            Staff(1, "roads", Role.HANDLER, "老张", 11, deputy_id=2, away_from=now, away_until=until),
            Staff(2, "roads", Role.HANDLER, "小李", 12, deputy_id=1, away_from=now, away_until=until),
        )
        assert set(recipients.desk(Directory(UNITS, pair, (), "dispatch"), "roads", now)) == {11, 12}

    def test_a_deputy_of_another_unit_does_not_stand_in(self, bureau: Bureau) -> None:
        now = bureau.now
        people = (
            Staff(1, "roads", Role.HANDLER, "老张", 11, deputy_id=2, away_from=now, away_until=now + timedelta(days=1)),
            Staff(2, "water", Role.HANDLER, "小李", 12),
        )
        assert recipients.desk(Directory(UNITS, people, (), "dispatch"), "roads", now) == (11,)


class TestNobodyNamed:
    """No deputy was named."""

    def test_colleagues_of_the_role_are_enough(self, bureau: Bureau) -> None:
        zhang, li = bureau.official(name="老张"), bureau.official(name="小李")
        zhang.say("请假 3天")
        assert told(bureau) == {li.id}

    def test_else_the_units_others_and_the_absent_one(self, bureau: Bureau) -> None:
        zhang, head = bureau.official(name="老张"), bureau.official(Role.LEADER, name="局长")
        assert "其他同事" in zhang.say("请假 3天")
        assert told(bureau) == {zhang.id, head.id}

    def test_who_is_alone_is_told_all_the_same(self, bureau: Bureau) -> None:
        zhang = bureau.official(name="老张")
        assert "仍然发给您" in zhang.say("请假 3天")
        assert told(bureau) == {zhang.id}


def test_who_answers_in_somebodys_place_still_counts_as_themselves(bureau: Bureau) -> None:
    zhang, li = bureau.official(name="老张"), bureau.official(name="小李")
    zhang.say("请假 3天 代理 小李")
    ticket = bureau.ticket()
    li.say(f"答复 {ticket.number} 您好，经查滨河路路灯线路进水，今天已更换电缆并恢复。值班电话0700-5550101。")
    assert isinstance(bureau.events[ticket.id][-1].what, Replied)
    assert bureau.tickets[ticket.id].replied_by == member(li).id


def test_a_directory_without_leave_asks_nobody(bureau: Bureau) -> None:
    li = bureau.official(name="小李")
    assert bureau.directory.absences == ()
    assert absence.roles(bureau.directory, member(li), bureau.now) == (Role.HANDLER,)
    assert absence.called(bureau.directory, member(li), bureau.now) == "小李"
