"""Short answers to what we asked: each question understands its own yes and no, with and without a number."""

from __future__ import annotations

import pytest

from handlers.citizen.talk import Asking
from handlers.tickets.events.work import Accepted, Replied
from handlers.tickets.ticket import State
from tests.support.citizens_town import Chat, Town

LAMP = "河东区解放路12号的路灯坏了三天，晚上很黑"
SAME = "河东区解放路12号这边路灯一直不亮，老人摔了一跤"


@pytest.fixture
def town() -> Town:
    made = Town()
    made.looks_around = True
    return made


@pytest.fixture
def li(town: Town) -> Chat:
    """Somebody with one ticket."""
    chat = town.citizen()
    chat.say(LAMP)
    chat.tap("匿名、公开")
    town.later(hours=1)
    return chat


def answered(li: Chat) -> Chat:
    """The same after the unit's reply."""
    li.town.staff(li.ticket, Accepted(), Replied("已经处理好了。"))
    return li


@pytest.mark.parametrize("no", ["不要", "不", "跳过"])
def test_no_to_the_question_who_may_see_it_leaves_it_closed(town: Town, no: str) -> None:
    chat = town.citizen()
    chat.say(LAMP)
    assert "匿名、不公开" in chat.say(no)
    assert (chat.ticket.public, chat.talk.asking) == (False, None)


@pytest.mark.parametrize(
    ("answer", "state"), [("确认 {}", State.WITHDRAWN), ("不要 {}", State.SUBMITTED), ("好 {}", State.WITHDRAWN)]
)
def test_a_number_says_which_question_is_answered(li: Chat, answer: str, state: State) -> None:
    li.say(f"撤回 {li.ticket.number}")
    li.say(answer.format(li.ticket.number))
    assert li.ticket.state is state


@pytest.mark.parametrize("no", ["跳过", "算了", "不要"])
def test_nobody_has_to_say_a_name(li: Chat, no: str) -> None:
    li.say("署名")
    asked = li.talk.asking
    assert "好的" in li.say(no)
    assert (asked, li.talk.asking, li.person.called) == (Asking.CALLED, None, "")


@pytest.mark.parametrize("no", ["不用了", "不要", "算了"])
def test_no_to_the_place_may_mean_the_place_or_the_whole(town: Town, no: str) -> None:
    chat = town.citizen()
    chat.say("路灯坏了")
    chat.say(no)
    assert chat.labels() == ["没有地点，照样报", "这件不报了"] or chat.talk.draft is None


@pytest.mark.parametrize(
    ("no", "joined"), [("不用了", False), ("不附议", False), ("2", False), ("是", True), ("1", True), ("附议", True)]
)
def test_joining_by_number_is_asked_and_answered(town: Town, li: Chat, no: str, joined: bool) -> None:
    chat = town.citizen()
    chat.say(f"附议 {li.ticket.number}")
    reply = chat.say(no)
    assert [ticket.joined_to for ticket in chat.tickets] == ([li.ticket.id] if joined else [])
    assert ("没有附议" in reply) is not joined


def test_other_words_do_not_answer_the_question_about_a_number(town: Town, li: Chat) -> None:
    chat = town.citizen()
    chat.say(f"附议 {li.ticket.number}")
    assert "没有附议" not in chat.say("天黑了")
    assert chat.tickets == []


@pytest.mark.parametrize(
    ("words", "asking", "filed"),
    [
        ("灯杆也歪了", Asking.JOIN, 0),
        ("随便", Asking.JOIN, 0),
        ("不对，是幸福路3号", Asking.SHOWING, 1),
        ("单独报", Asking.SHOWING, 1),
        ("2", Asking.SHOWING, 1),
        ("1", Asking.SHOWING, 1),
    ],
)
def test_the_offer_to_join_takes_more_words_a_correction_or_a_choice(
    town: Town, li: Chat, words: str, asking: Asking, filed: int
) -> None:
    chat = town.citizen()
    chat.say(SAME)
    chat.say(words)
    assert (chat.talk.asking, len(chat.tickets)) == (asking, filed)
    alone = words != "1"
    assert all((ticket.joined_to is None) is alone for ticket in chat.tickets)


def test_what_is_added_at_the_offer_is_part_of_the_appeal(town: Town, li: Chat) -> None:
    chat = town.citizen()
    chat.say(SAME)
    chat.say("灯杆也歪了")
    chat.tap("单独报")
    assert chat.ticket.text == f"{SAME}\n灯杆也歪了"


def test_changing_a_grade_that_was_not_given_asks_for_one(li: Chat) -> None:
    answered(li)
    assert "办得怎么样" in li.say("确认改评")
    assert li.ticket.rating is None


@pytest.mark.parametrize(
    ("words", "rating"),
    [("不改", 3), ("不改评", 3), ("确认改评", 5), ("确认改评 4", 4), ("好", 5)],
)
def test_a_grade_changes_only_when_asked_for(li: Chat, words: str, rating: int) -> None:
    answered(li)
    li.say("评价 3")
    li.say("评价 5")
    assert li.ticket.rating == 3
    li.say(words)
    assert li.ticket.rating == rating


def test_a_bare_number_beside_a_tickets_own_is_asked_about(li: Chat) -> None:
    answered(li)
    assert "评 4 分吗" in li.say(f"{li.ticket.number} 4")
    assert li.ticket.rating is None
    li.tap("满意")
    assert li.ticket.rating == 4


def test_a_bare_number_beside_a_graded_tickets_own_is_another_grade(li: Chat) -> None:
    answered(li)
    li.say("评价 3")
    li.say(f"{li.ticket.number} 4")
    assert (li.ticket.rating, li.talk.asking) == (3, Asking.REGRADE)


def test_praise_in_points_with_words_that_it_is_not_done_goes_round_again(li: Chat) -> None:
    answered(li)
    assert "退回去重新办了" in li.say("评价 5 根本没修")
    assert li.ticket.state is State.REWORK


def test_a_bad_grade_that_says_it_is_enough_is_not_done_again(li: Chat) -> None:
    answered(li)
    li.say("评价 1 算了")
    assert (li.ticket.rating, li.ticket.state) == (1, State.REPLIED)


@pytest.mark.parametrize(
    ("words", "kind", "category", "place"),
    [
        ("不对，是建议", "建议", "", ""),
        ("不对，是环境保护", "", "环境保护", ""),
        ("不对，是幸福路3号", "", "", "幸福路3号"),
        ("不对，是一闪一闪的", "", "", ""),
    ],
)
def test_what_is_put_right_before_filing_is_filed_right(
    town: Town, words: str, kind: str, category: str, place: str
) -> None:
    chat = town.citizen()
    chat.say("楼下的路灯坏了")
    chat.say(words)
    if not chat.tickets:
        chat.say("跳过")
    ticket = chat.ticket
    assert (kind or ticket.kind, category or ticket.category) == (ticket.kind, ticket.category)
    assert place in (ticket.place.text if ticket.place else "")
