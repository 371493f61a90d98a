"""Each call of the official account's gateway, over a real connection, in the platform's own shapes."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from aiohttp import web

from bot.channels.port import Choices, File, Gateway, LinkCard, Option, PlainText, Sent, Subscription, Template
from bot.channels.wechat.client import Login, OfficialAccount, UserInfo
from bot.channels.wechat.errors import PlatformError, Verdict
from bot.channels.wechat.menu import ApiButton
from tests.integration.gateways.platform import APP_ID, SECRET, Platform, refused

CUSTOM = "cgi-bin/message/custom/send"
TEMPLATE = "cgi-bin/message/template/send"
MEDIA = "cgi-bin/media/get"


def as_port(account: OfficialAccount) -> Gateway:
    return account


async def test_text_travels_as_real_utf8(account: OfficialAccount, platform: Platform) -> None:
    assert await as_port(account).send("OPENID", PlainText("路灯修好了😀")) == Sent()
    (call,) = platform.calls(CUSTOM)
    assert call.raw == '{"touser":"OPENID","msgtype":"text","text":{"content":"路灯修好了😀"}}'.encode()
    (fetch,) = platform.fetches
    expected = {"grant_type": "client_credential", "appid": APP_ID, "secret": SECRET, "force_refresh": False}
    assert fetch.json == expected


@pytest.mark.parametrize("text", ["", "字" * 667])
async def test_a_text_that_cannot_fit_is_not_sent(account: OfficialAccount, platform: Platform, text: str) -> None:
    with pytest.raises(PlatformError) as caught:
        await account.send_text("OPENID", text)
    assert caught.value.verdict is Verdict.CONTENT
    assert platform.seen == []


async def test_card_is_one_article(account: OfficialAccount, platform: Platform) -> None:
    await account.send("OPENID", LinkCard("工单已受理", "三个工作日内答复", "https://example.org/t/1"))
    (article,) = platform.calls(CUSTOM)[0].json["news"]["articles"]
    assert (article["title"], article["url"]) == ("工单已受理", "https://example.org/t/1")


async def test_choices_are_a_message_menu(account: OfficialAccount, platform: Platform) -> None:
    await account.send("OPENID", Choices("满意吗？", (Option("s1", "满意"), Option("s2", "不满意")), tail="点一下即可"))
    assert platform.calls(CUSTOM)[0].json == {
        "touser": "OPENID",
        "msgtype": "msgmenu",
        "msgmenu": {
            "head_content": "满意吗？",
            "list": [{"id": "s1", "content": "满意"}, {"id": "s2", "content": "不满意"}],
            "tail_content": "点一下即可",
        },
    }


async def test_template_with_fields_cut_and_an_id_for_the_receipt(account: OfficialAccount, platform: Platform) -> None:
    template = Template("TPL", {"thing1": "字" * 30, "time2": "2026年3月1日"}, "https://example.org/t/1", once="abc1")
    assert await account.send("OPENID", template) == Sent(message_id="200228332")
    assert platform.calls(TEMPLATE)[0].json == {
        "touser": "OPENID",
        "template_id": "TPL",
        "data": {"thing1": {"value": "字" * 19 + "…"}, "time2": {"value": "2026年3月1日"}},
        "url": "https://example.org/t/1",
        "client_msg_id": "abc1",
    }


async def test_subscription_notice(account: OfficialAccount, platform: Platform) -> None:
    assert await account.send("OPENID", Subscription("TPL", {"phrase1": "已办结"}, "https://example.org/t/1")) == Sent()
    assert platform.calls("cgi-bin/message/subscribe/bizsend")[0].json == {
        "touser": "OPENID",
        "template_id": "TPL",
        "data": {"phrase1": {"value": "已办结"}},
        "page": "https://example.org/t/1",
    }


@pytest.mark.parametrize(("on", "command"), [(True, "Typing"), (False, "CancelTyping")])
async def test_typing(account: OfficialAccount, platform: Platform, on: bool, command: str) -> None:
    await account.typing("OPENID", on=on)
    assert platform.calls("cgi-bin/message/custom/typing")[0].json == {"touser": "OPENID", "command": command}


async def test_menu(account: OfficialAccount, platform: Platform) -> None:
    await account.create_menu((ApiButton("我要诉求", key="file"),))
    (call,) = platform.calls("cgi-bin/menu/create")
    assert call.json == {"button": [{"type": "click", "name": "我要诉求", "key": "file"}]}
    with pytest.raises(PlatformError) as caught:
        await account.create_menu(())
    assert caught.value.verdict is Verdict.CONTENT
    assert len(platform.calls("cgi-bin/menu/create")) == 1


async def test_user(account: OfficialAccount, platform: Platform) -> None:
    openid = "o6_bmjrPTlm6_2sgVt7hMZOPfL2M"
    known = UserInfo(openid, True, "o6_bmasdasdsad6_2sgVt7hMZOPfL", "zh_CN", 1382694957, "ADD_SCENE_QR_CODE")
    assert await account.user_info(openid) == known
    platform.always["cgi-bin/user/info"] = {"subscribe": 0, "openid": openid}
    assert await account.user_info(openid) == UserInfo(openid, False)


def test_authorize_url_keeps_the_platforms_order(account: OfficialAccount) -> None:
    url = account.authorize_url("https://example.org/track?a=1", "st4te")
    parts = urlsplit(url)
    assert (parts.netloc, parts.path, parts.fragment) == (
        "open.weixin.qq.com",
        "/connect/oauth2/authorize",
        "wechat_redirect",
    )
    assert parse_qsl(parts.query) == [
        ("appid", APP_ID),
        ("redirect_uri", "https://example.org/track?a=1"),
        ("response_type", "code"),
        ("scope", "snsapi_base"),
        ("state", "st4te"),
    ]
    for state in ("a-b", "x" * 129, "好"):
        with pytest.raises(ValueError, match="state"):
            account.authorize_url("https://example.org/", state)


async def test_login_code(account: OfficialAccount, platform: Platform) -> None:
    assert await account.exchange_code("CODE") == Login("OPENID", "snsapi_base", "UNIONID", snapshot=True)
    (call,) = platform.seen
    assert call.query == {"appid": APP_ID, "secret": SECRET, "code": "CODE", "grant_type": "authorization_code"}
    platform.always["sns/oauth2/access_token"] = refused(40163)
    with pytest.raises(PlatformError) as caught:
        await account.exchange_code("CODE")
    assert caught.value.verdict is Verdict.LOGIN


async def test_picture(account: OfficialAccount, platform: Platform) -> None:
    platform.always[MEDIA] = lambda _: web.Response(body=b"\xff\xd8\xff", content_type="image/jpeg")
    assert await as_port(account).fetch_media("MID") == File(b"\xff\xd8\xff", "image/jpeg")
    assert platform.calls(MEDIA)[0].query["media_id"] == "MID"


async def test_video_comes_from_its_address_without_our_token(
    account: OfficialAccount, platform: Platform, base: str
) -> None:
    platform.always[MEDIA] = {"video_url": f"{base}/video/1"}
    platform.always["video/1"] = lambda _: web.Response(body=b"mp4", content_type="video/mp4")
    assert await account.fetch_media("MID") == File(b"mp4", "video/mp4")
    assert platform.calls("video/1")[0].query == {}


@pytest.mark.parametrize(
    "address",
    ["", "http://127.0.0.1:1/x", "file:///etc/hosts", "http://evil-qq.com/x", "http://[bad", "https://qq.com.example/"],
)
async def test_a_video_address_elsewhere_is_not_followed(
    account: OfficialAccount, platform: Platform, address: str
) -> None:
    platform.always[MEDIA] = {"video_url": address}
    with pytest.raises(PlatformError) as caught:
        await account.fetch_media("MID")
    assert caught.value.verdict is Verdict.CONTENT


def endless(request: web.Request) -> web.StreamResponse:
    async def body() -> object:
        for _ in range(100):
            yield b"x" * 65536

    return web.Response(body=body(), content_type="image/jpeg")


def announced(request: web.Request) -> web.StreamResponse:
    return web.Response(body=b"x" * 100_001, content_type="image/jpeg")


@pytest.mark.parametrize("answer", [endless, announced])
async def test_a_file_over_the_limit_is_cut_off(account: OfficialAccount, platform: Platform, answer: object) -> None:
    platform.always[MEDIA] = answer  # type: ignore[assignment]
    with pytest.raises(PlatformError) as caught:
        await account.fetch_media("MID")
    assert (caught.value.verdict, "100000" in caught.value.detail) == (Verdict.CONTENT, True)


async def test_an_expired_file(account: OfficialAccount, platform: Platform) -> None:
    platform.always[MEDIA] = refused(40007)
    with pytest.raises(PlatformError) as caught:
        await account.fetch_media("MID")
    assert (caught.value.verdict, caught.value.code) == (Verdict.CONTENT, 40007)


async def test_wechatpys_own_methods_run_over_our_transport(account: OfficialAccount, platform: Platform) -> None:
    # template hard-codes its host, media.upload sends a form.
    industry = await account.api.template.get_industry()
    assert industry["primary_industry"]["second_class"] == "行政"
    platform.queue["cgi-bin/media/upload"] = [lambda _: web.Response(text="{}"), refused(-1)]
    await account.api.media.upload("image", ("a.jpg", b"\xff\xd8", "image/jpeg"))
    uploaded = await account.api.media.upload("image", ("a.jpg", b"\xff\xd8", "image/jpeg"))
    assert uploaded["media_id"] == "MEDIA_ID"
    calls = platform.calls("cgi-bin/media/upload")
    assert len(calls) == 3
    assert all(b'filename="a.jpg"' in call.raw and b"\xff\xd8" in call.raw for call in calls)
    assert calls[0].query["type"] == "image"
