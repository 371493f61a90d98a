"""The fake platform as a bot sees it: wechatpy's own client and parser on one side, our world on the other."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientSession, ServerDisconnectedError, web
from aiohttp.test_utils import TestServer
from wechatpy.client import WeChatClient
from wechatpy.exceptions import WeChatClientException

from bot.sandbox.phone import Phone
from bot.sandbox.platform.callbacks import HttpTransport, Patience, Pusher
from bot.sandbox.platform.faults import EVERY_API, ApiFault
from bot.sandbox.platform.model import Account, MapPoint, Menu, Notice, Picture, TemplateCard, TextBubble
from bot.sandbox.platform.world import World
from bot.sandbox.town.town import PERSONAS
from tests.integration.sandbox.conftest import EchoBot

pytestmark = pytest.mark.judge("wechatpy's client and parser on the fake platform")

WANG = "o_citizen_wang"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


@pytest.fixture
def phone(world: World) -> Phone:
    return Phone(world, WANG, lambda media_id: f"http://files.test/{media_id}")


@pytest.fixture
def client(api: TestServer, account: Account, world: World) -> WeChatClient:
    token, _ = world.tokens.plain(world.now)
    client = WeChatClient(account.app_id, account.secret, access_token=token, auto_retry=False)
    client.API_BASE_URL = str(api.make_url("/api/cgi-bin/"))
    return client


async def call(act: Callable[..., Any], *args: Any, **named: Any) -> Any:
    return await asyncio.to_thread(act, *args, **named)


async def code_of(act: Callable[..., Any], *args: Any, **named: Any) -> int:
    with pytest.raises(WeChatClientException) as caught:
        await call(act, *args, **named)
    return int(caught.value.errcode)


async def test_wechatpy_understands_every_push(pusher: Pusher, bot: EchoBot, phone: Phone) -> None:
    assert await pusher.verify()
    place = MapPoint(30.3, 119.1, "和平菜市场")
    pushes = [
        phone.picture(PNG),
        phone.voice("路灯坏了", b"#!AMR\n"),
        phone.video(b"\0\0\0\x18ftypmp42", b"\xff\xd8\xff"),
        phone.place(place),
        phone.click("mine"),
        *phone.choose_place("where", place),
        *phone.choose_picture("pic_photo_or_album", "photo", PNG),
        phone.scan_by_menu("scancode_push", "code", "https://example.test/"),
        phone.answer_popup("sandbox_subscribe_progress", accept=True),
        phone.report_position(30.3, 119.1),
        phone.unfollow(),
        phone.scan("bind-7"),
        phone.scan("bind-7"),
    ]
    for push in pushes:
        assert (await pusher.deliver(push)).outcome == "nothing"
    assert [message.type if message.type != "event" else message.event for message in bot.heard] == [
        "image", "voice", "video", "location", "click", "location_select", "location", "pic_photo_or_album", "image",
        "scancode_push", "subscribe_msg_popup_event", "location", "unsubscribe", "subscribe_scan", "scan",
    ]  # fmt: skip
    voice, located, popup, followed = bot.heard[1], bot.heard[3], bot.heard[10], bot.heard[13]
    assert voice.recognition == "路灯坏了"
    assert (located.location, located.label) == (("30.300000", "119.100000"), "和平菜市场")
    assert popup.subscribes[0]["SubscribeStatusString"] == "accept"
    assert followed.scene_id == "bind-7"


async def test_words_come_back(pusher: Pusher, world: World, phone: Phone) -> None:
    delivery = await pusher.deliver(phone.say("路灯坏了 & <b>"))
    assert delivery.message is not None
    assert delivery.message.content == TextBubble("你说的是：路灯坏了 & <b>")
    assert [call.code for call in world.calls] == [200]


async def test_a_slow_bot_is_cut_off_and_asked_again(world: World, account: Account, phone: Phone) -> None:
    seen = []
    go = asyncio.Event()

    async def slow(request: web.Request) -> web.Response:
        seen.append(await request.read())
        await go.wait()
        return web.Response(text="success")

    app = web.Application()
    app.router.add_post("/wechat", slow)
    async with TestServer(app) as server:
        transport = HttpTransport(str(server.make_url("/wechat")))
        delivery = await Pusher(world, account, transport, Patience(timeout=0.05)).deliver(phone.say("在吗"))
        go.set()
        await transport.close()
    assert (delivery.outcome, delivery.attempts, len(seen)) == ("fault", 3, 3)
    assert isinstance(world.messages(WANG)[-1].content, Notice)


async def test_customer_messages_within_the_quota(client: WeChatClient, world: World, phone: Phone) -> None:
    assert await code_of(client.message.send_text, WANG, "你好") == 45015
    phone.say("在吗")
    for number in range(5):
        await call(client.message.send_text, WANG, f"第{number}条")
    assert await code_of(client.message.send_text, WANG, "多了") == 45047
    assert await code_of(client.message.send_text, "o_nobody", "你好") == 40003
    phone.say("还在")
    assert await code_of(client.message.send_text, WANG, "字" * 683) == 45002
    assert await code_of(client.message.send_text, WANG, "") == 44004
    assert await code_of(client.message.send_image, WANG, "none") == 40007
    two = [{"title": "一", "description": "", "url": "http://example.test", "image": ""}] * 2
    assert await code_of(client.message.send_articles, WANG, two) == 45008
    menu = {"head_content": "满意吗", "list": [{"id": "1", "content": "满意"}], "tail_content": "谢谢"}
    await call(client.message._send_custom_message, {"touser": WANG, "msgtype": "msgmenu", "msgmenu": menu})
    shown = world.messages(WANG)[-1].content
    assert isinstance(shown, Menu)
    assert (shown.head, shown.choices[0].content) == ("满意吗", "满意")


async def test_a_template_and_its_verdict(client: WeChatClient, world: World, pusher: Pusher, bot: EchoBot) -> None:
    data = {
        "thing1": {"value": "路灯不亮"},
        "character_string2": {"value": "A12345"},
        "phrase3": {"value": "已受理"},
        "thing4": {"value": "城管局"},
        "time5": {"value": "2026年3月2日"},
    }
    template = "sandbox_ticket_progress"
    sent = await call(client.message.send_template, WANG, template, data, url="https://example.test/t/1")
    await pusher.settle()
    card = world.messages(WANG)[-1].content
    assert isinstance(card, TemplateCard)
    assert card.url == "https://example.test/t/1"
    verdict = bot.heard[-1]
    assert (verdict.event, verdict.id, verdict.status) == ("templatesendjobfinish", sent["msgid"], "success")
    assert await code_of(client.message.send_template, WANG, "unknown", data) == 40037
    assert await code_of(client.message.send_template, WANG, template, {}) == 47003


async def test_media_go_up_and_come_down(client: WeChatClient, world: World) -> None:
    stored = await call(client.media.upload, "image", io.BytesIO(PNG))
    assert stored["type"] == "image"
    answer = await call(client.media.download, stored["media_id"])
    assert (answer.content, answer.headers["Content-Type"]) == (PNG, "image/png")
    world.heard(WANG, "message")
    await call(client.message.send_image, WANG, stored["media_id"])
    assert world.messages(WANG)[-1].content == Picture(stored["media_id"])
    world.advance(timedelta(hours=1))
    film = await call(client.media.upload, "video", io.BytesIO(b"\0\0\0\x18ftypmp42"))
    where = await call(client.media.download, film["media_id"])
    async with ClientSession() as session, session.get(where["video_url"]) as response:
        assert (response.content_type, await response.read()) == ("video/mp4", b"\0\0\0\x18ftypmp42")
    world.advance(timedelta(days=3))
    client.session.set(client.access_token_key, world.tokens.plain(world.now)[0])
    assert await code_of(client.media.download, stored["media_id"]) == 40007


async def test_the_menu(client: WeChatClient, world: World) -> None:
    assert await call(client.menu.get) is None  # wechatpy's word for 46003
    buttons = [
        {"type": "click", "name": "查进度", "key": "mine"},
        {"name": "更多", "sub_button": [{"type": "view", "name": "公示", "url": "https://example.test/"}]},
    ]
    await call(client.menu.create, {"button": buttons})
    got = await call(client.menu.get)
    assert got["menu"]["button"][1]["sub_button"][0]["name"] == "公示"
    for wrong, code in (
        ([], 40016),
        ([{"type": "click", "name": "名字太长太长了", "key": "k"}], 40018),
        ([{"type": "tap", "name": "名", "key": "k"}], 40017),
        ([{"type": "click", "name": "名"}], 40019),
        ([{"type": "view", "name": "名", "url": "ftp://x"}], 40020),
        ([{"name": "名", "sub_button": [{"type": "click", "name": "名", "key": "k"}] * 6}], 40023),
    ):
        assert await code_of(client.menu.create, {"button": wrong}) == code
    assert world.menu == buttons
    await call(client.menu.delete)
    assert world.menu is None


async def test_followers_codes_and_addresses(client: WeChatClient, world: World, phone: Phone) -> None:
    phone.unfollow()
    assert (await call(client.user.get, WANG)) == {"subscribe": 0, "openid": WANG}
    phone.scan("bind")
    known = await call(client.user.get, WANG)
    assert (known["subscribe"], known["nickname"], known["qr_scene_str"]) == (1, "", "bind")
    assert (await call(client.user.get_followers))["total"] == len(PERSONAS)
    made = await call(
        client.qrcode.create, {"action_name": "QR_STR_SCENE", "action_info": {"scene": {"scene_str": "bind-1"}}}
    )
    assert (made["expire_seconds"], world.qr_ticket("bind-1")) == (60, made["ticket"])
    assert await call(client.misc.get_wechat_ips) == ["127.0.0.1", "::1"]


async def test_tokens_over_http(api: TestServer, account: Account, world: World) -> None:
    async with ClientSession() as session:

        async def ask(method: str, path: str, **named: Any) -> Any:
            async with session.request(method, api.make_url(f"/api{path}"), **named) as response:
                assert response.status == 200
                return await response.json()

        wanted = {"grant_type": "client_credential", "appid": account.app_id, "secret": account.secret}
        first = await ask("POST", "/cgi-bin/stable_token", json=wanted)
        assert first == await ask("POST", "/cgi-bin/stable_token", json=wanted)
        for change, code in (
            ({"grant_type": "x"}, 40002), ({"appid": ""}, 41002), ({"appid": "wx"}, 40013),
            ({"secret": ""}, 41004), ({"secret": "x"}, 40125),
        ):  # fmt: skip
            assert (await ask("POST", "/cgi-bin/stable_token", json=wanted | change))["errcode"] == code
        assert (await ask("GET", "/cgi-bin/stable_token"))["errcode"] == 43002
        assert (await ask("POST", "/cgi-bin/stable_token", data=b"{"))["errcode"] == 47001
        assert (await ask("POST", "/cgi-bin/stable_token"))["errcode"] == 44002
        assert (await ask("GET", "/cgi-bin/menu/get"))["errcode"] == 41001
        params = {"access_token": first["access_token"]}
        assert (await ask("GET", "/cgi-bin/menu/get", params=params))["errcode"] == 46003
        world.set_fault(ApiFault(EVERY_API, 1, code=-1))
        busy = await ask("GET", "/cgi-bin/menu/get", params=params)
        assert (busy["errcode"], "rid: " in busy["errmsg"]) == (-1, True)
        world.set_fault(ApiFault("/cgi-bin/menu/get", 1, drop=True))
        with pytest.raises(ServerDisconnectedError):
            await ask("POST", "/cgi-bin/menu/get", params=params)
        world.advance(timedelta(hours=2))
        assert (await ask("GET", "/cgi-bin/menu/get", params=params))["errcode"] == 42001
    assert [call.name for call in world.calls][:1] == ["/cgi-bin/stable_token"]


async def test_login_by_the_phones_browser(api: TestServer, account: Account) -> None:
    page = {
        "appid": account.app_id,
        "redirect_uri": "http://bot.test/back?x=1",
        "response_type": "code",
        "scope": "snsapi_base",
        "state": "s1",
    }
    secret = {"appid": account.app_id, "secret": account.secret, "grant_type": "authorization_code"}
    async with ClientSession() as session:
        address = api.make_url("/api/connect/oauth2/authorize")
        async with session.get(address, params=page, allow_redirects=False) as response:
            assert "王芳" in await response.text()
        async with session.get(address, params=page | {"sandbox_openid": WANG}, allow_redirects=False) as response:
            target = response.headers["Location"]
        assert target.startswith("http://bot.test/back?x=1&code=")
        assert target.endswith("&state=s1")
        code = target.split("code=")[1].split("&", maxsplit=1)[0]
        for expected in (WANG, 40163):
            async with session.get(
                api.make_url("/api/sns/oauth2/access_token"), params=secret | {"code": code}
            ) as response:
                answer = await response.json()
                assert expected in (answer.get("openid"), answer.get("errcode"))
        async with session.get(address, params=page | {"appid": "wx"}) as response:
            assert response.status == 400
