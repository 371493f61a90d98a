"""Every message and event the platform documents, what it means to us, and that no field can make us stumble."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy import parse_message
from wechatpy.events import EVENT_TYPES
from wechatpy.messages import UnknownMessage

from bot.channels.wechat.events import KNOWN_EVENTS, KNOWN_MESSAGES, TextMessage, VoiceMessage, typed
from bot.channels.wechat.fields import clean
from bot.channels.wechat.inbound import EVENTS, MESSAGES, to_incoming
from bot.channels.wechat.xml import Field, parse
from bot.channels.wecom.inbound import EVENTS as WECOM_EVENTS
from bot.channels.wecom.inbound import to_incoming as from_wecom
from handlers.messages import (
    Body,
    Channel,
    Click,
    Consent,
    Delivery,
    Follow,
    Incoming,
    Link,
    Location,
    Media,
    MediaKind,
    Silent,
    Text,
    Unfollow,
)
from tests.support.wechat_pushes import NOW

SENT = 1772337900
HEAD = f"<ToUserName>gh_ours</ToUserName><FromUserName>o-citizen</FromUserName><CreateTime>{SENT}</CreateTime>"


def document(inner: str) -> bytes:
    return f"<xml>{HEAD}{inner}</xml>".encode()


def read(inner: str) -> Incoming:
    return to_incoming(parse(document(inner)), NOW)


def message(kind: str, inner: str = "") -> str:
    return f"<MsgType><![CDATA[{kind}]]></MsgType>{inner}<MsgId>7000000000000000001</MsgId>"


def event(name: str, inner: str = "") -> str:
    return f"<MsgType>event</MsgType><Event><![CDATA[{name}]]></Event>{inner}"


def choice(template: str, status: str) -> str:
    return (
        f"<List><TemplateId>{template}</TemplateId><SubscribeStatusString>{status}</SubscribeStatusString>"
        "<PopupScene>2</PopupScene></List>"
    )


PLACE = "<Location_X>28.228</Location_X><Location_Y>112.939</Location_Y><Scale>15</Scale>"
PICTURES = "<SendPicsInfo><Count>1</Count><PicList><item><PicMd5Sum>0f</PicMd5Sum></item></PicList></SendPicsInfo>"
SCAN = "<ScanCodeInfo><ScanType>qrcode</ScanType><ScanResult>1</ScanResult></ScanCodeInfo>"
SENT_LIST = (
    "<SubscribeMsgSentEvent><List><TemplateId>t1</TemplateId><MsgID>17008</MsgID>{}</List></SubscribeMsgSentEvent>"
)

DOCUMENTED: dict[str, tuple[str, Body]] = {
    "text": (message("text", "<Content> 路灯不亮\n三天了 </Content>"), Text("路灯不亮\n三天了")),
    "text of a menu": (message("text", "<Content>满意</Content><bizmsgmenuid>5</bizmsgmenuid>"), Text("满意", "5")),
    "text, empty": (message("text", "<Content/>"), Text("")),
    "text, absent": (message("text"), Text("")),
    "text, a number of blanks": (message("text", "<Content>  \n</Content>"), Text("")),
    "text, control characters": (message("text", "<Content><![CDATA[a\x85\x7fb]]></Content>"), Text("ab")),
    "type in capitals": (message("TEXT", "<Content>好</Content>"), Text("好")),
    "image": (message("image", "<PicUrl>http://x/</PicUrl><MediaId>m1</MediaId>"), Media(MediaKind.IMAGE, "m1")),
    "image without media": (message("image", "<PicUrl>http://x/</PicUrl>"), Silent("image")),
    "voice": (message("voice", "<MediaId>m2</MediaId><Format>amr</Format>"), Media(MediaKind.VOICE, "m2")),
    "voice with words": (
        message("voice", "<MediaId>m2</MediaId><Recognition>水管爆了。</Recognition>"),
        Media(MediaKind.VOICE, "m2", "水管爆了。"),
    ),
    "voice in 16k only": (message("voice", "<MediaId16K>m3</MediaId16K>"), Media(MediaKind.VOICE, "m3")),
    "voice as words only": (message("voice", "<Recognition>水管爆了。</Recognition>"), Text("水管爆了。")),
    "voice, nothing": (message("voice"), Silent("voice")),
    "video": (message("video", "<MediaId>m4</MediaId><ThumbMediaId>t</ThumbMediaId>"), Media(MediaKind.VIDEO, "m4")),
    "short video": (message("shortvideo", "<MediaId>m5</MediaId>"), Media(MediaKind.VIDEO, "m5")),
    "location": (message("location", PLACE + "<Label>解放路口</Label>"), Location(28.228, 112.939, "解放路口")),
    "location without label": (message("location", PLACE), Location(28.228, 112.939)),
    "location of words": (
        message("location", "<Location_X>north</Location_X><Label>解放路口</Label>"),
        Text("解放路口"),
    ),
    "location off the globe": (
        message("location", "<Location_X>91</Location_X><Location_Y>0</Location_Y>"),
        Silent("location"),
    ),
    "location not a number": (
        message("location", "<Location_X>nan</Location_X><Location_Y>inf</Location_Y>"),
        Silent("location"),
    ),
    "link": (
        message("link", "<Title>通知</Title><Description>停水</Description><Url>https://example.org/</Url>"),
        Link("通知", "停水", "https://example.org/"),
    ),
    "file": (message("file", "<Title>a.pdf</Title>"), Silent("file")),
    "unknown message": (message("hologram"), Silent("unknown:hologram")),
    "name unfit for a log": (message("a\nb{}%s<c>"), Silent("unknown:absc")),
    "subscribe": (event("subscribe", "<EventKey/>"), Follow()),
    "subscribe by code": (
        event("subscribe", "<EventKey>qrscene_desk-7</EventKey><Ticket>T</Ticket>"),
        Follow("desk-7"),
    ),
    "scan": (event("SCAN", "<EventKey>desk-7</EventKey><Ticket>T</Ticket>"), Follow("desk-7", scanned=True)),
    "unsubscribe": (event("unsubscribe"), Unfollow()),
    "location report": (event("LOCATION", "<Latitude>1</Latitude><Longitude>2</Longitude>"), Silent("location")),
    "click": (event("CLICK", "<EventKey>my_tickets</EventKey>"), Click("my_tickets")),
    "click without a key": (event("CLICK"), Click("")),
    "view": (event("VIEW", "<EventKey>https://example.org/</EventKey><MenuId>1</MenuId>"), Silent("view")),
    "mini-program": (event("view_miniprogram", "<EventKey>pages/a</EventKey>"), Silent("view_miniprogram")),
    "scancode_push": (event("scancode_push", f"<EventKey>k</EventKey>{SCAN}"), Silent("scancode_push")),
    "scancode_waitmsg": (event("scancode_waitmsg", f"<EventKey>k</EventKey>{SCAN}"), Click("k")),
    "pic_sysphoto": (event("pic_sysphoto", PICTURES), Silent("pic_sysphoto")),
    "pic_photo_or_album": (event("pic_photo_or_album", PICTURES), Silent("pic_photo_or_album")),
    "pic_weixin": (event("pic_weixin", PICTURES), Silent("pic_weixin")),
    "location_select": (
        event("location_select", f"<SendLocationInfo>{PLACE}</SendLocationInfo>"),
        Silent("location_select"),
    ),
    "template delivered": (
        event("TEMPLATESENDJOBFINISH", "<MsgID>200163836</MsgID><Status>success</Status>"),
        Delivery("200163836", True, "success"),
    ),
    "template blocked": (
        event("TEMPLATESENDJOBFINISH", "<MsgID>200163836</MsgID><Status>failed:user block</Status>"),
        Delivery("200163836", False, "failed:user block"),
    ),
    "mass job": (
        event("MASSSENDJOBFINISH", "<MsgID>1</MsgID><Status>send success</Status>"),
        Silent("masssendjobfinish"),
    ),
    "publish job": (event("PUBLISHJOBFINISH", "<PublishEventInfo/>"), Silent("publishjobfinish")),
    "popup, one": (
        event(
            "subscribe_msg_popup_event", f"<SubscribeMsgPopupEvent>{choice('t1', 'accept')}</SubscribeMsgPopupEvent>"
        ),
        Consent((("t1", True),)),
    ),
    "popup, several": (
        event(
            "subscribe_msg_popup_event",
            f"<SubscribeMsgPopupEvent>{choice('t1', 'accept')}{choice('t2', 'reject')}</SubscribeMsgPopupEvent>",
        ),
        Consent((("t1", True), ("t2", False))),
    ),
    "popup, none": (event("subscribe_msg_popup_event", "<SubscribeMsgPopupEvent/>"), Consent(())),
    "change": (
        event(
            "subscribe_msg_change_event", f"<SubscribeMsgChangeEvent>{choice('t1', 'reject')}</SubscribeMsgChangeEvent>"
        ),
        Consent((("t1", False),)),
    ),
    "subscription delivered": (
        event(
            "subscribe_msg_sent_event",
            SENT_LIST.format("<ErrorCode>0</ErrorCode><ErrorStatus>success</ErrorStatus>"),
        ),
        Delivery("17008", True, "success"),
    ),
    "subscription failed": (
        event("subscribe_msg_sent_event", SENT_LIST.format("<ErrorCode>43101</ErrorCode>")),
        Delivery("17008", False, "43101"),
    ),
    "profile changed": (event("user_info_modified", "<RevokeInfo>1</RevokeInfo>"), Silent("user_info_modified")),
    "consent revoked": (event("user_authorization_revoke"), Unfollow()),
    "account closed": (event("user_authorization_cancellation"), Unfollow()),
    "debug": (event("debug_demo"), Silent("debug_demo")),
    "a card": (event("user_get_card", "<CardId>1</CardId>"), Silent("user_get_card")),
    "unknown event": (event("Moon_Landing"), Silent("unknown:moon_landing")),
    "event without a name": ("<MsgType>event</MsgType>", Silent("unknown:event")),
    "third-party push": ("<InfoType>component_verify_ticket</InfoType>", Silent("unknown:component_verify_ticket")),
    "nothing known": ("", Silent("unknown:nothing")),
}


@pytest.mark.parametrize(("inner", "body"), DOCUMENTED.values(), ids=DOCUMENTED)
def test_documented(inner: str, body: Body) -> None:
    incoming = read(inner)
    assert incoming.body == body
    assert (incoming.channel, incoming.openid) == (Channel.WECHAT, "o-citizen")
    assert (incoming.sent_at, incoming.received_at) == (datetime.fromtimestamp(SENT, UTC), NOW)


@pytest.mark.parametrize("name", sorted(EVENTS))
@pytest.mark.parametrize("change", [str.upper, str.lower, str.title])
def test_event_names_in_any_case(name: str, change: Any) -> None:
    assert read(event(change(name))).body == read(event(name)).body


@pytest.mark.parametrize("inner", [inner for inner, _ in DOCUMENTED.values()], ids=DOCUMENTED)
def test_a_retry_has_the_same_key(inner: str) -> None:
    fields = parse(document(inner))
    first, second = to_incoming(fields, NOW), to_incoming(fields, NOW + timedelta(seconds=5))
    assert first.key == second.key
    assert 0 < len(first.key) <= 120


def test_keys_tell_pushes_apart() -> None:
    inners = [message("text").replace("0001<", f"000{number}<") for number in range(3)]
    inners += [event("subscribe"), event("LOCATION"), event("SCAN", "<EventKey>1</EventKey>")]
    inners += [event("SCAN", "<EventKey>2</EventKey>"), event("VIEW", f"<EventKey>https://a/{'x' * 900}1</EventKey>")]
    inners += [event("VIEW", f"<EventKey>https://a/{'x' * 900}2</EventKey>")]
    inners += [event("TEMPLATESENDJOBFINISH", f"<MsgID>{number}</MsgID>") for number in range(2)]
    inners += [f"<MsgType>text</MsgType><Content>{words}</Content>" for words in ("一", "二")]
    inners += [f"<MsgType>text</MsgType><Content>{words}</Content><MsgId>0</MsgId>" for words in ("三", "四")]
    inners += ["<MsgType>text</MsgType><MsgId>9' OR 1=1</MsgId>", "<MsgType>text</MsgType><MsgId>９</MsgId>"]
    assert len({read(inner).key for inner in inners}) == len(inners)


def test_keys_are_what_is_promised() -> None:
    assert read(message("text")).key == "7000000000000000001"
    assert read(event("CLICK", "<EventKey>my</EventKey>")).key == f"o-citizen:{SENT}:click:my"
    words = "我家住在梅溪湖"
    assert words not in read(f"<MsgType>text</MsgType><Content>{words}</Content>").key


def test_data_protection_events_name_the_person_themselves() -> None:
    for name in ("user_authorization_revoke", "user_authorization_cancellation"):
        assert read(event(name, "<OpenID>o-leaver</OpenID>")).openid == "o-leaver"
    assert read(event("CLICK", "<OpenID>o-other</OpenID>")).openid == "o-citizen"


@pytest.mark.parametrize("sender", ["", "<FromUserName/>", f"<FromUserName>{'o' * 300}</FromUserName>"])
def test_without_a_sender_nothing_happens(sender: str) -> None:
    body = f"<xml>{sender}<MsgType>text</MsgType><Content>好</Content></xml>".encode()
    incoming = to_incoming(parse(body), NOW)
    assert (incoming.openid, incoming.body) == ("", Silent("text"))


@pytest.mark.parametrize(
    "time", ["", "0", "-5", "soon", "1e9", "9" * 18, "9" * 500, "4102444800", "１７７２３３７９００"]
)
def test_an_unusable_time_is_ours(time: str) -> None:
    fields: dict[str, Field] = {"FromUserName": "o", "MsgType": "text", "Content": "好", "CreateTime": time}
    assert to_incoming(fields, NOW).sent_at == NOW


NAMES = sorted(
    {
        "ToUserName",
        "FromUserName",
        "CreateTime",
        "MsgType",
        "MsgId",
        "Event",
        "EventKey",
        "OpenID",
        "InfoType",
        "Content",
    }
    | {"MediaId", "MediaId16K", "Recognition", "Location_X", "Location_Y", "Label", "Title", "Description", "Url"}
    | {"MsgID", "Status", "TaskId", "bizmsgmenuid", "List", "TemplateId", "SubscribeStatusString", "ErrorCode"}
    | {"SubscribeMsgPopupEvent", "SubscribeMsgChangeEvent", "SubscribeMsgSentEvent", "ErrorStatus"}
)
TYPES = st.sampled_from([*MESSAGES, "event", "EVENT", "", " text"])
EVENT_NAMES = st.sampled_from([*EVENTS, *WECOM_EVENTS, "LOCATION", "none", ""])
SCALARS = (
    st.text(st.characters(codec=None, exclude_categories=()), max_size=20)
    | st.sampled_from(["", "0", "-1", "1e400", "nan", "9" * 5000, "路" * 3000, "' OR 1=1 --", "{{7*7}}", "accept"])
    | TYPES
    | EVENT_NAMES
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=8,
)
ANY_FIELDS = st.builds(
    lambda given, kind, name: given | kind | name,
    st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=12),
    TYPES.map(lambda kind: {"MsgType": kind}) | st.just({}),
    EVENT_NAMES.map(lambda name: {"Event": name}) | st.just({}),
)


def texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple):
        return [text for item in value for text in texts(item)]
    names = getattr(value, "__struct_fields__", ())
    return [text for name in names for text in texts(getattr(value, name))]


@given(ANY_FIELDS)
def test_arbitrary_fields_make_clean_messages(fields: dict[str, Any]) -> None:
    for reader in (to_incoming, from_wecom):
        incoming = reader(fields, NOW)
        assert incoming.sent_at.tzinfo is not None
        assert len(incoming.openid) <= 256
        assert 0 < len(incoming.key) <= 120
        assert all(clean(text) == text for text in texts(incoming))
        if isinstance(incoming.body, Location):
            assert math.isfinite(incoming.body.latitude + incoming.body.longitude)
        if not incoming.openid:
            assert isinstance(incoming.body, Silent)


@pytest.mark.judge("wechatpy's parser of pushes")
def test_wechatpy_agrees_on_what_it_reads_well() -> None:
    for inner, body in DOCUMENTED.values():
        theirs, raw = parse_message(document(inner)) if "<MsgType>" in inner else None, document(inner)
        if theirs is None:
            continue
        incoming = to_incoming(parse(raw), NOW)
        assert (incoming.openid, incoming.sent_at.timestamp()) == (theirs.source, theirs.time)
        if isinstance(body, Text) and theirs.type == "text":
            assert clean(theirs.content or "") == body.text
        elif isinstance(body, Media):
            assert (theirs.media_id or theirs.media_id_16k) == body.media_id
        elif isinstance(body, Location):
            assert tuple(map(float, theirs.location)) == (body.latitude, body.longitude)
        elif isinstance(body, Click):
            assert (theirs.key or "") == body.key
        elif isinstance(body, Consent) and body.choices:
            assert [item["TemplateId"] for item in theirs.subscribes] == [template for template, _ in body.choices]


@pytest.mark.judge("wechatpy's parser of pushes")
def test_names_known_to_wechatpy_or_to_us() -> None:
    assert set(EVENTS) | set(WECOM_EVENTS) <= KNOWN_EVENTS
    assert set(MESSAGES) <= KNOWN_MESSAGES
    for name in ("publishjobfinish", "user_info_modified", "user_authorization_cancellation", "debug_demo"):
        assert name in EVENT_TYPES


def test_typed_views_have_what_wechatpy_lacked() -> None:
    text = typed({"MsgType": "text", "Content": "好", "bizmsgmenuid": "5", "MsgDataId": "d", "Idx": "1"})
    assert isinstance(text, TextMessage)
    assert (text.menu_id, text.data_id, text.index) == ("5", "d", "1")
    voice = typed({"MsgType": "VOICE", "MediaId16K": "m"})
    assert isinstance(voice, VoiceMessage)
    assert voice.media_id_16k == "m"
    debug = typed({"MsgType": "event", "Event": "DEBUG_DEMO", "debug_str": "hello"})
    assert (debug.event, debug.words) == ("debug_demo", "hello")
    assert isinstance(typed({}), UnknownMessage)
    assert isinstance(typed({"MsgType": "event", "Event": "moon"}), UnknownMessage)
