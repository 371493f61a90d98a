"""The inbox as operators need it: what failed and can be decided again, and what is old enough to go."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import CursorResult, delete
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.tables import inbox
from storage.transaction import writing

INBOX_LASTS = timedelta(days=30)
"""Far longer than any retry of the platform; personal data is not kept longer than it serves."""


async def forget_old(engine: AsyncEngine, before: datetime) -> int:
    """Delete messages received before that time, except failed ones, which wait for somebody; how many it were."""
    old = delete(inbox).where(inbox.c.received_at < before, inbox.c.failed.is_(False))
    async with writing(engine) as db:
        result: CursorResult[tuple[int]] = await db.execute(old)
    return result.rowcount
