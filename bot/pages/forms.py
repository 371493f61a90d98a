"""Reader of a page's form: small, urlencoded, with text cleaned like a message's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl

from aiohttp import web

from bot.inbound.door import body_of

LARGEST_BODY = 64 * 1024
_MOST_FIELDS = 16
# Everything that is no character to read: controls but line breaks and tabs, surrogates, noncharacters.
_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


async def read_form(request: web.Request) -> Mapping[str, str]:
    """Returns the form's fields, the first of each name. Raises 400, 413 or 415 for what no form of ours sends."""
    if request.content_type != "application/x-www-form-urlencoded":
        raise web.HTTPUnsupportedMediaType
    raw = await body_of(request)
    if len(raw) > LARGEST_BODY:
        raise web.HTTPRequestEntityTooLarge(LARGEST_BODY, len(raw))
    try:
        pairs = parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise web.HTTPBadRequest from None
    fields: dict[str, str] = {}
    for name, value in pairs:
        fields.setdefault(name, readable(value))
    return fields


def readable(text: str) -> str:
    """Returns the text without unreadable characters, with plain line breaks."""
    return _UNREADABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
