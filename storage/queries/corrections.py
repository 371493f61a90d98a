"""Tickets that officials reclassified or transferred, with their logs: training data for the classifier."""

from __future__ import annotations

from collections.abc import AsyncIterator

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.queries import batch_loading
from storage.queries.journeys import Journey
from storage.schema import rows
from storage.schema.tables import events, tickets

PAGE = 200
KINDS = ("reclassified", "transferred")
"""Tags of the events by which officials correct a category or a unit that the program chose."""

_page = (
    select(tickets.c.id, tickets.c.doc)
    .where(tickets.c.id.in_(select(events.c.ticket_id).where(events.c.kind.in_(KINDS))))
    .order_by(tickets.c.id)
    .limit(PAGE)
)


async def corrected(engine: AsyncEngine) -> AsyncIterator[Journey]:
    """Yields these tickets, oldest first, holding at most `PAGE` in memory."""
    after = 0
    while True:
        async with engine.connect() as db:
            page = (await db.execute(_page.where(tickets.c.id > after))).all()
            logs = await db.run_sync(batch_loading.history, [row.id for row in page])
        for row in page:
            yield Journey(rows.ticket(row.doc), logs[row.id])
        if len(page) < PAGE:
            return
        after = page[-1].id
