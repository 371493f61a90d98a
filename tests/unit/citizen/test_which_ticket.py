"""Which ticket is meant when no number is given, and what makes a title."""

from __future__ import annotations

import pytest

from handlers.citizen.talk import Asking
from handlers.tickets.events.work import Replied
from handlers.tickets.ticket import State
from tests.support.afterwards import answered, li, town, wang
from tests.support.citizens_town import Chat, Town

__all__ = ["answered", "li", "town", "wang"]


def test_without_a_number_the_newest_answer_is_graded(answered: Chat, town: Town) -> None:
    first = answered.ticket
    answered.say("五一路的井盖松了，车一过就响")
    town.later(hours=1)
    town.staff(answered.ticket, Replied("井盖昨天已经换好。"))
    second = answered.ticket
    assert second.number in answered.say("评价")
    answered.tap("不满意")
    assert (first.rating, town.tickets[second.id].rating) == (None, 2)


def test_two_answers_and_the_older_one_spoken_of_is_asked_about(answered: Chat, town: Town) -> None:
    first = answered.ticket
    answered.say("五一路的井盖松了，车一过就响")
    second = answered.ticket
    town.later(hours=1)
    town.staff(second, Replied("井盖昨天已经换好。"))
    answered.say(f"查 {first.number}")
    assert "哪一件" in answered.say("评价 4 师傅很客气")
    answered.tap(first.number)
    assert (town.tickets[first.id].rating, town.tickets[second.id].rating) == (4, None)


def test_taps_under_the_progress_name_their_ticket(answered: Chat) -> None:
    answered.say("进度")
    assert all(answered.ticket.number in choice.say for choice in answered.choices)


def test_an_unfinished_appeal_takes_no_grade_for_its_place(answered: Chat) -> None:
    answered.say("楼上停车位被占了")
    assert answered.talk.asking in (Asking.PLACE, Asking.WHICH_PLACE)
    answered.say("评价 2")
    answered.say("没解决")
    assert answered.ticket.state is State.REWORK
    assert answered.talk.draft is not None


def test_opening_an_appeal_and_doing_something_else_leaves_nothing_open(answered: Chat) -> None:
    answered.say("我要投诉")
    answered.say("评价 5")
    assert answered.talk.draft is None


def test_the_title_follows_a_place_put_right(li: Chat) -> None:
    li.say("和平路12号的井盖松了")
    li.say("不是和平路，是五一路")
    assert li.ticket.title == "五一路12号的井盖松了"


def test_a_wrong_place_is_put_right_where_it_stands(li: Chat, town: Town) -> None:
    li.say("和平路的井盖松了")
    first = li.ticket
    li.say("河西区建设路的路灯坏了三天没人修")
    second = li.ticket
    assert first.number in li.say("不是和平路，是五一路")
    assert town.tickets[first.id].place != first.place
    assert town.tickets[second.id] == second


def test_apart_after_filing_says_how(li: Chat) -> None:
    li.say("和平路的井盖松了")
    assert "再说一遍" in li.say("分开报")
    li.town.later(days=3)
    assert "再说一遍" not in li.say("分开报")


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("你们这群废物，和平路垃圾臭死了没人管", "和平路垃圾臭死了没人管"),
        ("和平路的井盖坏了三天你们这群废物也不来修", "和平路 · 城乡建设投诉"),
    ],
)
def test_abuse_makes_no_title(town: Town, words: str, title: str) -> None:
    chat = town.citizen()
    chat.say(words)
    assert (chat.ticket.title, chat.ticket.text) == (title, words)


def test_a_telephone_number_makes_no_title(town: Town) -> None:
    chat = town.citizen()
    chat.say("我的电话是13900001111，和平路12号的井盖松了")
    assert chat.ticket.title == "和平路12号的井盖松了"


@pytest.mark.parametrize("words", ["怎么还没人来", "还没来人", "怎么还没人来修", "还没修好"])
def test_why_has_nobody_come_urges(li: Chat, words: str) -> None:
    assert "替您催了" in li.say(words)
    assert len(li.tickets) == 1


@pytest.mark.parametrize("words", ["人没事了，谢谢", "消防已经来了", "打了119了"])
def test_how_a_danger_goes_on_is_no_place(town: Town, words: str) -> None:
    chat = town.citizen()
    chat.say("着火了")
    assert chat.talk.asking is Asking.PLACE
    assert "已补充" in chat.say(words)
    assert chat.ticket.place is None
