"""Conversations: what each command does to a ticket, what is said, and what is refused."""

from __future__ import annotations

import pytest

from handlers.directory.directory import Role
from handlers.official.room import MOST_PIECES
from handlers.tickets.events import By, Happening
from handlers.tickets.events.desks import CoHandled, Reclassified, Returned, Supervised, Transferred
from handlers.tickets.events.filing import Supplemented
from handlers.tickets.events.work import Accepted, Asked, Closed, Extended, Noted, OnSite, Refusal, Replied
from handlers.tickets.ticket import State
from tests.support.bureau import CITIZEN, Bureau, Desk


@pytest.fixture
def bureau() -> Bureau:
    return Bureau()


WORK: list[tuple[Role, str, str, Happening, State]] = [
    (Role.HANDLER, "roads", "受理 {n}", Accepted(), State.ACCEPTED),
    (Role.HANDLER, "roads", "询问 {n} 灯杆编号是多少？", Asked("灯杆编号是多少？"), State.WAITING),
    (Role.HANDLER, "roads", "现场 {n} 正在换灯泡", OnSite("正在换灯泡"), State.ON_SITE),
    (
        Role.HANDLER,
        "roads",
        "答复 {n} 已修好。\n值班电话见公告。",
        Replied("已修好。\n值班电话见公告。"),
        State.REPLIED,
    ),
    (Role.HANDLER, "roads", "退回 {n} 归水务局", Returned("dispatch", "归水务局"), State.RETURNED),
    (Role.HANDLER, "roads", "备注 {n} 已约物业", Noted("已约物业"), State.SUBMITTED),
    (Role.HANDLER, "roads", "改类 {n} 环保", Reclassified("环境保护", "城乡建设"), State.SUBMITTED),
    (Role.DISPATCHER, "dispatch", "改类 {n} 交通运输类", Reclassified("交通运输", "城乡建设"), State.SUBMITTED),
    (Role.HANDLER, "roads", "协办 {n} 水务局", CoHandled("water"), State.SUBMITTED),
    (Role.HANDLER, "roads", "转办 {n} 城管执法中队 请到场", Transferred("team", "请到场"), State.TRANSFERRED),
    (Role.DISPATCHER, "dispatch", "转办 {n} 水务局", Transferred("water"), State.TRANSFERRED),
    (Role.SUPERVISOR, "county", "督办 {n} 今天到场", Supervised("今天到场"), State.SUBMITTED),
]


def _said(happened: Happening) -> Happening:
    """What the official said of it, without what the rules added."""
    match happened:
        case Replied(text=text):
            return Replied(text)
        case Asked(question=question):
            return Asked(question)
        case Returned(unit_id=unit_id, reason=reason):
            return Returned(unit_id, reason)
        case _:
            return happened


@pytest.mark.parametrize(("role", "unit", "words", "what", "state"), WORK, ids=[row[2].split()[0] for row in WORK])
def test_a_command_does_its_work_and_can_be_undone(
    bureau: Bureau, role: Role, unit: str, words: str, what: Happening, state: State
) -> None:
    ticket = bureau.ticket()
    official = bureau.official(role, unit)
    said = official.say(words.format(n=ticket.number))
    happened = bureau.events[ticket.id][-1].what
    assert _said(happened) == what
    assert bureau.tickets[ticket.id].state is state
    assert ticket.number in said or what == Accepted()
    actor = bureau.events[ticket.id][-1].actor
    assert official.member is not None
    assert (actor.by, actor.id, actor.unit_id) == (By.STAFF, official.member.id, unit)
    assert actor.channel is not None

    bureau.later(minutes=4)
    assert "已撤销" in official.say("撤销")
    assert bureau.tickets[ticket.id].state is State.SUBMITTED
    assert bureau.tickets[ticket.id].unit_id == "roads"
    assert "没有可以撤销的" in official.say("撤销")


def test_undo_ends_after_five_minutes(bureau: Bureau) -> None:
    ticket = bureau.ticket()
    official = bureau.official()
    official.say(f"受理 {ticket.number}")
    bureau.later(minutes=5, seconds=1)
    assert "五分钟" in official.say("撤销")
    assert not official.changed


def test_undo_does_not_reach_past_the_citizen(bureau: Bureau) -> None:
    ticket = bureau.ticket()
    official = bureau.official()
    official.say(f"询问 {ticket.number} 在哪一段？")
    bureau.happens(ticket, Supplemented("桥头"), By.CITIZEN, CITIZEN)
    assert "市民" in official.say("撤销")
    assert not official.changed


FINAL: list[tuple[Role, str, str, type[Happening], State]] = [
    (Role.HANDLER, "roads", "办结 {n} 已修好", Closed, State.CLOSED),
    (Role.DISPATCHER, "dispatch", "不予受理 {n} 要由法院判断 去处：诉讼服务中心", Refusal, State.REFUSED),
    (Role.DISPATCHER, "dispatch", "转办 {n} 柳河县城管局 地点在柳河", Transferred, State.TRANSFERRED),
]


@pytest.mark.parametrize(("role", "unit", "words", "what", "state"), FINAL, ids=[row[2].split()[0] for row in FINAL])
class TestFinal:
    """What cannot be undone is asked first."""

    def ask(self, bureau: Bureau, role: Role, unit: str, words: str) -> tuple[Desk, int, str]:
        ticket, other = bureau.ticket(), bureau.ticket()
        official = bureau.official(role, unit)
        said = official.say(words.format(n=ticket.number, m=other.number))
        assert "确认" in said
        assert "不能撤销" in said
        assert not official.changed
        return official, ticket.id, ticket.number

    def test_confirmed(
        self, bureau: Bureau, role: Role, unit: str, words: str, what: type[Happening], state: State
    ) -> None:
        official, ticket_id, _ = self.ask(bureau, role, unit, words)
        bureau.later(minutes=9)
        official.tap("确认")
        assert isinstance(bureau.events[ticket_id][-1].what, what)
        assert bureau.tickets[ticket_id].state is state
        assert official.talk.order is None
        assert "没有可以撤销的" in official.say("撤销")
        assert "没有等您确认" in official.say("确认")
        assert not official.changed

    def test_cancelled(
        self, bureau: Bureau, role: Role, unit: str, words: str, what: type[Happening], state: State
    ) -> None:
        official, _, _ = self.ask(bureau, role, unit, words)
        official.tap("取消")
        official.say("确认")
        assert not official.changed

    def test_expired(
        self, bureau: Bureau, role: Role, unit: str, words: str, what: type[Happening], state: State
    ) -> None:
        official, _, _ = self.ask(bureau, role, unit, words)
        bureau.later(minutes=10, seconds=1)
        assert "没有等您确认" in official.say("确认")
        assert not official.changed

    def test_looking_meanwhile_keeps_it_and_working_drops_it(
        self, bureau: Bureau, role: Role, unit: str, words: str, what: type[Happening], state: State
    ) -> None:
        official, ticket_id, number = self.ask(bureau, role, unit, words)
        official.say(f"查看 {number}")
        assert official.talk.order is not None
        official.say(f"备注 {number} 再想想")
        official.say("确认")
        assert not official.changed
        assert bureau.tickets[ticket_id].state is State.SUBMITTED

    def test_every_rule_is_asked_again(
        self, bureau: Bureau, role: Role, unit: str, words: str, what: type[Happening], state: State
    ) -> None:
        official, ticket_id, _ = self.ask(bureau, role, unit, words)
        bureau.happens(bureau.tickets[ticket_id], Closed("别处先办结了"))
        official.say("确认")
        assert not official.changed


def test_extension(bureau: Bureau) -> None:
    ticket = bureau.ticket(Accepted())
    official = bureau.official()
    said = official.say(f"延期 {ticket.number} 三天 等配件")
    what = bureau.events[ticket.id][-1].what
    assert isinstance(what, Extended)
    assert (what.days, what.reason) == (3, "等配件")
    assert bureau.tickets[ticket.id].promise.reply_by > ticket.promise.reply_by
    assert "3 个工作日" in said


REFUSED: list[tuple[Role, str, str, str]] = [
    (Role.HANDLER, "water", "受理 {n}", "县城市管理局"),
    (Role.HANDLER, "water", "查看 {n}", "县城市管理局"),
    (Role.HANDLER, "roads", "不予受理 {n} 不归我们", "派单员"),
    (Role.HANDLER, "roads", "督办 {n} 快办", "督办员"),
    (Role.HANDLER, "roads", "转办 {n} 水务局", "退回"),
    (Role.HANDLER, "roads", "延期 {n} 3天 等配件", "先受理"),
    (Role.HANDLER, "roads", "办结 {n}", "先答复"),
    (Role.HANDLER, "roads", "协办 {n} 城管局", "主办单位"),
    (Role.SUPERVISOR, "county", "答复 {n} 已修好", "督办员"),
    (Role.DISPATCHER, "dispatch", "转办 {n} 城管局", "已经在这个单位"),
    (Role.DISPATCHER, "dispatch", "合并 {n} {n}", "自己"),
    (Role.DISPATCHER, "dispatch", "合并 {n} 26999991", "26999991"),
    (Role.HANDLER, "roads", "受理 26000017", "打错"),
    (Role.HANDLER, "roads", "受理 26999991", "26999991"),
    (Role.HANDLER, "roads", "受理", "编号"),
    (Role.HANDLER, "roads", "绑定 K7M2Q9XD", "解绑"),
    (Role.HANDLER, "roads", "取消", "没有要取消"),
    (Role.HANDLER, "roads", "确认", "没有等您确认"),
    (Role.HANDLER, "roads", "撤销", "没有可以撤销"),
    (Role.HANDLER, "roads", "受里 {n}", "受理 {n}"),
]


@pytest.mark.parametrize(("role", "unit", "words", "expected"), REFUSED)
def test_a_refusal_says_why_and_changes_nothing(
    bureau: Bureau, role: Role, unit: str, words: str, expected: str
) -> None:
    ticket = bureau.ticket()
    official = bureau.official(role, unit)
    said = official.say(words.format(n=ticket.number))
    assert expected.format(n=ticket.number) in said
    assert not official.changed
    assert not bureau.pushes


def test_only_one_persons_tickets_are_merged(bureau: Bureau) -> None:
    mine, yours = bureau.ticket(), bureau.ticket(person=8)
    said = bureau.official(Role.DISPATCHER, "dispatch").say(f"合并 {mine.number} {yours.number}")
    assert "不是同一位市民" in said


def test_nothing_is_merged_into_what_is_over(bureau: Bureau) -> None:
    mine, over = bureau.ticket(), bureau.ticket(Closed("好了"))
    said = bureau.official(Role.DISPATCHER, "dispatch").say(f"合并 {mine.number} {over.number}")
    assert "已经了结" in said


def test_a_unit_half_remembered_is_one_tap_away(bureau: Bureau) -> None:
    ticket = bureau.ticket()
    official = bureau.official(Role.DISPATCHER, "dispatch")
    assert "县水务局" in official.say(f"转办 {ticket.number} 县水务 漏水")
    assert not official.changed
    official.tap("县水务局")
    assert bureau.events[ticket.id][-1].what == Transferred("water", "漏水")


def test_a_unit_nobody_knows(bureau: Bureau) -> None:
    ticket = bureau.ticket()
    official = bureau.official(Role.DISPATCHER, "dispatch")
    assert "全称" in official.say(f"转办 {ticket.number} qqqq")
    assert not official.choices


def test_a_category_nobody_knows_names_the_nearest(bureau: Bureau) -> None:
    ticket = bureau.ticket()
    official = bureau.official()
    said = official.say(f"改类 {ticket.number} 交通出行")
    assert not official.changed
    assert "交通运输" in said
    official.tap("交通运输")
    assert bureau.tickets[ticket.id].category == "交通运输"
    assert "本来就是" in official.say(f"改类 {ticket.number} 交通")
    assert "城乡建设" in official.say(f"改类 {ticket.number} 甲乙丙丁")


class TestReview:
    """An answer that says nothing waits: it is mended, or sent with a reason that stays in the log."""

    EMPTY = "答复 {n} 您反映的问题已收悉，我们会尽快处理。"

    def test_nothing_goes_out_yet(self, bureau: Bureau) -> None:
        ticket = bureau.ticket()
        official = bureau.official()
        said = official.say(self.EMPTY.format(n=ticket.number))
        assert "还没发给市民" in said
        assert "尽快" in said
        assert "照发" in said
        assert bureau.tickets[ticket.id].state is State.SUBMITTED
        assert "照发 原因" in official.say("确认")
        assert bureau.tickets[ticket.id].state is State.SUBMITTED

    def test_mended(self, bureau: Bureau) -> None:
        ticket = bureau.ticket()
        official = bureau.official()
        official.say(self.EMPTY.format(n=ticket.number))
        official.say(f"答复 {ticket.number} 已修好")
        what = bureau.events[ticket.id][-1].what
        assert isinstance(what, Replied)
        assert (what.text, what.anyway) == ("已修好", "")
        assert "没有等您照发" in official.say("照发 忘了")

    @pytest.mark.parametrize("words", ["好的", "好的，收到", "嗯。", "知道了", "1"])
    def test_a_nod_is_no_answer(self, bureau: Bureau, words: str) -> None:
        ticket = bureau.ticket()
        assert "还没发给市民" in bureau.official().say(f"答复 {ticket.number} {words}")
        assert bureau.tickets[ticket.id].state is State.SUBMITTED

    def test_sent_anyway(self, bureau: Bureau) -> None:
        ticket = bureau.ticket()
        official = bureau.official()
        official.say(self.EMPTY.format(n=ticket.number))
        assert "原因" in official.say("照发")
        official.say("照发 市民在电话里同意先这样回")
        what = bureau.events[ticket.id][-1].what
        assert isinstance(what, Replied)
        assert what.text == "您反映的问题已收悉，我们会尽快处理。"
        assert what.anyway == "市民在电话里同意先这样回"
        assert what.score is not None
        assert what.score < 30

    def test_not_after_ten_minutes(self, bureau: Bureau) -> None:
        ticket = bureau.ticket()
        official = bureau.official()
        official.say(self.EMPTY.format(n=ticket.number))
        bureau.later(minutes=11)
        assert "没有等您照发" in official.say("照发 太晚了")
        assert bureau.tickets[ticket.id].state is State.SUBMITTED

    ASKED = "滨河路路灯坏了一周，晚上看不见路。什么时候能修好？为什么附近的公园也不开灯？"

    @pytest.mark.parametrize(
        ("text", "waits"),
        [
            ("已采购电缆，12月1日前更换完毕。附近其他路段的老旧线路也会逐步改造。", False),
            ("已更换电缆，近期会逐步恢复照明。", True),
            ("已更换电缆，昨晚全部亮起。再有不亮请打0700-5550101。", False),
            ("请您直接联系路灯所咨询。", True),
            ("已更换电缆，昨晚全部亮起，报修的是李建国，13812345678。", True),
        ],
        ids=["soft beside a date", "soft without any", "one question open", "sent away", "personal"],
    )
    def test_a_good_answer_is_not_held_for_one_soft_word_or_one_open_question(
        self, bureau: Bureau, text: str, waits: bool
    ) -> None:
        ticket = bureau.ticket(text=self.ASKED)
        known = "" if "请您" in text else "经现场查看，滨河路三盏路灯因电缆老化不亮，"
        said = bureau.official().say(f"答复 {ticket.number} 您好，{known}{text}")
        assert ("还没发给市民" in said) is waits

    def test_a_poor_answer_that_leaves_questions_open_waits(self, bureau: Bureau) -> None:
        ticket = bureau.ticket(text=self.ASKED)
        assert "还没发给市民" in bureau.official().say(f"答复 {ticket.number} 您好，路灯已修好。")

    def test_closing_with_such_words_waits_too(self, bureau: Bureau) -> None:
        ticket = bureau.ticket()
        official = bureau.official()
        assert "还没发给市民" in official.say(f"办结 {ticket.number} 已转有关部门，会尽快处理")
        official.say("照发 已当面说明")
        assert bureau.tickets[ticket.id].state is State.CLOSED


class TestContext:
    """The number may be left out after 查看 or after work on a ticket."""

    def test_after_looking(self, bureau: Bureau) -> None:
        ticket, _ = bureau.ticket(), bureau.ticket()
        official = bureau.official()
        official.say(f"查看 {ticket.number}")
        official.say("受理")
        official.say("答复：已修好")
        assert bureau.tickets[ticket.id].state is State.REPLIED

    def test_a_refusal_names_the_ticket_that_was_left_out(self, bureau: Bureau) -> None:
        ticket = bureau.ticket()
        official = bureau.official()
        official.say(f"受理 {ticket.number}")
        said = official.say("受理")
        assert said.startswith(f"{ticket.number}「")
        assert "不用再受理" in said
        assert not official.say(f"受理 {ticket.number}").startswith(ticket.number)

    def test_a_confirmation_keeps_its_ticket_when_another_is_looked_at(self, bureau: Bureau) -> None:
        first, second = bureau.ticket(), bureau.ticket()
        official = bureau.official()
        official.say(f"查看 {first.number}")
        official.say("办结 已修好")
        official.say(f"查看 {second.number}")
        official.say("确认")
        assert bureau.tickets[first.id].state is State.CLOSED
        assert bureau.tickets[second.id].state is State.SUBMITTED

    def test_merging_from_context(self, bureau: Bureau) -> None:
        first, second = bureau.ticket(), bureau.ticket()
        official = bureau.official(Role.DISPATCHER, "dispatch")
        official.say(f"查看 {first.number}")
        official.say(f"合并 {second.number}")
        official.say("确认")
        assert bureau.tickets[first.id].merged_into == second.number


class TestPictures:
    """Files sent before belong to the next 现场, 答复 or 备注."""

    @pytest.mark.parametrize("words", ["现场 {n} 正在换灯泡", "答复 {n} 已修好", "备注 {n} 见照片"])
    def test_they_are_attached_once(self, bureau: Bureau, words: str) -> None:
        ticket = bureau.ticket()
        official = bureau.official()
        official.photo()
        assert "2 个文件" in official.photo()
        assert [wanted.ticket_id for wanted in bureau.media] == [None, None]
        official.say(words.format(n=ticket.number))
        attached = getattr(bureau.events[ticket.id][-1].what, "attachments")  # noqa: B009 -- not every event has files
        assert [each.id for each in attached] == [wanted.id for wanted in bureau.media]
        assert official.talk.pieces == ()

    def test_other_commands_leave_them(self, bureau: Bureau) -> None:
        ticket = bureau.ticket()
        official = bureau.official()
        official.photo()
        official.say(f"受理 {ticket.number}")
        assert len(official.talk.pieces) == 1

    def test_a_refused_command_leaves_them(self, bureau: Bureau) -> None:
        ticket = bureau.ticket()
        official = bureau.official(unit="water")
        official.photo()
        official.say(f"现场 {ticket.number} 已到")
        assert len(official.talk.pieces) == 1

    def test_they_can_be_dropped(self, bureau: Bureau) -> None:
        official = bureau.official()
        official.photo()
        assert "1 个文件" in official.say("取消")
        assert official.talk.pieces == ()

    def test_there_is_a_limit(self, bureau: Bureau) -> None:
        official = bureau.official()
        for _ in range(MOST_PIECES):
            official.photo()
        assert "没有收" in official.photo()
        assert len(bureau.media) == MOST_PIECES


def test_the_citizen_is_told_and_the_official_is_not_told_of_their_own_work(bureau: Bureau) -> None:
    ticket = bureau.ticket()
    official = bureau.official()
    official.say(f"答复 {ticket.number} 已修好")
    assert {push.person_id for push in bureau.pushes} == {CITIZEN}


def test_a_transfer_is_pushed_to_the_new_desk(bureau: Bureau) -> None:
    ticket = bureau.ticket()
    colleague = bureau.official(unit="water", name="小郑")
    bureau.official(Role.DISPATCHER, "dispatch").say(f"转办 {ticket.number} 水务局")
    assert colleague.id in {push.person_id for push in bureau.pushes}
