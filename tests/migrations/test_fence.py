"""A program of another revision cannot write, even one that ran before the migration: its messages wait on its disk."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from storage.migrations import migrate
from storage.schema import revision
from storage.schema.engine import database_url
from storage.schema.errors import WriteError, classify
from storage.schema.tables import metadata
from storage.schema.transaction import writing


async def _writes(engine: AsyncEngine) -> None:
    async with writing(engine) as db:
        await db.execute(text("INSERT INTO leases (name, holder, until) VALUES ('chase', 'somebody', 0)"))
        await db.execute(text("UPDATE leases SET until = 1"))


def _named(url: str, name: str) -> AsyncEngine:
    """As a program of that name opens the database."""
    return create_async_engine(database_url(url), connect_args={"server_settings": {"application_name": name}})


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
@pytest.mark.parametrize("name", ["minsheng", "minsheng 0005", "minsheng 9999"])
async def test_postgresql_knows_programs_by_name(engine: AsyncEngine, empty_url: str, name: str) -> None:
    await migrate.upgrade(engine)
    other = _named(empty_url, name)
    with pytest.raises(SQLAlchemyError) as refused:
        await _writes(other)
    assert classify(refused.value) is WriteError.AWAY
    await other.dispose()


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
async def test_whatever_a_program_does_first_is_fenced(engine: AsyncEngine, empty_url: str) -> None:
    await migrate.upgrade(engine)
    other = _named(empty_url, "minsheng 0003")
    for table, statements in revision.FENCED.items():
        for statement in statements:
            key = next(iter(metadata.tables[table].primary_key)).name
            words = (
                f"UPDATE {table} SET {key} = {key}"
                if statement == "UPDATE"
                else f"INSERT INTO {table} SELECT * FROM {table}"
            )
            with pytest.raises(SQLAlchemyError, match="not of the revision"):
                async with writing(other) as db:
                    await db.execute(text(words))
    await other.dispose()


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
@pytest.mark.parametrize("name", ["psql", "pg_restore", "", revision.MIGRATING])
async def test_no_fence_is_for_those_who_are_no_program(engine: AsyncEngine, empty_url: str, name: str) -> None:
    await migrate.upgrade(engine)
    other = _named(empty_url, name)
    await _writes(other)
    await other.dispose()


async def test_the_programs_own_revision_writes(engine: AsyncEngine) -> None:
    await migrate.upgrade(engine)
    await _writes(engine)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
async def test_a_program_from_before_the_fence_cannot_write_to_sqlite(engine: AsyncEngine, empty_url: str) -> None:
    await migrate.upgrade(engine)
    other = create_async_engine(database_url(empty_url))
    with pytest.raises(SQLAlchemyError, match="no such function: minsheng_fence") as refused:
        await _writes(other)
    assert classify(refused.value) is WriteError.AWAY
    await other.dispose()


async def test_a_running_process_is_fenced_by_a_later_migration(
    engine: AsyncEngine, empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await migrate.upgrade(engine)
    await _writes(engine)
    later = _named(empty_url, "minsheng 9999") if engine.dialect.name == "postgresql" else engine
    async with writing(later) as db:
        await db.run_sync(revision.raise_fence, "9999")
    with pytest.raises(SQLAlchemyError) as refused:
        await _writes_again(engine)
    assert classify(refused.value) is WriteError.AWAY
    if later is not engine:
        await _writes_again(later)
        await later.dispose()


async def _writes_again(engine: AsyncEngine) -> None:
    async with writing(engine) as db:
        await db.execute(text("UPDATE leases SET until = 2"))
