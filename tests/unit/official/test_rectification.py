"""整改 in the chat: who may, what is understood, what the tickets hear, and how it ends."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.directory.directory import Role
from handlers.hot import HotIssue
from handlers.items.events import Warned
from handlers.items.item import Item, ItemOwed, ItemState, Origin
from handlers.items.lifecycle import changed
from handlers.rectification import clock
from handlers.tickets.events import By
from handlers.tickets.events.filing import Withdrawn
from handlers.tickets.events.grades import Informed, Rated, RatingLapsed
from handlers.tickets.events.work import Accepted, Refusal, Reopened, Replied
from handlers.tickets.ticket import Promise, Ticket
from handlers.tickets.ticket import State as TicketState
from tests.support.bureau import Bureau

DONE = "滨河路 12 根灯杆电缆已全部换新，路灯当晚全部点亮。"


class Town:
    """A bureau with a supervisor, the lead unit's handler and head, and tickets of several people."""

    def __init__(self) -> None:
        self.bureau = Bureau()
        self.handler = self.bureau.official()
        self.head = self.bureau.official(Role.LEADER, name="老周")
        self.supervisor = self.bureau.official(Role.SUPERVISOR, "dispatch", "老郑")
        self.tickets = [self.bureau.ticket(person=100 + place) for place in range(3)]

    @property
    def numbers(self) -> str:
        return ",".join(ticket.number for ticket in self.tickets)

    @property
    def item(self) -> Item:
        (item,) = self.bureau.items.values()
        return item

    def now(self, ticket: Ticket) -> Ticket:
        return self.bureau.tickets[ticket.id]

    def told(self, person: int) -> list[str]:
        return [push.text for push in self.bureau.pushes if push.person_id == person]

    def informed(self, ticket: Ticket) -> list[Informed]:
        return [event.what for event in self.bureau.events[ticket.id] if isinstance(event.what, Informed)]

    def opened(self) -> Item:
        self.supervisor.say(f"立项 {self.numbers} 城管局 滨河路路灯成片不亮")
        self.supervisor.say("确认")
        return self.item

    def planned(self) -> Item:
        self.opened()
        assert "现有 1 项措施" in self.handler.say("措施 Z26001 12月4日前 更换全部灯杆电缆")
        return self.item

    def submitted(self) -> Item:
        self.planned()
        assert "已报验" in self.handler.say(f"报验 Z26001 {DONE}")
        return self.item

    def hot(self, *tickets: Ticket) -> None:
        numbers = tuple(ticket.number for ticket in tickets)
        self.bureau.hot = (
            HotIssue("滨河路路灯不亮", "滨河路", "附近居民", 9.0, len(numbers), 3, 0, 1.2, self.bureau.now,
                     self.bureau.now, ("路灯",), numbers, self.bureau.now),
        )  # fmt: skip


@pytest.fixture
def town() -> Town:
    return Town()


def test_it_is_asked_about_and_then_everybody_hears(town: Town) -> None:
    asked = town.supervisor.say(f"立项 {town.numbers} 城管局 滨河路路灯成片不亮")
    assert "涉及 3 件、3 人" in asked
    assert "确认" in asked
    assert not town.bureau.items
    done = town.supervisor.say("确认")
    assert "已立项 Z26001（整〔2026〕0001号）" in done
    assert "11月26日（周四）18:00 前定出措施" in done
    assert (town.item.origin, town.item.unit_id, town.item.people) == (Origin.SUPERVISOR, "roads", 3)
    assert "措施 Z26001" in town.told(town.handler.id)[-1]
    assert "措施 Z26001" in town.told(town.head.id)[-1]
    for ticket in town.tickets:
        assert town.now(ticket).rectified == "整〔2026〕0001号"
        assert "由县城市管理局牵头" in town.told(ticket.person_id)[-1]


def test_numbers_leave_no_gap_and_begin_anew_each_year(town: Town) -> None:
    town.opened()
    more = town.bureau.ticket(person=200)
    town.supervisor.say(f"立项 {more.number} 水务局 积水")
    assert "Z26002" in town.supervisor.say("确认")
    town.bureau.items.clear()
    town.bureau.later(days=60)
    other = town.bureau.ticket(person=201)
    town.supervisor.say(f"立项 {other.number} 水务局 积水")
    assert "Z27001" in town.supervisor.say("确认")


def test_from_a_hot_issue_pinned_while_it_is_asked(town: Town) -> None:
    town.hot(*town.tickets)
    assert "要一起整改：立项 热点1" in town.supervisor.say("热点 1")
    town.supervisor.say("立项 热点1 城管局 路灯不亮")
    elsewhere = town.bureau.ticket(person=300)
    issue = town.bureau.hot[0]
    town.hot(elsewhere)
    town.bureau.hot = (*town.bureau.hot, issue)
    assert "涉及 3 件" in town.supervisor.say("确认")
    assert town.item.origin is Origin.HOT
    assert town.item.tickets == tuple(ticket.id for ticket in town.tickets)
    assert "已立项整改 Z26001" in town.supervisor.say("热点 2")


def test_what_is_covered_is_not_covered_twice(town: Town) -> None:
    town.opened()
    assert "没有立项" in town.supervisor.say(f"立项 {town.numbers} 水务局 别的事由")
    gone = town.bureau.ticket(person=1)
    town.bureau.happens(gone, Withdrawn(""), By.CITIZEN)
    assert "没有立项" in town.supervisor.say(f"立项 {gone.number} 水务局 别的事由")


@pytest.mark.parametrize(
    ("role", "unit", "said"),
    [
        (Role.HANDLER, "roads", "立项不在承办人的权限里"),
        (Role.SUPERVISOR, "roads", "牵头单位不能给自己立项"),
        (Role.LEADER, "other", "不是您的下属单位"),
        (Role.LEADER, "county", "要立项整改吗"),
        (Role.ADMIN, "roads", "要立项整改吗"),
    ],
)
def test_who_may_begin_one(town: Town, role: Role, unit: str, said: str) -> None:
    assert said in town.bureau.official(role, unit).say(f"立项 {town.numbers} 城管局 路灯")


def test_only_the_lead_unit_writes_into_it(town: Town) -> None:
    town.opened()
    water = town.bureau.official(unit="water")
    assert "由县城市管理局牵头" in water.say("措施 Z26001 12月4日前 换电缆")
    assert "事由：滨河路" in water.say("整改 Z26001")
    assert "本单位现在没有" in water.say("措施 12月4日前 换电缆")
    assert "现有 1 项措施" in town.bureau.official(Role.LEADER, "county").say("措施 Z26001 12月4日前 换电缆")


def test_measures_by_the_line_with_the_cause(town: Town) -> None:
    town.opened()
    text = "措施 Z26001 原因：电缆被施工挖断\n1. 12月4日前 更换电缆\n12月11日前：加装警示牌"
    assert "现有 2 项措施" in town.handler.say(text)
    assert town.item.analysis == "电缆被施工挖断"
    assert [each.text for each in town.item.measures] == ["更换电缆", "加装警示牌"]
    assert town.item.state is ItemState.DOING
    told = town.told(town.tickets[0].person_id)[-1]
    assert "查明原因：电缆被施工挖断；县城市管理局的措施：更换电缆（12月4日（周五）18:00 前）；加装警示牌" in told


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("措施 Z26001 尽快换电缆", "看不出是哪天前"),
        ("措施 Z26001 尽快在12月4日前换电缆", "看不出是哪天前"),
        ("措施 Z26001 2026年11月20日前 换电缆", "已经过去"),
        ("措施 Z26001 12月4日前", "还要写做什么"),
        ("措施 Z26009 12月4日前 换电缆", "没有编号 Z26009"),
        ("进展 Z26001 换了一半", "先写措施"),
        ("报验 Z26001 好了", "还没有措施"),
        ("展期 Z26001 12月9日 等料", "刚立项"),
    ],
)
def test_what_is_refused_says_what_is_right(town: Town, text: str, said: str) -> None:
    town.opened()
    assert said in town.handler.say(text)
    assert town.item.version == 1


def test_progress_is_pushed_once_a_day_and_logged_always(town: Town) -> None:
    town.planned()
    person = town.tickets[0].person_id
    before = len(town.told(person))
    assert "一天之内推送过" in town.handler.say("进展 Z26001 已换三根")
    assert len(town.told(person)) == before
    assert [what.quiet for what in town.informed(town.tickets[0])] == [False, False, True]
    town.bureau.later(days=1)
    town.handler.photo()
    assert "附 1 个文件" in town.handler.say("进展 Z26001 第1项 完成 12 根都换好了")
    assert "「更换全部灯杆电缆」已完成：12 根都换好了" in town.told(person)[-1]
    assert town.item.measures[0].done_at == town.bureau.now
    assert not town.handler.talk.pieces
    assert "已经记过完成" in town.handler.say("进展 Z26001 第1项 完成 又换了")


def test_a_measure_is_put_off_with_a_reason(town: Town) -> None:
    town.planned()
    town.bureau.later(days=2)
    assert "先写新的日期" in town.handler.say("展期 Z26001 第1项 电缆要从外地调运")
    assert "12月11日" in town.handler.say("展期 Z26001 第1项 12月11日前 电缆要从外地调运")
    assert "原因：电缆要从外地调运" in town.told(town.tickets[0].person_id)[-1]
    assert "改到 12月11日" in town.told(town.supervisor.id)[-1]


def test_the_number_may_be_left_out_where_there_is_only_one(town: Town) -> None:
    town.opened()
    assert "现有 1 项措施" in town.handler.say("措施 12月4日前 换电缆")
    assert "已报验" in town.handler.say(f"报验 {DONE}")
    assert "要验收销号" in town.supervisor.say("验收 同意")


def test_an_empty_conclusion_is_no_answer(town: Town) -> None:
    town.planned()
    assert "结论会原样答复" in town.handler.say("报验 Z26001 好的收到")


def test_sent_back_and_done_again(town: Town) -> None:
    town.submitted()
    town.bureau.later(days=1)
    assert "已退改" in town.supervisor.say("退改 Z26001 东头两根还不亮")
    assert "东头两根还不亮" in town.told(town.handler.id)[-1]
    assert "验收没有通过" in town.told(town.tickets[0].person_id)[-1]
    assert town.item.again is not None
    assert "已报验" in town.handler.say(f"报验 {DONE}")
    assert town.item.again is None


def test_the_end_answers_those_on_the_lead_units_desk_and_asks_everybody(town: Town) -> None:
    open_here, answered, elsewhere = town.tickets[0], town.tickets[1], town.bureau.ticket(unit="water", person=300)
    town.bureau.happens(open_here, Accepted())
    town.bureau.happens(answered, Replied("先看看", rate_by=town.bureau.now + timedelta(days=7)))
    town.bureau.happens(answered, RatingLapsed(), By.CLOCK)
    town.tickets.append(elsewhere)
    town.submitted()
    asked = town.supervisor.say("验收 Z26001 现场看过，同意销号")
    assert "2 件会用这段结论答复" in asked
    assert "另有 1 件" in asked
    assert "已验收销号" in town.supervisor.say("确认")
    assert town.item.state is ItemState.SIGNED

    now = town.now(open_here)
    assert now.state is TicketState.REPLIED
    assert now.reply.startswith(DONE)
    assert now.timing is not None
    assert now.timing.on_time
    assert now.replied_by == town.handler.member.id  # type: ignore[union-attr]
    assert now.chase.rate_by is not None
    last = [push for push in town.bureau.pushes if push.person_id == open_here.person_id][-1]
    assert next(choice.say for choice in last.choices) == f"评价 {now.number} 5"

    before = town.now(answered)
    assert before.state is TicketState.REPLIED
    assert before.reply == "先看看"
    assert before.chase.rate_by is not None
    assert not before.chase.silent
    asks = [push for push in town.bureau.pushes if push.person_id == answered.person_id][-1]
    assert "已经完成" in asks.text
    assert len(asks.choices) == 5

    left = town.now(elsewhere)
    assert left.state is TicketState.SUBMITTED
    heard = [push for push in town.bureau.pushes if push.person_id == 300][-1]
    assert "还由县水务局接着办" in heard.text
    assert not heard.choices


def test_the_supervisor_may_answer_everywhere(town: Town) -> None:
    town.tickets.append(town.bureau.ticket(unit="water", person=300))
    town.submitted()
    assert "4 件会用这段结论答复" in town.supervisor.say("验收 Z26001 全部答复 同意销号")
    town.supervisor.say("确认")
    assert {town.now(ticket).state for ticket in town.tickets} == {TicketState.REPLIED}
    assert town.item.verdict == "同意销号"


def test_what_is_done_again_waits_for_its_own_call(town: Town) -> None:
    again = town.tickets[0]
    promise = Promise(town.bureau.now, town.bureau.now + timedelta(days=5), "重办")
    town.bureau.happens(again, Replied("好了"))
    town.bureau.happens(again, Rated(1), By.CITIZEN, again.person_id)
    town.bureau.happens(again, Reopened("没好", promise), By.CITIZEN, again.person_id)
    town.submitted()
    assert "另有 1 件" in town.supervisor.say("验收 Z26001 同意")
    town.supervisor.say("确认")
    assert town.now(again).state is TicketState.REWORK
    assert town.informed(again)[-1].done


def test_a_grade_given_before_stays_until_another_is_given(town: Town) -> None:
    rated = town.tickets[0]
    town.bureau.happens(rated, Replied("先看看"))
    town.bureau.happens(rated, Rated(2), By.CITIZEN, rated.person_id)
    town.submitted()
    town.supervisor.say("验收 Z26001 同意")
    town.supervisor.say("确认")
    assert town.now(rated).rating == 2
    assert "现在再看" in town.told(rated.person_id)[-1]
    assert town.bureau.happens(rated, Rated(5), By.CITIZEN, rated.person_id).rating == 5


def test_more_tickets_are_taken_in(town: Town) -> None:
    town.planned()
    more = town.bureau.ticket(person=400)
    assert "已把 1 件纳入" in town.supervisor.say(f"纳入 Z26001 {more.number}")
    assert town.item.tickets[-1] == more.id
    assert town.item.people == 4
    assert "正在做：更换全部灯杆电缆" in town.told(400)[-1]
    assert len(town.informed(town.tickets[0])) == 2
    assert "没有纳入" in town.supervisor.say(f"纳入 Z26001 {more.number}")


def test_dropped_with_a_reason_for_everybody(town: Town) -> None:
    town.planned()
    assert "要撤销整改" in town.supervisor.say("撤项 Z26001 和另一项重复")
    town.supervisor.say("确认")
    assert town.item.state is ItemState.DROPPED
    assert "原因：和另一项重复" in town.told(town.tickets[0].person_id)[-1]
    assert "已经撤销" in town.handler.say("措施 Z26001 12月4日前 换电缆")


def test_lists(town: Town) -> None:
    assert "没有在办的整改" in town.supervisor.say("整改")
    town.planned()
    assert "更换全部灯杆电缆（12月4日" in town.handler.say("整改 Z26001")
    assert "在办的整改 1 项" in town.supervisor.say("整改")
    assert "Z26001 【整改】滨河路路灯成片不亮" in town.handler.say("待办")
    town.handler.say(f"报验 {DONE}")
    assert "等验收" in town.supervisor.say("待办")


class TestClock:
    """Each warning once, to those whom it concerns."""

    def tick(self, town: Town) -> list[Warned]:
        outcome = clock.warn(town.item, town.bureau.context())
        town.bureau.apply(town.handler.id, outcome)
        return [change.event.what for change in changed(outcome) if isinstance(change.event.what, Warned)]

    def test_a_working_day_before_and_when_it_is_late(self, town: Town) -> None:
        town.planned()
        assert self.tick(town) == []
        town.bureau.now = town.bureau.now.replace(month=12, day=3, hour=1)
        (near,) = self.tick(town)
        assert (near.owed, near.measure, near.late) == (ItemOwed.MEASURE, 1, False)
        assert "快到期了" in town.told(town.handler.id)[-1]
        assert not any("快到期" in text for text in town.told(town.head.id))
        assert self.tick(town) == []
        town.bureau.now = town.bureau.now.replace(day=4, hour=10)
        (late,) = self.tick(town)
        assert late.late
        for desk in (town.handler, town.head, town.supervisor):
            assert "应在 12月4日（周五）18:00 前完成" in town.told(desk.id)[-1]
        assert self.tick(town) == []

    def test_who_comes_late_is_told_of_the_end_only(self, town: Town) -> None:
        town.opened()
        town.bureau.later(days=30)
        (what,) = self.tick(town)
        assert (what.owed, what.late) == (ItemOwed.PLAN, True)

    def test_a_verdict_is_owed_too(self, town: Town) -> None:
        town.submitted()
        town.bureau.later(days=10)
        (what,) = self.tick(town)
        assert what.owed is ItemOwed.SIGN
        assert "请督办员：验收 Z26001" in town.told(town.supervisor.id)[-1]


class TestGathering:
    """Later tickets of the same hot issue."""

    def item(self, town: Town) -> Item:
        town.hot(*town.tickets)
        town.supervisor.say("立项 热点1 城管局 路灯不亮")
        town.supervisor.say("确认")
        return town.item

    def test_those_filed_later_are_taken_in(self, town: Town) -> None:
        item = self.item(town)
        town.bureau.later(hours=1)
        later = town.bureau.ticket(person=500)
        outcome = clock.gather(item, [*town.tickets, later], frozenset({item.number}), town.bureau.context())
        town.bureau.apply(town.handler.id, outcome)
        assert town.item.tickets[-1] == later.id
        assert "已一起整改" in town.told(500)[-1]

    def test_not_another_issue_nor_what_another_item_has(self, town: Town) -> None:
        item = self.item(town)
        town.bureau.later(hours=1)
        later = [town.bureau.ticket(person=500 + place) for place in range(9)]
        context = town.bureau.context()
        assert not clock.gather(item, later, frozenset(), context).others
        assert not clock.gather(item, [town.tickets[0], *later], frozenset(), context).others


def test_news_of_an_item_does_not_keep_an_official_from_taking_back_an_answer(town: Town) -> None:
    ticket = town.tickets[0]
    town.handler.say(f"受理 {ticket.number}")
    town.opened()
    assert "已撤销" in town.handler.say("撤销")
    assert town.now(ticket).state is TicketState.SUBMITTED
    assert town.now(ticket).rectified


def test_who_was_refused_hears_of_the_end_and_is_asked_nothing(town: Town) -> None:
    refused = town.tickets[0]
    town.bureau.happens(refused, Refusal("要由法院判断"))
    town.submitted()
    town.supervisor.say("验收 Z26001 同意")
    town.supervisor.say("确认")
    last = [push for push in town.bureau.pushes if push.person_id == refused.person_id][-1]
    assert "已经完成" in last.text
    assert "评价" not in last.text
    assert not last.choices


def test_personal_data_stays_out_of_what_everybody_reads(town: Town) -> None:
    town.planned()
    town.handler.say("报验 Z26001 已换好，住户王建国 13900001234 已确认")
    assert "13900001234" not in town.item.conclusion
