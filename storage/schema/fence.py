"""The fence: database triggers that keep a program of another revision than the database's from writing.

PostgreSQL tells programs apart by the application name of the connection (`minsheng` up to revision 0004, `minsheng
REVISION` since). SQLite has no such name: its trigger calls a function that the program registers, and that raises when
the revisions differ. To every program, old ones too, both errors mean that it cannot write for the time being: messages
go to the spool, pushes wait and the clock pauses until a program of the new revision takes over.
"""

from __future__ import annotations

import structlog
from sqlalchemy import Connection, text

from storage.schema.revision import newest

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
