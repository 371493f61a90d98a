"""Access to single fields of a push, each of which may be absent, empty, huge, repeated or of the wrong type."""

from __future__ import annotations

import math
import re

from bot.channels.wechat.xml import Field, Fields

_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_NOT_A_NAME = re.compile(r"[^a-z0-9_.-]+", re.ASCII)
_DIGITS = re.compile(r"[0-9]{1,20}", re.ASCII)
_NAME_LENGTH = 64

ID_LENGTH = 256
"""Longest identifier that is kept. An openid has 28 characters, a media id 64, a WeCom user id at most 64 bytes."""


ONCE = frozenset(
    (
        "ToUserName FromUserName CreateTime MsgType MsgId MsgDataId Idx AgentID Content bizmsgmenuid PicUrl MediaId "
        "MediaId16K Format Recognition ThumbMediaId Location_X Location_Y Scale Label Title Description Url Event EventKey "
        "Ticket Latitude Longitude Precision MenuId MsgID Status TaskId CardType ResponseCode TemplateId "
        "SubscribeStatusString ErrorCode ErrorStatus OpenID"
    ).split()
)
"""Fields that the platform writes once in their group. A second one was inserted: by hand, or by words that closed
their own field and opened another.
"""


def is_doubled(value: Field) -> bool:
    """Returns whether a field of `ONCE` occurs more than once, at any level."""
    if isinstance(value, dict):
        return any((name in ONCE and isinstance(item, list)) or is_doubled(item) for name, item in value.items())
    return isinstance(value, list) and any(map(is_doubled, value))


def is_nested(fields: Fields) -> bool:
    """Returns whether a field of `ONCE` holds further fields instead of a value."""
    return any(name in ONCE and isinstance(value, dict) for name, value in fields.items())


def clean(text: str) -> str:
    """Returns `text` with plain line ends and without control characters, lone surrogates and non-characters."""
    if text.isprintable():
        return text
    return _UNSAFE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def text_of(fields: Fields, name: str) -> str:
    """Returns the field as clean text without surrounding space: the first of a repeated field, empty when it is no
    text.
    """
    value: object = fields.get(name)
    if isinstance(value, list):
        value = next((item for item in value if isinstance(item, str)), "")
    return clean(value).strip() if isinstance(value, str) else ""


def id_of(fields: Fields, name: str) -> str:
    """Returns the field as an identifier, like `text_of`. Empty when it is longer than ID_LENGTH."""
    value = text_of(fields, name)
    return value if len(value) <= ID_LENGTH else ""


def name_of(fields: Fields, name: str) -> str:
    """Returns the field as a lower-case word for a look-up or a log line: at most 64 of `a-z 0-9 _ . -`."""
    value = fields.get(name)
    if type(value) is not str:
        value = text_of(fields, name)
    lowered = value[:_NAME_LENGTH].strip().lower()
    return lowered if lowered.isidentifier() and lowered.isascii() else _NOT_A_NAME.sub("", lowered)


def integer_of(fields: Fields, name: str) -> int | None:
    """Returns the field as a whole number. None unless it has one to twenty digits."""
    value = text_of(fields, name)
    return int(value) if _DIGITS.fullmatch(value) else None


def float_of(fields: Fields, name: str) -> float | None:
    """Returns the field as a finite number. None when it is none."""
    value = text_of(fields, name)
    try:
        number = float(value) if len(value) <= _NAME_LENGTH else math.nan
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def child_of(fields: Fields, name: str) -> Fields:
    """Returns the nested fields under `name`, the first of a repeated one. Empty when there are none."""
    return next(iter(children_of(fields, name)), {})


def children_of(fields: Fields, name: str) -> list[Fields]:
    """Returns all nested field groups under `name`, one element as a list of one. Empty when there are none."""
    value: Field = fields.get(name, "")
    if isinstance(value, dict):
        return [value]
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
