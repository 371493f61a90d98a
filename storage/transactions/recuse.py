"""`python -m bot directory recuse`: moves open tickets away from units that they accuse (回避)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial

from sqlalchemy import BigInteger, Connection, bindparam, select
from sqlalchemy.ext.asyncio import AsyncEngine

from handlers.context import Context
from handlers.followers import with_followers
from handlers.notifications.notify import notices_of
from handlers.outcome import Outcome
from handlers.repairs.recuse import recuse
from handlers.tickets.lifecycle import Change
from handlers.tickets.states import OPEN
from handlers.tickets.ticket import Ticket
from storage.queries import batch_loading
from storage.schema.tables import tickets
from storage.transactions.repairs import Page, by_pages
from storage.transactions.writing import write_happened

PAGE = 300
"""Tickets in one transaction. On SQLite citizens' messages wait while it runs."""

_open = (
    select(tickets.c.id)
    .where(
        tickets.c.id > bindparam("after", type_=BigInteger),
        tickets.c.state.in_([state.value for state in sorted(OPEN)]),
        tickets.c.joined_to.is_(None),
    )
    .order_by(tickets.c.id)
    .limit(PAGE)
)


Moved = tuple[Ticket, Change]
"""A ticket before the move, and the change."""


def move(engine: AsyncEngine, make_context: Callable[[Connection], Context], *, dry: bool) -> AsyncIterator[Moved]:
    """Move the tickets and yield each with its change. With `dry`, change nothing."""
    return by_pages(engine, lambda after, db: _page(db, after, make_context, dry=dry))


def _page(
    db: Connection, after: int, make_context: Callable[[Connection], Context], *, dry: bool
) -> Page[Moved] | None:
    ids = list(db.execute(_open, {"after": after}).scalars())
    if not ids:
        return None
    ctx = make_context(db)
    found = batch_loading.tickets_by(db, (), ids)
    done = [(one, change) for one in found if (change := recuse(one, ctx.directory, ctx.now)) is not None]
    if done and not dry:
        write_happened(db, [_outcome(db, done, ctx)], ctx.now)
    return Page(tuple(done), ids[-1])


def _outcome(db: Connection, done: Sequence[Moved], ctx: Context) -> Outcome:
    made = Outcome(
        tickets=tuple(change.ticket for _, change in done),
        events=tuple(change.event for _, change in done),
        pushes=notices_of(ctx, ((change, before) for before, change in done)),
    )
    return with_followers(made, partial(batch_loading.followers, db), ctx)
