"""`public withdraw` on the database: a page of tickets a transaction, with those who follow them.

A page that was written has nothing more to withdraw, so a run that was broken off is simply started again.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence

from msgspec import Struct
from sqlalchemy import BigInteger, Connection, bindparam, select
from sqlalchemy.ext.asyncio import AsyncEngine

from handlers import followers
from handlers.outcome import Context, Outcome
from handlers.repairs.withdraw import Withdrawal, withdrawal
from handlers.tickets.ticket import Ticket
from storage.queries import batch_loading
from storage.schema.tables import tickets
from storage.transactions.retry import retried
from storage.transactions.writing import write_happened

PAGE = 200
"""Tickets in one transaction; citizens' messages wait behind it on SQLite."""

_next = (
    select(tickets.c.id)
    .where(tickets.c.id > bindparam("after", type_=BigInteger))
    .order_by(tickets.c.id)
    .limit(bindparam("most"))
)


class Page(Struct, frozen=True):
    """What one page came to, and the id of its last ticket."""

    withdrawn: tuple[Withdrawal, ...]
    last: int


async def withdraw(
    engine: AsyncEngine, make_context: Callable[[Connection], Context], *, dry: bool, page: int = PAGE
) -> AsyncIterator[Withdrawal]:
    """Take from the public what must not be there, the oldest first; `dry` only says what it would be.

    Raises `Unavailable` when the database does not answer; pages that were written stay, and the next run goes on.
    """
    after = 0
    while True:
        done = await _page(engine, after, make_context, dry=dry, most=page)
        if done is None:
            return
        for one in done.withdrawn:
            yield one
        after = done.last


async def _page(
    engine: AsyncEngine, after: int, make_context: Callable[[Connection], Context], *, dry: bool, most: int
) -> Page | None:
    return await retried(engine, lambda db: _withdraw(db, after, make_context(db), dry=dry, most=most))


def _withdraw(db: Connection, after: int, ctx: Context, *, dry: bool, most: int) -> Page | None:
    ids = list(db.execute(_next, {"after": after, "most": most}).scalars())
    if not ids:
        return None
    if not dry:
        # Locked as a batch of messages locks them: whoever writes to one of them waits.
        batch_loading.tickets_by(db, (), ids)
    logs = batch_loading.history(db, ids)
    found = (withdrawal(logs[id_], ctx.understand, ctx.directory, ctx.now) for id_ in ids if logs[id_])
    done = tuple(one for one in found if one is not None)
    if done and not dry:
        write_happened(db, [_outcome(db, done, ctx)], ctx.now)
    return Page(done, ids[-1])


def _outcome(db: Connection, done: Sequence[Withdrawal], ctx: Context) -> Outcome:
    """The tickets and those who follow them; nobody is pushed a word of it."""
    made = Outcome(tickets=tuple(one.change.ticket for one in done), events=tuple(one.change.event for one in done))
    own = {ticket.id: ticket for ticket in made.tickets}
    by_main: dict[int, list[Ticket]] = {ticket_id: [] for ticket_id in followers.moves(made)}
    for one in batch_loading.followers(db, by_main) if by_main else ():
        if one.joined_to in by_main:
            by_main[one.joined_to].append(own.get(one.id, one))
    spread = followers.spread(made, by_main, {}, ctx)
    tickets_now = {ticket.id: ticket for ticket in (*made.tickets, *spread.tickets)}
    return Outcome(tickets=tuple(tickets_now.values()), events=made.events + spread.events)
