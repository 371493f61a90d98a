"""The fake WeCom, as wechatpy's own client sees it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from wechatpy.exceptions import WeChatClientException
from wechatpy.work import WeChatClient

from bot.sandbox.platform.model import Field, TemplateCard, TextBubble
from bot.sandbox.platform.wecom import Corp, create_wecom
from bot.sandbox.platform.world import World

pytestmark = pytest.mark.judge("wechatpy's WeCom client on the fake platform")

CHEN = "o_official_chen"
CORP = Corp("ww0123456789abcdef", "w" * 43, 1000002)


@pytest.fixture
async def server(world: World) -> AsyncIterator[TestServer]:
    root = web.Application()
    root.add_subapp("/corp", create_wecom(world, CORP))
    server = TestServer(root)
    async with server:
        yield server


async def ask_token(server: TestServer, **change: str) -> Any:
    query = {"corpid": CORP.corp_id, "corpsecret": CORP.secret} | change
    async with ClientSession() as session, session.get(server.make_url("/corp/cgi-bin/gettoken"), params=query) as it:
        return await it.json()


async def call(act: Callable[..., Any], *args: Any, **named: Any) -> Any:
    return await asyncio.to_thread(act, *args, **named)


async def test_a_token_is_given_again_and_to_nobody_else(server: TestServer) -> None:
    first = await ask_token(server)
    assert (first["errcode"], first["expires_in"]) == (0, 7200)
    assert await ask_token(server) == first
    assert (await ask_token(server, corpid="ww"))["errcode"] == 40013
    assert (await ask_token(server, corpsecret="x"))["errcode"] == 40001


async def test_messages_reach_the_members_phone(server: TestServer, world: World) -> None:
    token = (await ask_token(server))["access_token"]
    client = WeChatClient(CORP.corp_id, CORP.secret, access_token=token)
    client.API_BASE_URL = str(server.make_url("/corp/cgi-bin/"))
    sent = await call(client.message.send_text, CORP.agent_id, [CHEN, "nobody"], "字" * 700)
    assert sent["invaliduser"] == "nobody"
    shown = world.messages(CHEN)[-1].content
    assert isinstance(shown, TextBubble)
    assert len(shown.text) == 682
    card = {
        "msgtype": "template_card",
        "template_card": {
            "card_type": "text_notice",
            "main_title": {"title": "新工单", "desc": ""},
            "horizontal_content_list": [{"keyname": "编号", "value": "A12345"}],
            "card_action": {"type": 1, "url": "https://example.test/t/1"},
        },
    }
    assert "response_code" in await call(client.message.send, CORP.agent_id, CHEN, msg=card)
    assert world.messages(CHEN)[-1].content == TemplateCard(
        "新工单", (Field("编号", "A12345"),), "https://example.test/t/1"
    )
    for agent, user, msg, code in (
        (1, CHEN, card, 40056),
        (CORP.agent_id, "nobody", card, 81013),
        (CORP.agent_id, CHEN, {"msgtype": "timeline"}, 40008),
        (CORP.agent_id, CHEN, {"msgtype": "text", "text": {"content": ""}}, 44004),
    ):
        with pytest.raises(WeChatClientException) as caught:
            await call(client.message.send, agent, user, msg=msg)
        assert caught.value.errcode == code
