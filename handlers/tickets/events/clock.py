"""What the clock does to a ticket, and what officials answer to it: reminders, cards, 催办, promises of an answer."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class CardColour(StrEnum):
    """黄牌 and 红牌 (芜湖 市民心声)."""

    YELLOW = "yellow"
    RED = "red"


class Owed(StrEnum):
    """What a reminder speaks of."""

    ACCEPT = "accept"
    REPLY = "reply"
    RULING = "ruling"
    VOW = "vow"


class Reminded(Struct, frozen=True, tag="reminded"):
    """提醒: `owed` is due at `due`, or was. `raised`: many people or a hot issue stand behind it, one level more is told."""

    owed: Owed
    due: datetime
    raised: bool = False


class Carded(Struct, frozen=True, tag="carded"):
    """黄牌 or 红牌, since no answer came by `due`; `rule` in a citizen's words; `raised` as in `Reminded`."""

    colour: CardColour
    due: datetime
    rule: str = ""
    raised: bool = False


class Uncarded(Struct, frozen=True, tag="uncarded"):
    """撤牌 by a supervisor, with a reason that everybody reads."""

    colour: CardColour
    reason: str


class ChaseNoticeIssued(Struct, frozen=True, tag="noticed"):
    """催办通知单: a numbered document to the unit and its superior that lists this ticket."""

    notice: str
    due: datetime


class Resumed(Struct, frozen=True, tag="resumed"):
    """The citizen said nothing for as long as we wait: the clock goes on by itself. `back` as in `Supplemented`."""

    reply_by: datetime
    remind_at: datetime | None = None
    back: int | None = None


class Shortened(Struct, frozen=True, tag="shortened"):
    """So many want the same that it is due earlier (published rule)."""

    reply_by: datetime
    crowd: int
    rule: str
    remind_at: datetime | None = None


class Urged(Struct, frozen=True, tag="urged"):
    """催办 by the citizen; the unit answers by `answer_by`."""

    words: str = ""
    answer_by: datetime | None = None


class UrgeAnswered(Struct, frozen=True, tag="stated"):
    """回应: the unit answers the citizen's 催办 with a date of its own, `by`."""

    text: str
    by: datetime


class UrgeIgnored(Struct, frozen=True, tag="ignored"):
    """The 催办 was not answered in time: those above are told; `raised` as in `Reminded`."""

    due: datetime
    raised: bool = False


class CommitmentKept(Struct, frozen=True, tag="vow_kept"):
    """兑现: what was promised in an answer was done. `vow` counts from 1."""

    vow: int
    text: str = ""


class CommitmentBroken(Struct, frozen=True, tag="vow_broken"):
    """The day named in an answer has passed without a word; `raised` as in `Reminded`."""

    vow: int
    due: datetime
    raised: bool = False


Clock = (
    Reminded
    | Carded
    | Uncarded
    | ChaseNoticeIssued
    | Resumed
    | Shortened
    | Urged
    | UrgeAnswered
    | UrgeIgnored
    | CommitmentKept
    | CommitmentBroken
)
"""Every event of this file."""
