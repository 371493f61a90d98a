"""The greatest id in the database, so that ids keep growing when the clock was set back between two runs."""

from __future__ import annotations

from sqlalchemy import func, select, union_all
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.schema.tables import media, outbox, people, tickets

_greatest = union_all(*(select(func.max(table.c.id)) for table in (people, tickets, outbox, media)))


async def newest_id(engine: AsyncEngine) -> int:
    """Returns the greatest id of people, tickets, pushes and files. Returns 0 for an empty database."""
    async with engine.connect() as db:
        return max((found for found in (await db.execute(_greatest)).scalars() if found is not None), default=0)
