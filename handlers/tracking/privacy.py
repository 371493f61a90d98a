"""Privacy of a ticket's texts: what a stranger with a number and its query code may read."""

from __future__ import annotations

from handlers.tickets import masking
from handlers.tickets.publishing import is_public, may_be_public
from handlers.tickets.ticket import Place, Ticket
from handlers.tracking.model import Audience

NOT_PUBLIC = "（内容未公开）"


def for_audience(ticket: Ticket, text: str, audience: Audience) -> str:
    """Returns a text of the ticket as the audience may read it."""
    if audience is not Audience.STRANGER or not text:
        return text
    return masking.for_public(text, ticket.place) if is_public(ticket) else NOT_PUBLIC


def place(ticket: Ticket, told: Place | None, audience: Audience) -> str:
    """Returns a place of the ticket for this audience: a stranger learns the area, not the door, and nothing of a 保密件."""
    if told is None:
        return ""
    if audience is Audience.STRANGER:
        return told.area if may_be_public(ticket) else ""
    return told.text or told.area
