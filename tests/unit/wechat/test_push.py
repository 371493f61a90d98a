"""Which requests are pushes of our account, and what the others are told."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.wechat.callback import wechat_callback
from bot.channels.wechat.crypto import AesKey
from bot.channels.wechat.push import MAX_BODY, Mode, PushError, PushSettings, read_push, read_url_check
from bot.channels.wechat.replies import SUCCESS
from bot.channels.wechat.xml import parse
from handlers.messages import Doubt, Text, Unread
from tests.support.wechat_pushes import (
    APP_ID,
    COMPAT,
    KEY,
    NOW,
    OLD_KEY,
    PLAIN,
    RANDOMNESS,
    SAFE,
    TEXT,
    TOKEN,
    encrypted,
    enveloped,
    query,
)

FORGED = b"<xml><FromUserName>o-other</FromUserName><Content>forged</Content>"
SETTINGS = {"plain": PLAIN, "compat": COMPAT, "safe": SAFE}
PLAIN_WITH_KEYS = PushSettings(TOKEN, APP_ID, (KEY,), Mode.PLAIN)


@pytest.mark.parametrize("settings", [PLAIN, PLAIN_WITH_KEYS])
@pytest.mark.parametrize("more", [{}, {"encrypt_type": "raw"}, {"openid": "o-citizen"}])
def test_a_push_in_the_clear(settings: PushSettings, more: dict[str, str]) -> None:
    opened = read_push(settings, query("signature") | more, TEXT)
    assert opened.fields["Content"] == "巷口的井盖松了"
    assert opened.key is None


@pytest.mark.parametrize("settings", [PLAIN_WITH_KEYS, COMPAT, SAFE])
def test_an_encrypted_push(settings: PushSettings) -> None:
    asked, body = encrypted(TEXT)
    opened = read_push(settings, asked, body)
    assert (opened.fields["Content"], opened.key) == ("巷口的井盖松了", KEY)


def test_the_previous_key_opens_and_answers() -> None:
    asked, body = encrypted(TEXT, OLD_KEY)
    callback = wechat_callback(SAFE)
    answer = callback.answer(callback.receive(asked, body, NOW), "好", timestamp=1772337902, randomness=RANDOMNESS)
    envelope = parse(answer.body)["Encrypt"]
    assert isinstance(envelope, str)
    assert parse(OLD_KEY.decrypt(envelope, APP_ID.encode()))["Content"] == "好"


def test_compat_never_looks_at_the_plain_fields() -> None:
    asked, body = encrypted(TEXT)
    opened = read_push(COMPAT, asked, body.replace(b"<xml>", FORGED))
    assert opened.fields == parse(TEXT)


def without(asked: dict[str, str], name: str) -> dict[str, str]:
    return {key: value for key, value in asked.items() if key != name}


def refusals() -> dict[str, tuple[int, str, dict[str, str], bytes]]:
    """Name -> expected status, mode, query, body."""
    good, body = encrypted(TEXT)
    clear = query("signature")
    return {
        "clear text in safe mode": (403, "safe", clear, TEXT),
        "clear text in safe mode, said to be raw": (403, "safe", clear | {"encrypt_type": "raw"}, TEXT),
        "clear text in safe mode, said to be aes": (400, "safe", clear | {"encrypt_type": "aes"}, TEXT),
        "clear text in compat mode": (403, "compat", clear, TEXT),
        "clear text in compat mode, said to be raw": (403, "compat", clear | {"encrypt_type": "raw"}, TEXT),
        "clear text with any signature in compat mode": (403, "compat", good, TEXT),
        "clear text with any signature in safe mode": (403, "safe", good, TEXT),
        "the wrong kind of signature": (403, "safe", good | {"msg_signature": clear["signature"]}, body),
        "a signature with a changed letter": (403, "safe", good | {"msg_signature": "0" * 40}, body),
        "an upper-case signature": (403, "safe", good | {"msg_signature": good["msg_signature"].upper()}, body),
        "another nonce": (403, "safe", good | {"nonce": "1"}, body),
        "another time": (403, "safe", good | {"timestamp": "1"}, body),
        "no query": (400, "plain", {}, TEXT),
        "no query in compat mode": (400, "compat", {}, body),
        "no query in safe mode": (400, "safe", {}, body),
        **{f"no {name}": (400, "safe", without(good, name), body) for name in ("msg_signature", "timestamp", "nonce")},
        **{
            f"no {name} in the clear": (400, "plain", without(clear, name), TEXT)
            for name in ("signature", "timestamp", "nonce")
        },
        "an empty signature": (403, "plain", clear | {"signature": ""}, TEXT),
        "another token": (403, "plain", query("signature", token="guess"), TEXT),
        "a huge nonce": (403, "plain", clear | {"nonce": "9" * 1000}, TEXT),
        "a lone surrogate as signature": (403, "plain", clear | {"signature": "\ud800"}, TEXT),
        "stripped of its signature in compat mode": (403, "compat", clear, body),
        "bad signature and bad body": (403, "plain", clear | {"signature": "x"}, b"<"),
        "bad body in safe mode": (400, "safe", good, b"<xml><Encr"),
        "too large": (413, "plain", clear, TEXT + b" " * MAX_BODY),
        "encrypted without a key of ours": (400, "plain", good, body),
        "nested Encrypt": (403, "safe", good, b"<xml><Encrypt><A>1</A></Encrypt></xml>"),
        "two Encrypts": (403, "safe", good, b"<xml><Encrypt>1</Encrypt><Encrypt>2</Encrypt></xml>"),
    }


REFUSALS = refusals()


@pytest.mark.parametrize(("status", "mode", "asked", "body"), REFUSALS.values(), ids=REFUSALS)
def test_refused(status: int, mode: str, asked: dict[str, str], body: bytes) -> None:
    with pytest.raises(PushError) as error:
        read_push(SETTINGS[mode], asked, body)
    assert error.value.status == status
    assert TOKEN not in str(error.value)


WHO = "<ToUserName>gh_ours</ToUserName><FromUserName>o-citizen</FromUserName>"


def typed(words: str | bytes, before: str = "<![CDATA[", after: str = "]]>") -> bytes:
    """A text message with exactly this between the tags of its Content."""
    raw = words if isinstance(words, bytes) else words.encode("utf-8", "surrogatepass")
    head = f"<xml>{WHO}<CreateTime>1772337900</CreateTime><MsgType><![CDATA[text]]></MsgType><Content>{before}"
    return head.encode() + raw + f"{after}</Content><MsgId>7</MsgId></xml>".encode()


LENIENT = {
    "the end of CDATA": (typed("路灯]]>坏了"), "路灯]]>坏了"),
    "two ends of CDATA": (typed("]]>]]>"), "]]>]]>"),
    "the end of CDATA at the end": (typed("路灯坏了]]>"), "路灯坏了]]>"),
    "half an end of CDATA": (typed("路灯]]坏了]"), "路灯]]坏了]"),
    "the end of the field": (typed("路灯]]></Content>坏了"), "路灯]]></Content>坏了"),
    "the end of the document": (typed("路灯]]></Content></xml>坏了"), "路灯]]></Content></xml>坏了"),
    "the end of another field": (typed("路灯]]></MsgType>坏了"), "路灯]]></MsgType>坏了"),
    "the end of CDATA and an ampersand": (typed("A&B]]>"), "A&B]]>"),
    "an ampersand": (typed("A&B栋", "", ""), "A&B栋"),
    "a trailing ampersand": (typed("路灯坏了&", "", ""), "路灯坏了&"),
    "an unknown entity": (typed("路灯&nbsp;坏了", "", ""), "路灯&nbsp;坏了"),
    "known and unknown entities": (typed("1&lt;2&hellip;", "", ""), "1<2&hellip;"),
    "a forbidden reference": (typed("路灯&#0;&#xD800;&#1114112;坏了", "", ""), "路灯坏了"),
    "a bare less-than": (typed("1<2", "", ""), "1<2"),
    "a heart": (typed("谢谢<3", "", ""), "谢谢<3"),
    "something like a tag": (typed("<b>路灯</c>坏了", "", ""), "<b>路灯</c>坏了"),
    "a cut character at the end": (typed("路灯坏了".encode()[:-1]), "路灯坏"),
    "a cut character in the middle": (typed("路灯".encode()[:-1] + "坏了".encode()), "路\ufffd坏了"),
    "a cut emoji": (typed("路灯坏了😀".encode()[:-2]), "路灯坏了"),
    "a control character": (typed("路灯\x00\x1b[31m坏了\x7f"), "路灯[31m坏了"),
    "a control character and the end of CDATA": (typed("路灯\x0b]]>坏了"), "路灯]]>坏了"),
    "a lone surrogate": (typed("路灯\ud83d坏了"), "路灯\ufffd坏了"),
    "an emoji as two surrogates, and a cut character": (typed(b"\xed\xa0\xbd\xed\xb8\x80\xe4\xb8"), "😀"),
    "a non-character": (typed("路灯\uffff坏了"), "路灯坏了"),
    "a document type": (typed("<!DOCTYPE html>]]>"), "<!DOCTYPE html>]]>"),
    "mark-up": (typed("<script>alert(1)</script>]]>"), "<script>alert(1)</script>]]>"),
}
"""What people can type, as the platform may pass it on."""


@pytest.mark.parametrize(("message", "words"), LENIENT.values(), ids=LENIENT)
def test_what_people_type_is_read(message: bytes, words: str) -> None:
    for settings, asked, body in ((PLAIN, query("signature"), message), (SAFE, *encrypted(message))):
        incoming = wechat_callback(settings).receive(asked, body, NOW).incoming
        assert (incoming.key, incoming.openid, incoming.body) == ("7", "o-citizen", Text(words))


def json_of(**fields: object) -> bytes:
    return json.dumps({"ToUserName": "gh_ours", "FromUserName": "o-citizen", "MsgType": "text"} | fields).encode()


UNREADABLE = {
    "nothing": b"",
    "words": "你好".encode(),
    "cut off": typed("路灯坏了")[:-60],
    "cut off in its head": typed("路灯坏了")[:140],
    "not ended": f"<xml>{WHO}<Content><![CDATA[路灯".encode(),
    "crossed": f"<xml>{WHO}<A><B></A></B></xml>".encode(),
    "gbk": typed("路灯坏了三天".encode("gbk")),
    "utf-16": typed("路灯").decode().encode("utf-16"),
    "rubbish": b"\xff\xff rubbish",
    "a document type": b"<!DOCTYPE xml>" + typed("路灯"),
    "a bomb": b"<!DOCTYPE xml [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'>]>" + typed("&b;", "", ""),
    "an outside entity": b"<!DOCTYPE xml [<!ENTITY f SYSTEM 'file:///etc/hostname'>]>" + typed("&f;", "", ""),
    "too deep": f"<xml>{WHO}{'<a>' * 50}{'</a>' * 50}</xml>".encode(),
    "too many": f"<xml>{WHO}{'<a/>' * 5000}</xml>".encode(),
    "nested words": typed("<item>1</item>", "", ""),
    "bad json": b'{"a": ',
    "deep json": b'{"a":' * 5000 + b"1" + b"}" * 5000,
    "json nested too deep": b'{"a":' * 30 + b"1" + b"}" * 30,
    "much json": json_of(L=[1] * 5000),
    "no message": f"<xml>{WHO}</xml>".encode(),
    "no sender": b"<xml><MsgType>text</MsgType><Content>1</Content></xml>",
    "a long sender": TEXT.replace(b"o-citizen", b"o" * 200),
    "an unknown kind": TEXT.replace(b"[text]", b"[hologram]"),
    "a picture without a file": TEXT.replace(b"[text]", b"[image]"),
    "a field that opens another": typed("x]]></Content><Foo><![CDATA[y"),
}
DOUBLED = {
    "words": typed("路灯]]></Content><Content><![CDATA[坏了"),
    "an event by hand": typed("x]]></Content><MsgType><![CDATA[event]]></MsgType><Content><![CDATA[y"),
    **{
        name: TEXT.replace(b"</xml>", f"<{name}>1</{name}></xml>".encode())
        for name in ("ToUserName", "FromUserName", "CreateTime", "MsgType", "Content", "MsgId")
    },
    "the same once more": TEXT.replace(b"</xml>", b"<MsgId>7000000000000000001</MsgId></xml>"),
    "json": json_of(Content="a").replace(b'"Content"', b'"Content": "b", "Content"'),
    "a list in json": json_of(Content=["a", "b"]),
    "in a group": b"<xml>" + WHO.encode() + b"<MsgType>event</MsgType><Event>subscribe_msg_popup_event</Event>"
    b"<SubscribeMsgPopupEvent><List><TemplateId>a</TemplateId><TemplateId>b</TemplateId></List>"
    b"</SubscribeMsgPopupEvent></xml>",
}
SEALED = {
    "another app id": encrypted(TEXT, receive_id="wx-other"),
    "no app id": encrypted(TEXT, receive_id=""),
    "another key": encrypted(TEXT, AesKey("z" * 43)),
    "no ciphertext": (query("msg_signature", "rubbish"), enveloped("rubbish")),
    "no whole block": (query("msg_signature", "QUFB"), enveloped("QUFB")),
}


@pytest.mark.parametrize(
    ("message", "why"),
    [
        *(pytest.param(raw, Doubt.UNREADABLE, id=name) for name, raw in UNREADABLE.items()),
        *(pytest.param(raw, Doubt.DOUBLED, id=f"doubled: {name}") for name, raw in DOUBLED.items()),
    ],
)
def test_what_is_in_doubt_is_kept_whole_and_bears_no_other_message_s_key(message: bytes, why: Doubt) -> None:
    kept = []
    for settings, asked, body in ((PLAIN, query("signature"), message), (SAFE, *encrypted(message))):
        received = wechat_callback(settings).receive(asked, body, NOW)
        assert received.incoming.body == Unread(why, message)
        assert received.incoming.key not in {"", "7", "7000000000000000001"}
        kept.append(received.incoming.identity)
        if b"FromUserName>" in message and b"o-citizen" in message and b"\0" not in message:
            assert (
                b"o-citizen"
                in wechat_callback(settings)
                .answer(received, "没读懂", timestamp=1772337902, randomness=RANDOMNESS)
                .body
                or settings is SAFE
            )
    assert kept[0] == kept[1]


def test_of_two_senders_it_is_neither_s() -> None:
    received = wechat_callback(PLAIN).receive(query("signature"), DOUBLED["FromUserName"], NOW)
    assert (received.incoming.openid, received.sender) == ("", "o-citizen")


@pytest.mark.parametrize(("asked", "body"), SEALED.values(), ids=SEALED)
@pytest.mark.parametrize("settings", [SAFE, COMPAT])
def test_what_no_key_opens_is_kept_and_answered_by_silence(
    settings: PushSettings, asked: dict[str, str], body: bytes
) -> None:
    received = wechat_callback(settings).receive(asked, body, NOW)
    assert received.incoming.body == Unread(Doubt.SEALED, body)
    answer = wechat_callback(settings).answer(received, "没读懂", timestamp=1772337902, randomness=RANDOMNESS)
    assert answer.body == SUCCESS


def test_compat_finds_the_signed_part_beside_words_that_break_the_rest() -> None:
    """What a person typed stands in the clear beside the encrypted part, and may even look like one."""
    asked, body = encrypted(TEXT)
    sealed = body.partition(b"</ToUserName>")[2]
    for words in (
        "a]]>b",
        "&nbsp;",
        "]]></Content><Encrypt>QUFB</Encrypt>" * 10,
        "]]></Content><Foo><![CDATA[",
        "]]></Content><Encrypt>QUFB</Encrypt><Content><![CDATA[",
    ):
        outer = typed(words).removesuffix(b"</xml>") + sealed
        assert read_push(COMPAT, asked, outer).fields == parse(TEXT)


def test_an_event_goes_by_its_own_identity_whatever_number_it_bears() -> None:
    event = TEXT.replace(b"[text]", b"[event]").replace(
        b"<Content>", b"<Event>CLICK</Event><EventKey>a</EventKey><Content>"
    )
    keys = {
        wechat_callback(PLAIN).receive(query("signature"), body, NOW).incoming.key
        for body in (event, event.replace(b"<EventKey>a", b"<EventKey>b"), event.replace(b"CLICK", b"VIEW"))
    }
    assert len(keys) == 3


def test_json_bodies_read_like_xml() -> None:
    body = {"MsgType": "text", "MsgId": 7, "Scale": 1.5, "Content": "好", "None": None, "True": True, "L": [{"A": 1}]}
    fields = read_push(PLAIN, query("signature"), json.dumps(body).encode()).fields
    assert fields == body | {"MsgId": "7", "Scale": "1.5", "None": "", "True": "", "L": [{"A": "1"}]}


@pytest.mark.parametrize("settings", [PLAIN, COMPAT, SAFE])
def test_url_check(settings: PushSettings) -> None:
    good = query("signature") | {"echostr": "4711"}
    assert read_url_check(settings, good) == "4711"
    for bad in ({"signature": "0" * 40}, {"nonce": "x"}, {"echostr": "e" * 5000}):
        with pytest.raises(PushError) as error:
            read_url_check(settings, good | bad)
        assert error.value.status == 403
    for name in good:
        with pytest.raises(PushError) as error:
            read_url_check(settings, without(good, name))
        assert error.value.status == 400


@pytest.mark.parametrize(
    ("token", "app_id", "keys", "mode"),
    [
        ("", APP_ID, (KEY,), Mode.SAFE),
        (TOKEN, APP_ID, (), Mode.SAFE),
        (TOKEN, APP_ID, (), Mode.COMPAT),
        (TOKEN, "", (KEY,), Mode.PLAIN),
    ],
)
def test_unusable_settings(token: str, app_id: str, keys: tuple[AesKey, ...], mode: Mode) -> None:
    with pytest.raises(ValueError, match=r"token|key|app id"):
        PushSettings(token, app_id, keys, mode)


def status_of(settings: PushSettings, asked: dict[str, str], body: bytes) -> int:
    """The HTTP status that a request gets; anything but a PushError is a failure of the test."""
    try:
        wechat_callback(settings).receive(asked, body, NOW)
    except PushError as error:
        return error.status
    return 200


@given(st.sampled_from(list(SETTINGS)), st.sampled_from(["signature", "msg_signature"]), st.binary(max_size=300))
def test_arbitrary_bodies(mode: str, signature: str, body: bytes) -> None:
    assert status_of(SETTINGS[mode], query(signature), body) in {200, 400, 403}


PIECES = st.sampled_from(
    [
        "<xml>", "</xml>", "<Content>", "</Content>", "<![CDATA[", "]]>", "<!DOCTYPE x [", "<!ENTITY a 'b'>", "&a;", "&", "<",
        "<MsgType>text</MsgType>", "<FromUserName>o</FromUserName>", "<MsgId>7</MsgId>", "<Content><![CDATA[", "]]></Content>",
        "<?xml version='1.0'?>", "<!--", "-->", '{"', '":', "}", "[", "\ud800", "\x00", "中", " ",
    ]
)  # fmt: skip
MESSAGES = st.binary(max_size=300) | st.lists(PIECES | st.text(max_size=5), max_size=30).map(
    lambda parts: "".join(parts).encode("utf-8", "surrogatepass")
)


@given(MESSAGES, st.sampled_from(list(SETTINGS)))
def test_any_message_with_a_right_signature_is_taken(message: bytes, mode: str) -> None:
    asked, body = (query("signature"), message) if mode == "plain" else encrypted(message)
    assert status_of(SETTINGS[mode], asked, body) == 200


@given(
    st.dictionaries(st.sampled_from(["signature", "msg_signature", "timestamp", "nonce", "encrypt_type"]), st.text())
)
def test_arbitrary_queries(asked: dict[str, str]) -> None:
    for settings in SETTINGS.values():
        with pytest.raises(PushError) as error:
            read_push(settings, asked, TEXT)
        assert error.value.status in {400, 403}


def answered(
    settings: PushSettings, asked: dict[str, str], body: bytes, text: str | None
) -> tuple[bytes, tuple[str, ...]]:
    callback = wechat_callback(settings)
    answer = callback.answer(callback.receive(asked, body, NOW), text, timestamp=1772337902, randomness=RANDOMNESS)
    return answer.body, answer.rest


@pytest.mark.parametrize("text", [None, "", " \n", "\x00"])
def test_nothing_to_say_is_success_and_never_encrypted(text: str | None) -> None:
    assert answered(SAFE, *encrypted(TEXT), text) == (SUCCESS, ())
    assert answered(PLAIN, query("signature"), TEXT, text) == (SUCCESS, ())


def test_nobody_to_say_it_to_is_success() -> None:
    assert answered(PLAIN, query("signature"), b"<xml><MsgType>text</MsgType></xml>", "好") == (SUCCESS, ())


def test_a_push_in_the_clear_is_answered_in_the_clear() -> None:
    body, rest = answered(PLAIN, query("signature"), TEXT, "已收到]]>")
    assert parse(body) == {
        "ToUserName": "o-citizen",
        "FromUserName": "gh_ours",
        "CreateTime": "1772337902",
        "MsgType": "text",
        "Content": "已收到]]>",
    }
    assert rest == ()


def test_an_encrypted_answer_can_be_read_by_the_platform() -> None:
    asked, body = encrypted(TEXT)
    sealed, rest = answered(SAFE, asked, body, "已收到。" * 400)
    reply = parse(sealed)
    assert reply["TimeStamp"] == "1772337902"
    parts = {"msg_signature": "MsgSignature", "timestamp": "TimeStamp", "nonce": "Nonce"}
    as_push = {name: str(reply[field]) for name, field in parts.items()}
    content = str(read_push(SAFE, as_push, sealed).fields["Content"])
    assert "".join((content, *rest)) == "已收到。" * 400
    assert rest


def test_what_was_received() -> None:
    received = wechat_callback(SAFE).receive(*encrypted(TEXT), NOW)
    assert received.incoming.body == Text("巷口的井盖松了")
    assert received.account == "gh_ours"
    assert received.opened.nonce == "558234"
