"""What others may read of a ticket: the one place that decides it for every page and chat (docs/adr/0024-sealed.md).

A sealed ticket (保密件) and one about danger to life are never public, whatever was chosen; figures still count them.
"""

from __future__ import annotations

from datetime import datetime

from handlers.tickets.events.filing import Sealed
from handlers.tickets.states import ANSWERED
from handlers.tickets.ticket import Ticket
from nlp.appeals.kind import Kind
from nlp.appeals.sealed import SealedSort, sealed_sort
from nlp.understand import Understanding

GOOD_GRADE = 3
"""基本满意: a reply rated lower answered nobody."""


def may_be_public(ticket: Ticket) -> bool:
    """Returns whether the ticket may be shown to others at all: as public, to be joined, gathered as an issue, put in a
    整改.

    A ticket that accuses an office is a 保密件 too, though its words name no other ground.
    """
    return not ticket.sealed and not ticket.danger and not ticket.accused


def is_public(ticket: Ticket) -> bool:
    """Returns whether others may read it: it may be shown, and its author wants it."""
    return ticket.public and may_be_public(ticket)


def published_at(ticket: Ticket) -> datetime | None:
    """Returns when the public reply was given: public, to a question, not rated badly. None when there is none."""
    may = (
        is_public(ticket)
        and ticket.kind == Kind.QUESTION
        and ticket.state in ANSWERED
        and bool(ticket.reply)
        and (ticket.rating is None or ticket.rating >= GOOD_GRADE)
    )
    return ticket.replied_at if may else None


def endangered(reading: Understanding) -> bool:
    """Returns whether the words speak of a life at stake. Thanks speak of one that is safe."""
    return reading.at_stake and reading.kind is not Kind.PRAISE


def sealing(ticket: Ticket, reading: Understanding, together: str = "") -> Sealed | None:
    """Returns the event by which later words seal the ticket. None when they add nothing. Nothing is ever unsealed.

    `together` are the ticket's words and the new ones, folded: both together may say what neither says alone.
    """
    said = reading.sealed_sort or sealed_sort(together) or ""
    sort = said if ticket.sealed not in (said, SealedSort.PERSON) else ""
    danger = endangered(reading) and not ticket.danger
    return Sealed(sort, danger) if sort or danger else None


def inherited(ticket: Ticket, other: Ticket) -> Sealed | None:
    """Returns the event by which the ticket takes over the secrecy of another that goes on under it. None for nothing."""
    sort = other.sealed if ticket.sealed not in (other.sealed, SealedSort.PERSON) else ""
    danger = other.danger and not ticket.danger
    return Sealed(sort, danger) if sort or danger else None
