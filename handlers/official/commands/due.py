"""What is due next on a ticket, and in which order tickets are worked on."""

from __future__ import annotations

from datetime import datetime

from handlers.official import views
from handlers.tickets.states import OPEN, UNACCEPTED
from handlers.tickets.ticket import State, Ticket


def due(ticket: Ticket) -> tuple[datetime, str] | None:
    """When the unit's next step is due, and which: 受理 or 答复. None while nothing is expected of a unit."""
    if ticket.state not in OPEN or ticket.state is State.WAITING:
        return None
    if ticket.state in UNACCEPTED and ticket.accepted_at is None and ticket.asks == 0:
        return ticket.promise.accept_by, "受理"
    return ticket.promise.reply_by, "答复"


def in_words(ticket: Ticket, now: datetime) -> str:
    """The due date for the eye: 今天 18:00 前答复, 已逾期 2 天, 等市民补充."""
    found = due(ticket)
    if found is not None:
        return views.due(*found, now=now)
    return views.PAUSED if ticket.state is State.WAITING else views.NOT_DUE


def overdue(ticket: Ticket, now: datetime) -> bool:
    """Whether the next step should have been done."""
    found = due(ticket)
    return found is not None and found[0] < now
