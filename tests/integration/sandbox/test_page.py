"""The page's own interface: what it is told, what can be done on it, and that only it may do so."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import FormData, web
from aiohttp.test_utils import TestClient, TestServer, unused_port
from PIL import Image
from yarl import URL

from bot import sandbox
from bot.sandbox.control import PUSHER, create_sandbox
from bot.sandbox.platform.faults import SWITCHES
from bot.sandbox.platform.media import LARGEST
from bot.sandbox.platform.model import Content, MapPoint, Notice, Picture, TextBubble, Video, Voice
from bot.sandbox.platform.world import World
from bot.sandbox.town import samples
from tests.integration.sandbox.conftest import EchoBot
from tests.support.declarations import Declarations

WANG = "o_citizen_wang"
OURS = {"X-Sandbox": "1"}

Client = TestClient[web.Request, web.Application]


class Leaps(list[tuple[timedelta, float]]):
    """Each call of `advance`: the span, and what the world's clock showed then."""


@pytest.fixture
def leaps() -> Leaps:
    return Leaps()


@pytest.fixture
async def page(world: World, bot: EchoBot, leaps: Leaps) -> AsyncIterator[Client]:
    """Bot and sandbox in one application that caps bodies at 256 KB for its own routes."""

    async def advance(by: timedelta) -> None:
        leaps.append((by, world.now.timestamp()))

    port = unused_port()
    origin = f"http://127.0.0.1:{port}"
    root = bot.app()
    root._client_max_size = 256 * 1024
    root.add_subapp(
        "/sandbox",
        create_sandbox(world=world, callback_url=f"{origin}/wechat", public_url=origin, advance=advance),
    )
    async with TestClient(TestServer(root, port=port)) as client:
        yield client


async def do(page: Client, **wish: Any) -> int:
    async with page.post("/sandbox/do", json={"openid": WANG, **wish}, headers=OURS) as response:
        return response.status


def shown(world: World) -> list[Content]:
    return [message.content for message in world.messages(WANG)]


async def settle(page: Client) -> None:
    root = page.server
    assert isinstance(root, TestServer)
    sandbox = next(app for app in root.app._subapps if PUSHER in app)
    await sandbox[PUSHER].settle()


async def test_everything_done_on_the_phone_reaches_the_bot(page: Client, world: World, bot: EchoBot) -> None:
    wishes: list[dict[str, Any]] = [
        {"do": "say", "text": "路灯坏了"},
        {"do": "say", "text": "满意", "menuId": "5"},
        {"do": "sample", "name": "lamp"},
        {"do": "sample", "name": "hole", "button": "pic_photo_or_album", "key": "photo"},
        {"do": "voice", "text": "五一路有个大坑", "recognised": False},
        {"do": "video"},
        {"do": "place", "latitude": 30.31, "longitude": 119.11, "label": "云溪县解放路"},
        {"do": "place", "latitude": 30.31, "longitude": 119.11, "label": "云溪县解放路", "key": "where"},
        {"do": "share", "title": "一篇文章", "description": "说明", "url": "https://example.test/a"},
        {"do": "click", "key": "mine"},
        {"do": "scancode", "button": "scancode_push", "key": "code", "result": "x"},
        {"do": "popup", "template": "sandbox_subscribe_progress", "accept": True},
        {"do": "refuse", "refuses": True},
        {"do": "unfollow"},
        {"do": "scan", "scene": "bind"},
        {"do": "follow"},
    ]
    for wish in wishes:
        assert await do(page, **wish) == 200
        await settle(page)
    heard = [message.type if message.type != "event" else message.event for message in bot.heard]
    assert heard == [
        "text", "text", "image", "pic_photo_or_album", "image", "voice", "video", "location", "location_select",
        "location", "link", "click", "scancode_push", "subscribe_msg_popup_event", "unsubscribe", "subscribe_scan",
        "subscribe",
    ]  # fmt: skip
    assert bot.heard[1]._data["bizmsgmenuid"] == "5"
    assert not bot.heard[5].recognition
    kinds = {type(content) for content in shown(world)}
    assert kinds >= {TextBubble, Picture, Voice, Video, MapPoint, Notice}
    async with page.get(URL(bot.heard[2].image).path) as response:
        assert Image.open(io.BytesIO(await response.read())).size == (samples.WIDTH, samples.HEIGHT)


@pytest.mark.parametrize(
    ("wish", "status"),
    [
        ({"do": "dance"}, 400),
        ({"do": "say"}, 400),
        ({"do": "say", "text": 5}, 400),
        ({"do": "say", "text": "你好", "openid": "o_nobody"}, 409),
        ({"do": "sample", "name": "cat"}, 409),
        ({"do": "view", "url": "https://not.in.menu/"}, 409),
        ({"do": "popup", "template": "sandbox_ticket_progress", "accept": True}, 409),
    ],
)
async def test_a_wish_that_cannot_be_is_told_so(page: Client, world: World, wish: dict[str, Any], status: int) -> None:
    assert await do(page, **wish) == status
    assert shown(world) == []


async def test_who_left_is_asked_to_follow(page: Client) -> None:
    await do(page, do="unfollow")
    async with page.post("/sandbox/do", json={"openid": WANG, "do": "say", "text": "在吗"}, headers=OURS) as response:
        assert (response.status, (await response.json())["problem"]) == (409, "请先关注公众号")


@pytest.mark.parametrize("path", ["do", "picture", "video", "clock", "fault"])
async def test_other_sites_cannot_act(page: Client, path: str) -> None:
    async with page.post(f"/sandbox/{path}", data=b"{}") as response:
        assert response.status == 403


async def test_large_pictures_pass_by_the_phone_and_by_the_api(page: Client, world: World, bot: EchoBot) -> None:
    large = b"\x89PNG\r\n\x1a\n" + bytes(2 * 1024 * 1024)
    async with page.post(f"/sandbox/picture?openid={WANG}", data=io.BytesIO(large), headers=OURS) as response:
        assert response.status == 200
    await settle(page)
    assert bot.heard[-1].type == "image"
    token, _ = world.tokens.stable(world.now)
    form = FormData()
    form.add_field("media", io.BytesIO(large), filename="a.png", content_type="image/png")
    async with page.post(f"/sandbox/api/cgi-bin/media/upload?access_token={token}&type=image", data=form) as response:
        stored = await response.json()
    assert world.media.get(stored["media_id"], world.now).data == large
    too_large = large[:8] + bytes(LARGEST["image"])
    for wrong, word in ((b"GIF7", "格式"), (too_large, "太大"), (b"", "空")):
        async with page.post(f"/sandbox/picture?openid={WANG}", data=io.BytesIO(wrong), headers=OURS) as response:
            assert (response.status, word in (await response.json())["problem"]) == (409, True)


async def test_a_long_leap_is_taken_in_steps_and_the_world_goes_first(page: Client, world: World, leaps: Leaps) -> None:
    start = world.now.timestamp()
    async with page.post("/sandbox/clock", json={"hours": 14}, headers=OURS) as response:
        assert (await response.json())["now"] == start + 14 * 3600
    assert leaps == [
        (timedelta(hours=6), start + 6 * 3600),
        (timedelta(hours=6), start + 12 * 3600),
        (timedelta(hours=2), start + 14 * 3600),
    ]
    for wrong in ({"hours": -1}, {"hours": 0}, {"hours": 1e9}, {"hours": "x"}, {}):
        async with page.post("/sandbox/clock", json=wrong, headers=OURS) as response:
            assert response.status == 400
    assert world.now.timestamp() == start + 14 * 3600


async def test_faults_are_switched_on_and_off(page: Client, world: World) -> None:
    async def switch(key: str) -> int:
        async with page.post("/sandbox/fault", json={"key": key}, headers=OURS) as response:
            return response.status

    for each in SWITCHES:
        assert await switch(each.key) == 200
        assert world.faults.left(each.fault) == each.fault.left
    assert await switch("clear") == 200
    assert not any(world.faults.left(each.fault) for each in SWITCHES)
    assert await switch("no such") == 400


async def test_every_answer_is_as_the_scripts_expect_it(page: Client) -> None:
    types = Declarations(Path(sandbox.__file__).parent / "types.d.ts")
    say = {"do": "say", "text": "路灯坏了"}
    for path, body, meaning in (
        ("do", {"openid": WANG, **say}, "Done"),
        ("do", {"openid": "o_nobody", **say}, "Problem"),
        ("clock", {"hours": 1}, "Moved"),
        ("fault", {"key": "clear"}, "Done"),
    ):
        async with page.post(f"/sandbox/{path}", json=body, headers=OURS) as response:
            assert types.differences(await response.json(), meaning) == []
    for path, file in (("picture", samples.picture("lamp")), ("video", samples.video())):
        async with page.post(f"/sandbox/{path}?openid={WANG}", data=file, headers=OURS) as response:
            assert types.differences(await response.json(), "Done") == []


async def test_the_stream_tells_what_changed_and_the_state_tells_all(page: Client, world: World) -> None:
    async with page.get("/sandbox/events") as stream:
        await stream.content.readuntil(b"\n\n")
        await do(page, do="say", text="路灯坏了")
        words: list[str] = []
        async with asyncio.timeout(5):
            while len(words) < 2:
                told = json.loads((await stream.content.readuntil(b"\n\n")).removeprefix(b"data: "))
                if told["kind"] == "message":
                    assert isinstance(told["message"]["id"], str)
                    words.append(told["message"]["content"]["text"])
    assert words == ["路灯坏了", "你说的是：路灯坏了"]
    async with page.get("/sandbox/state") as response:
        text = await response.text()
        state = json.loads(text)
    assert [message["mine"] for message in state["phones"][0]["messages"]] == [True, False]
    assert [phone["nickname"] for phone in state["phones"]] == ["王芳", "李建国", "陈立", "赵敏", "何静"]
    assert not any(secret in text for secret in (world.account.secret, world.account.aes_key, world.account.token))


async def test_the_page_loads_nothing_from_elsewhere_and_runs_no_inline_script(page: Client) -> None:
    async with page.get("/sandbox") as response:
        assert response.url.path == "/sandbox/"
        policy = response.headers["Content-Security-Policy"]
        text = await response.text()
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "http://" not in text
    assert "https://" not in text
    assert "style=" not in text
    for name in ("app.js", "page.css", "logo.svg"):
        async with page.get(f"/sandbox/static/{name}") as response:
            assert response.status == 200
    for key in samples.PICTURES:
        async with page.get(f"/sandbox/samples/{key}") as response:
            assert response.content_type == "image/jpeg"


async def test_a_link_opens_as_the_phones_owner(page: Client, world: World) -> None:
    query = {"openid": WANG, "url": f"{page.make_url('/back')}"}
    async with page.get("/sandbox/open", params=query, allow_redirects=False) as response:
        assert (response.status, response.headers["Location"]) == (302, query["url"])
    login = {
        "appid": world.account.app_id,
        "redirect_uri": query["url"],
        "response_type": "code",
        "scope": "snsapi_base",
    }
    page.session.cookie_jar.update_cookies({"sandbox_phone": WANG})
    async with page.get("/sandbox/api/connect/oauth2/authorize", params=login, allow_redirects=False) as response:
        code = response.headers["Location"].split("code=")[1].split("&")[0]
    assert world.logins.exchange(code, world.now)[1].openid == WANG
    for wrong in ({"url": "javascript:alert(1)"}, {"openid": "o_nobody"}):
        async with page.get("/sandbox/open", params=query | wrong, allow_redirects=False) as response:
            assert response.status == 400
