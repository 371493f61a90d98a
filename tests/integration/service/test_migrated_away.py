"""A database that was migrated under a running process: what people send waits on the disk for the program that fits."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.clock import SystemClock
from bot.config import Unusable
from bot.wiring import open_parts
from handlers.tickets import numbers
from nlp.understand import Reader
from storage.schema import revision
from storage.schema.engine import open_engine
from storage.schema.revision import MIGRATING, raise_fence
from storage.schema.tables import migration_steps, tickets
from storage.schema.transaction import writing
from tests.integration.service.stage import APPEAL, WANG, Stage, settings_for

LATER = "9999"


async def _bring(engine: AsyncEngine, to: str) -> None:
    """As `migrate` of a program of that revision ends."""
    async with writing(engine) as db:
        if db.dialect.name == "postgresql":
            await db.exec_driver_sql(f"SET LOCAL application_name = '{MIGRATING}'")
        await db.execute(text("UPDATE alembic_version SET version_num = :to"), {"to": to})
        await db.run_sync(raise_fence, to)


@asynccontextmanager
async def migrated(url: str) -> AsyncIterator[None]:
    """While this lasts the database is a later program's."""
    engine = open_engine(url)
    await _bring(engine, LATER)
    try:
        yield
    finally:
        await _bring(engine, revision.newest())
        await engine.dispose()


async def test_a_running_process_keeps_what_it_may_not_write(stage: Stage, database_url: str) -> None:
    ready = stage.url.removesuffix("/wechat") + "/readyz"
    await stage.say(WANG, "你好")
    async with migrated(database_url):
        assert "不用重发" in await stage.say(WANG, APPEAL)
        assert stage.parts.inbound.spool.count() == 1
        assert await stage.take_up() == 0
        async with stage.http.get(ready) as response:
            assert response.status == 503
    assert await stage.count(tickets) == 0
    assert await stage.take_up() == 1
    assert stage.parts.inbound.spool.count() == 0
    await stage.send()
    assert len(numbers.find(stage.texts(WANG)[-1])) == 1
    async with stage.http.get(ready) as response:
        assert response.status == 200


@pytest.mark.parametrize(
    ("left", "words"),
    [
        ({"done": False}, "broken off: run `python -m bot migrate` again"),
        ({"name": "derive 0001"}, "broken off: run `python -m bot migrate` again"),
    ],
)
async def test_no_process_starts_before_a_migration_is_whole(
    left: dict[str, object], words: str, database_url: str, tmp_path: Path, reader: Reader
) -> None:
    engine = open_engine(database_url)
    name = f"derive {revision.derives()}"
    async with engine.begin() as db:
        await db.execute(update(migration_steps).values(**left))
    with pytest.raises(Unusable, match=words):
        async with open_parts(settings_for(database_url, tmp_path / "data"), SystemClock(), reader):
            pass
    async with engine.begin() as db:
        await db.execute(update(migration_steps).values(name=name, done=True))
    await engine.dispose()


async def test_no_process_starts_on_another_programs_database(
    database_url: str, tmp_path: Path, reader: Reader
) -> None:
    async with migrated(database_url):
        with pytest.raises(Unusable, match=f"at revision {LATER}"):
            async with open_parts(settings_for(database_url, tmp_path / "data"), SystemClock(), reader):
                pass
