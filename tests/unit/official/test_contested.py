"""申诉 and 评议: once for each grade, decided above the unit, with reasons that everybody reads."""

from __future__ import annotations

import pytest

from handlers.deadlines import deadlines
from handlers.directory.directory import Role
from handlers.rankings.records import records
from handlers.tickets import lifecycle
from handlers.tickets.events import By
from handlers.tickets.events.grades import Rated
from handlers.tickets.events.work import Reopened, Replied
from handlers.tickets.ticket import Ticket
from tests.support.bureau import CITIZEN, Bureau


@pytest.fixture
def bureau() -> Bureau:
    return Bureau()


@pytest.fixture
def graded(bureau: Bureau) -> Ticket:
    ticket = bureau.ticket(Replied("灯已换好。"))
    return bureau.happens(ticket, Rated(1, "乱来"), By.CITIZEN, CITIZEN)


def test_a_grade_is_struck_out_with_a_reason(bureau: Bureau, graded: Ticket) -> None:
    unit, chief = bureau.official(), bureau.official(Role.SUPERVISOR, "county", "郑主任")
    assert "等督办员评议" in unit.say(f"申诉 {graded.number} 评的是另一条路")
    assert any("评议" in push.text and push.person_id == chief.id for push in bureau.pushes)
    assert "要剔除" in chief.say(f"评议 {graded.number} 剔除 确实是另一条路的灯")
    assert "不计入排行" in chief.say("确认")
    now = bureau.tickets[graded.id]
    assert (now.rating, now.opinion.void, now.opinion.contested) == (1, True, False)
    assert [record.void for record in records(now)] == [True]
    told = [push.text for push in bureau.pushes if push.person_id == CITIZEN]
    assert "确实是另一条路的灯" in told[-1]


def test_a_grade_that_stands_counts_and_is_not_contested_again(bureau: Bureau, graded: Ticket) -> None:
    unit, chief = bureau.official(), bureau.official(Role.SUPERVISOR, "county", "郑主任")
    unit.say(f"申诉 {graded.number} 我们办得很好")
    assert "已经申诉过" in unit.say(f"申诉 {graded.number} 再看看")
    chief.say(f"评议 {graded.number} 维持 灯确实不亮")
    chief.say("确认")
    assert not bureau.tickets[graded.id].opinion.void
    assert "已经评议过" in unit.say(f"申诉 {graded.number} 还是不服")


def test_a_grade_that_led_to_rework_can_be_contested(bureau: Bureau, graded: Ticket) -> None:
    again = deadlines.promise(graded.kind, graded.category, False, bureau.now)
    bureau.happens(graded, Reopened("没好", again), By.CITIZEN, CITIZEN)
    unit, chief = bureau.official(), bureau.official(Role.SUPERVISOR, "county", "郑主任")
    unit.say(f"申诉 {graded.number} 评的是另一条路")
    chief.say(f"评议 {graded.number} 剔除 看过现场")
    chief.say("确认")
    now = bureau.tickets[graded.id]
    assert now.rounds[0].opinion.void
    assert records(now)[0].void
    assert lifecycle.fold(bureau.events[graded.id]) == now


@pytest.mark.parametrize(
    ("words", "say"),
    [
        ("评议 {number} 看着办", "维持还是剔除"),
        ("评议 {number} 剔除", "写明理由"),
    ],
)
def test_what_is_missing_is_asked_for(bureau: Bureau, graded: Ticket, words: str, say: str) -> None:
    bureau.official().say(f"申诉 {graded.number} 评的是另一条路")
    chief = bureau.official(Role.SUPERVISOR, "county", "郑主任")
    assert say in chief.say(words.format(number=graded.number))


def test_nothing_to_contest_or_to_decide(bureau: Bureau, graded: Ticket) -> None:
    fresh = bureau.ticket(Replied("好了"))
    assert "还没有市民的评价" in bureau.official().say(f"申诉 {fresh.number} 冤枉")
    chief = bureau.official(Role.SUPERVISOR, "county", "郑主任")
    assert "没有等着评议" in chief.say(f"评议 {graded.number} 维持 就这样")


@pytest.mark.parametrize("role", [Role.HANDLER, Role.LEADER, Role.DISPATCHER])
def test_the_unit_does_not_judge_itself(bureau: Bureau, graded: Ticket, role: Role) -> None:
    bureau.official().say(f"申诉 {graded.number} 评的是另一条路")
    bureau.official(role).say(f"评议 {graded.number} 剔除 我们没错")
    assert bureau.tickets[graded.id].opinion.contested
