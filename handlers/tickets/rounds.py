"""The current round of a ticket (a promise and its outcome) as it is kept when it ends."""

from __future__ import annotations

from handlers.tickets.ticket import Round, Ticket


def present(ticket: Ticket) -> Round:
    """The round that the ticket is in."""
    return Round(
        unit_id=ticket.unit_id,
        began=ticket.began or ticket.filed_at,
        promise=ticket.promise,
        accepted_at=ticket.accepted_at,
        replied_at=ticket.replied_at,
        replied_by=ticket.replied_by,
        timing=ticket.timing,
        rating=ticket.rating,
        opinion=ticket.opinion,
        cards=ticket.cards,
        silent=ticket.chase.silent,
    )
