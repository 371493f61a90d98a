"""Our gateway against the sandbox's platform: two readings of the same documents, written apart, must agree."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from random import Random

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.channels.port import Choices, LinkCard, Message, Option, PlainText, Subscription, Template
from bot.channels.wechat.client import OfficialAccount
from bot.channels.wechat.errors import PlatformError, Verdict
from bot.channels.wechat.menu import ApiButton
from bot.channels.wechat.tokens import MemoryTokenStore
from bot.channels.wechat.transport import Pause
from bot.sandbox.platform.api import create_api
from bot.sandbox.platform.events import RawPush
from bot.sandbox.platform.faults import ApiFault
from bot.sandbox.platform.model import Account
from bot.sandbox.platform.world import World
from bot.sandbox.town.town import PERSONAS, TEMPLATES

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
OPENID = PERSONAS[0].openid
SUBSCRIPTION = next(template for template in TEMPLATES if template.subscription)
TEMPLATE = next(template for template in TEMPLATES if not template.subscription)
VALUES = {"character_string": "20260301001", "time": "2026年3月1日 08:30", "date": "2026年3月1日", "phrase": "已受理"}


def fields(keys: tuple[tuple[str, str], ...]) -> dict[str, str]:
    return {
        key: VALUES.get(key.rstrip("0123456789"), "路口的路灯一直不亮，晚上走路很不安全，请派人看看") for key, _ in keys
    }


@pytest.fixture
def world() -> World:
    account = Account(app_id="wx0123456789abcdef", secret="s" * 32, token="sandboxtoken", aes_key="A" * 43)
    return World(account=account, personas=PERSONAS, clock=lambda: START, rng=Random(7), templates=TEMPLATES)


@pytest.fixture
def pushes() -> list[RawPush]:
    return []


@pytest.fixture
async def gateway(
    world: World, pushes: list[RawPush], session: aiohttp.ClientSession, pause: Pause
) -> AsyncIterator[OfficialAccount]:
    root = web.Application()
    root.add_subapp("/api", create_api(world, pushes.append))
    async with TestServer(root) as server:
        yield OfficialAccount(
            world.account.app_id,
            world.account.secret,
            session=session,
            store=MemoryTokenStore(lambda: world.now),
            now=lambda: world.now,
            pause=pause,
            base=str(server.make_url("/api")),
        )


MESSAGES: list[Message] = [
    PlainText("您的诉求已收到😀"),
    LinkCard("工单已受理", "三个工作日内答复", "https://example.org/t/1"),
    Choices("满意吗？", (Option("s1", "满意"), Option("s2", "不满意")), tail="点一下即可"),
    Template(TEMPLATE.id, fields(TEMPLATE.fields), "https://example.org/t/1", once="abc1"),
]


@pytest.mark.parametrize("message", MESSAGES)
async def test_each_message_is_taken(gateway: OfficialAccount, world: World, message: Message) -> None:
    world.follow(OPENID)
    before = len(world.messages(OPENID))
    sent = await gateway.send(OPENID, message)
    assert len(world.messages(OPENID)) == before + 1
    assert bool(sent.message_id) == isinstance(message, Template)


async def test_a_subscription_notice_uses_up_its_consent(gateway: OfficialAccount, world: World) -> None:
    world.answer_popup(OPENID, SUBSCRIPTION.id, "accept")
    notice = Subscription(SUBSCRIPTION.id, fields(SUBSCRIPTION.fields), "https://example.org/t/1")
    await gateway.send(OPENID, notice)
    while world.accepts(OPENID, SUBSCRIPTION.id):
        await gateway.send(OPENID, notice)
    if SUBSCRIPTION.long_term:
        return
    with pytest.raises(PlatformError) as caught:
        await gateway.send(OPENID, notice)
    assert (caught.value.verdict, caught.value.code) == (Verdict.GONE, 43101)


async def test_the_rest_of_the_gateway(gateway: OfficialAccount, world: World) -> None:
    world.follow(OPENID)
    world.heard(OPENID, "message")
    await gateway.typing(OPENID)
    await gateway.create_menu(
        (ApiButton("我要诉求", key="file"), ApiButton("更多", below=(ApiButton("帮助", key="help"),)))
    )
    assert world.menu is not None
    assert (await gateway.user_info(OPENID)).subscribed
    code = world.logins.code(OPENID, "snsapi_base", world.now)
    assert (await gateway.exchange_code(code)).openid == OPENID
    picture = world.media.add("image", b"\xff\xd8\xff\xe0" + b"x" * 100, world.now)
    assert (await gateway.fetch_media(picture.media_id)).content == picture.data
    video = world.media.add("video", b"\x00\x00\x00\x18ftypmp42" + b"x" * 100, world.now)
    assert (await gateway.fetch_media(video.media_id)).content == video.data


@pytest.mark.parametrize("fault", [ApiFault("*", 0), ApiFault("/cgi-bin/message/custom/send", 1, code=40001)])
async def test_a_revoked_or_doubted_token_costs_one_more_call(
    gateway: OfficialAccount, world: World, fault: ApiFault
) -> None:
    world.follow(OPENID)
    await gateway.send_text(OPENID, "您好")
    if fault.left:
        world.set_fault(fault)
    else:
        world.tokens.revoke(world.now)
    await asyncio.gather(*(gateway.send_text(OPENID, "您好") for _ in range(2)))


async def test_the_reply_window_closes(gateway: OfficialAccount, world: World) -> None:
    world.follow(OPENID)
    for _ in range(3):
        await gateway.send_text(OPENID, "您好")
    with pytest.raises(PlatformError) as caught:
        await gateway.send_text(OPENID, "您好")
    assert (caught.value.verdict, caught.value.code) == (Verdict.WINDOW, 45047)
