"""Ticket serials: handed out in blocks, so that filing needs no lock on a shared counter.

A block that a process took and did not use leaves a gap in the numbers; nothing rests on there being none.
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
"""The smallest block: a restart wastes fewer numbers than a quiet day files."""


class Serials:
    """The serials this process may give to tickets."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._free: deque[int] = deque()
        self._lock = asyncio.Lock()

    async def ensure(self, wanted: int) -> None:
        """Have at least `wanted` serials at hand. A busy process asks for more at once, a quiet one for little."""
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
        """The next serial. `ensure` was called with enough for the batch; running out is our own mistake."""
        if not self._free:
            raise Broken("ran out of serials within a batch")
        return self._free.popleft()
