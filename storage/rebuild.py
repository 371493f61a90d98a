"""Tickets from their events: proves that every ticket's row is the fold of its log, or makes it so."""

from __future__ import annotations

from collections.abc import AsyncIterator

from msgspec import Struct
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from handlers.tickets.lifecycle import fold
from storage import rows
from storage.loading import history
from storage.tables import tickets
from storage.transaction import writing

PAGE = 500


class Difference(Struct, frozen=True):
    """A ticket whose row is not what its events say, and the columns that differ."""

    number: str
    columns: tuple[str, ...]


async def differences(engine: AsyncEngine, repair: bool = False) -> AsyncIterator[Difference]:
    """Every ticket that differs from its log, in order of ids, in memory bounded by `PAGE`; with `repair` set right."""
    after = 0
    while True:
        async with writing(engine) as db:
            page = (
                (await db.execute(select(tickets).where(tickets.c.id > after).order_by(tickets.c.id).limit(PAGE)))
                .mappings()
                .all()
            )
            if not page:
                return
            found = [difference async for difference in _compare(db, [dict(row) for row in page], repair)]
        for difference in found:
            yield difference
        after = page[-1]["id"]


async def _compare(db: AsyncConnection, page: list[rows.Row], repair: bool) -> AsyncIterator[Difference]:
    logs = await history(db, [row["id"] for row in page])
    for row in page:
        log = logs[row["id"]]
        truth = rows.ticket_row(fold(log)) if log else {}
        columns = tuple(name for name in row if row[name] != truth.get(name))
        if columns:
            if repair and log:
                await db.execute(update(tickets).where(tickets.c.id == row["id"]).values(**truth))
            yield Difference(row["number"], columns)
