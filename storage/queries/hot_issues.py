"""The issues that many people raise, as last gathered, and the tickets to gather them from."""

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
    """Tickets filed at or after `since`, the first ones first, page by page."""
    return each_ticket(engine, tickets.c.filed_at >= since)


async def save(engine: AsyncEngine, issues: Sequence[HotIssue]) -> None:
    """Put these, the hottest first, in the place of those that are there."""
    made = [{"place": place, "at": issue.at, "doc": rows.to_json(issue)} for place, issue in enumerate(issues, 1)]
    async with writing(engine) as db:
        await db.execute(delete(hot_issues))
        if made:
            await db.execute(insert(hot_issues), made)
