"""Message templates of the account, and the limits of their fields."""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct

from bot.sandbox.platform.codes import PlatformRefusal
from bot.sandbox.platform.model import Field


class ChosenTemplate(Struct, frozen=True):
    """A template as chosen in the platform's back office."""

    id: str
    title: str
    fields: tuple[tuple[str, str], ...]
    """(key, label), for example ("thing1", "事项")."""

    subscription: bool = False
    """Sent by bizsend; each needs a consent, unless `long_term`."""

    long_term: bool = False


# What a typed field may hold. Source: 订阅通知 / 类目模板消息, "参数值内容限制说明".
_LIMITS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("thing", re.compile(r".{1,20}", re.DOTALL)),
    ("number", re.compile(r"[0-9.,-]{1,32}")),
    ("letter", re.compile(r"[A-Za-z]{1,32}")),
    ("symbol", re.compile(r"[^\w\s]{1,5}")),
    ("character_string", re.compile(r"[!-~ ]{1,32}")),
    ("time", re.compile(r"(?=.*\d).{1,40}")),
    ("date", re.compile(r"(?=.*\d).{1,40}")),
    ("amount", re.compile(r"[^\d\s]?\d{1,10}(\.\d+)?元?")),
    ("phone_number", re.compile(r"[0-9+() -]{1,17}")),
    ("car_number", re.compile(r".{1,8}")),
    ("name", re.compile(r"[A-Za-z ·.]{1,20}|.{1,10}")),
    ("phrase", re.compile(r"[\u4e00-\u9fff]{1,5}")),
    ("const", re.compile(r".{1,20}")),
)


def fill(template: ChosenTemplate, data: object) -> tuple[Field, ...]:
    """The card's fields from a request's `data` ({key: {"value": text}}).

    Raises Refusal 47003 when a value is missing, not text, or outside its field's limits.
    """
    if not isinstance(data, Mapping):
        raise PlatformRefusal(47003)
    filled = []
    for key, label in template.fields:
        entry = data.get(key)
        value = entry.get("value") if isinstance(entry, Mapping) else None
        if not isinstance(value, str) or not value or not _fits(key, value):
            raise PlatformRefusal(47003, f"data.{key}.value invalid")
        filled.append(Field(label, value))
    return tuple(filled)


def _fits(key: str, value: str) -> bool:
    kind = key.rstrip("0123456789")
    pattern = next((pattern for name, pattern in _LIMITS if name == kind), None)
    return pattern is None or pattern.fullmatch(value) is not None
