"""Tickets that were answered: what a later question may be compared with, and what a model may learn from."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from handlers.tickets.states import ANSWERED
from handlers.tickets.ticket import Ticket
from storage import rows
from storage.tables import tickets

PAGE = 500

_page = (
    select(tickets.c.id, tickets.c.doc)
    .where(tickets.c.state.in_([state.value for state in ANSWERED]))
    .order_by(tickets.c.id)
    .limit(PAGE)
)


async def of_kind(engine: AsyncEngine, kind: str, since: datetime) -> AsyncIterator[Ticket]:
    """Public tickets of this kind that were answered at or after `since`, oldest first, in memory bounded by `PAGE`."""
    # Neither is a column: the text is asked first, so that few rows are decoded; quotes inside words are escaped there.
    query = _page.where(
        tickets.c.replied_at >= since,
        tickets.c.doc.contains(f'"kind":"{kind}"', autoescape=True),
        tickets.c.doc.contains('"public":true', autoescape=True),
    )
    after = 0
    while True:
        async with engine.connect() as db:
            page = (await db.execute(query.where(tickets.c.id > after))).all()
        for row in page:
            yield rows.ticket(row.doc)
        if len(page) < PAGE:
            return
        after = page[-1].id
