"""WeCom's messages and events, and its callback's particulars."""

from __future__ import annotations

import pytest

from bot.channels.wechat.push import PushError
from bot.channels.wechat.xml import parse
from bot.channels.wecom.callback import wecom_callback
from bot.channels.wecom.inbound import to_incoming
from handlers.messages import Body, Channel, Click, Follow, Location, Media, MediaKind, Silent, Text, Unfollow
from tests.support.wechat_pushes import APP_ID, COMPAT, KEY, NOW, PLAIN, RANDOMNESS, SAFE, TEXT, encrypted, query

CARD = (
    "<EventKey>accept</EventKey><TaskId>ticket-7</TaskId><CardType>button_interaction</CardType>"
    "<ResponseCode>once</ResponseCode><SelectedItems><SelectedItem><QuestionKey>q</QuestionKey>"
    "<OptionIds><OptionId>1</OptionId><OptionId>2</OptionId></OptionIds></SelectedItem></SelectedItems>"
)

DOCUMENTED: dict[str, tuple[str, str, Body]] = {
    "text": ("text", "<Content>待办</Content>", Text("待办")),
    "image": ("image", "<PicUrl>http://x/</PicUrl><MediaId>m</MediaId>", Media(MediaKind.IMAGE, "m")),
    "voice": ("voice", "<MediaId>m</MediaId><Format>amr</Format>", Media(MediaKind.VOICE, "m")),
    "video": ("video", "<MediaId>m</MediaId><ThumbMediaId>t</ThumbMediaId>", Media(MediaKind.VIDEO, "m")),
    "location": ("location", "<Location_X>28</Location_X><Location_Y>112</Location_Y>", Location(28, 112)),
    "subscribe": ("event", "<Event>subscribe</Event>", Follow()),
    "unsubscribe": ("event", "<Event>unsubscribe</Event>", Unfollow()),
    "click": ("event", "<Event>click</Event><EventKey>todo</EventKey>", Click("todo")),
    "card": ("event", f"<Event>template_card_event</Event>{CARD}", Click("accept")),
    "card menu": ("event", f"<Event>template_card_menu_event</Event>{CARD}", Click("accept")),
    "task card": ("event", "<Event>taskcard_click</Event><EventKey>yes</EventKey>", Click("yes")),
    "enter": ("event", "<Event>enter_agent</Event><EventKey/>", Silent("enter_agent")),
    "view": ("event", "<Event>view</Event><EventKey>https://example.org/</EventKey>", Silent("view")),
    "position": ("event", "<Event>LOCATION</Event><Latitude>1</Latitude>", Silent("location")),
    "contacts": (
        "event",
        "<Event>change_contact</Event><ChangeType>delete_user</ChangeType>",
        Silent("change_contact"),
    ),
    "batch": ("event", "<Event>batch_job_result</Event><BatchJob/>", Silent("batch_job_result")),
    "unknown": ("event", "<Event>moon</Event>", Silent("unknown:moon")),
}


@pytest.mark.parametrize(("kind", "inner", "body"), DOCUMENTED.values(), ids=DOCUMENTED)
def test_documented(kind: str, inner: str, body: Body) -> None:
    head = "<ToUserName>wwcorp</ToUserName><FromUserName>wang.li</FromUserName><CreateTime>1772337900</CreateTime>"
    raw = f"<xml>{head}<MsgType>{kind}</MsgType>{inner}<AgentID>1000002</AgentID></xml>".encode()
    incoming = to_incoming(parse(raw), NOW)
    assert (incoming.channel, incoming.openid, incoming.body) == (Channel.WECOM, "wang.li", body)


def test_two_cards_tapped_in_one_second_are_two() -> None:
    fields = {"FromUserName": "u", "CreateTime": "1772337900", "MsgType": "event", "Event": "template_card_event"}
    keys = {to_incoming(fields | {"EventKey": "accept", "TaskId": task}, NOW).key for task in ("a", "b")}
    assert len(keys) == 2


def test_only_encrypted() -> None:
    for settings in (PLAIN, COMPAT):
        with pytest.raises(ValueError, match="safe"):
            wecom_callback(settings)
    with pytest.raises(PushError) as error:
        wecom_callback(SAFE).receive(query("signature"), TEXT, NOW)
    assert error.value.status == 403


def test_nothing_to_say_is_an_empty_answer() -> None:
    callback = wecom_callback(SAFE)
    received = callback.receive(*encrypted(TEXT), NOW)
    assert callback.answer(received, None, timestamp=1, randomness=RANDOMNESS).body == b""


def test_url_check() -> None:
    callback = wecom_callback(SAFE)
    echo = KEY.encrypt(b"4711", APP_ID.encode(), RANDOMNESS)
    assert callback.greet(query("msg_signature", echo) | {"echostr": echo}) == "4711"
    other = KEY.encrypt(b"4711", b"wwother", RANDOMNESS)
    for status, asked in (
        (403, query("signature") | {"echostr": echo}),
        (403, query("msg_signature", echo) | {"echostr": other}),
        (400, query("msg_signature", other) | {"echostr": other}),
        (400, query("msg_signature", "")),
    ):
        with pytest.raises(PushError) as error:
            callback.greet(asked)
        assert error.value.status == status
