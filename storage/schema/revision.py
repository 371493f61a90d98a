"""The schema's revisions, read from the files in `storage/migrations/versions`; the newest is the one this program
needs. And the fence that keeps programs of another revision from writing, even one that ran before the migration.

PostgreSQL knows programs by the name of their connection: `minsheng` up to revision 0004, `minsheng REVISION` since. SQLite
has no names; there the trigger calls a function that only a program which has one offers, and which raises when the
revisions differ. Both errors mean to every program, old ones too, that nobody can write now: what people send goes to the
spool, pushes wait, the clock rests, until a program of the new revision takes over.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import structlog
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

_FOLDER = Path(__file__).parents[1] / "migrations"


def config(connection: Connection | None = None) -> Config:
    """Returns Alembic's configuration, made without a file."""
    made = Config()
    made.set_main_option("script_location", str(_FOLDER))
    made.attributes["connection"] = connection
    return made


@cache
def history() -> tuple[str, ...]:
    """Returns all revisions, oldest first."""
    return tuple(script.revision for script in ScriptDirectory.from_config(config()).walk_revisions())[::-1]


@cache
def derives() -> str:
    """Returns the newest revision after which rows are derived from events again: one whose file does not say `DERIVES
    = False`.
    """
    scripts = ScriptDirectory.from_config(config()).walk_revisions()
    return next(script.revision for script in scripts if getattr(script.module, "DERIVES", True))


def newest() -> str:
    """Returns the revision that this program needs."""
    return history()[-1]


log = structlog.get_logger()

FUNCTION = "minsheng_fence"
MIGRATING = "migrate of minsheng"
"""Application name of a migrating connection, which no fence stops."""

FENCED = {
    "inbox": ("INSERT",),
    "events": ("INSERT",),
    "rectification_events": ("INSERT",),
    "outbox": ("UPDATE",),
    "media": ("UPDATE",),
    "leases": ("INSERT", "UPDATE"),
    "staff": ("INSERT", "UPDATE"),
}
"""Fenced statements by table. Every writer passes one: a message, the worker, the clock and a command each begin or end
with it.
"""

_RAISES = f"""
CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'this program is not of the revision of this database' USING ERRCODE = 'object_not_in_prerequisite_state';
END $$
"""


class AnotherRevision(Exception):
    """The database was migrated for a program of another revision."""


def connection_name() -> str:
    """Returns the application name of this program's connections."""
    return f"minsheng {newest()}"


def check(revision: str) -> int:
    """The function that SQLite's trigger calls. Raises `AnotherRevision` unless this program is of that revision."""
    if revision != newest():
        log.error("database_of_another_revision", database=revision, program=newest())
        raise AnotherRevision(revision)
    return 0


def raise_fence(db: Connection, revision: str) -> None:
    """Let only programs of this revision write after this transaction. Waits for transactions that are writing."""
    if db.dialect.name == "postgresql":
        db.execute(text(_RAISES))
    else:
        lower_fence(db)
    for table, name, statement in _triggers():
        db.exec_driver_sql(_trigger(db.dialect.name, table, name, statement, revision))


def lower_fence(db: Connection) -> None:
    """Drop the triggers of a SQLite database, which cannot be replaced and prevent copying a table."""
    for _, name, _ in _triggers():
        db.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")


def fenced(db: Connection) -> bool:
    """Returns whether every trigger exists."""
    if db.dialect.name == "postgresql":
        found = set(db.execute(text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")).scalars())
    else:
        found = set(db.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars())
    return {name for _, name, _ in _triggers()} <= found


def _triggers() -> list[tuple[str, str, str]]:
    return [
        (table, f"fence_{table}_{statement.lower()}", statement)
        for table, statements in FENCED.items()
        for statement in statements
    ]


def _trigger(dialect: str, table: str, name: str, statement: str, revision: str) -> str:
    if dialect == "postgresql":
        program = "current_setting('application_name')"
        return (
            f"CREATE OR REPLACE TRIGGER {name} BEFORE {statement} ON {table} FOR EACH STATEMENT"
            f" WHEN ({program} <> 'minsheng {revision}' AND {program} ~ '^minsheng( |$)')"
            f" EXECUTE FUNCTION {FUNCTION}()"
        )
    return f"CREATE TRIGGER {name} BEFORE {statement} ON {table} BEGIN SELECT {FUNCTION}('{revision}'); END"
