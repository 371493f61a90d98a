"""Which closed tickets are asked about again weeks later (回头看): every so many-th, the same ones however often we ask."""

from __future__ import annotations

from datetime import datetime
from zlib import crc32

from handlers.calendar.policy import Terms
from handlers.deadlines import deadlines
from handlers.tickets.ticket import Ticket


def revisit_at(ticket: Ticket, closed_at: datetime, terms: Terms) -> datetime | None:
    """When its author is asked again; None for those that the sample leaves out.

    Drawn by the number, which nobody at a desk can choose: a unit cannot know beforehand which of its answers are looked at.
    """
    edition = deadlines.own_edition(ticket, closed_at, terms)
    if crc32(ticket.number.encode()) % edition.revisit_every:
        return None
    return deadlines.later(closed_at, edition.revisit, terms)
