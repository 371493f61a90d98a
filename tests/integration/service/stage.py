"""The real service on loopback, opposite a fake platform that signs, encrypts, retries and counts as the real one does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import Table, func, select

from bot.app import create_app
from bot.channels.wechat.push import MAX_BODY, Mode
from bot.clock import SteppedClock
from bot.config import Settings
from bot.files.seed import read_seed
from bot.ids import new_invite
from bot.inbound.late_answers import take_up
from bot.sandbox.phone import Phone
from bot.sandbox.platform.api import create_api
from bot.sandbox.platform.callbacks import HttpTransport, Patience, Pusher, PushReport
from bot.sandbox.platform.model import Account, TemplateCard, TextBubble
from bot.sandbox.platform.world import World
from bot.sandbox.town.demo import SEED
from bot.sandbox.town.town import PERSONAS, TEMPLATES
from bot.wiring import Parts, open_parts
from handlers.directory.directory import Role, Staff
from nlp.understand import Reader
from storage.transactions import directory
from tests.support import wechat_pushes

START = datetime(2026, 11, 23, 1, 12, tzinfo=UTC)
SECRET = "s3cret0000s3cret0000s3cret0000ab"
WANG, LI, CHEN = "o_citizen_wang", "o_citizen_li", "o_official_chen"
APPEAL = "人民路实验小学门口的路灯坏了三天，晚上一片漆黑"
ANOTHER = "和平菜市场门口的下水道堵了，污水漫到人行道上"
"""Of another matter at another place, so that nobody is asked whether it is the same."""

Query = dict[str, str]


def settings_for(database_url: str, folder: Path, mode: Mode = Mode.SAFE, **given: object) -> Settings:
    """The settings of the account that `samples` signs for."""
    values: dict[str, Any] = {
        "port": 0,
        "public_url": "https://ms.example",
        "data_dir": folder,
        "database_url": database_url,
        "wechat_app_id": wechat_pushes.APP_ID,
        "wechat_app_secret": SECRET,
        "wechat_token": wechat_pushes.TOKEN,
        "wechat_aes_key": wechat_pushes.KEY_TEXT,
        "wechat_aes_key_previous": wechat_pushes.OLD_KEY_TEXT,
        "wechat_mode": mode,
        "wechat_callback_addresses": "127.0.0.1" if mode is Mode.PLAIN else "",
        "wechat_template_progress": TEMPLATES[0].id,
        "wechat_template_task": TEMPLATES[1].id,
        "wechat_template_reminder": TEMPLATES[1].id,
    }
    return Settings(_env_file=None, **(values | given))  # type: ignore[call-arg]


@dataclass
class Stage:
    """One process of the service with its platform. The worker is stepped by hand: `send`, `fetch`, `take_up`."""

    parts: Parts
    world: World
    clock: SteppedClock
    pusher: Pusher
    http: aiohttp.ClientSession
    url: str

    def phone(self, openid: str) -> Phone:
        return Phone(self.world, openid, lambda media_id: f"https://files.example/{media_id}")

    async def say(self, openid: str, words: str) -> str:
        """Type it on the phone; what the phone shows as the answer, "" for nothing."""
        return shown(await self.pusher.deliver(self.phone(openid).say(words)))

    async def post(self, body: bytes, query: Query) -> tuple[int, bytes]:
        """A request of one's own making."""
        async with self.http.post(self.url, params=query, data=body) as response:
            return response.status, await response.read()

    async def send(self) -> None:
        """Let the worker send all that is due."""
        while await self.parts.outbound.worker.once():
            pass
        await self.pusher.settle()

    async def take_up(self) -> int:
        parts = self.parts
        return await take_up(
            parts.inbound.spool, parts.inbound.batcher, parts.inbound.late, parts.inbound.receipts.note
        )

    def texts(self, openid: str) -> list[str]:
        """The texts that the account sent to this phone."""
        return [
            message.content.text
            for message in self.world.messages(openid)
            if isinstance(message.content, TextBubble) and not message.mine
        ]

    def cards(self, openid: str) -> list[TemplateCard]:
        return [message.content for message in self.world.messages(openid) if isinstance(message.content, TemplateCard)]

    async def bind(self, openid: str, unit_id: str, role: Role = Role.HANDLER) -> None:
        """Make an official of this account, by a code as in life."""
        code = new_invite()
        until = int((self.clock.now() + timedelta(days=1)).timestamp())
        member = Staff(
            self.parts.rules.ids.next(), unit_id, role, "陈立", None, self.parts.rules.lookups.hash_invite(code), until
        )
        await directory.save_staff(self.parts.process.engine, [member])
        await self.say(openid, f"绑定 {code}")
        await self.parts.rules.directory.refresh()

    async def count(self, table: Table) -> int:
        async with self.parts.process.engine.connect() as db:
            return int((await db.execute(select(func.count()).select_from(table))).scalar_one())


def shown(delivery: PushReport) -> str:
    """The text that the phone showed at once."""
    content = delivery.message.content if delivery.message else None
    return content.text if isinstance(content, TextBubble) else ""


@asynccontextmanager
async def open_stage(
    database_url: str,
    folder: Path,
    reader: Reader,
    *,
    mode: Mode = Mode.SAFE,
    patience: float = 4.5,
    redis_url: str = "",
    world: World | None = None,
    **given: object,
) -> AsyncIterator[Stage]:
    """A seeded service, with these settings besides. A second one on the same database is given the first one's `world`."""
    clock = SteppedClock(START)
    account = Account(wechat_pushes.APP_ID, SECRET, wechat_pushes.TOKEN, wechat_pushes.KEY_TEXT, mode.value)
    world = world or World(account=account, personas=PERSONAS, clock=clock.now, rng=Random(7), templates=TEMPLATES)
    platform = web.Application()
    outgoing: list[Pusher] = []
    platform.add_subapp("/api", create_api(world, lambda push: outgoing[0].deliver_soon(push)))  # noqa: PLW0108 - it is made below
    async with TestServer(platform) as served, aiohttp.ClientSession() as http:
        base = str(served.make_url("/api"))
        settings = settings_for(database_url, folder, mode, wechat_api_base=base, redis_url=redis_url, **given)
        async with open_parts(settings, clock, reader) as parts:
            if not parts.rules.directory.now.units:
                seed = read_seed(SEED)
                await directory.replace(parts.process.engine, seed.units, seed.routes, seed.dispatch_id)
                await parts.rules.directory.refresh()
            async with TestServer(create_app(parts, patience)) as server:
                url = str(server.make_url("/wechat"))
                transport = HttpTransport(url)
                pusher = Pusher(world, world.account, transport, Patience(pauses=(0.0, 0.0)))
                outgoing.append(pusher)
                try:
                    yield Stage(parts, world, clock, pusher, http, url)
                finally:
                    await pusher.close()
                    await transport.close()


def push_of(message: bytes, mode: Mode, at: datetime = START, nonce: str = "558234") -> tuple[bytes, Query]:
    """Body and query of a push of the account that carries this message, signed as its mode asks for."""
    plain = wechat_pushes.query("signature", at=at, nonce=nonce)
    if mode is Mode.PLAIN:
        return message, plain
    query, body = wechat_pushes.encrypted(message, at=at, nonce=nonce)
    if mode is Mode.COMPAT:
        body = message.removesuffix(b"</xml>") + body.removeprefix(b"<xml><ToUserName>gh_ours</ToUserName>")
    return body, query | plain


__all__ = [
    "ANOTHER",
    "APPEAL",
    "CHEN",
    "LI",
    "MAX_BODY",
    "WANG",
    "Stage",
    "open_stage",
    "push_of",
    "settings_for",
    "shown",
]
