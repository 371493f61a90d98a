"""Which process does what only one may do. Kept in the database: it outlives Redis and needs nothing else."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import CursorResult, or_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.tables import leases
from storage.transaction import writing


class Leases:
    """Leases by name, taken for a while and renewed by taking them again."""

    def __init__(self, engine: AsyncEngine, holder: str) -> None:
        self._engine = engine
        self._holder = holder
        self._insert = postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert

    async def take(self, name: str, now: datetime, lasts: timedelta) -> bool:
        """Whether the lease is ours until `now + lasts`: it was free, over, or ours already."""
        values = {"holder": self._holder, "until": now + lasts}
        claim = (
            update(leases)
            .where(leases.c.name == name, or_(leases.c.holder == self._holder, leases.c.until <= now))
            .values(**values)
        )
        first = self._insert(leases).values(name=name, **values).on_conflict_do_nothing()
        async with writing(self._engine) as db:
            claimed: CursorResult[tuple[int]] = await db.execute(claim)
            if claimed.rowcount == 1:
                return True
            created: CursorResult[tuple[int]] = await db.execute(first)
            return created.rowcount == 1

    async def give_up(self, name: str, now: datetime) -> None:
        """Let the next process have it at once."""
        mine = update(leases).where(leases.c.name == name, leases.c.holder == self._holder)
        async with writing(self._engine) as db:
            await db.execute(mine.values(until=now))
