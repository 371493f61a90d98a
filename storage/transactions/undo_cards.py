"""`python -m bot cards undo`: takes back the steps that a wrong clock took on tickets."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from functools import partial

from msgspec.structs import replace
from sqlalchemy import BigInteger, Connection, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from handlers.context import Context
from handlers.followers import with_followers
from handlers.outcome import Outcome
from handlers.repairs import undo_cards
from handlers.repairs.undo_cards import TakenBack
from handlers.tickets.events.clock import ChaseNoticeIssued
from storage.queries import batch_loading
from storage.schema import rows
from storage.schema.tables import Instant, chase_notices, events
from storage.transactions.repairs import Page, by_pages
from storage.transactions.writing import write_happened

PAGE = 300
"""Tickets in one transaction. On SQLite citizens' messages wait while it runs."""

_KINDS = [str(what.__struct_config__.tag) for what in (*undo_cards.MARKS, *undo_cards.MOVES)]

# There is no index by time: this is for the day after a fault, and reads the log once.
_touched = (
    select(events.c.ticket_id)
    .where(
        events.c.ticket_id > bindparam("after", type_=BigInteger),
        events.c.at >= bindparam("first", type_=Instant),
        events.c.at <= bindparam("last", type_=Instant),
        events.c.kind.in_(_KINDS),
    )
    .distinct()
    .order_by(events.c.ticket_id)
    .limit(PAGE)
)
_document = select(chase_notices.c.doc).where(chase_notices.c.number == bindparam("known")).with_for_update()
_change_document = (
    update(chase_notices).where(chase_notices.c.number == bindparam("known")).values(doc=bindparam("text"))
)


def take_back(
    engine: AsyncEngine, first: datetime, last: datetime, make_context: Callable[[Connection], Context], *, dry: bool
) -> AsyncIterator[TakenBack]:
    """Take back what the clock did from `first` until `last`, by the times in the log. With `dry`, change nothing.

    Yields every ticket of which a step was taken back, or should be taken back by hand.
    """
    return by_pages(engine, lambda after, db: _take(db, after, (first, last), make_context(db), dry=dry))


def _take(
    db: Connection, after: int, between: tuple[datetime, datetime], ctx: Context, *, dry: bool
) -> Page[TakenBack] | None:
    first, last = between
    ids = list(db.execute(_touched, {"after": after, "first": first, "last": last}).scalars())
    if not ids:
        return None
    # Locked as a batch of messages locks them: whoever writes to one of them waits.
    batch_loading.tickets_by(db, (), ids)
    logs = batch_loading.history(db, ids)
    taken = tuple(
        found
        for ticket_id in ids
        if (found := undo_cards.take_back(logs[ticket_id], first, last, ctx.now)).changes or found.left
    )
    done = [one for one in taken if one.changes]
    if done and not dry:
        write_happened(db, [_outcome(db, done, ctx)], ctx.now)
        for one in done:
            _mark_documents(db, one)
    return Page(taken, ids[-1])


def _outcome(db: Connection, done: Sequence[TakenBack], ctx: Context) -> Outcome:
    """The tickets, their followers, and one push to each desk. Citizens read it on the page."""
    made = Outcome(
        tickets=tuple(one.after for one in done), events=tuple(change.event for one in done for change in one.changes)
    )
    return replace(with_followers(made, partial(batch_loading.followers, db), ctx), pushes=undo_cards.digest(done, ctx))


def _mark_documents(db: Connection, taken: TakenBack) -> None:
    """Mark the ticket as taken back in each 催办通知单 that lists it. The document itself stays as it was sent."""
    for number in {step.what.notice for step in taken.steps if isinstance(step.what, ChaseNoticeIssued)}:
        doc = db.execute(_document, {"known": number}).scalar()
        if doc is None:
            continue
        document = rows.chase_notice(doc)
        marked = undo_cards.mark_line(document, taken.after.number)
        db.execute(_change_document, {"known": number, "text": rows.to_json(marked)})
