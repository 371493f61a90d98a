"""The month's report is sent once: the month reported last is stored in the transaction that queues the report's
pushes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import CursorResult, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncEngine

from handlers.pushes import Push
from storage.schema import rows
from storage.schema.tables import outbox, settings
from storage.schema.transaction import writing

_NAME = "reported_month"
_ROW = settings.c.name == _NAME


async def last_reported(engine: AsyncEngine) -> int:
    """Returns the month reported last, in months since year 0. Returns 0 when none was reported."""
    async with engine.connect() as db:
        return (await db.execute(select(settings.c.value).where(_ROW))).scalar_one_or_none() or 0


async def report(engine: AsyncEngine, month: int, pushes: Sequence[Push], now: datetime) -> bool:
    """Queue these pushes for that month. Returns False when another process has done so."""
    inserting = postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert
    first = inserting(settings).values(name=_NAME, value=0, words="").on_conflict_do_nothing()
    async with writing(engine) as db:
        await db.execute(first)
        claimed: CursorResult[tuple[int]] = await db.execute(
            update(settings).where(_ROW, settings.c.value < month).values(value=month)
        )
        if claimed.rowcount != 1:
            return False
        if pushes:
            await db.execute(insert(outbox), [rows.push_row(push, now) for push in pushes])
    return True
