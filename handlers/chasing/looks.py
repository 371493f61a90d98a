"""When the clock must look at a ticket again: the earliest of all that may be due of it, from the ticket alone.

It is kept in a column with an index, so that what is due is found without reading what is not. Every step that the clock
takes leaves a mark on the ticket, which moves this moment on; a step is therefore never due twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from handlers.tickets.states import ANSWERED, OPEN, UNACCEPTED
from handlers.tickets.steps import CardColour
from handlers.tickets.ticket import State, Ticket

VOW_REMINDER = timedelta(days=1)
"""The desk is reminded of what it promised a day before."""


def next_look(ticket: Ticket) -> datetime | None:
    """The moment from which there is something for the clock to do; None when there never will be."""
    return min(_dates(ticket), default=None)


def _dates(ticket: Ticket) -> Iterator[datetime]:
    if ticket.state in OPEN:
        if ticket.joined_to is None:
            yield from _owed(ticket)
    elif ticket.state in ANSWERED:
        yield from _afterwards(ticket)
        if ticket.joined_to is None:
            yield from _vowed(ticket)


def _owed(ticket: Ticket) -> Iterator[datetime]:
    chase = ticket.chase
    if ticket.state is State.WAITING:
        if chase.wait_until is not None:
            yield chase.wait_until
        return
    if accept_reminder_due(ticket):
        yield ticket.promise.accept_by
    if reminder_due(ticket) and ticket.promise.remind_at is not None:
        yield ticket.promise.remind_at
    yield from ladder(ticket).values()
    if chase.answer_by is not None:
        yield chase.answer_by
    if chase.rule_by is not None and not chase.rule_reminded:
        yield chase.rule_by


def accept_reminder_due(ticket: Ticket) -> bool:
    """Whether nobody has taken it up yet nor been reminded of that."""
    untouched = ticket.state in UNACCEPTED and ticket.accepted_at is None and ticket.asks == 0
    return untouched and bool(ticket.promise.ladder) and ticket.chase.accept_reminded != ticket.promise.accept_by


def reminder_due(ticket: Ticket) -> bool:
    """Whether the desk is still to be reminded of the promised date; not of one that has cost it a card."""
    promise, yellow_at = ticket.promise, ticket.cards.yellow_at
    if promise.remind_at is None or ticket.chase.reminded == promise.reply_by:
        return False
    return "yellow" not in ticket.cards.withdrawn and (yellow_at is None or yellow_at < promise.remind_at)


def ladder(ticket: Ticket) -> dict[CardColour | None, datetime]:
    """The steps of the ladder that have not been taken in this round, and when each is due; None for 催办通知单."""
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


def _afterwards(ticket: Ticket) -> Iterator[datetime]:
    chase = ticket.chase
    if chase.rate_by is not None and ticket.rating is None and not chase.silent:
        yield chase.rate_by
    for at in (chase.redo_by, chase.revisit_at, chase.look_by):
        if at is not None:
            yield at


def _vowed(ticket: Ticket) -> Iterator[datetime]:
    for vow in ticket.vows:
        if vow.kept_at is None and vow.broken_at is None:
            yield vow.by if vow.reminded else vow.by - VOW_REMINDER
