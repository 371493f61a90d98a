"""Repair: moves a ticket from the desk of a unit that it accuses (filed before that rule, or before units were moved)."""

from __future__ import annotations

from datetime import datetime

from handlers.directory import accused, jurisdiction
from handlers.directory.directory import Directory
from handlers.tickets import lifecycle
from handlers.tickets.events import Actor, By
from handlers.tickets.events.desks import Recused
from handlers.tickets.lifecycle import Change
from handlers.tickets.states import OPEN
from handlers.tickets.ticket import Ticket

_SYSTEM = Actor(By.SYSTEM)


def recuse(ticket: Ticket, directory: Directory, now: datetime) -> Change | None:
    """Returns the move of the ticket to a desk that need not keep away. None when it is on such a desk, follows another
    or has ended.
    """
    if ticket.state not in OPEN or ticket.joined_to is not None:
        return None
    against = accused.of(ticket, directory)
    if not jurisdiction.barred(directory, against, ticket.unit_id):
        return None
    unit_id = jurisdiction.instead(directory, against, urgent=ticket.urgent)
    return lifecycle.apply(ticket, Recused(against, unit_id), _SYSTEM, now) if unit_id != ticket.unit_id else None
