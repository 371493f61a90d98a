"""Pushes of our own making for the tests of the protocol edge."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.channels.wechat.crypto import AesKey, sign
from bot.channels.wechat.push import Mode, PushSettings

TOKEN = "lamp-post-token"
APP_ID = "wx00000000000000aa"
KEY_TEXT = "Qm9va3NoZWxmTGFtcFBvc3RSaXZlckJyaWRnZTAxMjM"
OLD_KEY_TEXT = "T2xkS2V5T2xkS2V5T2xkS2V5T2xkS2V5T2xkS2V5MDE"
KEY, OLD_KEY = AesKey(KEY_TEXT), AesKey(OLD_KEY_TEXT)
NOW = datetime(2026, 3, 1, 4, 5, 6, tzinfo=UTC)
RANDOMNESS = b"0123456789abcdef"

SAFE = PushSettings(TOKEN, APP_ID, (KEY, OLD_KEY), Mode.SAFE)
COMPAT = PushSettings(TOKEN, APP_ID, (KEY, OLD_KEY), Mode.COMPAT)
PLAIN = PushSettings(TOKEN, APP_ID, (), Mode.PLAIN)

TEXT = (
    "<xml><ToUserName><![CDATA[gh_ours]]></ToUserName><FromUserName><![CDATA[o-citizen]]></FromUserName>"
    "<CreateTime>1772337900</CreateTime><MsgType><![CDATA[text]]></MsgType>"
    "<Content><![CDATA[巷口的井盖松了]]></Content><MsgId>7000000000000000001</MsgId></xml>"
).encode()


def query(
    signature_name: str, *covered: str, token: str = TOKEN, at: datetime | None = None, nonce: str = "558234"
) -> dict[str, str]:
    """A query string with a good signature over `covered` besides token, time and nonce."""
    timestamp = "1772337901" if at is None else str(int(at.timestamp()))
    signed = {"timestamp": timestamp, "nonce": nonce, signature_name: sign(token, timestamp, nonce, *covered)}
    return signed | ({"encrypt_type": "aes"} if signature_name == "msg_signature" else {})


def encrypted(
    message: bytes, key: AesKey = KEY, receive_id: str = APP_ID, at: datetime | None = None, nonce: str = "558234"
) -> tuple[dict[str, str], bytes]:
    """Query and body of a push in safe mode that carries `message`."""
    envelope = key.encrypt(message, receive_id.encode(), RANDOMNESS)
    return query("msg_signature", envelope, at=at, nonce=nonce), enveloped(envelope)


def enveloped(envelope: str) -> bytes:
    return f"<xml><ToUserName>gh_ours</ToUserName><Encrypt><![CDATA[{envelope}]]></Encrypt></xml>".encode()
