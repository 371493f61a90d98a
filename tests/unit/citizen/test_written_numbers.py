"""A written number always wins: whatever is open or was spoken of last, the words are about the ticket they name.

Every wish × every state of the talk, generated: with the number of one ticket only that one may change, with a wrong digit
nothing does, and the reply says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from handlers.citizen.words import read
from handlers.tickets import numbers
from handlers.tickets.events.work import Accepted, Replied
from handlers.tickets.ticket import State, Ticket
from nlp.wishes import Wish
from tests.support.afterwards import LAMP
from tests.support.citizens_town import Chat, Town

FORMS = {
    "撤回": ("撤回 {}", "{} 撤回", "撤回{}", "{}不用办了，已经好了", "帮我把{}撤回", "取消 {}", "确认撤回 {}"),
    "评价": ("评价 {} 2", "{} 评价 2", "评价{} 2", "{} 太差了", "评价 {}", "确认改评 {} 2"),
    "没解决": ("没解决 {}", "{} 没解决", "没解决 {}：晚上还是黑的", "{}还是没解决", "重办 {}"),
    "补充": ("补充 {} 灯杆上写着七号", "{} 补充 灯杆上写着七号", "补充 {}"),
    "催办": ("催办 {}", "{} 催一下", "催办 {} 快点", "{}怎么还没人来修"),
    "公开": ("公开 {}", "{} 公开", "公开{}"),
    "不公开": ("不公开 {}", "{} 不公开"),
    "更正": ("{} 地点改成五一路8号", "{} 不是解放路，是五一路"),
    "单独办": ("单独办 {}",),
    "为什么": ("为什么是这天 {}", "{}为什么是这天"),
    "进度": ("进度 {}", "查 {}", "{}", "{}到哪一步了", "查{}"),
    "回头看": ("一直好着 {}", "又坏了 {}"),
    "是": ("确认 {}", "{} 是的", "不要 {}", "{} 不用了"),
    "数": ("{} 5",),
    "人工": ("人工 {}",),
}
"""How people write a number with each wish."""

WORDS = tuple(form for forms in FORMS.values() for form in forms)


@pytest.fixture
def town() -> Town:
    return Town()


def three(town: Town) -> tuple[Chat, Ticket, Ticket]:
    """Somebody with an answered ticket, graded 5, and two open ones; the last of all was spoken of last."""
    chat = town.citizen()
    chat.say(LAMP)
    town.staff(chat.ticket, Accepted(), Replied("灯已换好。"))
    chat.say("评价 5")
    town.later(days=2)
    chat.say("五一路的井盖松了，车一过就响")
    named = chat.ticket
    town.later(hours=1)
    chat.say("和平路12号的垃圾没人收，已经一周了")
    town.later(hours=1)
    return chat, named, chat.ticket


def nothing(_chat: Chat, _last: Ticket) -> None:
    """No question is open."""


def an_appeal_without_place(chat: Chat, _last: Ticket) -> None:
    chat.say("楼下停车位被占了")


def several_matters(chat: Chat, _last: Ticket) -> None:
    chat.say("楼下停车位被占了，另外食堂的饭菜不干净")


def withdrawing_another(chat: Chat, last: Ticket) -> None:
    chat.say(f"撤回 {last.number}")


def adding_to_another(chat: Chat, last: Ticket) -> None:
    chat.say(f"补充 {last.number}")


def grading_another(chat: Chat, last: Ticket) -> None:
    chat.town.staff(last, Accepted(), Replied("已经收走。"))
    chat.say(f"评价 {last.number} 1")


def an_urgent_ticket_without_place(chat: Chat, _last: Ticket) -> None:
    chat.say("我家煤气味好大")


def both(chat: Chat, last: Ticket) -> None:
    """A question about a ticket in the middle of an appeal."""
    chat.say("楼下停车位被占了")
    chat.say(f"撤回 {last.number}")


SITUATIONS: tuple[Callable[[Chat, Ticket], None], ...] = (
    nothing, an_appeal_without_place, several_matters, withdrawing_another, adding_to_another, grading_another,
    an_urgent_ticket_without_place, both,
)  # fmt: skip


def changed(town: Town, before: dict[int, int]) -> Iterator[str]:
    """The numbers of the tickets to which something happened since."""
    for ticket in town.tickets.values():
        if len(town.events[ticket.id]) != before.get(ticket.id, 0):
            yield ticket.number


def lengths(town: Town) -> dict[int, int]:
    return {ticket_id: len(log) for ticket_id, log in town.events.items()}


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda each: each.__name__)
@pytest.mark.parametrize("words", WORDS)
def test_only_the_numbered_ticket_may_change(town: Town, words: str, situation: Callable[[Chat, Ticket], None]) -> None:
    chat, named, last = three(town)
    situation(chat, last)
    town.later(minutes=1)
    before, draft = lengths(town), chat.talk.draft
    reply = chat.say(words.format(named.number))
    assert set(changed(town, before)) <= {named.number}
    assert chat.talk.draft is not None or draft is None, "the unfinished appeal is still there"
    assert named.number in reply or named.title in reply or not chat.outcome.events, reply


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda each: each.__name__)
@pytest.mark.parametrize("words", WORDS)
def test_a_wrong_digit_changes_nothing(town: Town, words: str, situation: Callable[[Chat, Ticket], None]) -> None:
    chat, named, last = three(town)
    situation(chat, last)
    town.later(minutes=1)
    before, draft = lengths(town), chat.talk.draft
    reply = chat.say(words.format(mistyped(named.number)))
    assert not set(changed(town, before))
    assert chat.talk.draft is not None or draft is None
    assert "打错了一位" in reply or words == "{} 5", reply


@pytest.mark.parametrize("words", WORDS)
def test_somebody_elses_ticket_does_not_change(town: Town, words: str) -> None:
    chat, _, _ = three(town)
    other = town.citizen()
    other.say("幸福路3号的路灯坏了")
    before = lengths(town)
    chat.say(words.format(other.ticket.number))
    assert not set(changed(town, before))


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda each: each.__name__)
def test_after_the_numbered_question_yes_is_its_answer(town: Town, situation: Callable[[Chat, Ticket], None]) -> None:
    chat, named, last = three(town)
    situation(chat, last)
    town.later(minutes=1)
    chat.say(f"撤回 {named.number}")
    before = lengths(town)
    chat.say("确认")
    assert set(changed(town, before)) == {named.number}
    assert town.tickets[named.id].state is State.WITHDRAWN


def test_two_numbers_are_dealt_with_one_at_a_time(town: Town) -> None:
    chat, named, last = three(town)
    before = lengths(town)
    assert "一次只能办一件" in chat.say(f"撤回 {named.number} {last.number}")
    assert not set(changed(town, before))
    chat.tap(last.number)
    chat.say("确认")
    assert set(changed(town, before)) == {last.number}


def test_a_number_in_a_story_is_asked_about(town: Town) -> None:
    chat, named, _ = three(town)
    before = lengths(town)
    assert "怎么办" in chat.say(f"我之前说的{named.number}井盖又被人搬走了")
    assert not set(changed(town, before))
    chat.tap("补充到这一件")
    assert set(changed(town, before)) == {named.number}


@pytest.mark.parametrize("words", ["补充 我的电话 0700-5550101", "补充 1000元没退给我", "补充 车牌是12345"])
def test_other_digits_are_no_ticket(town: Town, words: str) -> None:
    chat, _, last = three(town)
    assert "已补充" in chat.say(words)
    assert list(town.events[last.id])[-1].what.text == words.removeprefix("补充 ")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("words", "wish"), [("电话5550101打不通", Wish.FILE), ("路灯编号 1234567 坏了", Wish.FILE), ("是", Wish.YES)]
)
def test_words_without_a_number_of_ours_stay_what_they_were(words: str, wish: Wish) -> None:
    assert (read(words).wish, read(words).number) == (wish, None)


def mistyped(number: str) -> str:
    wrong = f"{number[:-1]}{(int(number[-1]) + 1) % 10}"
    assert not numbers.is_number(wrong)
    return wrong
