"""重办: another pair of eyes, and the citizen is called back first."""

from __future__ import annotations

import pytest

from handlers.deadlines import deadlines
from handlers.directory.directory import Role
from handlers.tickets.events import By
from handlers.tickets.events.work import Noted, Reopened, Replied
from handlers.tickets.ticket import State, Ticket
from tests.support.bureau import CITIZEN, Bureau, Desk

ANSWER = "您好，经现场查看，滨河路路灯线路进水，今天上午已更换电缆，路灯已亮。值班电话0700-5550101。"


@pytest.fixture
def bureau() -> Bureau:
    return Bureau()


@pytest.fixture
def zhou(bureau: Bureau) -> Desk:
    return bureau.official(name="小周")


def again(bureau: Bureau, zhou: Desk) -> Ticket:
    """A ticket that 小周 answered and that its citizen wants done again."""
    ticket = bureau.ticket()
    zhou.say(f"答复 {ticket.number} {ANSWER}")
    promise = deadlines.promise(ticket.kind, ticket.category, False, bureau.now)
    return bureau.happens(ticket, Reopened("还是黑的", promise), By.CITIZEN, CITIZEN)


def test_whoever_answered_before_is_sent_to_a_colleague(bureau: Bureau, zhou: Desk) -> None:
    ticket = again(bureau, zhou)
    wu = bureau.official(name="小吴")
    zhou.say(f"回访 {ticket.number} 市民说还黑")
    said = zhou.say(f"答复 {ticket.number} {ANSWER}")
    assert "请县城市管理局小吴来答复" in said
    assert not zhou.changed
    assert "换一个人" in zhou.say(f"办结 {ticket.number} {ANSWER}")
    assert "已答复" in wu.say(f"答复 {ticket.number} {ANSWER}")


def test_the_citizen_is_called_back_first(bureau: Bureau, zhou: Desk) -> None:
    ticket = again(bureau, zhou)
    wu = bureau.official(name="小吴")
    said = wu.say(f"答复 {ticket.number} {ANSWER}")
    assert said.endswith(f"回访 {ticket.number} 说明")
    assert not wu.changed
    assert "要先回访" in wu.say(f"查看 {ticket.number}")
    wu.say(f"回访 {ticket.number} 还有两盏不亮")
    assert "已答复" in wu.say(f"答复 {ticket.number} {ANSWER}")


def test_in_a_unit_of_one_a_superior_answers(bureau: Bureau, zhou: Desk) -> None:
    ticket = again(bureau, zhou)
    head = bureau.official(Role.LEADER, "county", "王县长")
    zhou.say(f"回访 {ticket.number} 还黑")
    assert "请上级松江县人民政府王县长来答复" in zhou.say(f"答复 {ticket.number} {ANSWER}")
    assert "已答复" in head.say(f"答复 {ticket.number} {ANSWER}")


def test_where_nobody_else_can_the_same_answers_and_it_is_noted(bureau: Bureau, zhou: Desk) -> None:
    ticket = again(bureau, zhou)
    bureau.official(Role.SUPERVISOR, "county", "只督不办")
    assert "要先回访" in zhou.say(f"答复 {ticket.number} {ANSWER}")
    zhou.say(f"回访 {ticket.number} 还黑")
    assert "仍由您答复" in zhou.say(f"答复 {ticket.number} {ANSWER}")
    noted, replied = (event.what for event in bureau.events[ticket.id][-2:])
    assert isinstance(noted, Noted)
    assert "仍由小周答复" in noted.text
    assert isinstance(replied, Replied)
    zhou.say("撤销")
    assert bureau.tickets[ticket.id].state is State.REWORK


def test_colleagues_who_are_away_are_no_other_eyes(bureau: Bureau, zhou: Desk) -> None:
    ticket = again(bureau, zhou)
    wu = bureau.official(name="小吴")
    wu.say("请假 3天")
    zhou.say(f"回访 {ticket.number} 还黑")
    assert "仍由您答复" in zhou.say(f"答复 {ticket.number} {ANSWER}")


def test_the_first_round_and_a_second_word_in_the_same_round_are_free(bureau: Bureau, zhou: Desk) -> None:
    ticket = bureau.ticket()
    bureau.official(name="小吴")
    assert "已答复" in zhou.say(f"答复 {ticket.number} {ANSWER}")
    assert "已答复" in zhou.say(f"答复 {ticket.number} {ANSWER}再补充一句：如再熄灭请来电。")
