"""Opens the database. The differences between SQLite and PostgreSQL are here, and in the few places that ask for the
dialect.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.sql.dml import Insert

from storage.schema import revision

WRITES = {"writes": True}
"""Execution option of a transaction that will write. SQLite then takes its only write lock at the start, so that two
writers wait for each other instead of failing half-way.
"""

# https://www.sqlite.org/wal.html: readers do not wait for the writer. synchronous=FULL: a commit that was answered
# survives a power cut; group commit pays the fsync once for many messages.
_SQLITE_SETTINGS = (
    "PRAGMA busy_timeout=10000",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA cache_size=-65536",
)

_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}


def database_url(text: str) -> URL:
    """Returns the address with the driver used here. Raises ValueError unless it is PostgreSQL or a SQLite file."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        # What could not be read may be the password.
        raise ValueError("is not a database address") from None
    driver = _DRIVERS.get(url.get_backend_name())
    if driver is None:
        raise ValueError(f"{url.get_backend_name()} is not supported, use sqlite or postgresql")
    if url.get_backend_name() == "sqlite" and url.database in {None, "", ":memory:"}:
        raise ValueError("a SQLite database needs a file")
    return url.set(drivername=driver)


def sqlite_file(text: str) -> Path | None:
    """Returns the file of a SQLite address. None for other databases."""
    url = make_url(text)
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def open_engine(url: str, pool_size: int = 8) -> AsyncEngine:
    """Returns an engine for this address. It connects on first use."""
    address = database_url(url)
    if address.get_backend_name() == "sqlite":
        engine = create_async_engine(
            address, pool_size=pool_size, max_overflow=0, pool_use_lifo=True, hide_parameters=True
        )
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
        return engine
    return create_async_engine(
        address,
        pool_size=pool_size,
        max_overflow=0,
        # One connection is kept busy, and with it one set of warm pages and prepared statements.
        pool_use_lifo=True,
        # Parameters are people's words: an error that quotes them would carry them into the log.
        hide_parameters=True,
        pool_pre_ping=False,
        pool_recycle=1800,
        connect_args={"server_settings": {"jit": "off", "application_name": revision.connection_name()}, "timeout": 10},
    )


def open_file(url: URL) -> Engine:
    """Returns a synchronous engine for the same SQLite file with the same settings, for use in one thread."""
    engine = create_engine(url.set(drivername="sqlite+pysqlite"), pool_size=1, max_overflow=0, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver must not open transactions by itself: we say BEGIN or BEGIN IMMEDIATE below.
    connection.isolation_level = None
    connection.create_function(revision.FUNCTION, 1, revision.check)
    cursor = connection.cursor()
    for setting in _SQLITE_SETTINGS:
        cursor.execute(setting)
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def upsert(table: Table, dialect: str, update: Iterable[str] | None = None) -> Insert:
    """Returns an INSERT that updates the columns `update` when the primary key exists (None: all other columns)."""
    keys = [column.name for column in table.primary_key]
    names = [c.name for c in table.columns if c.name not in keys] if update is None else list(update)
    if dialect == "postgresql":
        pg = postgresql.insert(table)
        return pg.on_conflict_do_update(index_elements=keys, set_={name: pg.excluded[name] for name in names})
    lite = sqlite.insert(table)
    return lite.on_conflict_do_update(index_elements=keys, set_={name: lite.excluded[name] for name in names})
