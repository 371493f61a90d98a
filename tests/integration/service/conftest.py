"""The dictionaries are loaded once; every test has a service of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from nlp import understand
from nlp.understand import Reader
from tests.integration.service.stage import Stage, open_stage


@pytest.fixture(scope="session")
def reader() -> Reader:
    return understand.load()


@pytest.fixture
async def stage(database_url: str, tmp_path: Path, reader: Reader) -> AsyncIterator[Stage]:
    """The service on each backend in turn, in safe mode."""
    async with open_stage(database_url, tmp_path / "data", reader) as opened:
        yield opened
