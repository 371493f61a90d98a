"""The passive reply in XML: one text, cut to the platform's size. Any text survives it unchanged.

Source: https://developers.weixin.qq.com/doc/service/guide/product/message/Passive_user_reply_message. wechatpy's own
replies break on `]]>` and on control characters, so they are not used.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator

SUCCESS = b"success"
"""The official account's answer for "received, nothing to say": no retry, nothing shown. Never encrypted."""

EMPTY = b""
"""WeCom's answer for the same."""

MAX_TEXT = 2000
"""UTF-8 bytes of one text. WeCom documents 2048; on the official account 2047 passed and longer ones were lost."""

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# The same and the line ends that change: most texts have none of them.
_TO_MEND = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_LINK_START = re.compile(rb"<a\s(?=[^<]*>)", re.IGNORECASE)
_LINK_END = re.compile(rb"</a\s*>", re.IGNORECASE)
_LINK_TAG = re.compile(rb"</?a\b[^>]*>|<", re.IGNORECASE)

# Where a text is best cut, best first: after a line, after a sentence, after a clause.
_BOUNDARIES = (re.compile("\n"), re.compile("[。！？!?；;…]+[”’」』）)]*"), re.compile("[，、,：:\\s]"))
_ZERO_WIDTH_JOINER = "\u200d"
_JOINERS = frozenset("\u200d\ufe0e\ufe0f\u20e3\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")
_LONGEST_CLUSTER = 16


def text_reply(to: str, account: str, text: str, *, timestamp: int) -> bytes:
    """Returns a text reply's XML. `to` is the person, `account` ours as the push named it, `timestamp` our clock in
    seconds.

    The platform drops a text over MAX_TEXT bytes, so only the first part of a longer one is rendered.
    """
    return (
        f"<xml><ToUserName>{cdata(to)}</ToUserName><FromUserName>{cdata(account)}</FromUserName>"
        f"<CreateTime>{timestamp}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        f"<Content>{cdata(split(text)[0])}</Content></xml>"
    ).encode()


def cdata(text: str) -> str:
    """Returns `text` as a CDATA section from which an XML parser reads exactly `fit(text)`."""
    return f"<![CDATA[{fit(text).replace(']]>', ']]]]><![CDATA[>')}]]>"


def fit(text: str) -> str:
    """Returns `text` without characters that XML 1.0 cannot hold, with the line ends an XML parser gives."""
    if text.isprintable() or _TO_MEND.search(text) is None:
        return text
    return _NOT_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def split(text: str, limit: int = MAX_TEXT) -> tuple[str, tuple[str, ...]]:
    """Returns what fits into one message of `limit` UTF-8 bytes (at least four), and the parts for further messages.

    Cuts after a line, else a sentence, else a clause; never within a character or a link. A link that is itself too
    long loses its tags. White space around a cut is dropped, and parts that hold nothing else with it.
    """
    if limit < 4:
        raise ValueError("a part must have room for any character")
    text = fit(text)
    if len(text) * 4 <= limit or len(text.encode()) <= limit:
        return text, ()
    parts = [part for part in map(str.strip, _parts(text.encode(), limit)) if part]
    return (parts[0], tuple(parts[1:])) if parts else ("", ())


def _parts(raw: bytes, limit: int) -> Iterator[str]:
    raw = b"".join(_with_short_links(raw, limit))
    links = list(_links(raw))
    start = 0
    while len(raw) - start > limit:
        window = raw[start : start + limit].decode("utf-8", "ignore")
        size = len(window.encode())
        following = raw[start + size : start + size + 4].decode("utf-8", "ignore")[:1]
        end = start + len(window[: _boundary(window, following)].encode())
        first, last = links[bisect_left(links, (end, 0)) - 1] if links else (0, 0)
        if start < first < end < last:
            end = first
        yield raw[start:end].decode()
        start = end
    yield raw[start:].decode()


def _boundary(window: str, following: str) -> int:
    """Returns how many of the window's characters to keep: up to the best boundary in its second half, else nearly all.

    `following` is the character after the window; one that belongs to its neighbour is not parted from it.
    """
    half = len(window) // 2
    for pattern in _BOUNDARIES:
        ends = [match.end() for match in pattern.finditer(window, half)]
        if ends:
            return ends[-1]
    shown = window + following
    for end in range(len(window), max(len(window) - _LONGEST_CLUSTER, 0), -1):
        if shown[end - 1] != _ZERO_WIDTH_JOINER and not _joins(shown[end : end + 1]):
            return end
    return len(window)


def _joins(character: str) -> bool:
    return bool(character) and (character in _JOINERS or unicodedata.combining(character) != 0)


def _links(raw: bytes) -> Iterator[tuple[int, int]]:
    """Yields where links begin and end, in bytes, left to right. An opening tag that is never closed counts alone."""
    position, closed = 0, True
    while found := _LINK_START.search(raw, position):
        close = _LINK_END.search(raw, found.end()) if closed else None
        closed = close is not None
        position = close.end() if close else raw.find(b">", found.end()) + 1
        if position == 0:
            return
        yield found.start(), position


def _with_short_links(raw: bytes, limit: int) -> Iterator[bytes]:
    position = 0
    for start, end in _links(raw):
        if end - start > limit:
            yield raw[position:start]
            yield _LINK_TAG.sub(b"", raw[start:end])
            position = end
    yield raw[position:]
