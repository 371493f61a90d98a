"""A crowd shortens the date: by the published rule, in the moment it is large enough, told to everybody once."""

from __future__ import annotations

from collections import Counter

import pytest

from handlers.calendar.policy import FIRST
from handlers.tickets.events import By
from handlers.tickets.events.clock import Shortened
from handlers.tickets.events.joining import Followed, Gathered, Joined, Merged
from handlers.tickets.events.work import Accepted, Closed
from handlers.tickets.ticket import Ticket
from tests.support.citizens_town import Chat, Town, happenings

LAMP = "河东区解放路12号的路灯坏了三天，晚上很黑"
SAME = "河东区解放路12号这边路灯一直不亮，老人摔了一跤"
RULE = FIRST.crowd[0]


@pytest.fixture
def town() -> Town:
    made = Town()
    made.looks_around = True
    return made


@pytest.fixture
def li(town: Town) -> Chat:
    """The first to tell of it."""
    chat = town.citizen()
    chat.say(LAMP)
    chat.tap("匿名、公开")
    return chat


def joiner(town: Town) -> Chat:
    chat = town.citizen()
    chat.say(SAME)
    chat.tap("一起推动")
    town.later(minutes=5)
    return chat


def shortenings(town: Town, ticket: Ticket) -> list[Shortened]:
    return [event.what for event in town.events[ticket.id] if isinstance(event.what, Shortened)]


def test_twelve_people(town: Town, li: Chat) -> None:
    before = li.ticket.promise
    joiners = [joiner(town) for _ in range(RULE.people - 2)]
    assert li.ticket.promise == before
    pushed = len(town.pushes)

    tenth = joiner(town)
    (short,) = shortenings(town, li.ticket)
    assert (short.crowd, short.rule) == (RULE.people, RULE.words)
    assert short.reply_by < before.reply_by
    assert (li.ticket.promise.reply_by, li.ticket.promise.rule) == (short.reply_by, RULE.words)
    assert town.events[li.ticket.id][-1].actor.by is By.SYSTEM
    reply = tenth.outcome.reply
    assert reply is not None
    assert RULE.words in reply.text
    assert f"一共 {RULE.people} 人" in reply.text
    assert tenth.ticket.promise == li.ticket.promise
    assert list(happenings(town, tenth.ticket)) == ["Filed", "Joined"]

    told = Counter(push.person_id for push in town.pushes[pushed:] if "期限缩短" in push.text)
    assert told == Counter({chat.id: 1 for chat in (li, *joiners)})
    for chat in joiners:
        assert chat.ticket.promise == li.ticket.promise
        followed = town.events[chat.ticket.id][-1].what
        assert isinstance(followed, Followed)
        assert isinstance(followed.what, Shortened)
        assert RULE.words in chat.say("进度")

    more = [joiner(town) for _ in range(12 - RULE.people)]
    assert len(shortenings(town, li.ticket)) == 1
    assert {chat.ticket.promise for chat in more} == {li.ticket.promise}
    assert li.ticket.crowd == 11
    town.staff(li.ticket, Accepted(), Closed("已换灯泡"))
    assert {chat.ticket.state for chat in (*joiners, tenth, *more)} == {li.ticket.state}


def test_what_is_due_as_soon_anyway_is_not_shortened(town: Town, li: Chat) -> None:
    joiners = [joiner(town) for _ in range(RULE.people - 2)]
    town.now = li.ticket.promise.reply_by
    joiner(town)
    assert shortenings(town, li.ticket) == []
    assert len(joiners) == RULE.people - 2


def test_crowds_that_are_brought_together_shorten_and_all_of_them_hear(town: Town, li: Chat) -> None:
    first = [joiner(town) for _ in range(5)]
    town.looks_around = False
    li.say(LAMP)
    other = li.ticket
    main = next(ticket for ticket in li.tickets if ticket.id != other.id)
    second = []
    for _ in range(5):
        chat = town.citizen()
        chat.say(f"附议 {other.number} {other.code}")
        chat.tap("一起推动")
        second.append(chat)
    assert town.tickets[other.id].crowd == 5
    pushed = len(town.pushes)
    town.staff(other, Merged(main.number))
    main = town.tickets[main.id]
    assert main.crowd == 10
    assert [type(event.what) for event in town.events[main.id][-2:]] == [Gathered, Shortened]
    for chat in first:
        followed = town.events[chat.ticket.id][-1].what
        assert isinstance(followed, Followed)
        assert isinstance(followed.what, Shortened)
    for chat in second:
        assert isinstance(town.events[chat.ticket.id][-1].what, Joined)
    assert {chat.ticket.promise for chat in (*first, *second)} == {main.promise}
    told = Counter(push.person_id for push in town.pushes[pushed:] if "期限缩短" in push.text)
    assert told == Counter({chat.id: 1 for chat in (li, *first)})
