"""The greatest id there is, so that ids go on growing where the clock was set back while nobody ran."""

from __future__ import annotations

from sqlalchemy import func, select, union_all
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.schema.tables import media, outbox, people, tickets

_greatest = union_all(*(select(func.max(table.c.id)) for table in (people, tickets, outbox, media)))


async def newest_id(engine: AsyncEngine) -> int:
    """The greatest id of anybody and anything that is given one by time; 0 in an empty database."""
    async with engine.connect() as db:
        return max((found for found in (await db.execute(_greatest)).scalars() if found is not None), default=0)
