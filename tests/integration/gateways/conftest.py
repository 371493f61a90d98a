"""A platform on loopback and our gateways to it, with waiting that takes no time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import aiohttp
import pytest
from aiohttp.test_utils import TestServer

from bot.channels.wechat.client import OfficialAccount
from bot.channels.wechat.tokens import MemoryTokenStore
from bot.channels.wechat.transport import Pause
from bot.channels.wecom.client import WorkAccount
from tests.integration.gateways.platform import APP_ID, SECRET, Platform


def now() -> datetime:
    return datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@dataclass
class Waits:
    """Notes how long it was asked to wait, and does not."""

    seconds: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.seconds.append(seconds)


@pytest.fixture
def platform() -> Platform:
    return Platform()


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
def pause(waits: Waits) -> Pause:
    return Pause(sleep=waits.sleep, jitter=lambda: 0.5)


@pytest.fixture
async def base(platform: Platform) -> AsyncIterator[str]:
    server = TestServer(platform.app())
    # The platform's own access log is none of ours, and full of tokens.
    await server.start_server(access_log=None)
    yield str(server.make_url("/prefix"))
    await server.close()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
def account(base: str, session: aiohttp.ClientSession, pause: Pause) -> OfficialAccount:
    return OfficialAccount(
        APP_ID,
        SECRET,
        session=session,
        store=MemoryTokenStore(now),
        now=now,
        pause=pause,
        base=base,
        media_limit=100_000,
    )


@pytest.fixture
def work(base: str, session: aiohttp.ClientSession, pause: Pause) -> WorkAccount:
    return WorkAccount(
        "ww01", 1000002, SECRET, session=session, store=MemoryTokenStore(now), now=now, pause=pause, base=base
    )
