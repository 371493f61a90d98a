"""The dates of a ticket's next steps, computed from the ticket alone; the earliest is its `look_at`.

`look_at` is an indexed column, so that due tickets are found without reading the others. Every step of the clock leaves
a mark on the ticket that moves `look_at`, so a step is never due twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import IntEnum
from zlib import crc32

from msgspec import Struct

from handlers.calendar.policy import Terms
from handlers.deadlines import deadlines
from handlers.tickets.events.clock import CardColour
from handlers.tickets.states import ANSWERED, OPEN, UNACCEPTED
from handlers.tickets.ticket import State, Ticket

VOW_REMINDER = timedelta(days=1)
"""How long before its date the desk is reminded of a commitment."""


class DueKind(IntEnum):
    """Kinds of steps, in the order in which they are taken when several are due: a card before the reminder it
    replaces.
    """

    RESUME = 1
    YELLOW = 2
    RED = 3
    NOTICE = 4
    ANSWER = 5
    RULING = 6
    ACCEPT = 7
    REPLY = 8
    VOW = 9
    VOW_SOON = 10
    SILENCE = 11
    REDO = 12
    REVISIT = 13


class Due(Struct, frozen=True):
    """A step of the clock."""

    at: datetime
    """Due from this time on."""

    kind: DueKind
    vow: int = 0
    """Number of the commitment that it is about, from 1. 0 for other steps."""


def next_look(ticket: Ticket) -> datetime | None:
    """Returns the time of the next step. None when there will be none."""
    return min((due.at for due in steps_due(ticket)), default=None)


def steps_due(ticket: Ticket) -> Iterator[Due]:
    """Yields every future step of the ticket as it stands, in no order."""
    if ticket.state in OPEN:
        if ticket.joined_to is None:
            yield from _owed(ticket)
    elif ticket.state in ANSWERED:
        yield from _afterwards(ticket)
        if ticket.joined_to is None:
            yield from _vowed(ticket)


def _owed(ticket: Ticket) -> Iterator[Due]:
    chase = ticket.chase
    if ticket.state is State.WAITING:
        if chase.wait_until is not None:
            yield Due(chase.wait_until, DueKind.RESUME)
        return
    if accept_reminder_due(ticket):
        yield Due(ticket.promise.accept_by, DueKind.ACCEPT)
    if reminder_due(ticket) and ticket.promise.remind_at is not None:
        yield Due(ticket.promise.remind_at, DueKind.REPLY)
    yield from (Due(at, _RUNGS[colour]) for colour, at in ladder(ticket).items())
    if chase.answer_by is not None:
        yield Due(chase.answer_by, DueKind.ANSWER)
    if chase.rule_by is not None and not chase.rule_reminded and ticket.state is State.RETURNED:
        yield Due(chase.rule_by, DueKind.RULING)


_RUNGS: dict[CardColour | None, DueKind] = {
    CardColour.YELLOW: DueKind.YELLOW,
    CardColour.RED: DueKind.RED,
    None: DueKind.NOTICE,
}


def accept_reminder_due(ticket: Ticket) -> bool:
    """Returns whether nobody has accepted the ticket, been reminded of it, or got a card, which says more."""
    untouched = ticket.state in UNACCEPTED and ticket.accepted_at is None and ticket.asks == 0
    reminded = ticket.chase.accept_reminded == ticket.promise.accept_by or _last_rung(ticket) is not None
    return untouched and bool(ticket.promise.ladder) and not reminded


def reminder_due(ticket: Ticket) -> bool:
    """Returns whether the desk is still to be reminded of the promised date. Not after a card for it."""
    promise, last = ticket.promise, _last_rung(ticket)
    if promise.remind_at is None or ticket.chase.reminded == promise.reply_by:
        return False
    return CardColour.YELLOW not in ticket.cards.withdrawn and (last is None or last < promise.remind_at)


def _last_rung(ticket: Ticket) -> datetime | None:
    cards = ticket.cards
    return max((at for at in (cards.yellow_at, cards.red_at, cards.notice_at) if at is not None), default=None)


def ladder(ticket: Ticket) -> dict[CardColour | None, datetime]:
    """Returns when each step of the ladder is due that this round has not taken. The key of the 催办通知单 is None."""
    if not ticket.promise.ladder:
        return {}
    yellow, red, notice = (ticket.promise.reply_by + timedelta(seconds=after) for after in ticket.promise.ladder)
    cards = ticket.cards
    steps: dict[CardColour | None, datetime] = {}
    if cards.yellow_at is None and CardColour.YELLOW not in cards.withdrawn:
        steps[CardColour.YELLOW] = yellow
    if cards.red_at is None and CardColour.RED not in cards.withdrawn:
        steps[CardColour.RED] = red
    if not cards.notice:
        steps[None] = notice
    return steps


def _afterwards(ticket: Ticket) -> Iterator[Due]:
    chase = ticket.chase
    if chase.rate_by is not None and ticket.rating is None and not chase.silent:
        yield Due(chase.rate_by, DueKind.SILENCE)
    if chase.redo_by is not None:
        yield Due(chase.redo_by, DueKind.REDO)
    # Nothing is done when `look_by` passes: it only says until when an answer counts as one to that question.
    if chase.revisit_at is not None:
        yield Due(chase.revisit_at, DueKind.REVISIT)


def _vowed(ticket: Ticket) -> Iterator[Due]:
    for number, vow in enumerate(ticket.vows, 1):
        if vow.kept_at is None and vow.broken_at is None:
            yield Due(vow.by, DueKind.VOW, number)
            if not vow.reminded:
                yield Due(vow.by - VOW_REMINDER, DueKind.VOW_SOON, number)


def owes_at(ticket: Ticket) -> datetime | None:
    """Returns the date of the first commitment that is not kept. None when none is open."""
    if not ticket.vows or ticket.state not in ANSWERED or ticket.joined_to is not None:
        return None
    return min((vow.by for vow in ticket.vows if vow.kept_at is None), default=None)


def revisit_at(ticket: Ticket, closed_at: datetime, terms: Terms) -> datetime | None:
    """Returns when the author is asked again (回头看). None for tickets outside the sample.

    The number decides, which nobody at a desk can choose: a unit cannot know which of its replies will be checked.
    """
    edition = deadlines.own_edition(ticket, closed_at, terms)
    if crc32(ticket.number.encode()) % edition.revisit_every:
        return None
    return deadlines.later(closed_at, edition.revisit, terms)
