"""What people say next: more about the matter they just spoke of, another one, or nothing but impatience."""

from __future__ import annotations

import pytest

from handlers.citizen.talk import Asking
from handlers.citizen.words import read
from handlers.tickets.events.filing import Shown, Withdrawn
from handlers.tickets.events.joining import Merged
from handlers.tickets.events.work import Accepted, Asked, Replied
from handlers.tickets.ticket import State
from nlp.wishes import Wish
from tests.support.citizens_town import Chat, Town, happenings

LAMP = "河东区解放路12号的路灯坏了三天，晚上很黑"


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
def li(town: Town) -> Chat:
    """Somebody whose appeal is filed."""
    chat = town.citizen()
    chat.say(LAMP)
    town.later(hours=1)
    return chat


def test_an_answer_in_two_messages_is_one_answer(li: Chat, town: Town) -> None:
    town.staff(li.ticket, Accepted(), Asked("灯杆编号是多少？"))
    town.later(days=2)
    assert "还有要说的，接着发就行" in li.photo()
    assert "已补充到" in li.say("编号看不清，像是37")
    assert len(li.tickets) == 1
    assert list(happenings(town, li.ticket)).count("Supplemented") == 2
    town.later(hours=1)
    li.say("编号看不清，像是37号灯杆，还在漏电")
    assert li.talk.draft is not None


def test_what_was_added_to_another_ticket_keeps_this_one_closed(li: Chat, town: Town) -> None:
    town.staff(li.ticket, Accepted(), Asked("灯杆编号是多少？"))
    li.say("37号")
    li.say("幸福小区3栋门口的垃圾两天没人收")
    town.later(minutes=20)
    li.photo()
    assert li.tickets[0].attachments == ()
    assert len(li.ticket.attachments) == 1


@pytest.mark.parametrize("words", ["还有小区门口的垃圾也好几天没人收了", "家里的水管昨天爆了，停车场全是垃圾"])
def test_a_sentence_is_not_taken_for_the_place(town: Town, words: str) -> None:
    chat = town.citizen()
    chat.say("路灯坏了三天没人修")
    assert "是两件事吗" in chat.say(words)
    assert chat.tickets == []


@pytest.mark.parametrize(
    "words", ["村口老槐树下", "老刘家后面那条沟", "3号楼西头", "五一路", "村里往北走过桥第二个路口的老磨坊后面"]
)
def test_a_place_that_nobody_knows_is_a_place(town: Town, words: str) -> None:
    chat = town.citizen()
    chat.say("路灯坏了三天没人修")
    chat.say(words)
    assert chat.ticket.place is not None
    assert chat.ticket.place.text == words


@pytest.mark.parametrize(
    ("words", "urges"),
    [
        ("怎么还没人修", True), ("到现在都没人来修！", True), ("还没修好吗", True), ("一直没处理呢？", True),
        ("怎么还不解决", True), ("路灯怎么还没人修", False), ("没人扫的楼道", False), ("修好了", False),
    ],
)  # fmt: skip
def test_impatience_is_a_wish_to_urge(words: str, urges: bool) -> None:
    assert (read(words).wish is Wish.URGE) is urges


def test_the_menu_does_not_remind_of_an_appeal_without_a_word(town: Town) -> None:
    chat = town.citizen()
    chat.click("file")
    assert "另外" not in chat.click("track")
    chat.photo()
    assert "另外" in chat.click("track")


def test_an_unheard_voice_says_so_when_it_is_attached(li: Chat) -> None:
    li.say("补充")
    assert "没听清" in li.voice()
    assert len(li.ticket.attachments) == 1


def test_the_reason_for_withdrawing_survives_the_question(li: Chat, town: Town) -> None:
    li.say("撤回 已经修好了")
    li.tap("确认撤回")
    assert town.events[li.ticket.id][-1].what == Withdrawn("已经修好了")


def test_who_is_named_is_named_to_the_officials(li: Chat, town: Town) -> None:
    li.say("署名公开")
    li.say("王女士")
    assert town.events[li.ticket.id][-1].what == Shown(named=True, public=True, called="王女士")
    li.say("幸福小区3栋门口的垃圾两天没人收")
    assert li.ticket.called == "王女士"
    li.say("匿名")
    assert li.ticket.called == ""


def test_a_rated_ticket_does_not_ask_for_its_rating(li: Chat, town: Town) -> None:
    town.staff(li.ticket, Replied("灯已换好。"))
    li.say("进度")
    assert "评一评" in li.labels()
    li.say("评价 5")
    li.say("进度")
    assert "评一评" not in li.labels()


def test_the_place_of_a_danger_is_passed_on_with_the_call_to_ring(town: Town) -> None:
    chat = town.citizen()
    chat.say("家里煤气味很重")
    assert chat.talk.asking is Asking.PLACE
    reply = chat.say("阳光花园5栋")
    assert "「阳光花园5栋」已经告诉" in reply
    assert "现在就打" in reply


def test_urging_does_not_promise_a_date_that_has_passed(li: Chat, town: Town) -> None:
    town.later(days=10)
    reply = li.say("催办")
    assert "已经过了，对不住" in reply
    assert "答应的时间是" not in reply


def test_words_that_say_unsolved_long_after_the_answer_offer_to_reopen(li: Chat, town: Town) -> None:
    town.staff(li.ticket, Replied("灯已换好。"))
    town.later(days=3)
    assert "还没解决吗" in li.say("根本没修，还是黑的")
    li.tap("没解决，重新办")
    assert li.ticket.state is State.REWORK
    assert li.ticket.reason == "没解决：根本没修，还是黑的"


def test_an_unsolved_matter_elsewhere_is_another_matter(li: Chat, town: Town) -> None:
    town.staff(li.ticket, Replied("灯已换好。"))
    li.say("阳光花园的垃圾还是没处理")
    assert len(li.tickets) == 2


def test_details_without_a_word_in_common_follow_an_answer(li: Chat, town: Town) -> None:
    town.staff(li.ticket, Accepted(), Asked("哪一盏？"))
    li.photo()
    assert "已补充到" in li.say("左边那一盏，牌子上写着三十七号")


def test_a_merged_ticket_leads_to_the_other(li: Chat, town: Town) -> None:
    li.say("幸福小区3栋门口的垃圾两天没人收")
    first, second = li.tickets
    town.staff(second, Merged(first.number))
    li.say("进度")
    assert li.labels() == [f"看 {first.number}"]
    assert "路灯" in li.tap("看")


def test_a_question_about_another_ticket_gets_its_answer(li: Chat, town: Town) -> None:
    li.say("幸福小区3栋门口的垃圾两天没人收")
    lamp, bins = li.tickets
    town.later(hours=2)
    town.staff(lamp, Asked("灯杆编号是多少？"))
    town.later(hours=1)
    assert f"已补充到 {lamp.number}" in li.say("灯杆上写着37号")
    assert town.tickets[lamp.id].state is State.SUBMITTED
    town.staff(lamp, Asked("能拍一张吗？"))
    town.later(hours=1)
    li.say(f"查 {bins.number}")
    li.photo()
    assert len(town.tickets[lamp.id].attachments) == 1


def test_an_old_question_does_not_swallow_another_matter(li: Chat, town: Town) -> None:
    town.staff(li.ticket, Asked("灯杆编号是多少？"))
    li.say("37号")
    town.staff(li.ticket, Asked("是左边那盏吗？"))
    town.later(hours=1)
    li.say("幸福小区3栋门口的公交站牌倒了好几天了，没有人来扶一下，等车的人都绕着走")
    assert len(li.tickets) == 2
