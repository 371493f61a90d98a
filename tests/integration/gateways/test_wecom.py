"""WeCom's gateway over a real connection, in WeCom's own shapes."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web

from bot.channels.port import Choices, File, Gateway, LinkCard, Option, PlainText, Sent, Subscription, Template
from bot.channels.wechat.errors import PlatformError, Verdict
from bot.channels.wecom.client import WorkAccount
from tests.integration.gateways.platform import SECRET, SUCCESS, Platform, refused

SEND = "cgi-bin/message/send"
ASK = Choices(
    "经查已修复，是否办结？",
    (Option("close:1", "办结"), Option("later:1", "稍后")),
    title="工单待确认",
    task_id="task-1@2026",
    url="https://example.org/t/1",
    facts=(("编号", "20260301001"),),
)


def as_port(work: WorkAccount) -> Gateway:
    return work


async def test_text(work: WorkAccount, platform: Platform) -> None:
    assert await as_port(work).send("LiSi", PlainText("新工单：路灯")) == Sent("MSGID1", response_code="RESPONSE_CODE")
    (fetch,) = platform.fetches
    assert (fetch.path, fetch.query) == ("cgi-bin/gettoken", {"corpid": "ww01", "corpsecret": SECRET})
    body = platform.calls(SEND)[0].json
    assert (body["touser"], body["agentid"], body["msgtype"]) == ("LiSi", 1000002, "text")
    assert body["text"] == {"content": "新工单：路灯"}
    assert "路灯".encode() in platform.calls(SEND)[0].raw


async def test_card(work: WorkAccount, platform: Platform) -> None:
    await work.send("LiSi", LinkCard("字" * 50, "字" * 200, "https://example.org/t/1", button="马上去办理"))
    card = platform.calls(SEND)[0].json["textcard"]
    assert card["title"] == "字" * 41 + "…"
    assert len(card["description"].encode()) <= 512
    assert (card["url"], card["btntxt"]) == ("https://example.org/t/1", "马上去办")


async def test_buttons(work: WorkAccount, platform: Platform) -> None:
    assert (await work.send("LiSi", ASK)).response_code == "RESPONSE_CODE"
    body = platform.calls(SEND)[0].json
    assert body["msgtype"] == "template_card"
    assert body["template_card"] == {
        "card_type": "button_interaction",
        "main_title": {"title": "工单待确认"},
        "sub_title_text": "经查已修复，是否办结？",
        "horizontal_content_list": [{"keyname": "编号", "value": "20260301001"}],
        "card_action": {"type": 1, "url": "https://example.org/t/1"},
        "task_id": "task-1@2026",
        "button_list": [
            {"text": "办结", "style": 1, "key": "close:1"},
            {"text": "稍后", "style": 2, "key": "later:1"},
        ],
    }


BAD = [
    Choices("问", (Option("k", "好"),)),
    Choices("问", (Option("k", "好"),), task_id="有汉字"),
    Choices("问", (), task_id="t"),
    Choices("问", tuple(Option(str(n), "好") for n in range(7)), task_id="t"),
    Choices("问", (Option("k" * 1025, "好"),), task_id="t"),
    PlainText("字" * 683),
    Template("TPL", {}),
    Subscription("TPL", {}),
]


@pytest.mark.parametrize("message", BAD)
async def test_what_wecom_would_refuse_or_cut_is_not_sent(
    work: WorkAccount, platform: Platform, message: PlainText
) -> None:
    with pytest.raises(PlatformError) as caught:
        await work.send("LiSi", message)
    assert caught.value.verdict is Verdict.CONTENT
    assert platform.seen == []


@pytest.mark.parametrize("field", ["invaliduser", "unlicenseduser"])
async def test_a_member_left_out_of_a_success_is_gone(work: WorkAccount, platform: Platform, field: str) -> None:
    platform.always[SEND] = {**SUCCESS[SEND], field: "lisi"}
    with pytest.raises(PlatformError) as caught:
        await work.send("LiSi", PlainText("您好"))
    assert (caught.value.verdict, caught.value.code) == (Verdict.GONE, 81013)
    sent = await work.send_text(["ZhangSan", "LiSi"], "您好")
    assert sent.refused == ("LiSi",)
    assert platform.calls(SEND)[-1].json["touser"] == "ZhangSan|LiSi"


@pytest.mark.parametrize("count", [0, 1001])
async def test_receivers_are_counted(work: WorkAccount, platform: Platform, count: int) -> None:
    with pytest.raises(PlatformError):
        await work.send_text(["u"] * count, "您好")
    assert platform.seen == []


@pytest.mark.parametrize(("code", "verdict"), [(81013, Verdict.GONE), (45033, Verdict.WINDOW), (40125, Verdict.CONFIG)])
async def test_refusals(work: WorkAccount, platform: Platform, code: int, verdict: Verdict) -> None:
    platform.always[SEND] = refused(code)
    with pytest.raises(PlatformError) as caught:
        await work.send("LiSi", PlainText("您好"))
    assert caught.value.verdict is verdict


async def test_a_card_is_settled_with_its_code(work: WorkAccount, platform: Platform) -> None:
    await work.settle_buttons(["LiSi"], "RESPONSE_CODE", "已办结")
    assert platform.calls("cgi-bin/message/update_template_card")[0].json == {
        "userids": ["LiSi"],
        "agentid": 1000002,
        "response_code": "RESPONSE_CODE",
        "button": {"replace_name": "已办结"},
    }


async def test_media(work: WorkAccount, platform: Platform) -> None:
    platform.always["cgi-bin/media/get"] = lambda _: web.Response(body=b"amr", content_type="audio/amr")
    assert await work.fetch_media("MID") == File(b"amr", "audio/amr")


async def test_a_revoked_token_is_renewed_once_and_never_forced(work: WorkAccount, platform: Platform) -> None:
    await work.send("LiSi", PlainText("您好"))
    platform.revoke()
    await asyncio.gather(*(work.send("LiSi", PlainText("您好")) for _ in range(20)))
    assert len(platform.fetches) == 2
    platform.always[SEND] = refused(42001)
    with pytest.raises(PlatformError):
        await work.send("LiSi", PlainText("您好"))
    assert len(platform.fetches) == 3
