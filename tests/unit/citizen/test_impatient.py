"""Somebody in a hurry: several things open at once, answers in any order, afterthoughts in the words that people use."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from handlers.citizen.words import DialogueWish, read
from handlers.tickets.events.desks import Transferred
from handlers.tickets.events.joining import Absorbed
from handlers.tickets.events.work import Accepted, Asked, Replied
from handlers.tickets.ticket import State, Ticket
from nlp.wishes import Wish
from tests.support.citizens_town import Chat, Town

LAMP = "解放路的路灯坏了三天"
BINS = "和平路12号的垃圾没人收，已经一周了"


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
def li(town: Town) -> Chat:
    """Somebody with two open tickets: first the lamp, then the bins."""
    chat = town.citizen()
    chat.say(LAMP)
    town.later(hours=1)
    chat.say(BINS)
    town.later(hours=1)
    return chat


def answered(chat: Chat, ticket: Ticket) -> None:
    chat.town.staff(ticket, Accepted(), Replied("已经处理好了。"))


def asked(chat: Chat, ticket: Ticket, question: str) -> None:
    chat.town.staff(ticket, Accepted(), Asked(question))
    chat.town.later(minutes=1)


# Two dangers, and no place for either


@pytest.fixture
def two_dangers(town: Town) -> Chat:
    chat = town.citizen()
    chat.say("煤气味很重")
    town.later(minutes=1)
    chat.say("楼上着火了")
    town.later(minutes=1)
    return chat


def test_a_place_goes_to_neither_danger_before_it_is_told_which(two_dangers: Chat) -> None:
    reply = two_dangers.say("幸福路3号")
    assert [ticket.place for ticket in two_dangers.tickets] == [None, None]
    gas, fire = two_dangers.tickets
    assert "哪一件" in reply
    assert [gas.number in choice.say for choice in two_dangers.choices] == [False, True]
    reply = two_dangers.say(two_dangers.choices[1].say)
    gas, fire = two_dangers.tickets
    assert gas.place is not None
    assert (gas.place.text, fire.place) == ("幸福路3号", None)
    assert "已经告诉" in reply
    assert fire.number in reply
    two_dangers.say("和平路5号")
    fire = two_dangers.tickets[1]
    assert fire.place is not None
    assert fire.place.text == "和平路5号"
    assert len(two_dangers.tickets) == 2


@pytest.mark.parametrize("words", ["在的", "快来啊", "我在！", "怎么办"])
def test_who_waits_for_help_is_asked_for_the_place_alone(town: Town, words: str) -> None:
    chat = town.citizen()
    chat.say("煤气味很重")
    reply = chat.say(words)
    assert "具体在哪儿" in reply
    assert not chat.choices
    assert chat.tickets[0].version == 1


@pytest.mark.parametrize("words", ["13800001111", "我的电话是138 0000 1111", "电话：0700-5550101"])
def test_a_telephone_number_is_for_the_rescuers(town: Town, words: str) -> None:
    chat = town.citizen()
    chat.say("煤气味很重")
    reply = chat.say(words)
    assert "已补充" in reply
    assert "具体在哪儿" in reply
    chat.say("幸福路3号")
    assert chat.tickets[0].place is not None


# Two units asked


@pytest.mark.parametrize("first", [0, 1])
def test_words_that_fit_two_questions_answer_neither(li: Chat, first: int) -> None:
    for one in (li.tickets[first], li.tickets[1 - first]):
        asked(li, one, "编号是多少？")
    reply = li.say("HP-15")
    assert "回答哪一件" in reply
    assert all(one.state is State.WAITING for one in li.tickets)
    choice = next(one for one in li.choices if li.tickets[0].number in one.say)
    li.say(choice.say)
    assert [one.state for one in li.tickets] == [State.ACCEPTED, State.WAITING]


@pytest.mark.parametrize("first", [0, 1])
def test_words_that_name_one_of_two_answer_that_one(li: Chat, first: int) -> None:
    for one in (li.tickets[first], li.tickets[1 - first]):
        asked(li, one, "是哪一种？")
    li.say("普通的路灯")
    assert [one.state for one in li.tickets] == [State.ACCEPTED, State.WAITING]
    li.say("厨房垃圾")
    assert [one.state for one in li.tickets] == [State.ACCEPTED, State.ACCEPTED]


def test_the_question_that_is_left_is_not_forgotten_for_the_ticket_spoken_of(li: Chat) -> None:
    for one in li.tickets:
        asked(li, one, "编号是多少？")
    li.say(f"补充 {li.tickets[0].number} HP-15")
    reply = li.say("HP-16")
    assert "回答哪一件" in reply
    assert li.tickets[1].state is State.WAITING


# What was bad, and other matters


@pytest.mark.parametrize("words", ["垃圾怎么还没收", "垃圾还没收"])
def test_words_about_another_ticket_of_theirs_send_nothing_round_again(li: Chat, words: str) -> None:
    answered(li, li.tickets[0])
    li.say(f"评价 {li.tickets[0].number} 1")
    reply = li.say(words)
    assert "还是另一件事" in reply
    assert li.tickets[0].state is State.REPLIED
    assert any(choice.say == f"补充 {li.tickets[1].number} {words}" for choice in li.choices)


# Grades taken back in plain words


@pytest.mark.parametrize(
    ("words", "score"),
    [
        ("评价改成3分", 3),
        ("改成3分", 3),
        ("把评分改成2", 2),
        ("打错了，应该是4", 4),
        ("点错了，应该是满意", 4),
        ("我刚才评价打低了，改成4分", 4),
        ("改成非常满意", 5),
        ("给错分了", None),
        ("评错了", None),
        ("我想改评价", None),
    ],
)
def test_grades_are_taken_back_in_plain_words(words: str, score: int | None) -> None:
    said = read(words)
    assert (said.wish, said.score, said.again) == (Wish.RATE, score, True)


@pytest.mark.parametrize("words", ["地点改成五一路8号", "改成解放路", "公交改成5点一班", "路灯改成LED吧", "改成3"])
def test_other_corrections_are_none(words: str) -> None:
    assert not read(words).again


def test_a_grade_taken_back_is_not_given_to_another_answer(li: Chat) -> None:
    answered(li, li.tickets[0])
    li.say(f"评价 {li.tickets[0].number} 5")
    answered(li, li.tickets[1])
    reply = li.say("评价改成2分")
    assert [one.rating for one in li.tickets] == [5, None]
    assert li.tickets[0].number in reply
    li.say("是")
    assert [one.rating for one in li.tickets] == [2, None]
    assert len(li.tickets) == 2


# How it is shown, and what is not wanted any more


@pytest.mark.parametrize(
    ("words", "public"),
    [("这个公开", True), ("这件事不要公开", False), ("刚才那件公开", True), ("上一件不公开", False)],
)
def test_showing_what_was_spoken_of_last(words: str, public: bool) -> None:
    said = read(words)
    assert (said.wish, said.public) == (DialogueWish.SHOW, public)


@pytest.mark.parametrize("words", ["第一个公开", "全部公开", "都不公开", "两件都公开", "另一件公开"])
def test_showing_one_of_several_asks_which_and_publishes_none(li: Chat, words: str) -> None:
    li.say(words)
    assert not any(one.public for one in li.tickets)
    assert len(li.tickets) == 2
    assert len([one for one in li.choices if "公开" in one.say and "26" in one.say]) == 2


@pytest.mark.parametrize("words", ["刚才那个报错了不要了", "这件不要了", "上一件我报错了", "另一个也不要了"])
def test_a_mistake_is_no_supplement(li: Chat, words: str) -> None:
    before = [one.version for one in li.tickets]
    reply = li.say(words)
    assert [one.version for one in li.tickets] == before
    assert "撤回" in reply


@pytest.mark.parametrize("words", ["把{}和{}都撤回", "{}、{}撤回", "{} {} 都催一下"])
def test_two_numbers_are_asked_about_one_at_a_time(li: Chat, words: str) -> None:
    one, other = (ticket.number for ticket in li.tickets)
    reply = li.say(words.format(one, other))
    assert "一次" in reply
    assert [one in li.choices[0].say, other in li.choices[1].say] == [True, True]


@pytest.mark.parametrize("words", ["这个路口的路灯坏了", "全部路灯都不亮", "第一个路口护栏坏了", "两个井盖没了"])
def test_matters_that_begin_alike_are_matters(words: str) -> None:
    assert read(words).wish is Wish.FILE


# Secrecy as an afterthought


@pytest.mark.parametrize(
    "words", ["请替我保密，别让物业知道是我说的", "不要让老板知道", "我怕他们报复", "千万别让村里人知道是我反映的"]
)
def test_secrecy_asked_for_afterwards_seals_what_was_told(li: Chat, words: str) -> None:
    li.say(f"公开 {li.tickets[1].number}")
    li.town.later(hours=3)
    reply = li.say(words)
    assert len(li.tickets) == 2
    assert li.tickets[1].sealed
    assert "替您保密" in reply
    assert "保密" in li.say(f"公开 {li.tickets[1].number}")


@pytest.mark.parametrize("words", ["请替我保密，别让物业知道是我说的", "别告诉他是我说的"])
def test_secrecy_is_no_place(town: Town, words: str) -> None:
    chat = town.citizen()
    chat.say("垃圾好几天没人收了")
    chat.say(words)
    assert not chat.tickets
    chat.say("和平路12号")
    (ticket,) = chat.tickets
    assert ticket.place is not None
    assert ticket.place.text == "和平路12号"
    assert ticket.sealed


def test_secrecy_asked_for_first_is_for_the_matter_that_follows(town: Town) -> None:
    chat = town.citizen()
    assert "发生了什么事" in chat.say("别让老板知道")
    chat.say("解放路12号物业乱收费")
    (ticket,) = chat.tickets
    assert ticket.title == "解放路12号物业乱收费"
    assert ticket.sealed


# A place, and nothing said of it


@pytest.mark.parametrize("place", ["幸福路3号", "在和平路12号门口", "解放路路口"])
def test_a_place_alone_is_no_appeal(town: Town, place: str) -> None:
    chat = town.citizen()
    assert "发生了什么事" in chat.say(place)
    assert not chat.tickets
    chat.say("路灯不亮，很黑")
    (ticket,) = chat.tickets
    assert ticket.title == "路灯不亮，很黑"
    assert ticket.place is not None
    assert ticket.place.text == place


def test_a_place_told_when_the_question_was_over_is_used_when_they_go_on(town: Town) -> None:
    chat = town.citizen()
    chat.say("垃圾好几天没人收了")
    town.now += timedelta(hours=25)
    chat.say("幸福路3号")
    assert not chat.tickets
    chat.say("继续")
    (ticket,) = chat.tickets
    assert (ticket.title, ticket.place and ticket.place.text) == ("垃圾好几天没人收了", "幸福路3号")


# Where a danger goes


def test_violence_is_for_the_police_whatever_it_sounds_like(town: Town) -> None:
    chat = town.citizen()
    chat.say("五一路停车的和物业打人了")
    # The town has no police: the dispatcher's desk is on duty, and not the unit for car parks.
    assert chat.tickets[0].unit_id == "dispatch"


def test_a_place_told_moves_nothing_that_an_official_sent_on(town: Town) -> None:
    chat = town.citizen()
    chat.say("煤气味很重")
    town.staff(chat.tickets[0], Transferred("water"))
    chat.say("河西区幸福路3号")
    ticket = chat.tickets[0]
    assert (ticket.unit_id, ticket.place is not None) == ("water", True)


# A merger and those who follow


@pytest.mark.parametrize(("hours", "told"), [(None, False), (0, False), (-2, True)])
def test_followers_hear_of_a_merger_only_where_the_date_moves(town: Town, hours: int | None, told: bool) -> None:
    town.looks_around = True
    li, other = town.citizen(), town.citizen()
    li.say("解放路12号的路灯坏了三天")
    other.say("解放路12号的路灯不亮")
    other.say("一起")
    main = li.tickets[0]
    assert main.crowd == 1
    town.pushes.clear()
    sooner = None if hours is None else replace(main.promise, reply_by=main.promise.reply_by + timedelta(hours=hours))
    what = Absorbed("26000999", promise=sooner, sealed="informant")
    town.staff(main, what)
    heard = [push for push in town.pushes if push.person_id == other.id]
    assert bool(heard) is told


# Out of patience


@pytest.mark.parametrize("words", ["怎么这么慢啊", "你们到底管不管", "为什么还没回", "到底修不修啊"])
def test_impatience_urges_and_is_no_appeal(words: str) -> None:
    assert read(words).wish is Wish.URGE


@pytest.mark.parametrize("words", ["算了不报了", "算了，不要了", "不想报了"])
def test_who_gives_up_files_nothing(li: Chat, words: str) -> None:
    reply = li.say(words)
    assert len(li.tickets) == 2
    assert "撤回" in reply


@pytest.mark.parametrize("words", ["不用了", "不要", "跳过"])
def test_a_place_alone_is_let_go(town: Town, words: str) -> None:
    chat = town.citizen()
    chat.say("幸福路3号")
    chat.say(words)
    assert chat.talk.draft is None
    assert not chat.tickets


def test_three_characters_at_a_known_place_are_enough(town: Town) -> None:
    chat = town.citizen()
    chat.say("幸福路3号")
    chat.say("灯坏了")
    assert len(chat.tickets) == 1
