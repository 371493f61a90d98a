"""The platform's side of a callback, without a network: a transport that answers as the test says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from lxml import etree
from msgspec.structs import replace
from wechatpy.crypto import WeChatCrypto

from bot.sandbox.phone import NotFollowing, Phone
from bot.sandbox.platform import events
from bot.sandbox.platform.callbacks import OUT_OF_ORDER, Patience, Pusher
from bot.sandbox.platform.envelopes import message_xml, seal, signature
from bot.sandbox.platform.faults import LOST_REPLY, ApiFault
from bot.sandbox.platform.model import Account, MapPoint, Mode, News, Notice, TextBubble
from bot.sandbox.platform.world import World

WANG = "o_citizen_wang"

Step = bytes | int | Exception


class Server:
    """Answers each delivery with the next step: a body, an HTTP status, or an exception of the network."""

    def __init__(self, *steps: Step) -> None:
        self.steps = list(steps)
        self.seen: list[tuple[dict[str, str], bytes]] = []

    async def __call__(self, method: str, query: Mapping[str, str], body: bytes, seconds: float) -> tuple[int, bytes]:
        self.seen.append((dict(query), body))
        step = self.steps.pop(0)
        if isinstance(step, Exception):
            raise step
        return (step, b"") if isinstance(step, int) else (200, step)


def fields(xml: str | bytes) -> dict[str, Any]:
    return read(etree.fromstring(xml))


def read(element: Any) -> dict[str, Any]:
    """Children by tag, in order; several of one tag as a list."""
    found: dict[str, Any] = {}
    for child in element:
        value = read(child) if len(child) else child.text
        found[child.tag] = value if child.tag not in found else [*ensure_list(found[child.tag]), value]
    return found


def ensure_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def reply_xml(account: Account, inside: str, kind: str = "text", openid: str = WANG) -> str:
    return (
        f"<xml><ToUserName><![CDATA[{openid}]]></ToUserName><FromUserName><![CDATA[{account.original_id}]]>"
        f"</FromUserName><CreateTime>1772413200</CreateTime><MsgType><![CDATA[{kind}]]></MsgType>{inside}</xml>"
    )


def sealed(account: Account, xml: str) -> bytes:
    made: str = WeChatCrypto(account.token, account.aes_key, account.app_id).encrypt_message(xml, "12345", "1772413200")
    return made.encode()


def phone(world: World) -> Phone:
    return Phone(world, WANG, lambda media_id: f"http://files.test/{media_id}")


async def test_an_encrypted_reply_is_shown(world: World, account: Account) -> None:
    server = Server(sealed(account, reply_xml(account, "<Content><![CDATA[收到]]></Content>")))
    delivery = await Pusher(world, account, server).deliver(phone(world).say("路灯坏了"))
    assert (delivery.outcome, delivery.attempts) == ("shown", 1)
    assert [message.content for message in world.messages(WANG)] == [TextBubble("路灯坏了"), TextBubble("收到")]


@pytest.mark.parametrize("body", [b"", b"success"])
async def test_success_and_nothing_show_nothing(world: World, account: Account, body: bytes) -> None:
    delivery = await Pusher(world, account, Server(body)).deliver(phone(world).say("你好"))
    assert delivery.outcome == "nothing"
    assert len(world.messages(WANG)) == 1


@pytest.mark.parametrize("failure", [TimeoutError(), ConnectionError("refused"), 500, 404, 302])
async def test_no_answer_is_tried_three_times_with_the_same_message_id(
    world: World, account: Account, failure: Step
) -> None:
    server = Server(failure, failure, failure)
    plain = replace(account, mode="plain")
    delivery = await Pusher(world, plain, server).deliver(phone(world).say("你好"))
    assert (delivery.outcome, delivery.attempts) == ("fault", 3)
    assert len({body for _, body in server.seen}) == 1
    assert len({query["nonce"] for query, _ in server.seen}) == 3
    assert world.messages(WANG)[-1].content == Notice(OUT_OF_ORDER)


async def test_the_answer_to_a_later_delivery_counts(world: World, account: Account) -> None:
    server = Server(TimeoutError(), b"success")
    delivery = await Pusher(world, account, server, Patience(pauses=(0.0, 0.0, 0.0))).deliver(phone(world).say("你好"))
    assert (delivery.outcome, delivery.attempts) == ("nothing", 2)


async def test_a_lost_reply_is_asked_for_again(world: World, account: Account) -> None:
    world.set_fault(ApiFault(LOST_REPLY, 1))
    server = Server(b"success", b"success")
    assert (await Pusher(world, account, server).deliver(phone(world).say("你好"))).attempts == 2


@pytest.mark.parametrize(
    "body",
    [
        b"ok",
        b'{"errcode":0}',
        b"<xml><ToUserName>",
        b"<!DOCTYPE xml [<!ENTITY a 'b'>]><xml>&a;</xml>",
        b"<html></html>",
        b"<xml><Encrypt>AAAA</Encrypt></xml>",
        b"<xml><Encrypt>AAAA</Encrypt><MsgSignature>0</MsgSignature><TimeStamp>1</TimeStamp><Nonce>2</Nonce></xml>",
    ],
)
async def test_an_unusable_answer_is_a_fault_at_once(world: World, account: Account, body: bytes) -> None:
    delivery = await Pusher(world, account, Server(body)).deliver(phone(world).say("你好"))
    assert (delivery.outcome, delivery.attempts) == ("fault", 1)
    assert delivery.problem
    assert world.messages(WANG)[-1].content == Notice(OUT_OF_ORDER)


def envelope(account: Account, encrypted: str, sign: str = "") -> bytes:
    signed = sign or signature(account.token, "1772413200", "12345", encrypted)
    return (
        f"<xml><Encrypt>{encrypted}</Encrypt><MsgSignature>{signed}</MsgSignature>"
        "<TimeStamp>1772413200</TimeStamp><Nonce>12345</Nonce></xml>"
    ).encode()


async def test_a_reply_badly_signed_or_encrypted_for_another_is_told_apart(world: World, account: Account) -> None:
    good = fields(sealed(account, reply_xml(account, "<Content>好</Content>")))["Encrypt"]
    other = replace(account, app_id="wxffffffffffffffff")
    foreign = fields(sealed(other, reply_xml(account, "<Content>好</Content>")))["Encrypt"]
    bodies = (
        envelope(account, good),
        envelope(account, good, "0" * 40),
        envelope(account, foreign),
        envelope(account, "A" * 43 + "="),
        envelope(account, "AAAA"),
        envelope(account, "不是"),
    )
    problems = [
        (await Pusher(world, account, Server(body)).deliver(phone(world).say("你好"))).problem for body in bodies
    ]
    assert problems == ["", "加密回复的签名不对", *["加密回复解不开"] * 4]


@pytest.mark.parametrize(
    "xml",
    [
        "<Content></Content>",
        f"<Content><![CDATA[{'字' * 683}]]></Content>",
        "",
    ],
)
async def test_a_reply_outside_the_limits_is_a_fault(world: World, account: Account, xml: str) -> None:
    server = Server(sealed(account, reply_xml(account, xml)))
    assert (await Pusher(world, account, server).deliver(phone(world).say("你好"))).outcome == "fault"


@pytest.mark.parametrize(
    ("kind", "inside", "openid"),
    [
        ("text", "<Content>好</Content>", "o_citizen_li"),
        ("sticker", "<Content>好</Content>", WANG),
        ("image", "<Image><MediaId>none</MediaId></Image>", WANG),
        ("news", "<ArticleCount>2</ArticleCount><Articles><item><Title>一</Title></item></Articles>", WANG),
    ],
)
async def test_a_reply_that_fits_nobody_is_a_fault(
    world: World, account: Account, kind: str, inside: str, openid: str
) -> None:
    server = Server(sealed(account, reply_xml(account, inside, kind, openid)))
    assert (await Pusher(world, account, server).deliver(phone(world).say("你好"))).outcome == "fault"


async def test_plain_text_is_refused_in_safe_mode_and_taken_in_the_others(world: World, account: Account) -> None:
    body = reply_xml(account, "<Content>好</Content>").encode()
    modes: tuple[Mode, ...] = ("plain", "compat", "safe")
    outcomes = [
        (await Pusher(world, replace(account, mode=mode), Server(body)).deliver(phone(world).say("你好"))).outcome
        for mode in modes
    ]
    assert outcomes == ["shown", "shown", "fault"]


async def test_news_after_a_message_is_cut_to_one_and_after_an_event_to_eight(world: World, account: Account) -> None:
    inside = f"<ArticleCount>9</ArticleCount><Articles>{'<item><Title>标题</Title></item>' * 9}</Articles>"
    counts = []
    for push in (phone(world).say("你好"), phone(world).click("news")):
        shown = await Pusher(world, account, Server(sealed(account, reply_xml(account, inside, "news")))).deliver(push)
        assert shown.message is not None
        assert isinstance(shown.message.content, News)
        counts.append(len(shown.message.content.articles))
    assert counts == [1, 8]


async def test_nobody_sees_the_failure_of_what_cannot_be_answered(world: World, account: Account) -> None:
    push = phone(world).unfollow()
    shown = world.messages(WANG)
    delivery = await Pusher(world, account, Server(500, 500, 500)).deliver(push)
    assert delivery.outcome == "fault"
    assert world.messages(WANG) == shown


async def test_the_address_is_verified_by_its_echo(world: World, account: Account) -> None:
    class Echo(Server):
        async def __call__(
            self, method: str, query: Mapping[str, str], body: bytes, seconds: float
        ) -> tuple[int, bytes]:
            assert query["signature"] == signature(account.token, query["timestamp"], query["nonce"])
            return 200, query["echostr"].encode()

    assert await Pusher(world, account, Echo()).verify()
    assert not await Pusher(world, account, Server(b"hello")).verify()
    assert not await Pusher(world, account, Server(TimeoutError())).verify()


def test_what_each_mode_shows_on_the_wire(world: World, account: Account) -> None:
    push = events.text(WANG, world.now, 9, "路灯 <坏了> ]]> &", menu_id="7")
    plain = fields(message_xml(account, push))
    assert list(plain) == [
        "ToUserName", "FromUserName", "CreateTime", "MsgType", "Content", "bizmsgmenuid", "MsgId",
    ]  # fmt: skip
    assert plain["Content"] == "路灯 <坏了> ]]> &"
    safe = seal(account, push, "1772413200", "55")
    outer = fields(safe.body)
    assert set(outer) == {"ToUserName", "Encrypt"}
    assert safe.query["msg_signature"] == signature(account.token, "1772413200", "55", outer["Encrypt"])
    opened = WeChatCrypto(account.token, account.aes_key, account.app_id).decrypt_message(
        safe.body, safe.query["msg_signature"], "1772413200", "55"
    )
    assert fields(opened) == plain
    both = fields(seal(replace(account, mode="compat"), push, "1772413200", "55").body)
    assert both.pop("Encrypt")
    assert both == plain
    only = seal(replace(account, mode="plain"), push, "1772413200", "55")
    assert set(only.query) == {"signature", "timestamp", "nonce", "openid"}


def test_events_are_named_as_in_the_documents(world: World, account: Account) -> None:
    at = world.now
    place = MapPoint(30.3, 119.1, "和平菜市场")
    popup = events.popup_answered(WANG, at, (("t1", "accept"), ("t2", "reject")))
    parsed = fields(message_xml(account, popup))
    assert parsed["SubscribeMsgPopupEvent"]["List"][1] == {
        "TemplateId": "t2", "SubscribeStatusString": "reject", "PopupScene": "1",
    }  # fmt: skip
    pictures = fields(message_xml(account, events.pictures(WANG, at, "pic_sysphoto", "k", ("ab",))))
    assert pictures["SendPicsInfo"] == {"Count": "1", "PicList": {"item": {"PicMd5Sum": "ab"}}}
    located = fields(message_xml(account, events.location(WANG, at, 1, place)))
    assert (located["Location_X"], located["Location_Y"], located["Scale"]) == ("30.300000", "119.100000", "16")
    followed = fields(message_xml(account, events.subscribe(WANG, at, scene="7", ticket="t")))
    assert (followed["EventKey"], followed["Ticket"], "MsgId" in followed) == ("qrscene_7", "t", False)


def test_who_does_not_follow_cannot_write(world: World) -> None:
    phone(world).unfollow()
    with pytest.raises(NotFollowing):
        phone(world).say("你好")
    assert phone(world).scan("bind") == events.subscribe(WANG, world.now, scene="bind", ticket=world.qr_ticket("bind"))
    assert dict(phone(world).scan("bind").fields)["Event"] == "SCAN"
