"""Which requests are pushes of our account, and what the others are told."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wechat.callback import wechat_callback
from bot.wechat.crypto import AesKey
from bot.wechat.push import MAX_BODY, Mode, PushError, PushSettings, read_push, read_url_check
from bot.wechat.replies import SUCCESS
from bot.wechat.xml import parse
from handlers.messages import Text
from tests.unit.wechat.samples import (
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


@pytest.mark.parametrize("settings", [PLAIN, PLAIN_WITH_KEYS, COMPAT])
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


def refusals() -> dict[str, tuple[int, str, dict[str, str], bytes]]:
    """Name -> expected status, mode, query, body."""
    good, body = encrypted(TEXT)
    clear = query("signature")
    return {
        "clear text in safe mode": (403, "safe", clear, TEXT),
        "clear text in safe mode, said to be raw": (403, "safe", clear | {"encrypt_type": "raw"}, TEXT),
        "clear text in safe mode, said to be aes": (403, "safe", clear | {"encrypt_type": "aes"}, TEXT),
        "clear text with any signature in safe mode": (403, "safe", good, TEXT),
        "the wrong kind of signature": (403, "safe", good | {"msg_signature": clear["signature"]}, body),
        "a signature with a changed letter": (403, "safe", good | {"msg_signature": "0" * 40}, body),
        "an upper-case signature": (403, "safe", good | {"msg_signature": good["msg_signature"].upper()}, body),
        "another nonce": (403, "safe", good | {"nonce": "1"}, body),
        "another time": (403, "safe", good | {"timestamp": "1"}, body),
        "no signature in the clear": (403, "plain", {}, TEXT),
        "an empty signature": (403, "plain", clear | {"signature": ""}, TEXT),
        "another token": (403, "plain", query("signature", token="guess"), TEXT),
        "a huge nonce": (403, "plain", clear | {"nonce": "9" * 1000}, TEXT),
        "a lone surrogate as signature": (403, "plain", clear | {"signature": "\ud800"}, TEXT),
        "stripped of its signature in compat mode": (403, "compat", clear, body),
        "bad signature and bad body": (403, "plain", {"signature": "x"}, b"<"),
        "bad body in safe mode": (400, "safe", good, b"<xml><Encr"),
        "bad body in the clear": (400, "plain", clear, b"<xml><Encr"),
        "no body": (400, "plain", clear, b""),
        "bad json": (400, "plain", clear, b'{"a": '),
        "deep json": (400, "plain", clear, b'{"a":' * 5000 + b"1" + b"}" * 5000),
        "json nested too deep": (400, "plain", clear, b'{"a":' * 30 + b"1" + b"}" * 30),
        "a document type": (400, "plain", clear, b"<!DOCTYPE xml>" + TEXT),
        "too large": (413, "plain", clear, TEXT + b" " * MAX_BODY),
        "encrypted without a key of ours": (400, "plain", good, body),
        "another app id": (400, "safe", *encrypted(TEXT, receive_id="wx-other")),
        "another key": (400, "safe", *encrypted(TEXT, AesKey("z" * 43))),
        "signed rubbish": (400, "safe", query("msg_signature", "rubbish"), enveloped("rubbish")),
        "encrypted rubbish": (400, "safe", *encrypted(b"\xff\xff rubbish")),
        "an encrypted bomb": (400, "safe", *encrypted(b"<!DOCTYPE xml [<!ENTITY a 'b'>]><xml>&a;</xml>")),
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
    with pytest.raises(PushError):
        read_url_check(settings, {})


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


@given(st.binary(max_size=300))
def test_arbitrary_decrypted_messages(message: bytes) -> None:
    assert status_of(SAFE, *encrypted(message)) in {200, 400}


@given(
    st.dictionaries(st.sampled_from(["signature", "msg_signature", "timestamp", "nonce", "encrypt_type"]), st.text())
)
def test_arbitrary_queries(asked: dict[str, str]) -> None:
    for settings in SETTINGS.values():
        with pytest.raises(PushError) as error:
            read_push(settings, asked, TEXT)
        assert error.value.status == 403


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
    body, rest = answered(COMPAT, query("signature"), TEXT, "已收到]]>")
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
