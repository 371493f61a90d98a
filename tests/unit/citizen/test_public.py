"""公开 is chosen for each ticket by a tap that carries its number; what is sealed or tells of a life at stake is never public."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from handlers.citizen.talk import Asking
from handlers.messages import Text
from handlers.official.talk import OfficialTalk
from handlers.tickets import numbers
from handlers.tickets.events.filing import Sealed
from handlers.tickets.publishing import is_public
from tests.support.citizens_town import Chat, Town

LAMP = "河东区解放路12号路灯坏了一周"
DRAIN = "河东区幸福小区2栋的下水道堵了，污水往外冒"
SEALED = ("河东区解放路12号的社区主任贪污改造款，把路灯钱装自己口袋", "河东区解放路12号，我老公又打我，我不敢回家")
DANGER = "河东区解放路12号路灯漏电，孩子掉进沟里了"


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
def li(town: Town) -> Chat:
    """Somebody who filed two ordinary tickets and made the first public."""
    chat = town.citizen()
    chat.say(LAMP)
    chat.tap("匿名、公开")
    town.later(hours=1)
    chat.say(DRAIN)
    return chat


def test_public_is_never_taken_over(li: Chat) -> None:
    assert [ticket.public for ticket in li.tickets] == [True, False]


def test_the_tap_makes_its_own_ticket_public(town: Town, li: Chat) -> None:
    tap = next(choice for choice in li.choices if choice.label == "公开")
    second = li.ticket
    assert second.number in tap.say
    town.later(hours=1)
    li.say("河东区建设路井盖松动，车子一过就响")
    li.send(Text(tap.say, menu_id="1"))
    assert [ticket.public for ticket in li.tickets] == [True, True, False]


@pytest.mark.parametrize("text", [*SEALED, DANGER])
def test_nothing_is_offered_for_what_is_never_public(town: Town, text: str) -> None:
    chat = town.citizen()
    chat.say(text)
    assert chat.ticket.sealed or chat.ticket.danger
    assert not any("公开" in choice.label for choice in chat.choices)
    said = chat.say(f"公开 {chat.ticket.number}")
    assert "替您保密" in said
    assert not chat.ticket.public
    assert "署名" not in chat.say("公开")
    assert not chat.ticket.public


def test_a_sealed_ticket_takes_no_name_from_an_earlier_one(town: Town) -> None:
    chat = town.citizen()
    chat.say(LAMP)
    chat.tap("署名、公开")
    chat.say("王女士")
    town.later(hours=1)
    chat.say("河东区建设路的社区主任贪污改造款，望查处")
    assert len(chat.tickets) == 2
    assert (chat.ticket.named, chat.ticket.called) == (False, "")


@pytest.mark.parametrize(
    "words", ["补充 {n} 请替我保密，村书记收了他的钱", "催办 {n} 再不来人就要出人命了，孩子掉进去了"]
)
def test_later_words_raise_the_secrecy_and_never_lower_it(town: Town, words: str) -> None:
    chat = town.citizen()
    chat.say(DRAIN)
    chat.say(f"公开 {chat.ticket.number}")
    assert is_public(chat.ticket)
    chat.say(words.format(n=chat.ticket.number))
    assert chat.ticket.sealed or chat.ticket.danger
    assert not is_public(chat.ticket)
    chat.say(f"补充 {chat.ticket.number} 没事了，谢谢")
    assert not is_public(chat.ticket)
    assert "替您保密" in chat.say(f"公开 {chat.ticket.number}")


def test_asking_for_secrecy_is_more_than_not_public(town: Town, li: Chat) -> None:
    li.say(f"请保密 {li.tickets[0].number}")
    assert li.tickets[0].sealed == "informant"
    assert not is_public(li.tickets[0])


# Taps and talks of the older program.


def test_an_old_tap_acts_on_the_ticket_it_was_shown_with(town: Town) -> None:
    chat = town.citizen()
    chat.say(LAMP)
    town.later(hours=1)
    chat.say(DRAIN)
    chat.send(Text("匿名公开", menu_id="2"))
    assert [ticket.public for ticket in chat.tickets] == [True, False]
    assert not chat.person.public


def test_an_old_question_is_answered_for_its_ticket(town: Town) -> None:
    chat = town.citizen()
    chat.say(LAMP)
    town.talks[chat.id] = OfficialTalk(asking=Asking.SHOWING, ticket_id=chat.ticket.id)
    chat.say("2")
    assert chat.ticket.public


def test_public_long_after_the_last_word_asks_which(town: Town, li: Chat) -> None:
    town.later(hours=3)
    li.say("公开")
    assert [ticket.public for ticket in li.tickets] == [True, False]
    assert len(li.choices) == 2
    li.tap(li.tickets[1].number)
    assert li.tickets[1].public


def test_who_chose_public_for_everything_chooses_anew(town: Town) -> None:
    chat = town.citizen()
    town.people[chat.id] = replace(chat.person, named=False, public=True)
    chat.say(LAMP)
    assert not chat.ticket.public


# 附议 by number.


def test_joining_by_number_asks_and_joins_only_on_yes(town: Town, li: Chat) -> None:
    wang = town.citizen()
    said = wang.say(f"附议 {li.tickets[0].number}")
    assert "要一起推动吗" in said
    assert "12号" not in said
    assert wang.tickets == []
    wang.tap("不了")
    assert wang.tickets == []
    wang.say("好")
    assert wang.tickets == []
    wang.say(f"附议 {li.tickets[0].number}")
    wang.say("好")
    assert wang.ticket.joined_to == li.tickets[0].id


def test_the_tap_of_one_question_joins_no_other(town: Town, li: Chat) -> None:
    li.say(f"公开 {li.ticket.number}")
    wang = town.citizen()
    wang.say(f"附议 {li.tickets[0].number}")
    first = next(choice for choice in wang.choices if choice.label == "一起推动")
    wang.say(f"附议 {li.tickets[1].number}")
    wang.send(Text(first.say, menu_id="1"))
    assert wang.ticket.joined_to == li.tickets[0].id


@pytest.mark.parametrize("text", [DRAIN, *SEALED, DANGER])
@pytest.mark.parametrize("verb", ["附议", "确认附议"])
def test_a_hidden_ticket_is_as_an_unknown_one(town: Town, text: str, verb: str) -> None:
    chat, wang = town.citizen(), town.citizen()
    chat.say(text)
    unknown = wang.say(f"{verb} {numbers.make(777, town.now)}")
    assert wang.say(f"{verb} {chat.ticket.number}") == unknown
    assert wang.tickets == []


@pytest.mark.parametrize("text", [*SEALED, DANGER])
def test_what_is_sealed_is_joined_with_its_code_neither(town: Town, text: str) -> None:
    chat, wang = town.citizen(), town.citizen()
    chat.say(text)
    unknown = wang.say(f"附议 {numbers.make(777, town.now)}")
    assert wang.say(f"附议 {chat.ticket.number} {chat.ticket.code}") == unknown
    assert wang.tickets == []


def test_what_was_sealed_meanwhile_is_joined_no_more(town: Town, li: Chat) -> None:
    wang = town.citizen()
    wang.say(f"附议 {li.tickets[0].number}")
    li.say(f"补充 {li.tickets[0].number} 请替我保密")
    assert any(isinstance(event.what, Sealed) for event in town.events[li.tickets[0].id])
    wang.tap("一起推动")
    assert wang.tickets == []


def test_secret_words_are_offered_no_company(town: Town, li: Chat) -> None:
    town.looks_around = True
    wang = town.citizen()
    wang.say("河东区解放路12号路灯坏了一周，请替我保密，我怕报复")
    assert wang.filed() == 1
    assert wang.ticket.joined_to is None
