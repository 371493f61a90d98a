"""The fence: a program of another revision than the database's cannot write, even if it ran before the migration.

PostgreSQL knows programs by the name of their connection: `minsheng` up to revision 0004, `minsheng REVISION` since. SQLite
has no names; there the trigger calls a function that only a program which has one offers, and which raises when the revisions
differ. Both errors mean to every program, old ones too, that nobody can write now: what people send goes to the spool,
pushes wait, the clock rests, until a program of the new revision takes over.
"""

from __future__ import annotations

import structlog
from sqlalchemy import Connection, text

from storage.schema.revision import newest

log = structlog.get_logger()

FUNCTION = "minsheng_fence"
MIGRATING = "migrate of minsheng"
"""How a connection that migrates is called: no fence is for it."""

FENCED = {
    "inbox": ("INSERT",),
    "events": ("INSERT",),
    "rectification_events": ("INSERT",),
    "outbox": ("UPDATE",),
    "media": ("UPDATE",),
    "leases": ("INSERT", "UPDATE"),
    "staff": ("INSERT", "UPDATE"),
}
"""What every writer passes: whatever a message, a worker, the clock or a command changes begins or ends with one of these."""

_RAISES = f"""
CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'this program is not of the revision of this database' USING ERRCODE = 'object_not_in_prerequisite_state';
END $$
"""


class AnotherRevision(Exception):
    """The database was migrated for another program than this one."""


def connection_name() -> str:
    """How this program's connections are called."""
    return f"minsheng {newest()}"


def check(revision: str) -> int:
    """What SQLite's trigger calls: raises `AnotherRevision` unless this program is of that revision."""
    if revision != newest():
        log.error("database_of_another_revision", database=revision, program=newest())
        raise AnotherRevision(revision)
    return 0


def raise_fence(db: Connection, revision: str) -> None:
    """From the end of this transaction on only programs of this revision write; waits for those that are writing."""
    if db.dialect.name == "postgresql":
        db.execute(text(_RAISES))
    else:
        lower_fence(db)
    for table, name, statement in _triggers():
        db.exec_driver_sql(_trigger(db.dialect.name, table, name, statement, revision))


def lower_fence(db: Connection) -> None:
    """Take the fence of a SQLite database away: its triggers cannot be replaced, and stand in the way of copying a table."""
    for _, name, _ in _triggers():
        db.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")


def fenced(db: Connection) -> bool:
    """Whether every trigger stands."""
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
