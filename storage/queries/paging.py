"""Paging through many tickets: memory is bounded, and no transaction stays open for long."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncEngine

from handlers.tickets.events import Event
from handlers.tickets.ticket import Ticket
from storage.queries import batch_loading
from storage.schema import rows
from storage.schema.tables import tickets

PAGE = 500


async def each_ticket(engine: AsyncEngine, *conditions: ColumnElement[bool]) -> AsyncIterator[Ticket]:
    """Yields the tickets that meet all conditions, in order of ids, holding at most `PAGE` in memory."""
    query = select(tickets.c.id, tickets.c.doc).where(*conditions).order_by(tickets.c.id).limit(PAGE)
    after = 0
    while True:
        async with engine.connect() as db:
            page = (await db.execute(query.where(tickets.c.id > after))).all()
        for row in page:
            yield rows.ticket(row.doc)
        if len(page) < PAGE:
            return
        after = page[-1].id


async def each_history(engine: AsyncEngine, since: datetime) -> AsyncIterator[tuple[Event, ...]]:
    """Yields the logs of tickets filed at or after `since`, in order of ids, holding at most `PAGE` in memory."""
    query = select(tickets.c.id).where(tickets.c.filed_at >= since).order_by(tickets.c.id).limit(PAGE)
    after = 0
    while True:
        async with engine.connect() as db:
            ids = (await db.execute(query.where(tickets.c.id > after))).scalars().all()
            logs = await db.run_sync(batch_loading.history, ids)
        for ticket_id in ids:
            yield logs[ticket_id]
        if len(ids) < PAGE:
            return
        after = ids[-1]
