"""Requests as the platform sends them, ready as bytes before any clock runs, and what came back, opened afterwards."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Iterable

from benchmarks.bots.account import ACCOUNT, AES_KEY, APP_ID, TOKEN
from bot.channels.wechat.crypto import RANDOM_BYTES, AesKey, sign
from bot.channels.wechat.xml import parse

_key = AesKey(AES_KEY)
_TAG = re.compile(r"<[^>]+>")


def requests(texts: Iterable[str], first_id: int, *, safe: bool) -> list[bytes]:
    """One HTTP request for each text, each from another person and with a MsgId of its own, counted from `first_id`."""
    return [_request(text, first_id + offset, safe=safe) for offset, text in enumerate(texts)]


def _request(text: str, number: int, *, safe: bool) -> bytes:
    openid = f"oBench{number:022d}"
    nonce, sent_at = str(secrets.randbelow(10**9)), int(time.time())
    body = (
        f"<xml><ToUserName><![CDATA[{ACCOUNT}]]></ToUserName><FromUserName><![CDATA[{openid}]]></FromUserName>"
        f"<CreateTime>{sent_at}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        f"<Content><![CDATA[{text}]]></Content><MsgId>{23_000_000_000_000_000 + number}</MsgId></xml>"
    ).encode()
    query = f"signature={sign(TOKEN, str(sent_at), nonce)}&timestamp={sent_at}&nonce={nonce}&openid={openid}"
    if safe:
        sealed = _key.encrypt(body, APP_ID.encode(), secrets.token_bytes(RANDOM_BYTES))
        query += f"&encrypt_type=aes&msg_signature={sign(TOKEN, str(sent_at), nonce, sealed)}"
        body = (
            f"<xml><ToUserName><![CDATA[{ACCOUNT}]]></ToUserName><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"
        ).encode()
    head = (
        f"POST /wechat?{query} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: Mozilla/4.0\r\nAccept: */*\r\n"
        f"Content-Type: text/xml\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def opened(reply: bytes) -> str:
    """The text of a sealed reply; raises when it is not one."""
    envelope = parse(reply)
    sealed = envelope["Encrypt"]
    assert isinstance(sealed, str)
    signature = sign(TOKEN, str(envelope["TimeStamp"]), str(envelope["Nonce"]), sealed)
    if envelope["MsgSignature"] != signature:
        raise ValueError("the reply's signature is wrong")
    text = parse(_key.decrypt(sealed, APP_ID.encode()))["Content"]
    assert isinstance(text, str)
    return _TAG.sub("", text)
