"""The issues that many people raise, as last gathered, and the tickets to gather them from."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from handlers.hot import HotIssue
from handlers.tickets.ticket import Ticket
from storage import rows
from storage.tables import hot_issues, tickets
from storage.transaction import writing

PAGE = 500


async def filed_since(engine: AsyncEngine, since: datetime) -> AsyncIterator[Ticket]:
    """Tickets filed at or after `since`, the first ones first, in memory bounded by `PAGE`."""
    query = select(tickets.c.id, tickets.c.doc).where(tickets.c.filed_at >= since).order_by(tickets.c.id).limit(PAGE)
    after = 0
    while True:
        async with engine.connect() as db:
            page = (await db.execute(query.where(tickets.c.id > after))).all()
        for row in page:
            yield rows.ticket(row.doc)
        if len(page) < PAGE:
            return
        after = page[-1].id


async def save(engine: AsyncEngine, issues: Sequence[HotIssue]) -> None:
    """Put these, the hottest first, in the place of those that are there."""
    made = [{"place": place, "at": issue.at, "doc": rows.to_json(issue)} for place, issue in enumerate(issues, 1)]
    async with writing(engine) as db:
        await db.execute(delete(hot_issues))
        if made:
            await db.execute(insert(hot_issues), made)
