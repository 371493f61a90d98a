"""The 整改 item: the fold of its events (`lifecycle.fold`); no field is set elsewhere."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from handlers.tickets.events import Actor


class State(StrEnum):
    """Where an item is. The moves are in `states.py`."""

    OPENED = "opened"
    DOING = "doing"
    SUBMITTED = "submitted"
    SIGNED = "signed"
    DROPPED = "dropped"


class Origin(StrEnum):
    """Why it was begun: a hot issue, a series of bad grades, or a supervisor's own judgement."""

    HOT = "hot"
    GRADES = "grades"
    SUPERVISOR = "supervisor"


class Owed(StrEnum):
    """What the clock waits for: measures, one of them, another submission after it was sent back, the sign-off."""

    PLAN = "plan"
    MEASURE = "measure"
    AGAIN = "again"
    SIGN = "sign"


class Due(Struct, frozen=True, omit_defaults=True):
    """A date and what the clock did about it: `reminded` before, `late` told above after."""

    by: datetime
    remind_at: datetime | None = None
    reminded: bool = False
    late: bool = False


class Measure(Struct, frozen=True, omit_defaults=True):
    """One thing that will be done by a day."""

    text: str
    due: Due
    done_at: datetime | None = None


class Item(Struct, frozen=True, omit_defaults=True):
    """One 整改. `key` is its short number. `cause` is why it was begun, `analysis` what the lead unit found.

    `tickets` are the ids of those it covers, `people` how many stood behind them when they were covered. `latest` is the last
    progress in words, `told_at` when their citizens heard of anything last. `submitted_by` is who of the lead unit asked for the sign-off, with `conclusion`.
    """

    id: int
    number: str
    key: str
    year: int
    serial: int
    origin: Origin
    unit_id: str
    cause: str
    opened_at: datetime
    opened_by: Actor
    plan: Due
    tickets: tuple[int, ...] = ()
    people: int = 0
    state: State = State.OPENED
    analysis: str = ""
    measures: tuple[Measure, ...] = ()
    latest: str = ""
    latest_at: datetime | None = None
    told_at: datetime | None = None
    again: Due | None = None
    sign: Due | None = None
    conclusion: str = ""
    submitted_by: Actor | None = None
    sent_back: int = 0
    verdict: str = ""
    ended_at: datetime | None = None
    version: int = 0
