"""Leases: which process may run the jobs that only one process may run. In the database, so that Redis is not needed."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import CursorResult, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.schema.tables import leases
from storage.schema.transaction import writing

_NOBODY = ""
"""Holder of a lease that was given up."""


class Leases:
    """Leases by name for one holder. A holder renews its lease by taking it again."""

    def __init__(self, engine: AsyncEngine, holder: str) -> None:
        self._engine = engine
        self._holder = holder
        self._insert = postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert

    async def take(self, name: str, now: datetime, lasts: timedelta) -> bool:
        """Returns whether this holder has the lease until `now + lasts`. `now` is the database's time.

        The lease can be taken when it is free, has ended, or is this holder's already. A lease that ends more than
        twice `lasts` from now was written before the clock was set back: it counts as ended.
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
        """End the lease at once for the next process. `until` stays in the row, for `lasted`."""
        mine = update(leases).where(leases.c.name == name, leases.c.holder == self._holder)
        async with writing(self._engine) as db:
            await db.execute(mine.values(holder=_NOBODY))

    async def lasted(self, name: str) -> datetime | None:
        """Returns the end of the last lease, given up or not. None when nobody ever took it."""
        async with self._engine.connect() as db:
            found: datetime | None = (await db.execute(select(leases.c.until).where(leases.c.name == name))).scalar()
            return found
