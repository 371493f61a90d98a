"""One writing transaction. Its work is a synchronous function, run by whatever suits the driver.

PostgreSQL's driver is asynchronous, so the work runs in a greenlet beside the loop and waits without blocking it. SQLite's is
a library: asynchronous wrappers hand every single statement to a thread and back, which costs ten times the statement. There
the whole work travels to the thread once.
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
    """A connection inside a transaction that will write; committed at the end, rolled back on an error."""
    async with engine.connect() as db:
        await db.execution_options(**WRITES)
        async with db.begin():
            yield db


class Runner(Protocol):
    """Runs work inside one writing transaction."""

    async def run(self, work: Callable[[Connection], T]) -> T:
        """The work's result, after the commit; what it raises, after the rollback."""


class AsyncRunner:
    """For asynchronous drivers."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def run(self, work: Callable[[Connection], T]) -> T:
        """The work's result, after the commit; what it raises, after the rollback."""
        async with writing(self._engine) as db:
            return await db.run_sync(work)


class ThreadRunner:
    """For SQLite: one thread, one connection of its own, one journey there and back."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._thread: ThreadPoolExecutor | None = None

    async def run(self, work: Callable[[Connection], T]) -> T:
        """The work's result, after the commit; what it raises, after the rollback."""
        self._thread = self._thread or ThreadPoolExecutor(1, "sqlite")
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._transact, work)

    def _transact(self, work: Callable[[Connection], T]) -> T:
        with self._engine.connect() as db:
            db.execution_options(**WRITES)
            with db.begin():
                return work(db)

    def close(self, _engine: object = None) -> None:
        """Let thread and connection go; like the engine itself, it starts anew when it is used again."""
        if self._thread is not None:
            self._thread.shutdown(wait=False)
            self._thread = None
        self._engine.dispose()


_threads: WeakKeyDictionary[AsyncEngine, ThreadRunner] = WeakKeyDictionary()


def runner(engine: AsyncEngine) -> Runner:
    """The runner for this engine's database; it ends when the engine is disposed of."""
    if engine.dialect.name != "sqlite":
        return AsyncRunner(engine)
    if engine not in _threads:
        made = ThreadRunner(open_file(engine.url))
        event.listen(engine.sync_engine, "engine_disposed", made.close)
        _threads[engine] = made
    return _threads[engine]
