"""Tickets from their events: proves that every ticket's row is the fold of its log, or makes it so."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from msgspec import Struct
from sqlalchemy import exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from handlers.errors import Broken
from handlers.tickets.events import Event
from handlers.tickets.lifecycle import fold
from storage import rows
from storage.loading import history
from storage.tables import events, tickets
from storage.transaction import writing

PAGE = 500

# Locked while they are compared: a writer changes the row before it adds the event, so that no change can come between.
_page = select(tickets).order_by(tickets.c.id).limit(PAGE).with_for_update()
_orphans = (
    select(events.c.ticket_id)
    .where(events.c.seq == 1, ~exists().where(tickets.c.id == events.c.ticket_id))
    .order_by(events.c.ticket_id)
    .limit(PAGE)
)


class Difference(Struct, frozen=True):
    """A ticket whose row is not what its events say, and the columns that differ.

    "events" for a log that is missing or damaged, which nothing can repair; "id" for a row that is missing.
    """

    number: str
    columns: tuple[str, ...]
    repaired: bool = False


async def differences(engine: AsyncEngine, repair: bool = False) -> AsyncIterator[Difference]:
    """Every ticket that differs from its log, in memory bounded by `PAGE`; with `repair` set right where it can be."""
    after = 0
    while True:
        async with writing(engine) as db:
            page = (await db.execute(_page.where(tickets.c.id > after))).mappings().all()
            found = await _compare(db, [dict(row) for row in page], repair)
        for difference in found:
            yield difference
        if len(page) < PAGE:
            break
        after = page[-1]["id"]
    async for difference in _missing(engine, repair):
        yield difference


async def _compare(db: AsyncConnection, page: Sequence[rows.Row], repair: bool) -> list[Difference]:
    logs = await db.run_sync(history, [row["id"] for row in page])
    found = []
    for row in page:
        truth = _truth(logs[row["id"]])
        if truth is None:
            found.append(Difference(row["number"], ("events",)))
            continue
        columns = tuple(name for name in row if row[name] != truth[name])
        if columns:
            if repair:
                await db.execute(update(tickets).where(tickets.c.id == row["id"]).values(**truth))
            found.append(Difference(row["number"], columns, repair))
    return found


async def _missing(engine: AsyncEngine, repair: bool) -> AsyncIterator[Difference]:
    """Logs whose ticket has no row."""
    after = 0
    while True:
        async with writing(engine) as db:
            ids = (await db.execute(_orphans.where(events.c.ticket_id > after))).scalars().all()
            logs = await db.run_sync(history, ids)
            found = []
            for ticket_id in ids:
                truth = _truth(logs[ticket_id])
                if truth is None:
                    found.append(Difference(f"id {ticket_id}", ("events",)))
                    continue
                if repair:
                    await db.execute(insert(tickets).values(**truth))
                found.append(Difference(truth["number"], ("id",), repair))
        for difference in found:
            yield difference
        if len(ids) < PAGE:
            return
        after = ids[-1]


def _truth(log: tuple[Event, ...]) -> rows.Row | None:
    """The row that the log leads to; None for a log that leads nowhere."""
    try:
        return rows.ticket_row(fold(log))
    except Broken:
        return None
