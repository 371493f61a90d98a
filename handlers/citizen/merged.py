"""A ticket that was merged leads to the one that goes on: what its author still says of it reaches that one.

Only what goes on with the matter is led there. To look at it, to take it back or to correct it means this very ticket: its
own sentence says where the matter is.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from handlers.citizen import wording_after
from handlers.citizen.turn import Turn, answering
from handlers.citizen.words import Extra
from handlers.messages import PageAction, PageVerb, Text
from handlers.outcome import Outcome
from handlers.queries import ByNumber, Found, Mine, Needs
from handlers.tickets import numbers
from handlers.tickets.ticket import State, Ticket
from nlp.wishes import Wish

_ITS_OWN = frozenset(
    {
        Wish.TRACK, Wish.LIST_MINE, Wish.WITHDRAW, Wish.CORRECT, Wish.JOIN,
        Extra.LOOK_UP, Extra.WHY, Extra.SURE, Extra.KEEP, Extra.ALONE, Extra.SHOW,
    }
)  # fmt: skip
"""Wishes that mean the merged ticket itself."""


class Led(Struct, frozen=True):
    """The turn with those who go on in the place of those who were merged; `instead` are the latter with the former."""

    turn: Turn
    instead: tuple[tuple[Ticket, Ticket], ...] = ()


def lead(turn: Turn) -> Led | Needs:
    """The same message about the tickets that go on; what must be loaded to tell which they are."""
    found = turn.found
    merged = [one for one in (*found.by_number.values(), *found.by_id.values()) if _is_merged(turn, one)]
    if not merged or _means_itself(turn):
        return Led(turn)
    instead = {one.id: survivor(one, found) for one in merged}
    missing = [one for one in merged if instead[one.id] is None]
    if missing and not found.again:
        onward: Needs = frozenset(ByNumber(one.merged_into) for one in missing if one.merged_into)
        return onward | {Mine(turn.person.id)}
    pairs = {one.id: (one, goes_on) for one in merged if (goes_on := instead[one.id]) is not None}
    new = found.instead({old.id: goes_on for old, goes_on in pairs.values()})
    return Led(replace(turn, found=new), tuple(pairs.values()))


def named(turn: Turn, led: Led, outcome: Outcome) -> Outcome:
    """The outcome with a word on where the matter is, for whoever spoke of a ticket by its own number or page."""
    body = turn.incoming.body
    ids: set[int] = set()
    if isinstance(body, Text):
        # Not those in between, which were only loaded to tell where it leads.
        written = numbers.find(body.text)
        ids = {ticket.id for number, ticket in turn.found.by_number.items() if number in written}
    elif isinstance(body, PageAction):
        ids = set(turn.found.by_id)
    words = [wording_after.led(old.number, new.number) for old, new in led.instead if old.id in ids]
    return answering(outcome, before="\n".join(words)) if words else outcome


def survivor(ticket: Ticket, found: Found) -> Ticket | None:
    """The ticket that goes on, through any number of mergers; None when it is not here."""
    here = {one.number: one for one in _all(found)}
    passed = {ticket.number}
    while ticket.state is State.MERGED:
        onward = here.get(ticket.merged_into or "")
        if onward is None or onward.number in passed:
            return None
        passed.add(onward.number)
        ticket = onward
    return ticket


def _all(found: Found) -> Iterable[Ticket]:
    return (*found.mine, *found.by_number.values(), *found.by_id.values())


def _is_merged(turn: Turn, ticket: Ticket) -> bool:
    return ticket.state is State.MERGED and turn.owns(ticket)


def _means_itself(turn: Turn) -> bool:
    body = turn.incoming.body
    if isinstance(body, PageAction):
        return body.verb is PageVerb.WITHDRAW
    said = turn.said
    if said is None or not isinstance(body, Text):
        return False
    # An appeal of its own belongs to no ticket, and must not wait for one to be loaded.
    anew = said.wish is Wish.FILE and said.number is None and not said.mentions and turn.talk.asking is None
    asks = said.numberless or said
    return anew or said.wish in _ITS_OWN or asks.wish in _ITS_OWN
