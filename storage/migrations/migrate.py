"""Migration of a database to this program's revision: schema, fence, indexes, and rows derived from events.

Forwards only (docs/adr/0008-forwards-only.md); the way back is a backup. Every part is a short transaction of its own
that stays done, so a killed migration continues where it stopped. An old program may run meanwhile: the fence
(`storage/schema/revision.py`) stops its writes once the schema has changed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from alembic import command
from alembic.runtime.migration import MigrationContext
from msgspec import Struct
from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from storage.schema import indexes
from storage.schema.engine import upsert
from storage.schema.errors import code_of
from storage.schema.revision import MIGRATING, config, derives, fenced, history, lower_fence, newest, raise_fence
from storage.schema.tables import migration_steps, tickets
from storage.schema.transaction import writing
from storage.transactions import rebuild

T = TypeVar("T")

LOCK_SECONDS = 3
"""Longest wait for a table's lock. While it waits, every later user of the table waits too."""

PATIENCE = 40
"""Number of tries for a lock before the migration fails, so that an operator can find out who holds the table."""

_PAUSE_SECONDS = 1.0
_LOCK = 7_302_611
"""Key of the advisory lock that keeps two starting processes from migrating at once. Any number that nothing else uses.
"""

_IN_THE_WAY = frozenset({"55P03", "40P01"})
"""lock_not_available, deadlock_detected: https://www.postgresql.org/docs/current/errcodes-appendix.html."""
_SAY_EVERY = 4
"""Pages between two lines of progress: two thousand tickets."""


class MigrationState(Struct, frozen=True):
    """How far a database has been migrated."""

    revision: str | None
    """None for an empty database."""

    complete: bool
    """Whether all steps of the newest revision are done."""


class OthersMigrate(Struct, frozen=True):
    """Another process is migrating; this one waits until it has finished."""


class TableInUse(Struct, frozen=True):
    """A table that must change is in use; the migration waits and tries again."""

    attempt: int
    """From 1."""


class Revised(Struct, frozen=True):
    """One revision was applied."""

    before: str | None
    """None for an empty database."""

    after: str


class IndexBuilt(Struct, frozen=True):
    """An index was built."""

    name: str


class Deriving(Struct, frozen=True):
    """Progress of deriving rows from events."""

    done: int
    """Number of tickets done so far."""

    total: int


class Derived(Struct, frozen=True):
    """Deriving has finished."""

    tickets: int
    """Number of tickets whose rows changed."""


class Unreadable(Struct, frozen=True):
    """Tickets were skipped because their events cannot be read."""

    tickets: int
    """Number of tickets skipped."""


Progress = OthersMigrate | TableInUse | Revised | IndexBuilt | Deriving | Derived | Unreadable
Say = Callable[[Progress], None]


class NewerDatabase(Exception):
    """The database was migrated by a newer program."""

    def __init__(self, found: str, known: str) -> None:
        super().__init__(f"the database is at {found}, newer than {known}")
        self.found = found
        """The database's revision."""
        self.known = known
        """The newest revision of this program."""


async def current(engine: AsyncEngine) -> str | None:
    """Returns the database's revision. None for an empty one."""
    async with engine.connect() as db:
        return await db.run_sync(_revision)


async def standing(engine: AsyncEngine) -> MigrationState:
    """Returns how far the database has been migrated."""
    async with engine.connect() as db:
        revision = await db.run_sync(_revision)
        if revision != newest():
            return MigrationState(revision, complete=False)
        done = await db.execute(select(migration_steps.c.done).where(migration_steps.c.name == _step_name()))
        return MigrationState(revision, complete=bool(done.scalar_one_or_none()))


async def upgrade(engine: AsyncEngine, say: Say = lambda progress: None) -> None:
    """Apply everything that is missing. Concurrent callers wait, then find it done.

    Raises `NewerDatabase` when a newer program has migrated the database.
    """
    async with _alone(engine, say):
        while await _patiently(lambda: _next_revision(engine, say), say):
            pass
        for index in await indexes.missing(engine):
            await indexes.build(engine, index)
            say(IndexBuilt(str(index.name)))
        await _derive(engine, say)


async def upgrade_schema(engine: AsyncEngine, revision: str) -> None:
    """Apply the revisions up to this one and nothing else. For tests of the history."""
    async with writing(engine) as db:
        await db.run_sync(lambda connection: command.upgrade(config(connection), revision))


@asynccontextmanager
async def _alone(engine: AsyncEngine, say: Say) -> AsyncIterator[None]:
    """Hold the advisory lock for the block. SQLite needs none: its parts take turns, and each finds what is done.

    The lock is polled: a session that waits inside a transaction would block the concurrent build of an index.
    """
    if engine.dialect.name != "postgresql":
        yield
        return
    async with engine.connect() as db:
        await db.execution_options(isolation_level="AUTOCOMMIT")
        told = False
        while not (await db.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": _LOCK})).scalar_one():
            if not told:
                say(OthersMigrate())
            told = True
            await asyncio.sleep(_PAUSE_SECONDS / 4)
        try:
            yield
        finally:
            await db.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _LOCK})


@asynccontextmanager
async def _changing(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A transaction of the migration: the fence lets it pass, and it does not wait long for a lock."""
    async with writing(engine) as db:
        if db.dialect.name == "postgresql":
            await db.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")
            await db.exec_driver_sql(f"SET LOCAL application_name = '{MIGRATING}'")
        yield db


async def _patiently(work: Callable[[], Awaitable[T]], say: Say) -> T:
    """Repeat `work` while somebody else holds a table or a row. Raises the error of the last try."""
    for attempt in range(1, PATIENCE):
        try:
            return await work()
        except DBAPIError as error:
            if code_of(error) not in _IN_THE_WAY:
                raise
            say(TableInUse(attempt))
            await asyncio.sleep(_PAUSE_SECONDS)
    return await work()


async def _next_revision(engine: AsyncEngine, say: Say) -> bool:
    """Apply one revision, with the last one also the fence. Returns False when none is left."""
    async with _changing(engine) as db:
        before, after = await db.run_sync(_advance)
    if after is not None:
        say(Revised(before, after))
    return after is not None


def _advance(db: Connection) -> tuple[str | None, str | None]:
    """Returns the revision before, and the one that was applied (None when none was left)."""
    before = _revision(db)
    if before is not None and before not in history():
        raise NewerDatabase(before, newest())
    following = history()[history().index(before) + 1 :] if before else history()
    if following:
        if db.dialect.name == "sqlite":
            lower_fence(db)
        command.upgrade(config(db), following[0])
    if len(following) == 1 or (not following and not fenced(db)):
        raise_fence(db, newest())
    return before, following[0] if following else None


async def _derive(engine: AsyncEngine, say: Say) -> None:
    """Derive rows from events, one page a transaction. The progress is committed with each page."""
    async with engine.connect() as db:
        total = (await db.execute(select(func.count()).select_from(tickets))).scalar_one()
    mended = lost = pages = 0
    more = True
    while more:
        found, more = await _patiently(lambda: _derive_page(engine), say)
        mended += sum(difference.repaired for difference in found)
        lost += sum(not difference.repaired for difference in found)
        pages += 1
        if more and pages % _SAY_EVERY == 0:
            say(Deriving(min(pages * rebuild.PAGE, total), total))
    if mended:
        say(Derived(mended))
    if lost:
        say(Unreadable(lost))


async def _derive_page(engine: AsyncEngine) -> tuple[list[rebuild.Difference], bool]:
    """Returns the differences on the next page, and whether there is more to do. The last call checks what no ticket's
    row shows.
    """
    async with _changing(engine) as db:
        reached, done = await _reached(db)
        if done:
            return [], False
        found, last = await rebuild.page(db, reached, repair=True)
        if last is not None:
            await _reach(db, last, done=False)
            return found, True
    found += [difference async for difference in rebuild.beside_tickets(engine, repair=True)]
    async with _changing(engine) as db:
        await _reach(db, reached, done=True)
    return found, False


async def _reached(db: AsyncConnection) -> tuple[int, bool]:
    query = select(migration_steps.c.reached, migration_steps.c.done).where(migration_steps.c.name == _step_name())
    row = (await db.execute(query)).first()
    return (row.reached, row.done) if row else (0, False)


async def _reach(db: AsyncConnection, reached: int, *, done: bool) -> None:
    statement = upsert(migration_steps, db.dialect.name)
    await db.execute(statement.values(name=_step_name(), reached=reached, done=done))


def _step_name() -> str:
    return f"derive {derives()}"


def _revision(db: Connection) -> str | None:
    return MigrationContext.configure(db).get_current_revision()
