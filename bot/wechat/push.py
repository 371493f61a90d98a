"""From an HTTP request to the verified, decrypted fields of one push, and back to a sealed reply.

Source: https://developers.weixin.qq.com/doc/service/guide/dev/push/encryption.md. The order matters: nothing but the
envelope's `Encrypt` is looked at before the signature is known to be good.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import msgspec
from msgspec import Struct

from bot.wechat.crypto import AesKey, CryptoError, decrypt_with, sign, signed
from bot.wechat.xml import MAX_DEPTH, Field, Fields, XmlError, parse

MAX_BODY = 256 * 1024
"""Bytes of a request; the largest genuine push, a long text in compat mode, has about 30 KB."""

_MAX_PARAMETER = 256
_ODD_IN_NONCE = re.compile(r"[^0-9A-Za-z_-]", re.ASCII)


class Mode(StrEnum):
    """How the account is set up on the platform: bodies in the clear, both ways at once, or encrypted only."""

    PLAIN = "plain"
    COMPAT = "compat"
    SAFE = "safe"


class PushSettings(Struct, frozen=True):
    """What a callback address needs to know about its account; wiring builds it once, with ready keys.

    `app_id` is what ends every envelope: the official account's app id, or the WeCom corp id. `keys` are the current
    AES key and, while an exchange of keys lasts, the previous one. Raises ValueError when it could not work.
    """

    token: str
    app_id: str
    keys: tuple[AesKey, ...] = ()
    mode: Mode = Mode.SAFE

    def __post_init__(self) -> None:
        if not self.token:
            raise ValueError("without a token anybody could sign a push")
        if self.mode is not Mode.PLAIN and not self.keys:
            raise ValueError(f"{self.mode} mode needs an AES key")
        if self.keys and not self.app_id:
            raise ValueError("encrypted pushes need the app id")

    def __repr__(self) -> str:
        return f"PushSettings(app_id={self.app_id!r}, mode={self.mode.value!r}, keys={len(self.keys)})"


class PushError(Exception):
    """A request that is not a push of our account. `status` is the HTTP answer; the message is fit for a log."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


class Opened(Struct, frozen=True):
    """A push that is known to be genuine: its fields, and what the reply's envelope needs.

    `key` is the key that opened it, None for a push in the clear, which is answered in the clear.
    """

    fields: Fields
    nonce: str
    key: AesKey | None = None


def read_url_check(settings: PushSettings, query: Mapping[str, str]) -> str:
    """The text that answers the platform's GET when the address is registered; PushError(403) on a bad signature."""
    _check(settings, query, "signature")
    return _parameter(query, "echostr")


def read_encrypted_url_check(settings: PushSettings, query: Mapping[str, str]) -> str:
    """The same for WeCom, whose `echostr` is encrypted; PushError 403 for a bad signature, 400 for a bad echostr."""
    echo = query.get("echostr", "").replace(" ", "+")  # A "+" that nobody escaped arrives as a space.
    if len(echo) > MAX_BODY:
        raise PushError(413, "the query is too long")
    _check(settings, query, "msg_signature", echo)
    return _decrypt(settings, echo)[0].decode("utf-8", "replace")


def read_push(settings: PushSettings, query: Mapping[str, str], body: bytes) -> Opened:
    """Verify, decrypt and parse one POST.

    `query` is the decoded query string. In safe mode only an encrypted body is accepted; in compat mode the plain
    fields beside `Encrypt` are ignored, because no signature covers them. Raises PushError: 403 when the signature is
    absent or wrong or a push in the clear is not accepted, 400 when the body cannot be read, 413 above MAX_BODY.
    """
    if len(body) > MAX_BODY:
        raise PushError(413, "the body is too large")
    if settings.mode is Mode.SAFE or "msg_signature" in query or query.get("encrypt_type") == "aes":
        return _read_encrypted(settings, query, body)
    _check(settings, query, "signature")
    fields = _fields(body)
    if settings.keys and "Encrypt" in fields:
        raise PushError(403, "an encrypted push without its signature")
    return Opened(fields, _nonce(query))


def _read_encrypted(settings: PushSettings, query: Mapping[str, str], body: bytes) -> Opened:
    if not query.get("msg_signature"):
        raise PushError(403, "a push in the clear, or without its signature")
    encrypted = _fields(body).get("Encrypt", "")
    if not isinstance(encrypted, str) or not encrypted:
        raise PushError(403, "a push in the clear where only encrypted ones are accepted")
    encrypted = encrypted.strip()
    _check(settings, query, "msg_signature", encrypted)
    message, key = _decrypt(settings, encrypted)
    return Opened(_fields(message), _nonce(query), key)


def seal(settings: PushSettings, opened: Opened, reply: bytes, *, timestamp: int, randomness: bytes) -> bytes:
    """`reply` as it goes over the wire: as it is for a push in the clear, otherwise encrypted by the push's own key.

    `timestamp` is our clock in seconds, `randomness` 16 bytes from `secrets`.
    """
    if opened.key is None:
        return reply
    encrypted = opened.key.encrypt(reply, settings.app_id.encode(), randomness)
    signature = sign(settings.token, str(timestamp), opened.nonce, encrypted)
    return (
        f"<xml><Encrypt><![CDATA[{encrypted}]]></Encrypt><MsgSignature><![CDATA[{signature}]]></MsgSignature>"
        f"<TimeStamp>{timestamp}</TimeStamp><Nonce><![CDATA[{opened.nonce}]]></Nonce></xml>"
    ).encode("ascii")


def _check(settings: PushSettings, query: Mapping[str, str], name: str, *covered: str) -> None:
    signature = _parameter(query, name)
    timestamp, nonce = _parameter(query, "timestamp"), _parameter(query, "nonce")
    if not signature or not signed(signature, settings.token, timestamp, nonce, *covered):
        raise PushError(403, "the signature is wrong")


def _parameter(query: Mapping[str, str], name: str) -> str:
    value = query.get(name, "")
    if len(value) > _MAX_PARAMETER:
        raise PushError(403, "a query parameter is too long")
    return value


def _nonce(query: Mapping[str, str]) -> str:
    return _ODD_IN_NONCE.sub("", query.get("nonce", ""))


def _decrypt(settings: PushSettings, encrypted: str) -> tuple[bytes, AesKey]:
    try:
        return decrypt_with(settings.keys, encrypted, settings.app_id.encode())
    except CryptoError:
        raise PushError(400, "no key of ours opens this push") from None


def _fields(body: bytes) -> dict[str, Field]:
    """The fields of an XML body; also of a JSON one, which the platform's debugging tool and examples send."""
    try:
        if body.lstrip()[:1] != b"{":
            return parse(body)
        value = _field(msgspec.json.decode(body), MAX_DEPTH)
    except XmlError as error:
        raise PushError(400, f"unreadable XML: {error}") from None
    except (ValueError, RecursionError):  # msgspec.DecodeError and bad UTF-8 are ValueErrors.
        raise PushError(400, "unreadable JSON") from None
    return value if isinstance(value, dict) else {}


def _field(value: Any, depth: int) -> Field:
    """A JSON value as XML would have given it: numbers as text, what is no text, list or object as nothing."""
    if depth < 0:
        raise ValueError("too deep")
    if isinstance(value, dict):
        return {name: _field(item, depth - 1) for name, item in value.items()}
    if isinstance(value, list):
        return [_field(item, depth - 1) for item in value]
    if isinstance(value, str):
        return value
    return "" if value is None or isinstance(value, bool) else str(value)
