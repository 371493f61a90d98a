"""Bringing a database to the schema that this code needs, and telling whether it is there.

Only forwards: a way back that nobody ever runs on real data is a promise that cannot be kept; restore a backup instead.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.transaction import writing

_FOLDER = Path(__file__).parent / "migrations"
_LOCK = 7_302_611
"""The advisory lock that keeps two starting processes from migrating at once; any number nobody else uses."""


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, without a file."""
    made = Config()
    made.set_main_option("script_location", str(_FOLDER))
    made.attributes["connection"] = connection
    return made


def newest() -> str:
    """The revision that this code needs."""
    head = ScriptDirectory.from_config(config()).get_current_head()
    if head is None:
        raise RuntimeError("there are no migrations beside this code")
    return head


async def current(engine: AsyncEngine) -> str | None:
    """The database's revision; None for an empty one."""
    async with engine.connect() as db:
        return await db.run_sync(lambda connection: MigrationContext.configure(connection).get_current_revision())


async def upgrade(engine: AsyncEngine, revision: str = "head") -> None:
    """Run the missing migrations in one transaction; others who try at the same time wait and then find them done."""
    async with writing(engine) as db:
        if db.dialect.name == "postgresql":
            await db.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        await db.run_sync(lambda connection: command.upgrade(config(connection), revision))
