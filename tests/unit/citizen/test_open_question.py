"""An open question has an identity: answers, taps and numbers belong to it and to nothing that was spoken of since."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from msgspec.structs import replace

from handlers.calendar.policy import FIRST
from handlers.citizen.talk import Asking, Draft
from handlers.messages import Location, Media, MediaKind, Text
from handlers.official.talk import OfficialTalk
from handlers.tickets import lifecycle
from handlers.tickets.events import Actor, By
from handlers.tickets.events.grades import Revisited
from handlers.tickets.events.work import Accepted, Asked, Closed, Replied
from handlers.tickets.ticket import State, Ticket
from tests.support.afterwards import LAMP
from tests.support.citizens_town import Chat, Town, happenings

COVER = "五一路的井盖松了，车一过就响"
BINS = "和平路12号的垃圾没人收，已经一周了"


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
def li(town: Town) -> Chat:
    """Somebody with two open tickets: first the lamp, then the cover."""
    chat = town.citizen()
    chat.say(LAMP)
    town.later(hours=1)
    chat.say(COVER)
    town.later(hours=1)
    return chat


def lamp(chat: Chat) -> Ticket:
    return chat.tickets[0]


def cover(chat: Chat) -> Ticket:
    return chat.tickets[1]


def answer(chat: Chat, ticket: Ticket) -> Ticket:
    """The unit answers."""
    return chat.town.staff(ticket, Accepted(), Replied("已经处理好了。"))


# With an unfinished appeal waiting


@pytest.mark.parametrize("yes", ["确认", "是的", "好", "确认撤回", "撤回"])
def test_yes_to_withdrawing_files_no_appeal(li: Chat, yes: str) -> None:
    li.say("楼下停车位被占了")
    li.say(f"撤回 {lamp(li).number}")
    reply = li.say(yes)
    assert (lamp(li).state, len(li.tickets)) == (State.WITHDRAWN, 2)
    assert "还差一个地点" in reply
    li.say("幸福路3号")
    assert li.tickets[2].place is not None


@pytest.mark.parametrize("no", ["不要", "不撤了", "取消", "算了"])
def test_no_to_withdrawing_drops_no_appeal(li: Chat, no: str) -> None:
    li.say("楼下停车位被占了")
    li.say(f"撤回 {lamp(li).number}")
    li.say(no)
    assert lamp(li).state is State.SUBMITTED
    assert li.talk.draft is not None


@pytest.mark.parametrize("words", ["确认", "1", "是", "不要"])
def test_a_bare_word_after_something_else_asks_the_appeals_question_again(li: Chat, words: str) -> None:
    li.say("楼下停车位被占了")
    li.say("我的")
    assert "在哪儿" in li.say(words)
    assert len(li.tickets) == 2


def test_the_appeals_own_tap_answers_it_whatever_was_asked_since(li: Chat, town: Town) -> None:
    li.say("楼下停车位被占了")
    guess = li.button("五一路")
    town.later(minutes=1)
    li.say(f"撤回 {lamp(li).number}")
    li.press(guess)
    assert (len(li.tickets), lamp(li).state) == (3, State.SUBMITTED)
    assert "没有等您确认" in li.say("确认")


def test_the_question_knows_its_ticket_whatever_was_spoken_of_last(li: Chat, town: Town) -> None:
    li.say(f"撤回 {lamp(li).number}")
    town.talks[li.id] = replace(li.talk, ticket_id=cover(li).id)
    li.say("确认")
    assert (lamp(li).state, cover(li).state) == (State.WITHDRAWN, State.SUBMITTED)


def test_words_that_are_no_answer_close_the_question(li: Chat) -> None:
    li.say(f"撤回 {lamp(li).number}")
    li.say("进度")
    assert "没有等您确认" in li.say("确认")
    assert lamp(li).state is State.SUBMITTED


def test_a_place_in_the_middle_of_withdrawing_is_the_appeals(li: Chat) -> None:
    li.say("楼下停车位被占了")
    li.say(f"撤回 {lamp(li).number}")
    li.say("幸福路3号")
    assert (len(li.tickets), lamp(li).state) == (3, State.SUBMITTED)


# Questions that are over


def test_the_later_question_is_the_one_that_yes_answers(li: Chat, town: Town) -> None:
    li.say(f"撤回 {lamp(li).number}")
    town.later(minutes=1)
    li.say(f"撤回 {cover(li).number}")
    li.say("确认")
    assert (lamp(li).state, cover(li).state) == (State.SUBMITTED, State.WITHDRAWN)


def test_a_numbered_tap_does_what_it_said_however_late(li: Chat, town: Town) -> None:
    li.say(f"撤回 {lamp(li).number}")
    sure = li.button("确认撤回")
    town.later(days=3)
    li.say(f"撤回 {cover(li).number}")
    li.press(sure)
    assert (lamp(li).state, cover(li).state) == (State.WITHDRAWN, State.SUBMITTED)


def test_a_tap_of_an_appeal_that_is_filed_answers_no_other(town: Town) -> None:
    chat = town.citizen()
    chat.say("楼下的路灯坏了三天")
    skip = chat.button("跳过")
    chat.say("五一路")
    town.later(minutes=30)
    chat.say("楼下停车位被占了")
    town.later(minutes=1)
    assert "之前那一问" in chat.press(skip)
    assert len(chat.tickets) == 1
    assert chat.talk.draft is not None


def test_a_tap_below_nothing_open_says_so(town: Town) -> None:
    chat = town.citizen()
    chat.say("楼下的路灯坏了三天")
    skip = chat.button("跳过")
    town.later(minutes=1)
    chat.say("五一路")
    town.later(minutes=30)
    assert "之前那一问" in chat.press(skip)
    assert len(chat.tickets) == 1


@pytest.mark.parametrize("words", ["确认", "是的", "好的", "不要"])
def test_an_expired_question_is_told_of(li: Chat, town: Town, words: str) -> None:
    li.say(f"撤回 {lamp(li).number}")
    town.later(days=2)
    assert "不算了" in li.say(words)
    assert lamp(li).state is State.SUBMITTED


def test_confirming_nothing_says_that_nothing_waits(li: Chat) -> None:
    assert "没有等您确认" in li.say("确认")


# Grades


def test_another_grade_is_asked_about_first(li: Chat) -> None:
    answer(li, lamp(li))
    li.say(f"评价 {lamp(li).number} 5")
    reply = li.say(f"评价 {lamp(li).number} 1")
    assert "上次评了 5 分" in reply
    assert "改成 1 分" in reply
    assert lamp(li).rating == 5
    li.say("确认")
    assert lamp(li).rating == 1
    li.tap("改回")
    assert (lamp(li).rating, lamp(li).chase.redo_by) == (5, None)


def test_no_keeps_the_grade(li: Chat) -> None:
    answer(li, lamp(li))
    li.say(f"评价 {lamp(li).number} 5")
    li.say(f"评价 {lamp(li).number} 2")
    assert "还是 5 分" in li.say("不改了") or "还是 5 分" in li.say("不要")
    assert lamp(li).rating == 5


@pytest.mark.parametrize("words", ["太差了", "非常不满意", "差评", "评价 1", "不满意"])
def test_words_after_another_grade_never_touch_an_old_one(li: Chat, words: str) -> None:
    answer(li, lamp(li))
    li.say(f"评价 {lamp(li).number} 5")
    li.town.later(days=3)
    answer(li, cover(li))
    li.say(f"评价 {cover(li).number} 1 没修好")
    assert cover(li).state is State.REWORK
    li.say(words)
    assert (lamp(li).rating, lamp(li).state) == (5, State.REPLIED)


@pytest.mark.parametrize("words", ["太差了", "非常不满意", "差评", "评价 1"])
def test_a_bad_word_is_the_reason_that_was_asked_for(li: Chat, words: str) -> None:
    answer(li, lamp(li))
    li.say(f"评价 {lamp(li).number} 5")
    answer(li, cover(li))
    li.say(f"评价 {cover(li).number} 1")
    li.say(words)
    assert (lamp(li).rating, cover(li).state) == (5, State.REWORK)


def test_a_grade_without_a_number_is_asked_about_when_two_wait(li: Chat) -> None:
    answer(li, lamp(li))
    answer(li, cover(li))
    assert "哪一件" in li.say("非常满意")
    li.tap(lamp(li).number)
    assert (lamp(li).rating, cover(li).rating) == (5, None)


def test_the_same_grade_again_changes_nothing(li: Chat) -> None:
    answer(li, lamp(li))
    li.say(f"评价 {lamp(li).number} 5")
    assert "已经评过" in li.say(f"评价 {lamp(li).number} 5")
    assert li.outcome.events == ()


def test_not_solved_after_a_newer_answer_is_asked_about(li: Chat, town: Town) -> None:
    answer(li, lamp(li))
    li.say(f"查 {lamp(li).number}")
    town.later(hours=1)
    answer(li, cover(li))
    assert "哪一件" in li.say("没解决")
    assert li.outcome.events == ()


# What units ask meanwhile


@pytest.mark.parametrize(("words", "state"), [("是的", State.WITHDRAWN), ("不是", State.SUBMITTED)])
def test_a_short_word_that_fits_a_unit_s_question_too_is_asked_about(
    li: Chat, town: Town, words: str, state: State
) -> None:
    li.say(f"撤回 {lamp(li).number}")
    town.later(minutes=5)
    town.staff(cover(li), Accepted(), Asked("是12号门口的井盖吗？"))
    town.later(minutes=1)
    assert "哪一件" in li.say(words)
    assert li.outcome.events == ()
    choices = li.choices
    li.send(Text(choices[1].say))
    assert cover(li).state is State.ACCEPTED
    assert lamp(li).state is State.SUBMITTED
    li.send(Text(choices[0].say))
    assert lamp(li).state is state


def test_a_place_that_fits_a_unit_s_question_too_is_asked_about(li: Chat, town: Town) -> None:
    li.say("楼下停车位被占了")
    town.later(minutes=5)
    town.staff(cover(li), Accepted(), Asked("在几号门口？"))
    town.later(minutes=1)
    assert "哪一件" in li.say("幸福路3号")
    li.tap("回答")
    assert (cover(li).state, len(li.tickets)) == (State.ACCEPTED, 2)
    li.say("幸福路5号")
    assert len(li.tickets) == 3


def test_a_digit_that_may_be_a_grade_is_asked_about(li: Chat, town: Town) -> None:
    li.say("楼下停车位被占了")
    town.later(minutes=5)
    answer(li, lamp(li))
    town.later(minutes=1)
    assert "哪一件" in li.say("1")
    li.tap("评 1 分")
    assert (lamp(li).rating, len(li.tickets)) == (1, 2)


def test_yes_answers_the_only_unit_that_asked(li: Chat, town: Town) -> None:
    town.staff(lamp(li), Accepted(), Asked("是12号门口那盏吗？"))
    town.later(minutes=1)
    assert "已补充" in li.say("是的")
    assert lamp(li).state is State.ACCEPTED


def test_a_mere_ok_is_no_answer_to_a_unit(li: Chat, town: Town) -> None:
    town.staff(lamp(li), Accepted(), Asked("是12号门口那盏吗？"))
    town.later(minutes=1)
    assert "回答这一件吗" in li.say("好的")
    assert lamp(li).state is State.WAITING


def test_yes_is_asked_about_when_two_units_asked(li: Chat, town: Town) -> None:
    town.staff(lamp(li), Accepted(), Asked("是12号门口那盏吗？"))
    town.staff(cover(li), Accepted(), Asked("是路中间的井盖吗？"))
    town.later(minutes=1)
    assert "哪一件" in li.say("是的")
    li.tap(cover(li).number)
    assert (lamp(li).state, cover(li).state) == (State.WAITING, State.ACCEPTED)


def test_yes_after_looking_back_is_asked_about(li: Chat, town: Town) -> None:
    answer(li, lamp(li))
    li.say(f"评价 {lamp(li).number} 5")
    town.staff(lamp(li), Closed())
    town.later(days=21)
    li.say(f"撤回 {cover(li).number}")
    town.later(minutes=1)
    until = town.now + timedelta(days=FIRST.look.days)
    change = lifecycle.apply(lamp(li), Revisited(until), Actor(By.CLOCK), town.now)
    town.tickets[lamp(li).id] = change.ticket
    town.events[lamp(li).id].append(change.event)
    town.later(minutes=1)
    assert "哪一件" in li.say("是的")
    assert cover(li).state is State.SUBMITTED
    li.tap("一直好着")
    assert list(happenings(town, lamp(li)))[-1] == "LookedBack"


# Files and points


def test_a_picture_goes_to_the_ticket_whose_supplement_is_open(li: Chat) -> None:
    li.say(f"补充 {lamp(li).number}")
    li.photo()
    assert (len(lamp(li).attachments), len(cover(li).attachments)) == (1, 0)
    assert li.outcome.media[0].ticket_id == lamp(li).id


def test_a_picture_that_two_tickets_wait_for_is_asked_about(li: Chat, town: Town) -> None:
    li.say(f"补充 {lamp(li).number}")
    town.later(minutes=5)
    town.staff(cover(li), Accepted(), Asked("请拍一张照片。"))
    town.later(minutes=1)
    assert "给哪一件" in li.photo()
    assert not lamp(li).attachments
    assert not cover(li).attachments
    li.tap(cover(li).number)
    assert (len(lamp(li).attachments), len(cover(li).attachments)) == (0, 1)


def test_a_point_answers_the_unit_that_asked_where(li: Chat, town: Town) -> None:
    town.later(hours=2)
    town.staff(lamp(li), Accepted(), Asked("请发个位置。"))
    town.later(minutes=1)
    li.send(Location(29.1, 113.5, "云川市河东区解放路12号"))
    assert lamp(li).state is State.ACCEPTED


def test_spoken_words_answer_like_typed_ones(li: Chat) -> None:
    li.say(f"撤回 {lamp(li).number}")
    li.send(Media(MediaKind.VOICE, "voice", "确认"))
    assert (lamp(li).state, cover(li).state) == (State.WITHDRAWN, State.SUBMITTED)


# Several matters


@pytest.mark.parametrize("words", ["1", "2", "3", "谢谢", "你好"])
def test_a_number_below_numbered_matters_is_asked_about(town: Town, words: str) -> None:
    chat = town.citizen()
    chat.say("五一路的井盖松了，另外幸福小区的垃圾没人收")
    assert "要分开吗" in chat.say(words)
    assert chat.tickets == []
    chat.tap("分开报")
    assert len(chat.tickets) == 2


def test_joining_is_for_the_ticket_it_was_offered_for(town: Town) -> None:
    town.looks_around = True
    other = town.citizen()
    other.say("解放路12号停水了")
    chat = town.citizen()
    chat.say("解放路12号停水了，一家人没法做饭")
    urgent = chat.ticket
    town.looks_around = False
    chat.say(COVER)
    assert chat.talk.ticket_id == chat.ticket.id != urgent.id
    chat.say("附议")
    assert (town.tickets[urgent.id].joined_to, chat.ticket.joined_to) == (other.ticket.id, None)


# A danger without its place


@pytest.mark.parametrize(
    "words",
    [
        "请问居住证怎么办理",
        "五一路的井盖松了",
        "建议多种些树",
        "等一下",
        "我想想",
        "好的",
        "谢谢",
        "你好",
        "进度",
        "在我家厨房",
    ],
)
def test_what_is_no_place_leaves_the_question_open(town: Town, words: str) -> None:
    chat = town.citizen()
    chat.say("我家煤气味好大")
    chat.say(words)
    gas = chat.tickets[0]
    assert gas.place is None
    assert list(happenings(town, gas)) == ["Filed"]
    town.later(minutes=5)
    assert "已经告诉" in chat.say("幸福小区3栋")
    gas = chat.tickets[0]
    assert gas.place is not None
    assert gas.place.text == "幸福小区3栋"


def test_a_point_is_the_place_of_the_danger(town: Town) -> None:
    chat = town.citizen()
    chat.say("我家煤气味好大")
    chat.say("五一路的井盖松了")
    chat.point("云川市河东区解放路12号")
    gas, other = chat.tickets
    assert gas.place is not None
    assert gas.place.latitude is not None
    assert other.place is not None
    assert other.place.latitude is None


def test_a_place_that_an_appeal_waits_for_too_is_asked_about(town: Town) -> None:
    chat = town.citizen()
    chat.say("我家煤气味好大")
    chat.say("楼下停车位被占了")
    town.later(minutes=1)
    assert "哪一件" in chat.say("幸福小区3栋")
    chat.tap("在这里")
    assert chat.tickets[0].place is not None
    assert chat.talk.draft is not None


def test_a_tapped_place_needs_no_reader(town: Town) -> None:
    chat = town.citizen()
    chat.say("我家煤气味好大")
    assert "出事的地方吗" in chat.say("老槐树下那口井边")
    chat.tap("就在这里")
    assert chat.ticket.place is not None


# What older programs left


def test_an_old_question_is_about_the_ticket_last_spoken_of(li: Chat, town: Town) -> None:
    old = msgspec.json.decode(
        msgspec.json.encode({"asking": "withdraw", "ticket_id": lamp(li).id, "until": town.now + timedelta(hours=3)}),
        type=OfficialTalk,
    )
    town.talks[li.id] = old
    li.press(Text("确认", menu_id="1"))
    assert (lamp(li).state, cover(li).state) == (State.WITHDRAWN, State.SUBMITTED)


def test_an_old_place_question_is_about_the_urgent_ticket(town: Town) -> None:
    chat = town.citizen()
    chat.say("我家煤气味好大")
    town.talks[chat.id] = OfficialTalk(
        asking=Asking.PLACE, ticket_id=chat.ticket.id, until=town.now + timedelta(hours=3)
    )
    chat.say("请问居住证怎么办理")
    chat.say("幸福小区3栋")
    assert chat.tickets[0].place is not None


def test_an_old_appeal_goes_on(li: Chat, town: Town) -> None:
    draft = Draft(text="楼下停车位被占了", guesses=("五一路",), kind="投诉")
    town.talks[li.id] = replace(OfficialTalk(), draft=draft, asking=Asking.WHICH_PLACE, ticket_id=cover(li).id)
    li.press(Text("五一路", menu_id="1"))
    assert len(li.tickets) == 3


@pytest.mark.parametrize("words", ["没解决", "评价", "催办"])
def test_an_old_button_that_may_mean_two_is_asked_about(li: Chat, words: str) -> None:
    answer(li, lamp(li))
    answer(li, cover(li))
    if words == "催办":
        li.say(f"没解决 {lamp(li).number}")
        li.say(f"没解决 {cover(li).number}")
    reply = li.press(Text(words, menu_id="2"))
    assert "哪一件" in reply or (words == "评价" and cover(li).number in reply)
    assert li.outcome.events == ()


def test_an_old_button_that_can_mean_one_only_does_it(li: Chat) -> None:
    answer(li, lamp(li))
    li.press(Text("没解决", menu_id="2"))
    assert lamp(li).state is State.REWORK


# Buttons


def test_every_tap_about_a_ticket_names_it(li: Chat) -> None:
    answer(li, lamp(li))
    generic = {"人工", "跳过", "取消", "我的"}
    for words in ("进度", "谢谢", "你们这群废物", "评价 5", "评价 1", "撤回", "催办", "撤销", "我的"):
        li.say(words)
        assert all(any(t.number in c.say for t in li.tickets) or c.say in generic for c in li.choices), words


# Words in answer to a question about a ticket


@pytest.mark.parametrize("words", ["五一路的红绿灯坏了", "和平路12号的垃圾没人收", "幸福小区3栋的噪音很大"])
def test_another_matter_is_no_reason_for_a_bad_grade(town: Town, words: str) -> None:
    chat = town.citizen()
    chat.say(LAMP)
    answer(chat, chat.ticket)
    chat.say(f"评价 {chat.ticket.number} 1")
    assert "还是另一件事" in chat.say(words)
    assert lamp(chat).state is State.REPLIED
    chat.tap("另一件事")
    assert (len(chat.tickets), lamp(chat).state) == (2, State.REPLIED)


def test_another_matter_is_no_supplement(li: Chat) -> None:
    li.say(f"补充 {lamp(li).number}")
    assert "还是另一件事" in li.say("幸福小区3栋的噪音很大")
    li.tap("补充到这一件")
    assert list(happenings(li.town, lamp(li))) == ["Filed", "Supplemented"]


def test_a_matter_is_no_name(li: Chat) -> None:
    li.say("署名公开")
    li.say("五一路路灯坏了")
    assert li.person.called == ""


def test_going_on_with_what_rests_keeps_what_was_begun(town: Town) -> None:
    chat = town.citizen()
    chat.say("楼下的路灯坏了三天")
    town.later(hours=25)
    chat.say("楼上施工噪音太大")
    assert "先收着" in chat.say("继续")
    chat.say("五一路")
    assert chat.ticket.text == "楼下的路灯坏了三天"
    chat.say("继续")
    chat.say("和平路")
    assert chat.ticket.text == "楼上施工噪音太大"


def test_dropping_what_rests_keeps_what_was_begun(town: Town) -> None:
    chat = town.citizen()
    chat.say("楼下的路灯坏了三天")
    town.later(hours=25)
    chat.say("你好")
    drop = chat.button("不要了")
    town.later(minutes=1)
    chat.say("楼上施工噪音太大")
    chat.press(drop)
    assert (chat.talk.resting, chat.talk.draft is not None) == (None, True)
