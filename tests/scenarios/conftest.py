"""Stages for stories: on SQLite, and for chosen ones also on PostgreSQL with Redis."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from nlp.understand import Reader, load
from tests.scenarios.house import Backend, found_town
from tests.scenarios.stage import Stage, opened
from tests.support import services


@pytest.fixture(scope="session")
def reader() -> Reader:
    """The dictionaries, read once."""
    return load()


@pytest.fixture(scope="session")
def town_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the town in it, to be copied."""
    path = tmp_path_factory.mktemp("town") / "town.db"
    asyncio.run(found_town(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def town_database(postgres_url: str) -> Iterator[str]:
    """A PostgreSQL database with the town in it, to be copied."""
    with services.database(postgres_url) as url:
        asyncio.run(found_town(url))
        yield url


@pytest.fixture
def backend(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Backend]:
    """SQLite without Redis; "servers" for PostgreSQL with Redis."""
    if getattr(request, "param", "sqlite") == "sqlite":
        town = request.getfixturevalue("town_file")
        yield Backend(f"sqlite:///{shutil.copy(town, tmp_path / 'story.db')}")
        return
    redis = request.getfixturevalue("redis_database")
    template = request.getfixturevalue("town_database")
    with services.database(request.getfixturevalue("postgres_url"), template=template) as url:
        yield Backend(url, redis)


@pytest.fixture
async def stage(backend: Backend, tmp_path: Path, reader: Reader) -> AsyncIterator[Stage]:
    """A stage, and at the end of the story what must be true after every one."""
    async with opened(backend, tmp_path / "var", reader) as stage:
        yield stage
        await stage.check()
