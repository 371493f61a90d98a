"""Which process does what only one may do. Kept in the database: it outlives Redis and needs nothing else."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import CursorResult, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.schema.tables import leases
from storage.schema.transaction import writing

_NOBODY = ""
"""The holder of a lease that was given up."""


class Leases:
    """Leases by name, taken for a while and renewed by taking them again."""

    def __init__(self, engine: AsyncEngine, holder: str) -> None:
        self._engine = engine
        self._holder = holder
        self._insert = postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert

    async def take(self, name: str, now: datetime, lasts: timedelta) -> bool:
        """Whether the lease is ours until `now + lasts`: it was free, over, or ours already. `now` is the database's time.

        One that would last twice as long as any may was taken before the clock was set back: it counts as over.
        """
        values = {"holder": self._holder, "until": now + lasts}
        free = or_(
            leases.c.holder.in_([self._holder, _NOBODY]), leases.c.until <= now, leases.c.until > now + 2 * lasts
        )
        claim = update(leases).where(leases.c.name == name, free).values(**values)
        first = self._insert(leases).values(name=name, **values).on_conflict_do_nothing()
        async with writing(self._engine) as db:
            claimed: CursorResult[tuple[int]] = await db.execute(claim)
            if claimed.rowcount == 1:
                return True
            created: CursorResult[tuple[int]] = await db.execute(first)
            return created.rowcount == 1

    async def give_up(self, name: str) -> None:
        """Let the next process have it at once. How long it would have lasted stays on record."""
        mine = update(leases).where(leases.c.name == name, leases.c.holder == self._holder)
        async with writing(self._engine) as db:
            await db.execute(mine.values(holder=_NOBODY))

    async def lasted(self, name: str) -> datetime | None:
        """Until when whoever had it last might have had it; None when nobody ever had."""
        async with self._engine.connect() as db:
            found: datetime | None = (await db.execute(select(leases.c.until).where(leases.c.name == name))).scalar()
            return found
