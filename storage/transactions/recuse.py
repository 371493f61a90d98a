"""回避 on the database: open tickets that lie with a unit they accuse, a page a transaction. A run that broke off is started again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from functools import partial

from sqlalchemy import BigInteger, Connection, bindparam, select
from sqlalchemy.ext.asyncio import AsyncEngine

from handlers import followers
from handlers.notifications.notify import notices
from handlers.outcome import Context, Outcome
from handlers.repairs.recuse import recuse
from handlers.tickets.lifecycle import Change
from handlers.tickets.states import OPEN
from handlers.tickets.ticket import Ticket
from storage.queries import batch_loading
from storage.schema.carrier import carrier
from storage.schema.tables import tickets
from storage.transactions.writing import write_happened

PAGE = 300
"""Tickets in one transaction; citizens' messages wait behind it on SQLite."""

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


async def move(
    engine: AsyncEngine, make_context: Callable[[Connection], Context], *, dry: bool
) -> AsyncIterator[tuple[Ticket, Change]]:
    """Move them and give each as it was with what happened; `dry` only says what would be."""
    after: int | None = 0
    while after is not None:
        done, after = await carrier(engine).run(partial(_page, after=after, make_context=make_context, dry=dry))
        for one in done:
            yield one


def _page(
    db: Connection, *, after: int, make_context: Callable[[Connection], Context], dry: bool
) -> tuple[list[tuple[Ticket, Change]], int | None]:
    ids = list(db.execute(_open, {"after": after}).scalars())
    if not ids:
        return [], None
    ctx = make_context(db)
    found = batch_loading.tickets_by(db, (), ids)
    done = [(one, change) for one in found if (change := recuse(one, ctx.directory, ctx.now)) is not None]
    if done and not dry:
        write_happened(db, [_with_followers(db, done, ctx)], ctx.now)
    return done, ids[-1]


def _with_followers(db: Connection, done: list[tuple[Ticket, Change]], ctx: Context) -> Outcome:
    made = Outcome(
        tickets=tuple(change.ticket for _, change in done),
        events=tuple(change.event for _, change in done),
        pushes=tuple(push for before, change in done for push in notices(ctx, change, before)),
    )
    by_main: dict[int, list[Ticket]] = {ticket_id: [] for ticket_id in followers.moves(made)}
    for one in batch_loading.followers(db, by_main) if by_main else ():
        if one.joined_to in by_main:
            by_main[one.joined_to].append(one)
    spread = followers.spread(made, by_main, {}, ctx)
    return Outcome(
        tickets=made.tickets + spread.tickets,
        events=made.events + spread.events,
        pushes=made.pushes + spread.pushes,
    )
