"""A page of work that collides with another writer is done again, on fresh data."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from handlers.errors import Unavailable
from storage.schema.carrier import carrier
from storage.schema.errors import Fault, judge

T = TypeVar("T")

ATTEMPTS = 5
"""How often work is done again after a collision. Each collision means that another writer succeeded."""

_PASSING = frozenset({Fault.COLLISION, Fault.BUSY})


async def retried(engine: AsyncEngine, work: Callable[[Connection], T]) -> T:
    """The result of `work` in a transaction of its own. Raises Unavailable when the database is away, or others win every time."""
    left = ATTEMPTS
    while True:
        left -= 1
        try:
            return await carrier(engine).run(work)
        except Exception as error:
            fault = judge(error)
            if fault in _PASSING and left:
                continue
            if fault in _PASSING or fault is Fault.AWAY:
                raise Unavailable("database") from error
            raise
