"""The 整改 item: the fold of its events (`lifecycle.fold`); no field is set elsewhere."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from handlers.tickets.events import Actor


class ItemState(StrEnum):
    """State of an item. The moves are in `states.py`."""

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


class ItemOwed(StrEnum):
    """What the clock waits for: measures, one of them, another submission after it was sent back, the sign-off."""

    PLAN = "plan"
    MEASURE = "measure"
    AGAIN = "again"
    SIGN = "sign"


class ItemDue(Struct, frozen=True, omit_defaults=True):
    """A date that is owed, and what the clock did about it."""

    by: datetime
    remind_at: datetime | None = None
    reminded: bool = False
    """Whether the clock reminded before `by`."""
    late: bool = False
    """Whether the clock told those above after `by`."""


class Measure(Struct, frozen=True, omit_defaults=True):
    """One thing that will be done by a day."""

    text: str
    due: ItemDue
    done_at: datetime | None = None


class Item(Struct, frozen=True, omit_defaults=True):
    """The 整改 item."""

    id: int
    number: str
    key: str
    """Its short number, as Z26003."""
    year: int
    serial: int
    origin: Origin
    unit_id: str
    """The lead unit."""
    cause: str
    """Why it was begun."""
    opened_at: datetime
    opened_by: Actor
    plan: ItemDue
    """When the lead unit owes its measures."""
    tickets: tuple[int, ...] = ()
    """Ids of the tickets that it covers."""
    people: int = 0
    """How many people stood behind them when they were covered."""
    state: ItemState = ItemState.OPENED
    analysis: str = ""
    """What the lead unit found to be the cause."""
    measures: tuple[Measure, ...] = ()
    latest: str = ""
    """The last progress in words."""
    latest_at: datetime | None = None
    told_at: datetime | None = None
    """When the citizens heard of anything last."""
    again: ItemDue | None = None
    """When it is to be submitted once more, after it was sent back."""
    sign: ItemDue | None = None
    """When the supervisor owes a verdict."""
    conclusion: str = ""
    """What the lead unit says was done."""
    submitted_by: Actor | None = None
    """Who of the lead unit asked for the sign-off."""
    sent_back: int = 0
    """How often it was sent back."""
    verdict: str = ""
    """The supervisor's last word, or why it was dropped."""
    ended_at: datetime | None = None
    version: int = 0
    """How many events its log has."""

    def open_measures(self) -> tuple[tuple[int, Measure], ...]:
        """The measures that are not done, with their numbers from 1."""
        return tuple((place, each) for place, each in enumerate(self.measures, 1) if each.done_at is None)

    def with_measure(self, number: int, *, due: ItemDue | None = None, done_at: datetime | None = None) -> Item:
        """Returns the item with this measure (from 1) due or done at another time. None keeps what it has."""
        measures = tuple(
            replace(each, due=due or each.due, done_at=done_at or each.done_at) if place == number else each
            for place, each in enumerate(self.measures, 1)
        )
        return replace(self, measures=measures)
