"""Builds the indexes that `storage/schema/tables.py` has and the database lacks, without stopping writers.

A revision adds columns and tables only. An index on a table that has rows is built here, because PostgreSQL builds one
concurrently only outside a transaction. An index that a killed build left invalid is dropped and built again.
"""

from __future__ import annotations

from sqlalchemy import Connection, Index, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.schema import CreateIndex

from storage.schema.tables import metadata
from storage.schema.transaction import writing

# https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY
_INVALID = text(
    "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
    " WHERE NOT i.indisvalid AND pg_table_is_visible(c.oid)"
)


async def missing(engine: AsyncEngine) -> list[Index]:
    """Returns the indexes to build, in order of names, invalid ones included."""
    async with engine.connect() as db:
        return await db.run_sync(_missing)


async def build(engine: AsyncEngine, index: Index) -> None:
    """Build one index: concurrently on PostgreSQL, in a transaction of its own on SQLite."""
    if engine.dialect.name != "postgresql":
        async with writing(engine) as db:
            await db.execute(CreateIndex(index, if_not_exists=True))
        return
    async with engine.connect() as db:
        await db.execution_options(isolation_level="AUTOCOMMIT")
        await db.exec_driver_sql(f'DROP INDEX CONCURRENTLY IF EXISTS "{index.name}"')
        definition = str(CreateIndex(index).compile(dialect=engine.dialect))
        await db.exec_driver_sql(definition.replace("INDEX", "INDEX CONCURRENTLY", 1))


def _missing(db: Connection) -> list[Index]:
    look = inspect(db)
    found = {each["name"] for table in look.get_table_names() for each in look.get_indexes(table)}
    if db.dialect.name == "postgresql":
        found -= set(db.execute(_INVALID).scalars())
    wanted = [index for table in metadata.tables.values() for index in table.indexes if index.name not in found]
    return sorted(wanted, key=lambda index: str(index.name))
