"""Empty databases of both kinds, with nothing migrated in them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.schema.engine import open_engine
from tests.support import services


@pytest.fixture
def empty_url(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an empty database."""
    if backend == "sqlite":
        yield f"sqlite:///{tmp_path}/empty.db"
    else:
        with services.database(request.getfixturevalue("postgres_url")) as url:
            yield url


@pytest.fixture
async def engine(empty_url: str) -> AsyncIterator[AsyncEngine]:
    """An engine of this program on it."""
    opened = open_engine(empty_url)
    yield opened
    await opened.dispose()
