"""Every event of a ticket is stored as it always was, and is whole: its verb, its heading, its fold, its sample."""

from __future__ import annotations

from typing import get_args

import pytest

from handlers.errors import Broken
from handlers.tickets import states
from handlers.tickets.events import By, Event
from handlers.tickets.events.base import TicketEvent
from handlers.tickets.events.filing import Filed
from handlers.tickets.events.joining import Shared
from handlers.tickets.events.work import Undone
from handlers.tickets.states import What
from handlers.tickets.ticket import State
from tests.support import samples
from tests.support.stored import shapes

BEGINS_OR_TAKES_BACK = (Filed, Undone)
"""What `lifecycle` handles itself."""


def test_every_event_is_stored_as_it_always_was() -> None:
    assert shapes(Event) == samples.STORED


def test_every_event_belongs_to_the_union_of_its_family() -> None:
    assert set(TicketEvent.__subclasses__()) == set(states.WHATS)


@pytest.mark.parametrize("what", states.WHATS)
def test_an_event_is_whole(what: What) -> None:
    assert what.verb
    assert what.heading
    assert len(what.verb) <= len("附议人补充"), "a verb stands in lists and diagrams"
    assert what is Undone or type(samples.SAMPLES[what]) is what
    if what not in BEGINS_OR_TAKES_BACK:
        assert "fold" in vars(what), "an event says what becomes of its ticket"


def test_filing_and_taking_back_are_not_folded() -> None:
    ticket = samples.ticket_in(State.ACCEPTED)
    for what in (samples.filed(), Undone(2)):
        with pytest.raises(Broken):
            what.fold(ticket, samples.START, samples.HOUSING)


def test_what_followers_learn_of_is_shared() -> None:
    assert {what for what in states.WHATS if "for_followers" in vars(what)} == set(get_args(Shared))
    for what in samples.SAMPLES.values():
        for by in By:
            assert isinstance(what.for_followers(by), Shared | None)


def test_what_changes_followers_is_shared() -> None:
    assert {what for what in states.WHATS if "fold_follower" in vars(what)} <= set(get_args(Shared))


def test_names_of_moves_and_stops_are_told_apart() -> None:
    assert len({what.verb for what in states.WHATS}) == len(states.WHATS)
    assert len({what.heading for what in states.WHATS}) == len(states.WHATS)
