"""A world with one ticket, and a client of its pages that follows no redirect by itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from handlers.tickets.ticket import Ticket
from tests.integration.pages.world import Client, World


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.fixture
def ticket(world: World) -> Ticket:
    return world.file()


@pytest.fixture
async def client(world: World) -> AsyncIterator[Client]:
    async with TestClient(TestServer(world.app(heartbeat=0.05))) as started:
        yield started
