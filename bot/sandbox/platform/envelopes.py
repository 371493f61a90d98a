"""The wire format of pushes: XML, signature and encryption in the account's mode; and decryption of replies.

Source: "消息加解密说明" (service/guide/dev/push/encryption). The cryptography is wechatpy's, an implementation independent of
the bot's.
"""

from __future__ import annotations

import hashlib
import re
import struct
from typing import Any

from lxml import etree
from msgspec import Struct
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import InvalidSignatureException, WeChatException

from bot.sandbox.platform.events import Fields, RawPush, Value
from bot.sandbox.platform.model import Account

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class SealedRequest(Struct, frozen=True):
    """A request ready to go: the address's query and the body."""

    query: dict[str, str]
    body: bytes


class BadReply(Exception):
    """The account's server answered something that the platform does not understand; the text says what."""


def signature(*parts: str) -> str:
    """The platform's signature: SHA-1 of the parts in byte order, joined."""
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def message_xml(account: Account, push: RawPush) -> str:
    """The plain envelope of a push."""
    tail: Fields = () if push.msg_id is None else (("MsgId", push.msg_id),)
    fields: Fields = (
        ("ToUserName", account.original_id),
        ("FromUserName", push.openid),
        ("CreateTime", int(push.at.timestamp())),
        ("MsgType", push.kind),
        *push.fields,
        *tail,
    )
    return f"<xml>{_render(fields)}</xml>"


def seal(account: Account, push: RawPush, timestamp: str, nonce: str) -> SealedRequest:
    """The request that carries a push: plain, compat (both at once) or safe (encrypted only)."""
    inner = message_xml(account, push)
    query = {
        "signature": signature(account.token, timestamp, nonce),
        "timestamp": timestamp,
        "nonce": nonce,
        "openid": push.openid,
    }
    if account.mode == "plain":
        return SealedRequest(query, inner.encode())
    wrapped = etree.fromstring(_crypto(account).encrypt_message(inner, nonce, timestamp), _parser())
    encrypted = wrapped.findtext("Encrypt") or ""
    query |= {"encrypt_type": "aes", "msg_signature": signature(account.token, timestamp, nonce, encrypted)}
    if account.mode == "safe":
        body = f"<xml>{_render((('ToUserName', account.original_id), ('Encrypt', encrypted)))}</xml>"
    else:
        body = inner.removesuffix("</xml>") + _render((("Encrypt", encrypted),)) + "</xml>"
    return SealedRequest(query, body.encode())


def open_reply(account: Account, body: bytes) -> etree._Element | None:
    """The reply's XML, decrypted and checked; None for `success` or an empty body. Raises BadReply."""
    if body in (b"", b"success"):
        return None
    outer = _parse(body)
    encrypted = outer.findtext("Encrypt")
    if encrypted is None:
        if account.mode == "safe":
            raise BadReply("安全模式下的回复没有加密")
        return outer
    if account.mode == "plain":
        raise BadReply("明文模式下的回复被加密")
    given, timestamp, nonce = (outer.findtext(name) or "" for name in ("MsgSignature", "TimeStamp", "Nonce"))
    if not (given and timestamp and nonce):
        raise BadReply("加密回复缺少 MsgSignature、TimeStamp 或 Nonce")
    try:
        inner: Any = _crypto(account).decrypt_message({"Encrypt": encrypted}, given, timestamp, nonce)
    except InvalidSignatureException as error:
        raise BadReply("加密回复的签名不对") from error
    except (WeChatException, ValueError, IndexError, struct.error) as error:
        raise BadReply("加密回复解不开") from error
    return _parse(inner.encode())


def _crypto(account: Account) -> Any:
    return WeChatCrypto(account.token, account.aes_key, account.app_id)


def _parse(body: bytes) -> etree._Element:
    try:
        root = etree.fromstring(body, _parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BadReply("回复不是合法的 XML") from error
    if root.tag != "xml" or root.getroottree().docinfo.doctype:
        raise BadReply("回复的根元素不是 xml")
    return root


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def _render(fields: Fields) -> str:
    return "".join(f"<{name}>{_value(value)}</{name}>" for name, value in fields)


def _value(value: Value) -> str:
    if isinstance(value, tuple):
        return _render(value)
    if isinstance(value, str):
        clean = _NOT_XML.sub("", value).replace("]]>", "]]]]><![CDATA[>")
        return f"<![CDATA[{clean}]]>"
    return str(value) if isinstance(value, int) else f"{value:.6f}"
