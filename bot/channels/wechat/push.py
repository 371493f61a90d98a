"""Verification and decryption of a callback request into fields, and encryption of the reply.

Source: https://developers.weixin.qq.com/doc/service/guide/dev/push/encryption.md. Before the signature is verified only
the envelope's `Encrypt` is read. After it nothing is refused: what cannot be read carries a doubt and is kept
(docs/adr/0016-the-front-door.md).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct

from bot.channels.wechat.crypto import AesKey, CryptoError, decrypt_with, sign, signed
from bot.channels.wechat.fields import is_doubled, is_nested
from bot.channels.wechat.lenient import mend, sender_of
from bot.channels.wechat.xml import MAX_DEPTH, MAX_ELEMENTS, Field, Fields, XmlError, parse
from handlers.messages import Doubt

MAX_BODY = 256 * 1024
"""Bytes of a request. The largest genuine push, a long text in compat mode, has about 30 KB."""

_MAX_PARAMETER = 256
_MAX_PARTS = 64
_SEALED_PART = re.compile(rb"<Encrypt>\s*(?:<!\[CDATA\[\s*)?([0-9A-Za-z+/=]+)")
_ODD_IN_NONCE = re.compile(r"[^0-9A-Za-z_-]", re.ASCII)

WINDOW = 600
"""Default of how many seconds the timestamp of a push may differ from our clock. The last retry comes after fifteen."""


class Mode(StrEnum):
    """The account's setting on the platform: plain bodies, both plain and encrypted, or encrypted only."""

    PLAIN = "plain"
    COMPAT = "compat"
    SAFE = "safe"


class PushSettings(Struct, frozen=True):
    """Settings of one callback address, with ready keys. Raises ValueError when they cannot work."""

    token: str
    app_id: str
    """The id at the end of every envelope: the official account's app id, or the WeCom corp id."""

    keys: tuple[AesKey, ...] = ()
    """The current AES key and, during an exchange of keys, the previous one."""

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
    """A request that is not a push of our account. `status` is the HTTP answer; the message may be logged."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


class OpenedPush(Struct, frozen=True):
    """A push that is known to be genuine."""

    fields: Fields
    """Only what could be made out, when there is a doubt."""

    nonce: str
    key: AesKey | None = None
    """The key that opened it, with which the reply is encrypted. None for a plain push, answered in plain."""

    raw: bytes = b""
    """The bytes that the fields were read from."""

    doubt: Doubt | None = None
    """Why the push must not be acted on. None when it may."""


def read_url_check(settings: PushSettings, query: Mapping[str, str]) -> str:
    """Returns the text that answers the platform's GET when the address is registered.

    Raises `PushError`: 400 when the query lacks something, 403 on a bad signature.
    """
    echo = _parameter(query, "echostr")
    _check(settings, query, "signature")
    return echo


def read_encrypted_url_check(settings: PushSettings, query: Mapping[str, str]) -> str:
    """Returns the same for WeCom, whose `echostr` is encrypted. Raises `PushError`: 403 for a bad signature, 400 for a
    bad echostr.
    """
    if "echostr" not in query:
        raise PushError(400, "the query lacks echostr")
    _is_sealed(settings, query)
    echo = query["echostr"].replace(" ", "+")  # A "+" that nobody escaped arrives as a space.
    if len(echo) > MAX_BODY:
        raise PushError(413, "the query is too long")
    _check(settings, query, "msg_signature", echo)
    try:
        return decrypt_with(settings.keys, echo, settings.app_id.encode())[0].decode("utf-8", "replace")
    except CryptoError:
        raise PushError(400, "no key of ours opens this echostr") from None


def read_push(settings: PushSettings, query: Mapping[str, str], body: bytes) -> OpenedPush:
    """Verify, decrypt and read one POST.

    `query` is the decoded query string. Only an encrypted body is accepted unless the account is set to plain; in
    compat mode the fields beside `Encrypt` are ignored, because no signature covers them. Raises `PushError` until the
    signature is verified: 400 when the query lacks something or there is no envelope, 403 when the signature is wrong
    or a plain push is not accepted, 413 above MAX_BODY. Never afterwards.
    """
    if len(body) > MAX_BODY:
        raise PushError(413, "the body is too large")
    if _is_sealed(settings, query):
        return _read_encrypted(settings, query, body)
    _check(settings, query, "signature")
    fields, doubt = _read(body)
    if "Encrypt" in fields and (settings.keys or "FromUserName" not in fields):
        doubt = Doubt.SEALED
    return OpenedPush(fields, _nonce(query), None, body, doubt)


def _is_sealed(settings: PushSettings, query: Mapping[str, str]) -> bool:
    """Returns whether this push must be encrypted. Raises `PushError` when it must and its query says that it is not."""
    claimed = "msg_signature" in query or query.get("encrypt_type") == "aes"
    if settings.mode is Mode.PLAIN:
        # Without keys an account in plain mode goes by the fields that compat mode sends beside the encrypted ones.
        return claimed and bool(settings.keys)
    if not claimed and {"signature", "timestamp", "nonce"} <= query.keys():
        raise PushError(403, "a push in the clear where only encrypted ones are accepted")
    return True


def _read_encrypted(settings: PushSettings, query: Mapping[str, str], body: bytes) -> OpenedPush:
    _present(query, "msg_signature", "timestamp", "nonce")
    encrypted = _signed_part(settings, query, body)
    try:
        message, key = decrypt_with(settings.keys, encrypted, settings.app_id.encode())
    except CryptoError:
        # Whoever signed it knows our token, so it is ours and our key is not: it must not be lost for that.
        return OpenedPush({}, _nonce(query), None, body, Doubt.SEALED)
    fields, doubt = _read(message)
    return OpenedPush(fields, _nonce(query), key, message, doubt)


def _signed_part(settings: PushSettings, query: Mapping[str, str], body: bytes) -> str:
    """Returns the envelope's `Encrypt` that the signature covers. In compat mode words beside it may have made another."""
    parts = _sealed_parts(body)
    if not any(parts):
        raise PushError(403, "a push in the clear where only encrypted ones are accepted")
    for part in parts[-_MAX_PARTS:]:
        if _is_signed(settings, query, "msg_signature", part):
            return part
    raise PushError(403, "the signature is wrong")


def seal(settings: PushSettings, opened: OpenedPush, reply: bytes, *, timestamp: int, randomness: bytes) -> bytes:
    """Returns `reply` for the wire: unchanged for a plain push, otherwise encrypted with the push's own key.

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
    _present(query, name, "timestamp", "nonce")
    if not _is_signed(settings, query, name, *covered):
        raise PushError(403, "the signature is wrong")


def _is_signed(settings: PushSettings, query: Mapping[str, str], name: str, *covered: str) -> bool:
    signature = _parameter(query, name)
    timestamp, nonce = _parameter(query, "timestamp"), _parameter(query, "nonce")
    return bool(signature) and signed(signature, settings.token, timestamp, nonce, *covered)


def _present(query: Mapping[str, str], *names: str) -> None:
    for name in names:
        if name not in query:
            raise PushError(400, f"the query lacks {name}")


def _parameter(query: Mapping[str, str], name: str) -> str:
    _present(query, name)
    value = query[name]
    if len(value) > _MAX_PARAMETER:
        raise PushError(403, "a query parameter is too long")
    return value


def _nonce(query: Mapping[str, str]) -> str:
    return _ODD_IN_NONCE.sub("", query.get("nonce", ""))


def _sealed_parts(body: bytes) -> list[str]:
    """Returns every possible encrypted part of a body that is not verified yet. Raises PushError(400) when there is
    none.

    Nothing is repaired here: an unverified sender is not worth the work.
    """
    try:
        found = _json(body) if _is_json(body) else parse(body)
    except (ValueError, XmlError, RecursionError) as error:
        # In compat mode the words in the clear may have broken it.
        parts = [part.decode("ascii") for part in _SEALED_PART.findall(body)]
        if not parts:
            raise PushError(400, f"unreadable: {type(error).__name__}") from None
        return parts
    sealed = found.get("Encrypt", "")
    return [part.strip() for part in (sealed if isinstance(sealed, list) else [sealed]) if isinstance(part, str)]


def _read(message: bytes) -> tuple[dict[str, Field], Doubt | None]:
    """Returns the fields of a genuine message, and the doubt about them (None when they may be acted on)."""
    try:
        fields = _fields(message)
    except (ValueError, XmlError, RecursionError):
        return sender_of(message), Doubt.UNREADABLE
    if is_doubled(fields):
        return fields, Doubt.DOUBLED
    return fields, Doubt.UNREADABLE if is_nested(fields) else None


def _fields(body: bytes) -> dict[str, Field]:
    """Returns the fields of a genuine body, repaired where possible. Raises XmlError, ValueError or RecursionError."""
    if _is_json(body):
        return _json(body)
    try:
        return parse(body)
    except XmlError:
        return mend(body)


def _is_json(body: bytes) -> bool:
    """Returns whether the body is JSON, which the platform's debugging tool and examples send instead of XML."""
    return body.lstrip()[:1] == b"{"


def _json(body: bytes) -> dict[str, Field]:
    """Returns the fields of a JSON body as XML would give them. Raises ValueError or RecursionError."""
    value = _field(
        json.loads(body, object_pairs_hook=_object, parse_int=str, parse_float=str), [MAX_ELEMENTS], MAX_DEPTH
    )
    return value if isinstance(value, dict) else {}


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Returns a JSON object in which a repeated name holds a list, as in XML, instead of the last value."""
    made: dict[str, Any] = {}
    for name, value in pairs:
        made[name] = [made[name], value] if name in made else value
    return made


def _field(value: Any, left: list[int], depth: int) -> Field:
    """Returns a JSON value as XML would give it: numbers as text; other types but text, list and object as nothing.

    `left` is how many more values the document may have. Raises ValueError beyond it, or when it is too deep.
    """
    left[0] -= 1
    if depth < 0 or left[0] < 0:
        raise ValueError("too many values, or too deep")
    if isinstance(value, dict):
        return {name: _field(item, left, depth - 1) for name, item in value.items()}
    if isinstance(value, list):
        return [_field(item, left, depth - 1) for item in value]
    return value if isinstance(value, str) else ""
