"""One writing transaction, spelled once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from storage.schema.engine import WRITES


@asynccontextmanager
async def writing(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A connection inside a transaction that will write; committed at the end, rolled back on an error."""
    async with engine.connect() as db:
        await db.execution_options(**WRITES)
        async with db.begin():
            yield db
