"""How a transaction's work reaches the database: synchronous functions, carried by whatever suits the driver.

PostgreSQL's driver is asynchronous, so the work runs beside the loop and waits without blocking it. SQLite's is a library:
asynchronous wrappers hand every single statement to a thread and back, which costs ten times the statement. There the
whole work travels to the thread once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, event
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.schema.engine import WRITES, open_file
from storage.schema.transaction import writing

T = TypeVar("T")


class Carrier(Protocol):
    """Runs work inside one writing transaction."""

    async def run(self, work: Callable[[Connection], T]) -> T:
        """The work's result, after the commit; what it raises, after the rollback."""


class BesideLoop:
    """For asynchronous drivers."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def run(self, work: Callable[[Connection], T]) -> T:
        """The work's result, after the commit; what it raises, after the rollback."""
        async with writing(self._engine) as db:
            return await db.run_sync(work)


class InThread:
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


_threads: WeakKeyDictionary[AsyncEngine, InThread] = WeakKeyDictionary()


def carrier(engine: AsyncEngine) -> Carrier:
    """The carrier for this engine's database; it ends when the engine is disposed of."""
    if engine.dialect.name != "sqlite":
        return BesideLoop(engine)
    if engine not in _threads:
        made = InThread(open_file(engine.url))
        event.listen(engine.sync_engine, "engine_disposed", made.close)
        _threads[engine] = made
    return _threads[engine]
