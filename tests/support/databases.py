"""Migrated databases for tests: made once, then copied (SQLite) or emptied (PostgreSQL, where a copy takes a second)."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import text, update

from storage.migrations import migrate
from storage.schema.engine import open_engine
from storage.schema.tables import metadata, migration_steps, settings
from tests.support import services

T = TypeVar("T")

BACKENDS = ("sqlite", "postgresql")


def outside(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run to the end in a loop of its own, in another thread, because one may be running in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(work())).result()


async def migrated(url: str) -> None:
    """Bring the database to the newest schema."""
    engine = open_engine(url)
    await migrate.upgrade(engine)
    await engine.dispose()


async def _emptied(url: str) -> None:
    engine = open_engine(url)
    async with engine.begin() as db:
        names = ", ".join(table.name for table in metadata.sorted_tables if table not in {settings, migration_steps})
        await db.execute(text(f"TRUNCATE {names}"))
        await db.execute(update(settings).values(value=0, words=""))
    await engine.dispose()


class Templates:
    """The migrated database of each backend, made when the first copy of it is wanted."""

    def __init__(self, folder: Path, postgres_url: Callable[[], str]) -> None:
        self._folder = folder
        self._postgres_url = postgres_url
        self._sqlite: Path | None = None
        self._postgres: str | None = None
        self._stack = ExitStack()

    @contextmanager
    def copy(self, backend: str, folder: Path) -> Iterator[str]:
        """The address of an empty database, for one test at a time; a SQLite file lies in `folder`."""
        if backend == "sqlite":
            yield self._copied_file(folder / "minsheng.db")
            return
        server = self._postgres_url()
        if self._postgres is None:
            self._postgres = self._stack.enter_context(services.database(server))
            fresh = self._postgres
            outside(lambda: migrated(fresh))
        else:
            used = self._postgres
            outside(lambda: _emptied(used))
        yield self._postgres

    def close(self) -> None:
        """Drop what was made, unless its server has gone already."""
        with suppress(OSError):
            self._stack.close()

    def _copied_file(self, path: Path) -> str:
        if self._sqlite is None:
            self._sqlite = self._folder / "template.db"
            url = f"sqlite:///{self._sqlite}"
            outside(lambda: migrated(url))
        shutil.copy(self._sqlite, path)
        return f"sqlite:///{path}"
