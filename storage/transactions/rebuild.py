"""`python -m bot rebuild`: checks that every ticket's row is the fold of its events, and repairs rows that are not."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from handlers.errors import Broken
from handlers.rankings.records import records
from handlers.tickets.events import Event
from handlers.tickets.events.clock import ChaseNoticeIssued
from handlers.tickets.lifecycle import fold
from handlers.tickets.ticket import Ticket
from storage.queries import rankings, rectifications
from storage.queries.batch_loading import history
from storage.schema import rows
from storage.schema.tables import events, tickets
from storage.schema.transaction import writing
from storage.transactions import chase

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
    """A ticket or a 整改 item whose row is not what its events say."""

    number: str
    """The ticket's number, or the item's short number."""

    columns: tuple[str, ...]
    """Columns that differ. Also: "rounds" (what rankings count of the ticket), "id" (the row is missing), "events" (the
    log is missing or damaged), "chase_notices" (a 催办通知单 is missing or does not list the ticket). The last two cannot
    be repaired.
    """

    repaired: bool = False


async def differences(engine: AsyncEngine, repair: bool = False) -> AsyncIterator[Difference]:
    """Yields every ticket that differs from its log, holding at most `PAGE` in memory. With `repair`, rows are
    corrected where possible.
    """
    after: int | None = 0
    while after is not None:
        async with writing(engine) as db:
            found, after = await page(db, after, repair)
        for difference in found:
            yield difference
    async for difference in beside_tickets(engine, repair):
        yield difference


async def page(db: AsyncConnection, after: int, repair: bool) -> tuple[list[Difference], int | None]:
    """Returns the differences of the `PAGE` tickets after this id, and the last id. The id is None when there are no
    more.
    """
    found = (await db.execute(_page.where(tickets.c.id > after))).mappings().all()
    differences = await _compare(db, [dict(row) for row in found], repair)
    return differences, found[-1]["id"] if len(found) == PAGE else None


async def beside_tickets(engine: AsyncEngine, repair: bool) -> AsyncIterator[Difference]:
    """Yields the differences that no ticket's row shows: logs without a row, and 整改 items."""
    async for difference in _missing(engine, repair):
        yield difference
    async for key, columns, repaired in rectifications.differences(engine, repair):
        yield Difference(key, columns, repaired)


async def _compare(db: AsyncConnection, page: Sequence[rows.Row], repair: bool) -> list[Difference]:
    ids = [row["id"] for row in page]
    logs = await db.run_sync(_logs, ids)
    counted = await db.run_sync(rankings.kept, ids)
    listed = await db.run_sync(chase.listed, logs)
    found = []
    for row in page:
        ticket = _folded(logs[row["id"]])
        truth = rows.ticket_row(ticket) if ticket else None
        if ticket is None or truth is None:
            found.append(Difference(row["number"], ("events",)))
            continue
        columns = tuple(name for name in row if row[name] != truth[name])
        if counted[ticket.id] != [rankings.row(record) for record in records(ticket)]:
            columns = (*columns, "rounds")
        lost = _noticed(logs[row["id"]]) - listed.get(row["number"], frozenset())
        if lost:
            # A document was sent as it was: nobody can write it again.
            found.append(Difference(row["number"], ("chase_notices",)))
        if columns:
            if repair:
                await db.execute(update(tickets).where(tickets.c.id == row["id"]).values(**truth))
                await db.run_sync(rankings.save, [ticket])
            found.append(Difference(row["number"], columns, repair))
    return found


async def _missing(engine: AsyncEngine, repair: bool) -> AsyncIterator[Difference]:
    """Yields logs whose ticket has no row."""
    after = 0
    while True:
        async with writing(engine) as db:
            ids = (await db.execute(_orphans.where(events.c.ticket_id > after))).scalars().all()
            logs = await db.run_sync(_logs, ids)
            found = []
            for ticket_id in ids:
                ticket = _folded(logs[ticket_id])
                if ticket is None:
                    found.append(Difference(f"id {ticket_id}", ("events",)))
                    continue
                truth = rows.ticket_row(ticket)
                if repair:
                    await db.execute(insert(tickets).values(**truth))
                    await db.run_sync(rankings.save, [ticket])
                found.append(Difference(truth["number"], ("id",), repair))
        for difference in found:
            yield difference
        if len(ids) < PAGE:
            return
        after = ids[-1]


def _logs(db: Connection, ids: Sequence[int]) -> dict[int, tuple[Event, ...]]:
    """Returns the logs of these tickets. A log that cannot be read is returned empty."""
    try:
        return history(db, ids)
    except msgspec.DecodeError:
        if len(ids) == 1:
            return {ids[0]: ()}
        return {ticket_id: log for each in ids for ticket_id, log in _logs(db, [each]).items()}


def _noticed(log: tuple[Event, ...]) -> frozenset[str]:
    """Returns the numbers of the 催办通知单 that the log says list the ticket."""
    return frozenset(event.what.notice for event in log if isinstance(event.what, ChaseNoticeIssued))


def _folded(log: tuple[Event, ...]) -> Ticket | None:
    """Returns the ticket that the log folds to. None when it cannot be folded."""
    try:
        return fold(log)
    except Broken:
        return None
