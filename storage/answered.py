"""Tickets that were answered: what a later question may be compared with, and what a model may learn from."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncEngine

from handlers.tickets.states import ANSWERED
from handlers.tickets.ticket import Ticket
from storage.paging import each_ticket
from storage.tables import tickets


def of_kind(engine: AsyncEngine, kind: str, since: datetime) -> AsyncIterator[Ticket]:
    """Public tickets of this kind that were answered at or after `since`, oldest first, page by page."""
    # Neither is a column: the text is asked first, so that few rows are decoded; quotes inside words are escaped there.
    return each_ticket(
        engine,
        tickets.c.state.in_([state.value for state in ANSWERED]),
        tickets.c.replied_at >= since,
        tickets.c.doc.contains(f'"kind":"{kind}"', autoescape=True),
        tickets.c.doc.contains('"public":true', autoescape=True),
    )
