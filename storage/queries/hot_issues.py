"""Hot issues (热点): the tickets to gather them from, and the list as last gathered."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from sqlalchemy import delete, insert
from sqlalchemy.ext.asyncio import AsyncEngine

from handlers.hot import HotIssue
from handlers.tickets.ticket import Ticket
from storage.queries.paging import each_ticket
from storage.schema import rows
from storage.schema.tables import hot_issues, tickets
from storage.schema.transaction import writing


def filed_since(engine: AsyncEngine, since: datetime) -> AsyncIterator[Ticket]:
    """Yields tickets filed at or after `since`, in order of ids, page by page."""
    return each_ticket(engine, tickets.c.filed_at >= since)


async def save(engine: AsyncEngine, issues: Sequence[HotIssue]) -> None:
    """Replace the stored issues by these, hottest first."""
    made = [{"place": place, "at": issue.at, "doc": rows.to_json(issue)} for place, issue in enumerate(issues, 1)]
    async with writing(engine) as db:
        await db.execute(delete(hot_issues))
        if made:
            await db.execute(insert(hot_issues), made)
