"""Tickets whose replies are public: which exist, and their content."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncEngine

from handlers.tickets.ticket import Ticket
from storage.schema import rows
from storage.schema.in_list import among
from storage.schema.tables import tickets

_PAGE = 500

# Every condition is the index's own, so that of a million tickets only these are looked at.
_published = (
    select(tickets.c.id, tickets.c.version)
    .where(tickets.c.published_at.is_not(None), tickets.c.published_at >= bindparam("since"))
    .order_by(tickets.c.published_at.desc(), tickets.c.id.desc())
    .limit(bindparam("most"))
)
_docs = select(tickets.c.doc).where(among(tickets.c.id, "ids"), tickets.c.published_at.is_not(None))


async def published(engine: AsyncEngine, since: datetime, most: int) -> dict[int, int]:
    """Returns the versions, by ticket id, of the newest `most` tickets with a public reply given at or after `since`."""
    async with engine.connect() as db:
        found = await db.execute(_published, {"since": since, "most": most})
        return {row.id: row.version for row in found}


async def read(engine: AsyncEngine, ids: Sequence[int]) -> list[Ticket]:
    """Returns those of these tickets whose reply is still public."""
    found: list[Ticket] = []
    for first in range(0, len(ids), _PAGE):
        async with engine.connect() as db:
            docs = await db.execute(_docs, {"ids": list(ids[first : first + _PAGE])})
            found += [rows.ticket(doc) for (doc,) in docs]
    return found
