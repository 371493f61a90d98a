"""Repair of a push whose XML was broken by typed text, and the sender of a push that stays unreadable.

The platform writes each field as `<Name><![CDATA[words]]></Name>` and has been seen to pass on `]]>`, a bare `&`, an
entity that XML does not know, control characters and a character cut in two. Only such damage is repaired. The strict
parser (`bot.channels.wechat.xml`) reads the result, so its limits and its refusal of a document type hold here too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.channels.wechat.xml import Field, XmlError, parse

_CESU = re.compile(rb"\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CUT = re.compile("\ufffd+(?=]]>|</)")
_OPENS = re.compile(r"<([A-Za-z_][A-Za-z0-9_.-]{0,63})>(<!\[CDATA\[)?")
_TYPED = frozenset(
    {"Content", "Label", "Title", "Description", "Url", "Recognition", "Poiname", "ScanResult", "EventKey"}
)
"""Fields that hold a person's words: even without CDATA, a `<` in them begins no element."""

_SPACE = re.compile(r"\s*")
_END = "</xml>"
_BARE_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});)")
_REFERENCE = re.compile(r"&#(?:([0-9]{1,7})|x([0-9A-Fa-f]{1,6}));")
_NO_TAG = re.compile(r"<(?![A-Za-z_/!?])")
# Search: <FromUserName>abc</FromUserName> | "ToUserName": "abc"
# Not: <Content>abc</Content>
_SENDER = re.compile(
    r"""(?:<(FromUserName|ToUserName)>\s*(?:<!\[CDATA\[)?|"(FromUserName|ToUserName)"\s*:\s*")([^<>"\]\s]{1,128})"""
)
_FEW = 3
"""Broken characters that count as cut-off ones, however short the text."""


def mend(body: bytes) -> dict[str, Field]:
    """Returns the fields of a document that `parse` refused. Raises `XmlError` when its meaning is not certain."""
    return parse("".join(_mended(_decoded(body))).encode())


def sender_of(body: bytes) -> dict[str, Field]:
    """Returns the first sender and receiver of an unreadable push. Empty when there is none."""
    found: dict[str, Field] = {}
    for match in _SENDER.finditer(body.decode("utf-8", "replace")):
        found.setdefault(match[1] or match[2], match[3])
    return found


def _decoded(body: bytes) -> str:
    whole = _CESU.sub(_joined, body)
    text = whole.strip().decode("utf-8", "replace")
    broken = text.count("\ufffd")
    foreign = len(text) - len(text.encode("ascii", "ignore"))
    if broken > _FEW and broken * 4 > foreign:
        raise XmlError("not UTF-8")
    return _CUT.sub("", _FORBIDDEN.sub("", text)).strip()


def _joined(pair: re.Match[bytes]) -> bytes:
    """Returns an emoji written as two surrogates of three bytes each as one character of four bytes."""
    return pair[0].decode("utf-8", "surrogatepass").encode("utf-16", "surrogatepass").decode("utf-16").encode()


def _mended(text: str) -> Iterator[str]:
    position = 0
    while found := _OPENS.search(text, position):
        name, quoted = found[1], found[2] is not None
        if not quoted and (name not in _TYPED or text.startswith("<![CDATA[", found.end())):
            yield _outside(text[position : found.end()])
            position = found.end()
            continue
        closer = f"]]></{name}>" if quoted else f"</{name}>"
        end = _end_of_field(text, closer, found.end())
        inside = text[found.end() : end]
        yield _outside(text[position : found.start()])
        yield f"<{name}>"
        yield (
            f"<![CDATA[{inside.replace(']]>', ']]]]><![CDATA[>')}]]>"
            if quoted
            else _outside(inside).replace("<", "&lt;")
        )
        yield f"</{name}>"
        position = end + len(closer)
    yield _outside(text[position:])


def _end_of_field(text: str, closer: str, start: int) -> int:
    """Returns where the field's own closing tag begins: the first one after which the document continues as a document
    does.
    """
    position = start
    while (found := text.find(closer, position)) >= 0:
        position = found + len(closer)
        following = _SPACE.match(text, position)
        after = following.end() if following else position
        if text.startswith(_END, after):
            if after + len(_END) == len(text):
                return found
        elif text.startswith("<", after) and not text.startswith("<![", after):
            return found
    raise XmlError("a field that does not end")


def _outside(text: str) -> str:
    """Returns mark-up and text outside CDATA, without what a person typed."""
    mended = _REFERENCE.sub(_allowed, _BARE_AMPERSAND.sub("&amp;", text))
    return _NO_TAG.sub("&lt;", mended).replace("]]>", "]]&gt;")


def _allowed(reference: re.Match[str]) -> str:
    code = int(reference[1]) if reference[1] else int(reference[2], 16)
    if (
        code > 0x10FFFF
        or (code < 0x20 and code not in (9, 10, 13))
        or 0xD800 <= code <= 0xDFFF
        or code in (0xFFFE, 0xFFFF)
    ):
        return ""
    return reference[0]
