"""Processes share one token through Redis, and each can do without Redis."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from redis.asyncio import Redis

from bot.channels.wechat.client import OfficialAccount
from bot.channels.wechat.tokens import AccessTokens, Grant, RedisTokenStore, Token
from bot.channels.wechat.transport import Pause
from tests.integration.gateways.platform import APP_ID, SECRET, Platform

ROOT = Path(__file__).parents[3]
CUSTOM = "cgi-bin/message/custom/send"
SENDER = """
import asyncio, sys
from datetime import UTC, datetime
import aiohttp
from redis.asyncio import Redis
from bot.channels.wechat.client import OfficialAccount
from bot.channels.wechat.tokens import RedisTokenStore
from bot.channels.wechat.transport import Pause
import structlog

structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))

async def main(app_id, secret, base, redis_url):
    now = lambda: datetime.now(UTC)
    pause = Pause(sleep=asyncio.sleep, jitter=lambda: 0.0)
    async with aiohttp.ClientSession() as session, Redis.from_url(redis_url) as redis:
        store = RedisTokenStore(redis, "wechat:" + app_id, now)
        account = OfficialAccount(app_id, secret, session=session, store=store, now=now, pause=pause, base=base)
        for line in sys.stdin:
            await asyncio.gather(*(account.send_text("OPENID", "您好") for _ in range(10)))
            print("sent", flush=True)

asyncio.run(main(*sys.argv[1:]))
"""


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
async def redis(redis_database: str) -> AsyncIterator[Redis]:
    async with Redis.from_url(redis_database) as client:
        yield client


@asynccontextmanager
async def sender(base: str, redis_url: str) -> AsyncIterator[asyncio.subprocess.Process]:
    command = [sys.executable, "-c", SENDER, APP_ID, SECRET, base, redis_url]
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe)
    try:
        yield process
    finally:
        # Its input ends, then it does; what it logged is read so that it cannot block.
        assert process.stdin is not None
        process.stdin.close()
        await asyncio.wait_for(process.communicate(), 30)


async def send_ten(process: asyncio.subprocess.Process) -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"go\n")
    assert await asyncio.wait_for(process.stdout.readline(), 30) == b"sent\n"


async def test_two_processes_fetch_once_and_renew_once(platform: Platform, base: str, redis_database: str) -> None:
    # The platform would hand out a different token to each fetch, as the older call does: only sharing keeps both alive.
    platform.sticky, platform.serial = False, 0
    async with sender(base, redis_database) as one, sender(base, redis_database) as other:
        await asyncio.gather(send_ten(one), send_ten(other))
        assert (len(platform.fetches), len(platform.calls(CUSTOM))) == (1, 20)
        platform.accepted = "TOKEN-2"
        await asyncio.gather(send_ten(one), send_ten(other))
        assert len(platform.fetches) == 2
    assert (one.returncode, other.returncode) == (0, 0)


async def test_the_lock_is_given_back_and_the_token_expires_with_its_life(redis: Redis) -> None:
    store = RedisTokenStore(redis, "wechat:a", now)
    async with store.lock():
        assert await redis.exists("token:wechat:a:lock")
    assert not await redis.exists("token:wechat:a:lock")
    token = Token("T", now() + timedelta(seconds=50), now() + timedelta(seconds=90))
    await store.save(token)
    assert await store.load() == token
    assert 80 < await redis.ttl("token:wechat:a") <= 90
    assert await RedisTokenStore(redis, "wechat:b", now).load() is None


async def test_a_dead_token_is_not_kept_and_a_spoilt_one_not_used(redis: Redis) -> None:
    store = RedisTokenStore(redis, "wechat:a", now)
    await store.save(Token("T", now(), now() - timedelta(seconds=1)))
    assert await store.load() is None
    await redis.set("token:wechat:a", b"{")
    assert await store.load() is None


async def test_force_is_claimed_by_one_of_many_for_30_s(redis: Redis) -> None:
    stores = [RedisTokenStore(redis, "wechat:a", now) for _ in range(5)]
    assert sorted(await asyncio.gather(*(store.may_force() for store in stores))) == [False] * 4 + [True]
    assert 25 < await redis.ttl("token:wechat:a:forced") <= 30


async def test_a_flushed_redis_costs_nothing(redis: Redis) -> None:
    fetched = []

    async def fetch(force: bool) -> Grant:
        fetched.append(force)
        await redis.flushdb()
        return Grant("T", 7200)

    tokens = AccessTokens(fetch, RedisTokenStore(redis, "wechat:a", now), now=now, jitter=lambda: 0.0)
    assert await tokens.get() == "T"
    await redis.flushdb()
    assert await tokens.get() == "T"
    assert fetched == [False]


async def test_without_redis_it_still_sends_and_never_forces(
    platform: Platform, base: str, session: aiohttp.ClientSession, pause: Pause, unused_tcp_port: int
) -> None:
    async with Redis.from_url(f"redis://127.0.0.1:{unused_tcp_port}", socket_connect_timeout=1) as away:
        store = RedisTokenStore(away, "wechat:a", now)
        account = OfficialAccount(APP_ID, SECRET, session=session, store=store, now=now, pause=pause, base=base)
        await account.send_text("OPENID", "您好")
        platform.revoke()
        await account.send_text("OPENID", "您好")
        assert not await store.may_force()
    assert [fetch.json["force_refresh"] for fetch in platform.fetches] == [False, False]
