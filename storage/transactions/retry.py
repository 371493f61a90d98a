"""The retry loop for writing transactions: work that collides with another writer is done again on fresh data."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from handlers.errors import Conflict, Unavailable
from storage.schema.errors import WriteError, classify
from storage.schema.transaction import runner

T = TypeVar("T")
Report = Callable[[Exception, WriteError], None]
"""Logs one failed try. Called while the error is handled."""

ATTEMPTS = 5
"""Number of tries. Each collision means that another writer succeeded, so somebody always makes progress."""

_PASSING = frozenset({WriteError.COLLISION, WriteError.BUSY})


class NotWritten(Exception):
    """The work failed for a reason that another try does not help: another writer won every time, or the error is the
    work's own.
    """

    def __init__(self, error: Exception, kind: WriteError) -> None:
        super().__init__(kind.value)
        self.error = error
        """That of the last attempt."""
        self.kind = kind
        """Never AWAY or BUSY."""


def unreported(_error: Exception, _kind: WriteError) -> None:
    """`Report` that logs nothing, for callers that report the failure themselves."""


def judged(error: Exception, report: Report = unreported) -> WriteError:
    """Returns what the error means. Raises `Unavailable` when the database is away."""
    if isinstance(error, Unavailable):
        raise error
    if isinstance(error, Conflict):
        return WriteError.COLLISION
    kind = classify(error)
    report(error, kind)
    if kind is WriteError.AWAY:
        raise Unavailable("database") from error
    return kind


async def retry(transact: Callable[[], Awaitable[T]], *, attempts: int = ATTEMPTS, report: Report = unreported) -> T:
    """Returns the result of the first try that succeeds.

    Raises `Unavailable` when the database is away or stays busy; `NotWritten` after `attempts` collisions, or at once
    when the error would come again.
    """
    left = attempts
    while True:
        left -= 1
        try:
            return await transact()
        except Exception as error:
            kind = judged(error, report)
            if kind in _PASSING and left:
                continue
            if kind is WriteError.BUSY:
                raise Unavailable("database") from error
            raise NotWritten(error, kind) from error


async def retried(engine: AsyncEngine, work: Callable[[Connection], T]) -> T:
    """Returns the result of `work` in a transaction of its own. Raises `Unavailable` when the database is away or
    others win every time.
    """
    try:
        return await retry(lambda: runner(engine).run(work))
    except NotWritten as failed:
        if failed.kind is WriteError.COLLISION:
            raise Unavailable("database") from failed.error
        raise failed.error from None
