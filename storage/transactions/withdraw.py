"""`python -m bot public withdraw`: takes tickets that must be sealed (保密件) from the public."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial

from msgspec.structs import replace
from sqlalchemy import BigInteger, Connection, bindparam, select
from sqlalchemy.ext.asyncio import AsyncEngine

from handlers.context import Context
from handlers.followers import with_followers
from handlers.outcome import Outcome
from handlers.repairs.withdraw import Withdrawal, withdrawal
from storage.queries import batch_loading
from storage.schema.tables import tickets
from storage.transactions.repairs import Page, by_pages
from storage.transactions.writing import write_happened

PAGE = 200
"""Tickets in one transaction. On SQLite citizens' messages wait while it runs."""

_next = (
    select(tickets.c.id)
    .where(tickets.c.id > bindparam("after", type_=BigInteger))
    .order_by(tickets.c.id)
    .limit(bindparam("most"))
)


def withdraw(
    engine: AsyncEngine, make_context: Callable[[Connection], Context], *, dry: bool, page: int = PAGE
) -> AsyncIterator[Withdrawal]:
    """Withdraw tickets from the public, oldest first, and yield each. With `dry`, change nothing."""
    return by_pages(engine, lambda after, db: _withdraw(db, after, make_context(db), dry=dry, most=page))


def _withdraw(db: Connection, after: int, ctx: Context, *, dry: bool, most: int) -> Page[Withdrawal] | None:
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
    """The tickets and their followers, without pushes: nobody is told."""
    made = Outcome(tickets=tuple(one.change.ticket for one in done), events=tuple(one.change.event for one in done))
    return replace(with_followers(made, partial(batch_loading.followers, db), ctx), pushes=())
