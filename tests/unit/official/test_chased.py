"""What officials answer to the clock: 回应, 兑现, 回访, 撤牌, and what waits on their desk."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.calendar.zone import local
from handlers.directory.directory import Role
from handlers.tickets.events import By
from handlers.tickets.events.clock import (
    CardColour,
    Carded,
    CommitmentBroken,
    CommitmentKept,
    Uncarded,
    UrgeAnswered,
    Urged,
    UrgeIgnored,
)
from handlers.tickets.events.work import Accepted, Closed, Replied
from handlers.tickets.ticket import Commitment, Ticket
from tests.support.bureau import CITIZEN, Bureau


@pytest.fixture
def bureau() -> Bureau:
    return Bureau()


def urged(bureau: Bureau, *whats: Accepted) -> Ticket:
    """A ticket whose citizen has urged; it is Monday, an answer is due by next Monday at 18:00."""
    ticket = bureau.ticket(*whats)
    return bureau.happens(ticket, Urged("等了很久", bureau.now + timedelta(days=1)), By.CITIZEN, CITIZEN)


def carded(bureau: Bureau, *colours: CardColour) -> Ticket:
    ticket = bureau.ticket()
    for colour in colours:
        ticket = bureau.happens(ticket, Carded(colour, ticket.promise.reply_by), By.CLOCK, 0)
    return ticket


def promised(bureau: Bureau, *texts: str) -> Ticket:
    """An answered ticket that promised each of these for Wednesday at 18:00."""
    by = bureau.now + timedelta(days=2, hours=9)
    return bureau.ticket(Replied("将更换。", vows=tuple(Commitment(text, by) for text in texts)))


STATEMENTS = [
    ("今天下午到场", 23, 18),
    ("明天上午更换", 24, 18),
    ("周五前修好", 27, 18),
    ("11月25日到场", 25, 18),
    ("25号前修好", 25, 18),
    ("3天内修好", 26, 18),
    ("两个工作日内答复", 25, 18),
    ("月底前修好", 30, 18),
    ("４小时内到场", 23, 13),
    ("先明天到场，周四前修好", 26, 18),
]


@pytest.mark.parametrize(("words", "day", "hour"), STATEMENTS, ids=[row[0] for row in STATEMENTS])
def test_an_urging_is_answered_with_a_day(bureau: Bureau, words: str, day: int, hour: int) -> None:
    ticket = urged(bureau)
    said = bureau.official().say(f"回应 {ticket.number} {words}")
    what = bureau.events[ticket.id][-1].what
    assert isinstance(what, UrgeAnswered)
    assert (what.text, local(what.by).day, local(what.by).hour) == (words, day, hour)
    after = bureau.tickets[ticket.id]
    assert (after.chase.answer_by, after.chase.said) == (None, words)
    assert "已回应" in said
    assert CITIZEN in {push.person_id for push in bureau.pushes}


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("会尽快处理", "要写明日期"),
        ("我们很重视", "要写明日期"),
        ("11月20日已经去过", "已经过了"),
        ("12月20日前修好", "日期太晚了"),
        ("一个月内修好", "日期太晚了"),
        ("明年修好", "要写明日期"),
    ],
)
def test_a_statement_without_a_fit_day_is_refused_in_one_sentence_that_says_why(
    bureau: Bureau, words: str, why: str
) -> None:
    ticket = urged(bureau)
    official = bureau.official()
    said = official.say(f"回应 {ticket.number} {words}")
    assert why in said
    assert said.startswith("没有执行：")
    assert not official.changed
    assert bureau.tickets[ticket.id].chase.answer_by is not None


def test_once_the_promise_is_broken_the_next_days_are_all_that_is_left(bureau: Bureau) -> None:
    ticket = urged(bureau)
    bureau.now = ticket.promise.reply_by + timedelta(hours=15)
    official = bureau.official()
    assert "已经逾期" in official.say(f"回应 {ticket.number} 两周内修好")
    assert "已回应" in official.say(f"回应 {ticket.number} 2天内修好")


def test_what_nobody_urged_needs_no_answer_and_a_late_answer_is_still_one(bureau: Bureau) -> None:
    quiet = bureau.ticket()
    official = bureau.official()
    assert "没有催办" in official.say(f"回应 {quiet.number} 明天修好")
    late = urged(bureau)
    late = bureau.happens(late, UrgeIgnored(bureau.now), By.CLOCK, 0)
    assert "已回应" in official.say(f"回应 {late.number} 明天修好")


def test_an_answer_to_an_urging_can_be_taken_back(bureau: Bureau) -> None:
    ticket = urged(bureau)
    official = bureau.official()
    official.say(f"回应 {ticket.number} 明天修好")
    official.say("撤销")
    assert bureau.tickets[ticket.id].chase.answer_by is not None
    assert bureau.tickets[ticket.id].chase.said == ""
    assert "弄错" in bureau.pushes[-1].text


class TestPromises:
    """Replies that promise something by a day."""

    def test_a_reply_says_which_promises_will_be_watched(self, bureau: Bureau) -> None:
        ticket = bureau.ticket(Accepted())
        official = bureau.official()
        said = official.say(
            f"答复 {ticket.number} 您好，经现场查看，滨河路路灯线路老化。将于11月27日前更换灯泡，"
            "预计12月10日前完成线路改造。值班电话0700-5550101。"
        )
        vows = bureau.tickets[ticket.id].vows
        assert [(vow.text, local(vow.by).day, local(vow.by).hour) for vow in vows] == [
            ("将于11月27日前更换灯泡", 27, 18),
            ("预计12月10日前完成线路改造", 10, 18),
        ]
        assert "已记下 2 项承诺：将于11月27日前更换灯泡" in said

    def test_a_second_reply_keeps_what_the_first_promised(self, bureau: Bureau) -> None:
        ticket = promised(bureau, "将更换灯泡")
        bureau.official().say(f"答复 {ticket.number} 补充说明：滨河路路灯经查是线路问题，我们将于12月1日前检修线路。")
        texts = [vow.text for vow in bureau.tickets[ticket.id].vows]
        assert texts == ["将更换灯泡", "我们将于12月1日前检修线路"]

    def test_closing_words_promise_too(self, bureau: Bureau) -> None:
        ticket = promised(bureau)
        official = bureau.official()
        official.say(f"办结 {ticket.number} 12月5日前复查一次线路。")
        official.say("确认")
        assert isinstance(bureau.events[ticket.id][-1].what, Closed)
        assert [vow.text for vow in bureau.tickets[ticket.id].vows] == ["12月5日前复查一次线路"]

    def test_kept(self, bureau: Bureau) -> None:
        ticket = promised(bureau, "换灯泡")
        said = bureau.official().say(f"兑现 {ticket.number} 今天已换好")
        assert bureau.events[ticket.id][-1].what == CommitmentKept(1, "今天已换好")
        assert bureau.tickets[ticket.id].vows[0].kept_at == bureau.now
        assert "第1项" in said
        assert "待兑现" not in said

    def test_which_of_several_is_asked(self, bureau: Bureau) -> None:
        ticket = promised(bureau, "换灯泡", "修线路")
        official = bureau.official()
        assert "哪一项" in official.say(f"兑现 {ticket.number} 已办好")
        assert not official.changed
        assert "还有 1 项待兑现" in official.tap("第2项")
        assert [vow.kept_at is not None for vow in bureau.tickets[ticket.id].vows] == [False, True]
        assert "已经兑现过" in official.say(f"兑现 {ticket.number} 第2项 又办好")
        assert "一共 2 项" in official.say(f"兑现 {ticket.number} 第3项 又办好")
        assert "已记下兑现" in official.say(f"兑现 {ticket.number} 已办好")
        assert "都已经兑现" in official.say(f"兑现 {ticket.number} 已办好")

    def test_nothing_was_promised(self, bureau: Bureau) -> None:
        ticket = bureau.ticket(Replied("已修好"))
        assert "没有答应过" in bureau.official().say(f"兑现 {ticket.number} 已办好")

    def test_a_broken_promise_can_still_be_kept(self, bureau: Bureau) -> None:
        ticket = promised(bureau, "换灯泡")
        bureau.later(days=3)
        bureau.happens(ticket, CommitmentBroken(1, bureau.now), By.CLOCK, 0)
        bureau.official().say(f"兑现 {ticket.number} 今天补上了")
        assert bureau.tickets[ticket.id].vows[0].kept_at is not None


class TestCards:
    """撤牌 by those above, with a reason, never by the unit itself."""

    def test_taken_back_after_asking(self, bureau: Bureau) -> None:
        ticket = carded(bureau, CardColour.YELLOW)
        supervisor = bureau.official(Role.SUPERVISOR, "county")
        assert "要撤下" in supervisor.say(f"撤牌 {ticket.number} 台风停工")
        assert not supervisor.changed
        assert "已撤下" in supervisor.tap("确认")
        assert bureau.events[ticket.id][-1].what == Uncarded(CardColour.YELLOW, "台风停工")
        assert "台风停工" in bureau.pushes[0].text
        assert "没有牌" in supervisor.say(f"撤牌 {ticket.number} 台风停工")

    def test_which_of_two_is_asked(self, bureau: Bureau) -> None:
        ticket = carded(bureau, CardColour.YELLOW, CardColour.RED)
        supervisor = bureau.official(Role.SUPERVISOR, "county")
        assert "哪一张" in supervisor.say(f"撤牌 {ticket.number} 台风停工")
        supervisor.tap("红牌")
        supervisor.tap("确认")
        assert bureau.tickets[ticket.id].cards.withdrawn == ("red",)

    @pytest.mark.parametrize("role", [Role.HANDLER, Role.DISPATCHER, Role.LEADER])
    def test_not_by_the_unit_itself(self, bureau: Bureau, role: Role) -> None:
        ticket = carded(bureau, CardColour.YELLOW)
        official = bureau.official(role, "roads")
        official.say(f"撤牌 {ticket.number} 黄牌 我们不服")
        assert official.talk.order is None

    def test_a_card_that_is_not_there(self, bureau: Bureau) -> None:
        ticket = carded(bureau, CardColour.YELLOW)
        assert "没有这张牌" in bureau.official(Role.LEADER, "county").say(f"撤牌 {ticket.number} 红牌 误亮")


class TestDesk:
    """待办 and 查看 say what waits, the most pressing first."""

    def test_the_order(self, bureau: Bureau) -> None:
        plain = bureau.ticket(Accepted(), kind="咨询")
        card = carded(bureau, CardColour.YELLOW)
        vow = promised(bureau, "换灯泡")
        later = bureau.ticket(Replied("将更换。", vows=(Commitment("换电缆", bureau.now + timedelta(days=20)),)))
        urge = urged(bureau)
        bureau.later(days=1, hours=10)
        said = bureau.official().say("待办")
        places = [said.index(ticket.number) for ticket in (urge, vow, card, plain)]
        assert places == sorted(places)
        assert later.number not in said
        assert "催办待回应" in said
        assert "承诺（" in said
        assert "黄牌" in said
        assert max(len(line) for line in said.splitlines()) < 70

    def test_what_was_kept_waits_no_more(self, bureau: Bureau) -> None:
        vow = promised(bureau, "换灯泡")
        bureau.later(days=2)
        official = bureau.official()
        assert vow.number in official.say("待办")
        official.say(f"兑现 {vow.number} 好了")
        assert vow.number not in official.say("待办")

    def test_a_ticket_tells_what_waits_and_how_it_is_done(self, bureau: Bureau) -> None:
        ticket = urged(bureau)
        official = bureau.official()
        assert f"回应 {ticket.number}" in official.say(f"查看 {ticket.number}")
        official.say(f"回应 {ticket.number} 周四前修好")
        assert "已回应催办：周四前修好" in official.say(f"查看 {ticket.number}")
        answered = promised(bureau, "换灯泡")
        assert "承诺1：换灯泡" in official.say(f"查看 {answered.number}")
        assert "待兑现" in official.say(f"查看 {answered.number}")


def test_a_call_is_noted_and_told_to_nobody_outside(bureau: Bureau) -> None:
    ticket = bureau.ticket(Accepted())
    said = bureau.official().say(f"回访 {ticket.number} 市民说还有两盏不亮")
    assert "已记下" in said
    assert bureau.tickets[ticket.id].called_back
    assert CITIZEN not in {push.person_id for push in bureau.pushes}
