"""An echo bot made with wechatpy alone, and the fake platform beside it, both on real loopback HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.replies import create_reply
from wechatpy.utils import check_signature

from bot.sandbox.platform.api import create_api
from bot.sandbox.platform.callbacks import HttpTransport, Patience, Pusher
from bot.sandbox.platform.model import Account
from bot.sandbox.platform.world import World
from bot.sandbox.town.town import PERSONAS, TEMPLATES

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


class EchoBot:
    """Says back what it was told; `heard` holds the parsed messages."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._crypto = WeChatCrypto(account.token, account.aes_key, account.app_id)
        self.heard: list[Any] = []

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/wechat", self._verify)
        app.router.add_post("/wechat", self._hear)
        return app

    async def _verify(self, request: web.Request) -> web.Response:
        query = request.query
        check_signature(self._account.token, query["signature"], query["timestamp"], query["nonce"])
        return web.Response(text=query["echostr"])

    async def _hear(self, request: web.Request) -> web.Response:
        query = request.query
        inner = self._crypto.decrypt_message(
            await request.text(), query["msg_signature"], query["timestamp"], query["nonce"]
        )
        message = parse_message(inner)
        self.heard.append(message)
        if message.type != "text":
            return web.Response(text="success")
        reply = create_reply(f"你说的是：{message.content}", message).render()
        return web.Response(text=self._crypto.encrypt_message(reply, query["nonce"], query["timestamp"]))


@pytest.fixture
def account() -> Account:
    return Account(app_id="wx0123456789abcdef", secret="s" * 32, token="sandboxtoken", aes_key="A" * 43)


@pytest.fixture
def world(account: Account) -> World:
    return World(account=account, personas=PERSONAS, clock=lambda: START, rng=Random(7), templates=TEMPLATES)


@pytest.fixture
def bot(account: Account) -> EchoBot:
    return EchoBot(account)


@pytest.fixture
async def pusher(world: World, account: Account, bot: EchoBot) -> AsyncIterator[Pusher]:
    async with TestServer(bot.app()) as server:
        transport = HttpTransport(str(server.make_url("/wechat")))
        pusher = Pusher(world, account, transport, Patience(timeout=5.0))
        yield pusher
        await pusher.close()
        await transport.close()


@pytest.fixture
async def api(world: World, pusher: Pusher) -> AsyncIterator[TestServer]:
    root = web.Application()
    root.add_subapp("/api", create_api(world, pusher.deliver_soon))
    server = TestServer(root)
    async with server:
        yield server
