"""Each contract is tried on every backend."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.schema.engine import open_engine
from tests.contract.rules import Process


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    opened = open_engine(database_url)
    yield opened
    await opened.dispose()


@pytest.fixture
async def second_engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    """The database as another process sees it."""
    opened = open_engine(database_url)
    yield opened
    await opened.dispose()


@pytest.fixture
def process(engine: AsyncEngine) -> Process:
    return Process(engine)


@pytest.fixture
def other(second_engine: AsyncEngine) -> Process:
    return Process(second_engine, node=1)
