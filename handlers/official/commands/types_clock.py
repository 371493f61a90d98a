"""Commands that answer to the clock, and those of an official's own absence. Part of the union in `commands.py`."""

from __future__ import annotations

from msgspec import Struct


class Uncard(Struct, frozen=True):
    """撤牌: takes a yellow or red card back; `colour` is 黄牌 or 红牌, None for the only one there is."""

    number: str | None
    colour: str | None
    reason: str


class Respond(Struct, frozen=True):
    """回应: the answer to the citizen's 催办; its words name a day."""

    number: str | None
    text: str


class Settle(Struct, frozen=True):
    """裁定: whose it is, after it was returned again and again."""

    number: str | None
    unit: str
    reason: str


class Fulfil(Struct, frozen=True):
    """兑现: what an answer promised was done; `which` counts from 1, None for the only one open."""

    number: str | None
    which: int | None
    text: str


class CallBack(Struct, frozen=True):
    """回访: the citizen was spoken with."""

    number: str | None
    text: str


class TakeLeave(Struct, frozen=True):
    """请假: away from when to when, and who stands in ("12月1日到12月5日 代理 小李")."""

    span: str


class ComeBack(Struct, frozen=True):
    """销假: back again."""


ClockCommand = Uncard | Respond | Settle | Fulfil | CallBack
"""Those about one ticket."""

AbsenceCommand = TakeLeave | ComeBack
