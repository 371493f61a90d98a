"""Commands about the grade that a citizen gave: the unit's 申诉, the supervisor's 评议."""

from __future__ import annotations

from msgspec import Struct


class Contest(Struct, frozen=True):
    """申诉: the unit holds the grade for a mistake or for malice."""

    number: str | None
    reason: str


class Judge(Struct, frozen=True):
    """评议: a supervisor decides whether the grade counts; `text` begins with 维持 or 剔除."""

    number: str | None
    text: str


GradeCommand = Contest | Judge
