"""The database's clock: the one time on which all hosts at one database agree.

PostgreSQL is asked; SQLite has no clock but that of its only host.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.schema.types import from_micros

# clock_timestamp() and not now(), which stands still within a transaction.
# https://www.postgresql.org/docs/current/functions-datetime.html#FUNCTIONS-DATETIME-CURRENT
_server_now = text("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint")


FARTHEST = timedelta(days=1)
"""Longer than any pause before something is tried again, and than any lease of a worker: a date beyond was written by a clock
that was wrong."""


class HostClock(Protocol):
    """This host's clock, and what it makes of the server's."""

    def now(self) -> datetime:
        """The time now, as this host has it."""

    def by(self, server: datetime) -> datetime:
        """The time now, given what the database server's clock shows."""


class DatabaseTime:
    """Reads the time, aware and in UTC, by which whatever processes decide together is decided."""

    def __init__(self, engine: AsyncEngine, clock: HostClock) -> None:
        self._engine = engine
        self._clock = clock
        self._asked = engine.dialect.name == "postgresql"

    def at(self, db: Connection) -> datetime:
        """The time now, asked within this transaction."""
        if not self._asked:
            return self._clock.now()
        return self._clock.by(from_micros(db.execute(_server_now).scalar_one()))

    async def now(self) -> datetime:
        """The time now."""
        if not self._asked:
            return self._clock.now()
        async with self._engine.connect() as db:
            return await db.run_sync(self.at)
