"""One writing transaction, whose work is a synchronous function. Two runners: one for PostgreSQL, one for SQLite.

PostgreSQL's driver is asynchronous: the work runs in a greenlet and does not block the event loop. SQLite's is
synchronous; an asynchronous wrapper would cross threads for every statement, ten times the cost of the statement, so
the whole work runs in one thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Protocol, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from storage.schema.engine import WRITES, open_file

T = TypeVar("T")


@asynccontextmanager
async def writing(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A connection in a writing transaction: committed at the end of the block, rolled back on an error."""
    async with engine.connect() as db:
        await db.execution_options(**WRITES)
        async with db.begin():
            yield db


class Runner(Protocol):
    """Runs work in one writing transaction."""

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Returns the work's result after the commit. Raises what the work raises, after the rollback."""


class AsyncRunner:
    """`Runner` for asynchronous drivers."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def run(self, work: Callable[[Connection], T]) -> T:
        async with writing(self._engine) as db:
            return await db.run_sync(work)


class ThreadRunner:
    """`Runner` for SQLite: one thread with a connection of its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._thread: ThreadPoolExecutor | None = None

    async def run(self, work: Callable[[Connection], T]) -> T:
        self._thread = self._thread or ThreadPoolExecutor(1, "sqlite")
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._transact, work)

    def _transact(self, work: Callable[[Connection], T]) -> T:
        with self._engine.connect() as db:
            db.execution_options(**WRITES)
            with db.begin():
                return work(db)

    def close(self, _engine: object = None) -> None:
        """Release the thread and the connection. Both are made again at the next use, like the engine's own."""
        if self._thread is not None:
            self._thread.shutdown(wait=False)
            self._thread = None
        self._engine.dispose()


_threads: WeakKeyDictionary[AsyncEngine, ThreadRunner] = WeakKeyDictionary()


def runner(engine: AsyncEngine) -> Runner:
    """Returns the runner for this engine's database. It is closed when the engine is disposed of."""
    if engine.dialect.name != "sqlite":
        return AsyncRunner(engine)
    if engine not in _threads:
        made = ThreadRunner(open_file(engine.url))
        event.listen(engine.sync_engine, "engine_disposed", made.close)
        _threads[engine] = made
    return _threads[engine]
