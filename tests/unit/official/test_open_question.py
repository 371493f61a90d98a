"""确认, 取消 and 撤销 belong to one command: the one that is named or tapped below, else the last that was asked about."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from handlers import dispatch
from handlers.citizen.talk import Asking, Draft, Question
from handlers.directory.directory import Role, Staff
from handlers.messages import Channel, Incoming, Text, menu_id
from handlers.official.changing import CONFIRM_WITHIN
from handlers.official.confirm import Cancel, Confirm, Undo
from handlers.official.grammar import parse, render
from handlers.official.room import OfficialReading
from handlers.official.talk import OfficialTalk, Order
from handlers.outcome import Who
from handlers.talk import new_mark
from handlers.tickets.ticket import State, Ticket
from tests.support.bureau import Bureau, Desk

N = "26000885"


@pytest.fixture
def bureau() -> Bureau:
    return Bureau()


def closing(official: Desk, ticket: Ticket) -> None:
    assert "确认" in official.say(f"办结 {ticket.number} 已修好")


@pytest.mark.parametrize(
    ("words", "command"),
    [
        (f"确认 {N}", Confirm(N)), (f"{N} 确认", Confirm(N)), (f"确认{N}", Confirm(N)), ("确认", Confirm()),
        ("确认 Z26003", Confirm("Z26003")), (f"取消 {N}", Cancel(N)), (f"撤销 {N}", Undo(N)), (f"{N} 撤销", Undo(N)),
        ("撤销", Undo()),
    ],
)  # fmt: skip
def test_which_one_may_be_named(words: str, command: object) -> None:
    assert parse(words) == command
    assert parse(render(command)) == command  # type: ignore[arg-type]


class TestConfirming:
    def test_the_later_command_is_the_one_that_is_confirmed(self, bureau: Bureau) -> None:
        first, second = bureau.ticket(), bureau.ticket()
        official = bureau.official()
        closing(official, first)
        bureau.later(minutes=1)
        closing(official, second)
        official.say("确认")
        assert [bureau.tickets[each.id].state for each in (first, second)] == [State.SUBMITTED, State.CLOSED]

    @pytest.mark.parametrize("label", ["确认", "取消"])
    def test_a_tap_below_the_earlier_question_does_nothing_to_the_later(self, bureau: Bureau, label: str) -> None:
        first, second = bureau.ticket(), bureau.ticket()
        official = bureau.official()
        closing(official, first)
        old = official.button(label)
        bureau.later(minutes=1)
        closing(official, second)
        said = official.send(old)
        assert not official.changed
        assert first.number in said
        assert second.number in said
        assert official.talk.order is not None
        official.tap("确认")
        assert bureau.tickets[second.id].state is State.CLOSED

    @pytest.mark.parametrize("words", ["确认 {}", "{} 确认", "确认{}"])
    def test_a_number_that_does_not_wait_is_not_confirmed(self, bureau: Bureau, words: str) -> None:
        first, second = bureau.ticket(), bureau.ticket()
        official = bureau.official()
        closing(official, second)
        assert "没有在等您确认" in official.say(words.format(first.number))
        assert not official.changed
        official.say(words.format(second.number))
        assert bureau.tickets[second.id].state is State.CLOSED

    def test_an_old_button_that_names_nothing_asks(self, bureau: Bureau) -> None:
        official, ticket = bureau.official(), bureau.ticket()
        closing(official, ticket)
        assert "还没有执行" in official.send(Text("确认", menu_id="1"))
        assert not official.changed

    def test_what_an_older_program_asked_is_confirmed_by_its_button(self, bureau: Bureau) -> None:
        official, ticket = bureau.official(), bureau.ticket()
        closing(official, ticket)
        order = official.talk.order
        assert order is not None
        bureau.talks[official.id] = replace(official.talk, order=Order(order.words, order.until))
        official.send(Text("确认", menu_id="1"))
        assert bureau.tickets[ticket.id].state is State.CLOSED

    def test_a_held_answer_is_sent_for_the_number_it_is_about(self, bureau: Bureau) -> None:
        first, second = bureau.ticket(), bureau.ticket()
        official = bureau.official()
        official.say(f"答复 {second.number} 已收悉，请咨询有关部门。")
        assert official.talk.order is not None
        assert official.talk.order.held
        assert "没有在等" in official.say(f"照发 {first.number} 市民要的就是这一句")
        assert not official.changed
        official.say(f"照发 {second.number} 市民要的就是这一句")
        assert bureau.tickets[second.id].state is State.REPLIED


class TestUndoing:
    def test_a_tap_below_an_earlier_answer_takes_back_nothing(self, bureau: Bureau) -> None:
        first, second = bureau.ticket(), bureau.ticket()
        official = bureau.official()
        official.say(f"受理 {first.number}")
        old = official.button("撤销")
        bureau.later(minutes=1)
        official.say(f"受理 {second.number}")
        assert second.number in official.send(old)
        assert not official.changed
        official.tap("撤销")
        assert [bureau.tickets[each.id].state for each in (first, second)] == [State.ACCEPTED, State.SUBMITTED]

    def test_two_steps_of_one_ticket_are_told_apart(self, bureau: Bureau) -> None:
        official, ticket = bureau.official(), bureau.ticket()
        official.say(f"备注 {ticket.number} 已联系物业")
        old = official.button("撤销")
        bureau.later(minutes=1)
        official.say(f"备注 {ticket.number} 约了明天上午")
        official.send(old)
        assert not official.changed

    @pytest.mark.parametrize("words", ["撤销 {}", "{} 撤销"])
    def test_a_number_that_was_not_the_last_is_not_taken_back(self, bureau: Bureau, words: str) -> None:
        first, second = bureau.ticket(), bureau.ticket()
        official = bureau.official()
        official.say(f"受理 {first.number}")
        official.say(f"受理 {second.number}")
        official.say(words.format(first.number))
        assert not official.changed
        official.say(words.format(second.number))
        assert bureau.tickets[second.id].state is State.SUBMITTED

    def test_after_another_kind_of_command_nothing_older_is_taken_back(self, bureau: Bureau) -> None:
        official, ticket = bureau.official(), bureau.ticket()
        official.say(f"受理 {ticket.number}")
        assert "假" in official.say("请假 3天")
        assert "没有可以撤销的" in official.say("撤销")
        assert bureau.tickets[ticket.id].state is State.ACCEPTED


# Which room hears it: the officials' or the citizens'


def room(bureau: Bureau, talk: OfficialTalk, words: str | Text) -> bool:
    """Whether the desk hears these words of an official with this memory."""
    official = bureau.official()
    member = official.member
    assert isinstance(member, Staff)
    body = words if isinstance(words, Text) else Text(words)
    incoming = Incoming("key", Channel.WECHAT, "o", bureau.now, bureau.now, body)
    reading = dispatch.read(incoming, Who(bureau.people[official.id], talk, member))
    return isinstance(reading.said, OfficialReading)


def order(bureau: Bureau) -> Order:
    asked = bureau.now
    bureau.later(minutes=1)
    return Order(f"办结 {N} 已修好", asked + CONFIRM_WITHIN, mark=new_mark(asked))


def draft(bureau: Bureau) -> OfficialTalk:
    mark = new_mark(bureau.now)
    asked = Draft(text="楼下的路灯坏了", guesses=("五一路",), mark=mark)
    talk = OfficialTalk(draft=asked, asking=Asking.WHICH_PLACE, question=Question(mark, at=bureau.now))
    bureau.later(minutes=1)
    return talk


@pytest.mark.parametrize("words", ["确认", "取消", f"确认 {N}", f"取消 {N}"])
def test_what_the_desk_asked_last_is_answered_at_the_desk(bureau: Bureau, words: str) -> None:
    talk = draft(bureau)
    assert room(bureau, replace(talk, order=order(bureau)), words)


@pytest.mark.parametrize(
    ("words", "desk"), [("确认", False), ("取消", False), (f"确认 {N}", True), (f"取消 {N}", True)]
)
def test_what_the_talk_asked_last_is_answered_there(bureau: Bureau, words: str, desk: bool) -> None:
    waits = order(bureau)
    assert room(bureau, replace(draft(bureau), order=waits), words) is desk


@pytest.mark.parametrize("first", [order, draft])
def test_a_tap_is_heard_where_its_question_was_asked(bureau: Bureau, first: Callable[[Bureau], object]) -> None:
    waits, talk = (order(bureau), draft(bureau)) if first is order else (draft(bureau), order(bureau))[::-1]
    assert isinstance(waits, Order)
    assert isinstance(talk, OfficialTalk)
    both = replace(talk, order=waits)
    assert talk.draft is not None
    assert room(bureau, both, Text("确认", menu_id=str(menu_id(waits.mark, 1))))
    assert not room(bureau, both, Text("确认", menu_id=str(menu_id(talk.draft.mark, 1))))


@pytest.mark.parametrize(
    ("words", "desk"),
    [
        (f"评价 {N} 5", False), (f"没解决 {N}", False), (f"一直好着 {N}", False), (f"确认撤回 {N}", False),
        (f"撤回 {N}", False), (f"查看 {N}", True), (f"受力 {N}", True), (f"{N} 到哪了", True), (f"受理 {N}", True), (f"撤销 {N}", True), ("待办", True),
        (f"答复 {N} 已修好", True),
    ],
)  # fmt: skip
def test_an_officials_own_ticket_is_spoken_of_as_a_citizens(bureau: Bureau, words: str, desk: bool) -> None:
    assert room(bureau, OfficialTalk(), words) is desk


def test_the_roles_of_a_dispatcher_confirm_alike(bureau: Bureau) -> None:
    first, second = bureau.ticket(), bureau.ticket()
    official = bureau.official(Role.DISPATCHER, "dispatch")
    official.say(f"合并 {first.number} {second.number}")
    official.tap("确认")
    assert official.changed


@pytest.mark.parametrize(
    "words", ["备注 同 {n} 一起处理", "答复：您好，{n} 已修好，电话 0579-8710101", "退回：与 {n} 重复"]
)
def test_a_number_in_the_words_is_not_passed_over(bureau: Bureau, words: str) -> None:
    first, second = bureau.ticket(), bureau.ticket()
    official = bureau.official()
    official.say(f"查看 {first.number}")
    said = official.say(words.format(n=second.number))
    assert not official.changed
    assert first.number in said
    assert second.number in said


def test_two_numbers_are_no_command_for_either(bureau: Bureau) -> None:
    first, second = bureau.ticket(), bureau.ticket()
    official = bureau.official()
    for words in (f"受理 {first.number} {second.number}", f"{first.number} 受理 {second.number}"):
        official.say(words)
        assert not official.changed
