"""A push: a message that we send without being asked. Written in the transaction of the change it tells of, sent by the
worker.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class Choice(Struct, frozen=True):
    """One tap: `label` is shown, `say` is what arrives as if the person had typed it."""

    label: str
    say: str


class CardKind(StrEnum):
    """Template messages we use when no customer message is allowed; each has a template id in the settings."""

    PROGRESS = "progress"
    TASK = "task"
    REMINDER = "reminder"


class Card(Struct, frozen=True, omit_defaults=True):
    """The short form of a push: what the platform's template shows. `path` is a page of ours, opened by a tap.

    `at` is when it happened, `due` when something is owed. Field limits are the platform's (thing ≤ 20 characters, phrase ≤ 5); the edge cuts what is longer.
    """

    kind: CardKind
    number: str
    title: str
    state: str
    note: str
    at: datetime
    path: str = ""
    due: datetime | None = None


class Push(Struct, frozen=True, omit_defaults=True):
    """One thing to tell one person. Pushes of one ticket to one person leave in the order they were written.

    `choices` are taps below the text, where the way it takes has any. `staff_id` is the member of staff as whom the person
    is told: whoever is not that any more is told nothing. None for what is theirs as a citizen.
    """

    id: int
    person_id: int
    ticket_id: int | None
    text: str
    card: Card | None = None
    choices: tuple[Choice, ...] = ()
    staff_id: int | None = None


def to_official(push: Push, owner_id: int | None) -> bool:
    """Whether the person is told as an official; `owner_id` is whose ticket it speaks of.

    Pushes of before `staff_id` are told by their ticket, and those that speak of many by their card.
    """
    if push.staff_id is not None:
        return True
    if push.ticket_id is not None:
        return owner_id is not None and owner_id != push.person_id
    return push.card is not None and push.card.kind is not CardKind.PROGRESS
