"""The platform's limits on outgoing messages, and shortening of text to fit them.

Sizes count as the platform counts: bytes of UTF-8 for messages and menus, characters for template fields.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from bot.channels.wechat.errors import PlatformError, Verdict

TEXT_BYTES: Final = 2000
"""2047 bytes pass in practice (45002 beyond); the official account's documents name no limit."""

ELLIPSIS: Final = "…"
EMPTY_FIELD: Final = "无"
"""The platform refuses an empty field with 47003."""

_HANZI = re.compile(r"[\u3400-\u9fff]")


class FieldKind(Struct, frozen=True):
    """A kind of template field."""

    limit: int
    """In characters."""

    words: bool = False
    """Whether the value may be shortened. Numbers and dates may not."""


FIELD_KINDS: Final[Mapping[str, FieldKind]] = {
    # Subscription messages, "参数值内容限制说明"; template messages share it.
    "thing": FieldKind(20, words=True),
    "phrase": FieldKind(5, words=True),
    "name": FieldKind(20, words=True),
    "number": FieldKind(32),
    "letter": FieldKind(32),
    "symbol": FieldKind(5),
    "character_string": FieldKind(32),
    "phone_number": FieldKind(17),
    "car_number": FieldKind(8),
    "amount": FieldKind(12),
    "time": FieldKind(64),
    "date": FieldKind(64),
}
_NAME_WITH_HANZI: Final = 10
"""A name has at most ten characters if it contains 汉字, twenty letters otherwise."""


def cut_bytes(text: str, limit: int) -> str:
    """Returns `text` if it has at most `limit` bytes of UTF-8, else its beginning with an ellipsis, in whole
    characters.
    """
    return text if _size(text) <= limit else _head(text, limit - _size(ELLIPSIS)) + ELLIPSIS


def cut_chars(text: str, limit: int) -> str:
    """Returns the same, counted in characters."""
    return text if len(text) <= limit else text[: limit - 1] + ELLIPSIS


def fit_field(name: str, value: str, endpoint: str) -> str:
    """Returns a template field's value as the platform accepts it: one line, never empty, words shortened.

    Raises PlatformError(CONTENT, 47003) for a number, date or code beyond its limit, because a shortened one is wrong.
    The kind is the field's name without its number; an unknown kind (`keyword1`, `first`) is left as it is.
    """
    kind_name = name.rstrip("0123456789")
    line = " ".join(value.split()) or EMPTY_FIELD
    kind = FIELD_KINDS.get(kind_name)
    if kind is None:
        return line
    limit = _NAME_WITH_HANZI if kind_name == "name" and _HANZI.search(line) else kind.limit
    if len(line) <= limit:
        return line
    if not kind.words:
        raise PlatformError(Verdict.CONTENT, endpoint, code=47003, detail=f"{name} has more than {limit} characters")
    return line[:limit] if kind_name == "phrase" else cut_chars(line, limit)


def fit_fields(fields: Mapping[str, str], endpoint: str) -> dict[str, dict[str, str]]:
    """Returns all fields in the platform's shape `{name: {"value": text}}`. Raises as `fit_field`."""
    return {name: {"value": fit_field(name, value, endpoint)} for name, value in fields.items()}


def check_bytes(text: str, limit: int, endpoint: str) -> str:
    """Returns `text` if it is not blank and fits. Raises PlatformError(CONTENT, 45002), without a call, otherwise."""
    if not text.strip() or _size(text) > limit:
        raise PlatformError(Verdict.CONTENT, endpoint, code=45002, detail=f"text of {_size(text)} bytes, limit {limit}")
    return text


def _size(text: str) -> int:
    return len(text.encode("utf-8", "replace"))


def _head(text: str, limit: int) -> str:
    return text.encode("utf-8", "replace")[: max(limit, 0)].decode("utf-8", "ignore")
