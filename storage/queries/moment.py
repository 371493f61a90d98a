"""The database's clock: the time by which several processes decide together.

PostgreSQL is asked. SQLite has one host only, so the host's clock is used.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.schema.tables import from_micros

# clock_timestamp() and not now(), which stands still within a transaction.
# https://www.postgresql.org/docs/current/functions-datetime.html#FUNCTIONS-DATETIME-CURRENT
_server_now = text("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint")


FARTHEST = timedelta(days=1)
"""Longer than any retry delay and any worker's lease: a due date beyond it was written by a wrong clock."""


class HostClock(Protocol):
    """Port: this host's clock."""

    def now(self) -> datetime:
        """Returns the host's time."""

    def by(self, server: datetime) -> datetime:
        """Returns the time, given what the database server's clock shows."""


class DatabaseTime:
    """Reads the database's time, aware and in UTC."""

    def __init__(self, engine: AsyncEngine, clock: HostClock) -> None:
        self._engine = engine
        self._clock = clock
        self._asked = engine.dialect.name == "postgresql"

    def at(self, db: Connection) -> datetime:
        """Returns the time, asked within this transaction."""
        if not self._asked:
            return self._clock.now()
        return self._clock.by(from_micros(db.execute(_server_now).scalar_one()))

    async def now(self) -> datetime:
        """Returns the time."""
        if not self._asked:
            return self._clock.now()
        async with self._engine.connect() as db:
            return await db.run_sync(self.at)
