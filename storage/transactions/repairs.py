"""Paging for repairs of many tickets: one page a transaction, followers (附议) included.

A page that was written has nothing more to repair, so an interrupted run can be started again.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Generic, TypeVar

from msgspec import Struct
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

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
