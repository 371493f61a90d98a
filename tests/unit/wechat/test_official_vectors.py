"""The platforms' own worked examples, end to end through our code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bot.channels.wechat.callback import wechat_callback
from bot.channels.wechat.crypto import AesKey, decrypt_with, jsapi_signature, sign
from bot.channels.wechat.push import Mode, OpenedPush, PushSettings, read_push, seal
from bot.channels.wecom.callback import wecom_callback
from handlers.messages import Silent, Text
from tests.support.wechat_pushes import NOW

pytestmark = pytest.mark.judge("the platforms' worked examples of envelopes")

VECTORS = Path(__file__).parents[4] / "shared" / "data" / "wechat_vectors.json"


@pytest.fixture(scope="module")
def vectors() -> dict[str, Any]:
    if not VECTORS.exists():
        pytest.skip("shared/data/wechat_vectors.json is not beside this checkout")
    loaded: dict[str, Any] = json.loads(VECTORS.read_text("utf-8"))
    return loaded


@pytest.fixture(scope="module")
def account(vectors: dict[str, Any]) -> PushSettings:
    given = vectors["oa"]
    return PushSettings(given["token"], given["appid"], (AesKey(given["aes_key"]),), Mode.COMPAT)


@pytest.fixture(scope="module")
def wecom(vectors: dict[str, Any]) -> PushSettings:
    given = vectors["wecom"]
    return PushSettings(given["token"], given["corpid"], (AesKey(given["aes_key"]),))


def asked(vector: dict[str, Any], *more: str) -> dict[str, str]:
    return {name: vector[name] for name in ("timestamp", "nonce", *more)}


def envelope(vector: dict[str, Any]) -> bytes:
    return f"<xml><ToUserName>x</ToUserName><Encrypt><![CDATA[{vector['Encrypt']}]]></Encrypt></xml>".encode()


def test_v1_url_check_echoes_the_echostr(vectors: dict[str, Any], account: PushSettings) -> None:
    vector = vectors["V1_url_verify"]
    assert wechat_callback(account).greet(asked(vector, "signature", "echostr")) == vector["echostr"]


def test_v2_plain_push_in_json(vectors: dict[str, Any], account: PushSettings) -> None:
    vector = vectors["V2_plain_push"]
    body = json.dumps(vector["json_body"]).encode()
    plain = msgspec.structs.replace(account, mode=Mode.PLAIN)
    received = wechat_callback(plain).receive(asked(vector, "signature"), body, NOW)
    assert received.incoming.openid == vector["json_body"]["FromUserName"]
    assert received.incoming.sent_at.timestamp() == 1714037059
    assert received.incoming.body == Silent("debug_demo")


@pytest.mark.parametrize("as_json", [False, True])
def test_v3_encrypted_push(vectors: dict[str, Any], account: PushSettings, as_json: bool) -> None:
    vector = vectors["V3_aes_push"]
    body = json.dumps({"Encrypt": vector["Encrypt"]}).encode() if as_json else envelope(vector)
    message, key = decrypt_with(account.keys, vector["Encrypt"], account.app_id.encode())
    assert len(message) == vector["msg_len"]
    assert key.encrypt(message, account.app_id.encode(), vector["random16"].encode()) == vector["Encrypt"]
    received = wechat_callback(account).receive(asked(vector, "msg_signature"), body, NOW)
    assert received.incoming.body == Silent("debug_demo")


def test_v4_reply_is_sealed_byte_for_byte(vectors: dict[str, Any], account: PushSettings) -> None:
    check_reply(account, vectors["V4_aes_reply"])


def test_v5_component_push_and_reply(vectors: dict[str, Any], account: PushSettings) -> None:
    vector = vectors["V5_component_xml"]
    component = PushSettings(account.token, vector["appid_suffix"], account.keys)
    message, _ = decrypt_with(account.keys, vector["Encrypt"], vector["appid_suffix"].encode())
    assert len(message) == vector["msg_len"]
    assert read_push(component, asked(vector, "msg_signature"), envelope(vector)).fields
    check_reply(component, vector["reply"])


def check_reply(settings: PushSettings, vector: dict[str, Any]) -> None:
    opened = OpenedPush({}, vector["nonce"], settings.keys[0])
    randomness = vector["random16"].encode()
    sealed = seal(
        settings, opened, vector["plain"].encode(), timestamp=int(vector["timestamp"]), randomness=randomness
    ).decode()
    assert f"<Encrypt><![CDATA[{vector['Encrypt']}]]></Encrypt>" in sealed
    assert f"<MsgSignature><![CDATA[{vector['MsgSignature']}]]></MsgSignature>" in sealed


def test_v6_chinese_text(vectors: dict[str, Any]) -> None:
    vector = vectors["V6_2014_utf8"]
    key, app_id = AesKey(vector["aes_key"]), vector["appid"].encode()
    assert key.decrypt(vector["Encrypt"], app_id).decode() == vector["plain"]
    assert key.encrypt(vector["plain"].encode(), app_id, vector["random16"].encode()) == vector["Encrypt"]


def test_v7_compat_body_gives_the_decrypted_message(vectors: dict[str, Any]) -> None:
    vector = vectors["V7_compat_mode_body"]
    settings = PushSettings(vector["token"], vector["appid"], (AesKey(vector["aes_key"]),), Mode.COMPAT)
    forged = vector["body"].replace("abcdteT", "forged in the clear").encode()
    received = wechat_callback(settings).receive(asked(vector, "msg_signature"), forged, NOW)
    assert received.incoming.body == Text("abcdteT")
    assert received.incoming.key == "6054768590064713728"


def test_v8_wecom_url_check(vectors: dict[str, Any], wecom: PushSettings) -> None:
    vector = vectors["V8_wecom_verify"]
    query = asked(vector, "msg_signature", "echostr")
    assert wecom_callback(wecom).greet(query) == vector["plain"]
    assert wecom_callback(wecom).greet(query | {"echostr": query["echostr"].replace("+", " ")}) == vector["plain"]


def test_v9_wecom_push(vectors: dict[str, Any], wecom: PushSettings) -> None:
    vector = vectors["V9_wecom_push"]
    received = wecom_callback(wecom).receive(asked(vector, "msg_signature"), envelope(vector), NOW)
    assert received.incoming.body == Text(vector["expect"]["Content"])
    assert received.incoming.openid == vector["expect"]["FromUserName"]
    assert received.incoming.key == vector["expect"]["MsgId"]
    assert received.opened.fields["AgentID"] == vector["expect"]["AgentID"]


def test_v10_jsapi_signature(vectors: dict[str, Any]) -> None:
    vector = vectors["V10_jsapi"]
    for url, expected in vector["urls"].items():
        for page in (url, url + "#part"):
            made = jsapi_signature(vector["jsapi_ticket"], vector["noncestr"], vector["timestamp"], page)
            assert made == expected


def test_every_vector_is_used(vectors: dict[str, Any]) -> None:
    numbered = {name.partition("_")[0].lower() for name in vectors if name.startswith("V")}
    used = {name.split("_")[1] for name in globals() if name.startswith("test_v")}
    assert numbered == used


def test_signature_sorts_by_bytes() -> None:
    assert sign("b", "a", "C") == sign("C", "a", "b")
