"""The schema's history runs forwards on databases with rows in them, and ends at the tables of the code."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, MetaData, Table, func, inspect, select
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.migrations import migrate
from storage.schema import revision
from storage.schema.engine import open_engine
from storage.schema.tables import metadata

REVISIONS = list(revision.history())
ROWS = 3


def _differences(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, metadata))


async def test_the_history_ends_at_the_tables_of_the_code(engine: AsyncEngine) -> None:
    assert await migrate.current(engine) is None
    await migrate.upgrade(engine)
    assert await migrate.current(engine) == revision.newest() == REVISIONS[-1]
    async with engine.connect() as db:
        assert await db.run_sync(_differences) == []


def test_the_comparison_would_see_a_missing_column(tmp_path: Path) -> None:
    """Otherwise the test above could not fail."""

    async def differences() -> list[Any]:
        engine = open_engine(f"sqlite:///{tmp_path}/lacking.db")
        await migrate.upgrade(engine)
        async with engine.begin() as db:
            await db.exec_driver_sql("ALTER TABLE media DROP COLUMN size")
            await db.exec_driver_sql("DROP INDEX ix_tickets_desk")
            found = await db.run_sync(_differences)
        await engine.dispose()
        return found

    assert len(asyncio.run(differences())) == 2


@pytest.mark.parametrize("start", REVISIONS)
async def test_forwards_from_each_revision_with_rows_in_every_table(start: str, engine: AsyncEngine) -> None:
    await migrate.upgrade_schema(engine, start)
    async with engine.begin() as db:
        before = await db.run_sync(_fill)
    assert len(before) >= 11
    await migrate.upgrade(engine)
    await migrate.upgrade(engine)
    assert await migrate.current(engine) == revision.newest()
    async with engine.connect() as db:
        assert await db.run_sync(_differences) == []
        for name, rows in before.items():
            if name in metadata.tables:
                counted = (await db.execute(select(func.count()).select_from(metadata.tables[name]))).scalar_one()
                assert counted == rows, name


async def test_processes_that_start_together_migrate_once(empty_url: str) -> None:
    engines = [open_engine(empty_url) for _ in range(4)]
    await asyncio.gather(*(migrate.upgrade(engine) for engine in engines))
    assert {await migrate.current(engine) for engine in engines} == {revision.newest()}
    async with engines[0].connect() as db:
        assert (await db.execute(select(func.count()).select_from(metadata.tables["settings"]))).scalar_one() == 3
    for engine in engines:
        await engine.dispose()


def _fill(connection: Connection) -> dict[str, int]:
    """Put rows into every table as it was at this revision; how many each then has."""
    then = MetaData()
    then.reflect(connection)
    filled = {}
    for name, table in then.tables.items():
        if name in {"alembic_version", "migration_steps"}:
            continue
        connection.execute(table.insert(), [_row(connection, table, number) for number in range(1, ROWS + 1)])
        filled[name] = connection.execute(select(func.count()).select_from(table)).scalar_one()
    return filled


def _row(connection: Connection, table: Table, number: int) -> dict[str, Any]:
    kinds = {column["name"]: column["type"].python_type for column in inspect(connection).get_columns(table.name)}
    values = {int: number, str: f"v{number}", bool: True}
    return {name: values[kind] for name, kind in kinds.items()}
