"""Records for rankings: one for each round of a ticket (a promise and its outcome), derived from the ticket alone.

They follow from the fold of the log, so that every figure can be computed again from events.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from handlers.tickets.ticket import NO_CARDS, Cards, Opinion, Promise, Round, State, Ticket, Timing


class Record(Struct, frozen=True):
    """One round of a ticket at one unit."""

    ticket_id: int
    number: int
    """Counts from 0."""

    unit_id: str
    category: str
    joined: bool
    """The ticket follows another: the work is counted there, only the grade is its own."""

    began: datetime
    reply_by: datetime
    replied_at: datetime | None
    on_time: bool | None
    """Against the promise. None without a reply."""

    fair: bool | None
    """The same with time lost at wrong desks taken out. None without a reply."""

    seconds: int | None
    """Time that the unit had it, without pauses. None without a reply."""

    rating: int | None
    void: bool
    """A supervisor struck out the grade."""

    silent: bool
    solved: bool | None
    to_point: bool | None
    attitude: int | None
    yellow: bool
    red: bool
    noticed: bool

    @property
    def again(self) -> bool:
        """It was a 重办."""
        return self.number > 0


_UNCOUNTED = frozenset({State.WITHDRAWN, State.MERGED, State.REFUSED})


def records(ticket: Ticket) -> tuple[Record, ...]:
    """Returns every round with something to count: a reply, or a card before there was one."""
    over = [_record(ticket, number, each) for number, each in enumerate(ticket.rounds)]
    if ticket.replied_at is not None or (ticket.cards != NO_CARDS and ticket.state not in _UNCOUNTED):
        over.append(_record(ticket, len(over), ticket.present_round()))
    return tuple(over)


def _record(ticket: Ticket, number: int, each: Round) -> Record:
    timing = each.timing or _judged(each)
    opinion: Opinion = each.opinion
    cards: Cards = each.cards
    promise: Promise = each.promise
    return Record(
        ticket_id=ticket.id,
        number=number,
        unit_id=each.unit_id,
        category=ticket.category,
        joined=ticket.joined_to is not None,
        began=each.began,
        reply_by=promise.reply_by,
        replied_at=each.replied_at,
        on_time=timing.on_time if timing else None,
        fair=timing.fair if timing else None,
        seconds=timing.seconds if timing else None,
        rating=each.rating,
        void=opinion.void,
        silent=each.silent,
        solved=opinion.solved,
        to_point=opinion.to_point,
        attitude=opinion.attitude,
        yellow=cards.yellow_at is not None,
        red=cards.red_at is not None,
        noticed=bool(cards.notice),
    )


def _judged(each: Round) -> Timing | None:
    """Returns the timing of a reply whose event has none: by the promise alone."""
    if each.replied_at is None:
        return None
    in_time = each.replied_at <= each.promise.reply_by
    return Timing(in_time, in_time, max(0, int((each.replied_at - each.began).total_seconds())))
