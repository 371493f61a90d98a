"""Ticket serials, taken from the database in blocks, so that filing does not lock a shared counter.

A process that stops leaves the rest of its block unused: numbers may have gaps.
"""

from __future__ import annotations

import asyncio
from collections import deque

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine

from handlers.errors import Broken
from storage.schema.tables import settings
from storage.schema.transaction import writing

BLOCK = 64
"""Smallest block: few numbers are lost by a restart, few trips to the database are made on a busy day."""


class Serials:
    """The serials that this process may give to tickets."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._free: deque[int] = deque()
        self._lock = asyncio.Lock()

    async def ensure(self, wanted: int) -> None:
        """Have at least `wanted` serials in memory. Fetches a larger block when more are wanted at once."""
        if len(self._free) >= wanted:
            return
        async with self._lock:
            if len(self._free) >= wanted:
                return
            size = max(BLOCK, 4 * wanted)
            async with writing(self._engine) as db:
                statement = (
                    update(settings)
                    .where(settings.c.name == "ticket_serial")
                    .values(value=settings.c.value + size)
                    .returning(settings.c.value)
                )
                last = (await db.execute(statement)).scalar_one()
            self._free.extend(range(last - size + 1, last + 1))

    def next(self) -> int:
        """Returns the next serial. Raises `Broken` when there is none: `ensure` must be called with enough for the
        batch first.
        """
        if not self._free:
            raise Broken("ran out of serials within a batch")
        return self._free.popleft()
