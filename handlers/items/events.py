"""Events of a 整改 item. Facts only: every date is in them, so that folding computes none."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from handlers.items.item import Due, Measure, Origin, Owed
from handlers.tickets.events import Actor
from handlers.tickets.ticket import Attachment


class Opened(Struct, frozen=True, tag="opened"):
    """立项. `plan` is when the lead unit owes its measures."""

    number: str
    key: str
    year: int
    serial: int
    origin: Origin
    unit_id: str
    cause: str
    tickets: tuple[int, ...]
    people: int
    plan: Due


class Planned(Struct, frozen=True, tag="planned"):
    """措施: more of what will be done, and what the lead unit found to be the cause ("" where it says nothing new)."""

    measures: tuple[Measure, ...]
    analysis: str = ""


class Progressed(Struct, frozen=True, tag="progressed"):
    """进展. `measure` counts from 1 (0: none is named), `done` says that it is done; `told`: citizens are pushed it."""

    text: str
    attachments: tuple[Attachment, ...] = ()
    measure: int = 0
    done: bool = False
    told: bool = True


class Extended(Struct, frozen=True, tag="extended"):
    """展期: a measure will be done later, with a reason that everybody reads."""

    measure: int
    due: Due
    reason: str
    told: bool = True


class SubmittedForSignOff(Struct, frozen=True, tag="submitted"):
    """报验: the lead unit holds it for done. `sign` is when the supervisor owes a verdict."""

    conclusion: str
    sign: Due


class SentBack(Struct, frozen=True, tag="sent_back"):
    """退改: it is not done; `again` is when it is to be submitted once more."""

    reason: str
    again: Due
    told: bool = True


class SignedOff(Struct, frozen=True, tag="signed"):
    """验收: it is done."""

    verdict: str


class Covered(Struct, frozen=True, tag="covered"):
    """纳入: more tickets of the same matter, and the people behind them."""

    tickets: tuple[int, ...]
    people: int


class Dropped(Struct, frozen=True, tag="dropped"):
    """撤项, with a reason that everybody reads."""

    reason: str


class Warned(Struct, frozen=True, tag="warned"):
    """The clock: what is owed at `by` is near or, when `late`, past. `measure` counts from 1."""

    owed: Owed
    by: datetime
    measure: int = 0
    late: bool = False


What = (
    Opened | Planned | Progressed | Extended | SubmittedForSignOff | SentBack | SignedOff | Covered | Dropped | Warned
)


class ItemEvent(Struct, frozen=True):
    """One line of an item's log: `seq` counts from 1 without gaps."""

    item_id: int
    seq: int
    at: datetime
    actor: Actor
    what: What
