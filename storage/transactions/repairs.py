"""Paging for repairs of many tickets: one page a transaction, followers (附议) included.

A page that was written has nothing more to repair, so an interrupted run can be started again.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Generic, TypeVar

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from handlers import followers
from handlers.context import Context
from handlers.outcome import Outcome
from handlers.tickets.ticket import Ticket
from storage.queries import batch_loading
from storage.transactions.retry import retried

T = TypeVar("T")


class Page(Struct, Generic[T], frozen=True):
    """Result of one page."""

    done: tuple[T, ...]
    last: int
    """Id of the page's last ticket."""


async def by_pages(engine: AsyncEngine, work: Callable[[int, Connection], Page[T] | None]) -> AsyncIterator[T]:
    """Yields the results of each page. `work` repairs the page after the ticket with this id and returns None when
    there is none.

    Raises `Unavailable` when the database is away. Pages that were written stay written; the next run goes on.
    """
    after = 0
    while (page := await retried(engine, partial(work, after))) is not None:
        for one in page.done:
            yield one
        after = page.last


def with_followers(db: Connection, made: Outcome, ctx: Context) -> Outcome:
    """Returns the outcome extended by what follows from it for the followers of its tickets."""
    # A follower that is repaired itself goes on from there.
    own = {ticket.id: ticket for ticket in made.tickets}
    by_main: dict[int, list[Ticket]] = {ticket_id: [] for ticket_id in followers.moves(made)}
    for one in batch_loading.followers(db, by_main) if by_main else ():
        if one.joined_to in by_main:
            by_main[one.joined_to].append(own.get(one.id, one))
    spread = followers.spread(made, by_main, {}, ctx)
    tickets = {ticket.id: ticket for ticket in (*made.tickets, *spread.tickets)}
    return replace(
        made,
        tickets=tuple(tickets.values()),
        events=made.events + spread.events,
        pushes=made.pushes + spread.pushes,
    )
