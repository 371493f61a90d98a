"""Which replies may be shown to others who ask the same, and from when: public, to a question, not rated badly."""

from __future__ import annotations

from datetime import datetime

from handlers.tickets.states import ANSWERED
from handlers.tickets.ticket import Ticket
from nlp.kind import Kind

GOOD_GRADE = 3
"""基本满意: what was rated lower answered nobody."""


def published_at(ticket: Ticket) -> datetime | None:
    """When the reply was given that others may read; None where there is none."""
    may = (
        ticket.public
        and ticket.kind == Kind.QUESTION
        and ticket.state in ANSWERED
        and bool(ticket.reply)
        and (ticket.rating is None or ticket.rating >= GOOD_GRADE)
    )
    return ticket.replied_at if may else None
