"""The last word: grades, what was good or bad, 重办 at another pair of eyes, silence about it, 回头看."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from handlers.calendar.policy import FIRST, TERMS
from handlers.citizen.rating import SAYS
from handlers.citizen.talk import Asking
from handlers.deadlines import deadlines
from handlers.directory.directory import Role, Staff
from handlers.messages import PageAction, PageVerb
from handlers.tickets import lifecycle
from handlers.tickets.events import Actor, By
from handlers.tickets.events.grades import Revisited
from handlers.tickets.events.work import Accepted, Closed, Replied
from handlers.tickets.ticket import State
from tests.support import samples
from tests.support.afterwards import answered, li, town, wang
from tests.support.citizens_town import Chat, Town, happenings

__all__ = ["answered", "li", "town", "wang"]


@pytest.mark.parametrize(
    ("words", "score"), [("评价 5", 5), ("评价5分 办得快", 5), ("非常满意", 5), ("打4分", 4), ("评价 3", 3)]
)
def test_rating(answered: Chat, words: str, score: int) -> None:
    assert "谢谢" in answered.say(words)
    assert answered.ticket.rating == score


def test_rating_by_taps(answered: Chat) -> None:
    answered.say("评价")
    answered.tap("基本满意")
    assert answered.ticket.rating == 3


def test_rating_by_a_bare_digit(answered: Chat) -> None:
    answered.say("评价")
    answered.say("4")
    assert answered.ticket.rating == 4


def test_after_the_grade_three_things_are_asked_each_with_one_tap(answered: Chat) -> None:
    assert "问题解决了吗" in answered.say("评价 4")
    assert answered.labels() == ["解决了", "没解决"]
    assert "说到点子上" in answered.tap("解决了")
    assert "态度" in answered.tap("没说到点上")
    assert "都记下了" in answered.tap("态度一般")
    opinion = answered.ticket.opinion
    assert (opinion.solved, opinion.to_point, opinion.attitude) == (True, False, 2)
    assert answered.ticket.rating == 4
    assert answered.ticket.state is State.REPLIED


def test_whoever_taps_no_more_is_asked_no_more(answered: Chat) -> None:
    answered.say("评价 5")
    assert "就到这里" in answered.say("跳过")
    assert answered.talk.asking is None
    assert answered.ticket.opinion.solved is None, "silence is no opinion"


def test_another_matter_after_the_grade_is_another_matter(answered: Chat) -> None:
    answered.say("评价 5")
    before = len(answered.tickets)
    answered.say("河东区五一路3号门口的垃圾没人收，已经一周了")
    assert len(answered.tickets) == before + 1


@pytest.mark.parametrize("words", ["解决了", "1"])
def test_the_answer_may_be_typed(answered: Chat, words: str) -> None:
    answered.say("评价 5")
    assert "点子上" in answered.say(words)
    assert answered.ticket.opinion.solved is True


def test_a_bad_grade_asks_why_and_goes_round_again(answered: Chat) -> None:
    assert "哪里没办好" in answered.say("评价 1")
    assert answered.talk.asking is Asking.REASON
    assert answered.ticket.chase.redo_by == answered.town.now + timedelta(hours=24)
    assert "重新办" in answered.say("还是老样子，根本没修")
    assert answered.ticket.state is State.REWORK
    assert answered.ticket.rounds[0].rating == 1


@pytest.mark.parametrize("label", ["没解决", "答非所问", "态度不好", "太慢了"])
def test_why_by_a_tap(answered: Chat, label: str) -> None:
    answered.say("评价 2")
    assert "重新办" in answered.tap(label)
    assert answered.ticket.state is State.REWORK
    last = answered.ticket.rounds[0]
    assert last.rating == 2
    assert (last.opinion.solved, last.opinion.to_point, last.opinion.attitude) == {
        "没解决": (False, None, None),
        "答非所问": (None, False, None),
        "态度不好": (None, None, 1),
    }.get(label, (None, None, None))


def test_who_wants_nothing_done_again_keeps_the_grade(answered: Chat) -> None:
    answered.say("评价 2")
    assert "不重办" in answered.tap("不用重办")
    assert answered.ticket.state is State.REPLIED
    assert (answered.ticket.rating, answered.ticket.chase.redo_by) == (2, None)


def test_not_solved_said_at_once_goes_round_again(answered: Chat) -> None:
    answered.say("评价 2 没解决，晚上还是黑的")
    assert list(happenings(answered.town, answered.ticket))[-3:] == ["Rated", "OpinionGiven", "Reopened"]


def test_a_kind_grade_with_nothing_solved_goes_round_again(answered: Chat) -> None:
    answered.say("评价 4")
    assert "没解决" in answered.tap("没解决")
    assert answered.ticket.chase.redo_by is not None
    assert "重新办" in answered.tap("只办了一部分")
    assert answered.ticket.state is State.REWORK
    assert answered.ticket.rounds[0].opinion.solved is False


def test_a_closed_ticket_can_be_opened_again(answered: Chat, town: Town) -> None:
    town.staff(answered.ticket, Closed())
    answered.say("没解决")
    assert answered.ticket.state is State.REWORK


def test_after_rework_it_is_graded_again(answered: Chat, town: Town) -> None:
    answered.say("评价 1 没修好")
    town.later(days=1)
    town.staff(answered.ticket, Accepted(), Replied("这回换了线路。"))
    assert answered.ticket.rating is None
    answered.say("评价 5")
    assert [answered.ticket.rounds[0].rating, answered.ticket.rating] == [1, 5]


def test_from_the_second_time_the_superior_has_it() -> None:
    ticket = samples.ticket_in(State.REPLIED)
    directory = samples.directory()
    assert deadlines.rework(ticket, "没好", samples.START, TERMS, directory).unit_id is None
    twice = replace(ticket, reworks=1)
    assert deadlines.rework(twice, "没好", samples.START, TERMS, directory).unit_id == "city"
    nobody = samples.directory([Staff(1, "housing", Role.HANDLER, "老张", 102)])
    assert deadlines.rework_desk(twice, nobody) is None


def test_all_is_well(answered: Chat, town: Town) -> None:
    looked_at(answered, town)
    assert "那就好" in answered.say("一直好着")
    assert list(happenings(town, answered.ticket))[-1] == "LookedBack"
    assert answered.ticket.chase.look_by is None


@pytest.mark.parametrize("words", ["又坏了", "又坏了 {number}", "又反弹了"])
def test_it_came_back_and_is_done_again(answered: Chat, town: Town, words: str) -> None:
    looked_at(answered, town)
    assert "重新办" in answered.say(words.format(number=answered.ticket.number))
    assert list(happenings(town, answered.ticket))[-2:] == ["LookedBack", "Reopened"]


def test_it_came_back_said_unasked(answered: Chat) -> None:
    assert "重新办" in answered.say("又坏了")
    assert answered.ticket.state is State.REWORK


def test_well_said_unasked_is_small_talk(wang: Chat) -> None:
    assert "那就好" in wang.say("一直好着")


def test_the_page_grades_with_words(answered: Chat) -> None:
    answered.send(PageAction(answered.ticket.id, PageVerb.RATE, "2 没解决"))
    assert answered.ticket.state is State.REWORK


@pytest.mark.parametrize("words", SAYS)
def test_what_can_be_said_is_understood_with_the_number(answered: Chat, words: str) -> None:
    answered.say("评价 3")
    answered.say(f"评价 {answered.ticket.number} {words}")
    assert "OpinionGiven" in list(happenings(answered.town, answered.ticket))


def looked_at(chat: Chat, town: Town) -> None:
    """Weeks after a good grade the clock asks again."""
    chat.say("评价 5")
    town.staff(chat.ticket, Closed())
    town.later(days=21)
    until = town.now + timedelta(days=FIRST.look.days)
    change = lifecycle.apply(town.tickets[chat.ticket.id], Revisited(until), Actor(By.CLOCK), town.now)
    town.tickets[change.ticket.id] = change.ticket
    town.events[change.ticket.id].append(change.event)
