"""A push: a message that we send without being asked. Written in the transaction of the change it tells of, sent by the
worker.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class Choice(Struct, frozen=True):
    """One line to tap."""

    label: str
    """Shown to the person."""

    say: str
    """Arrives as if the person had typed it."""


class CardKind(StrEnum):
    """Template messages we use when no customer message is allowed; each has a template id in the settings."""

    PROGRESS = "progress"
    TASK = "task"
    REMINDER = "reminder"


class Card(Struct, frozen=True, omit_defaults=True):
    """The short form of a push, for the platform's template. Its limits (thing ≤ 20 characters, phrase ≤ 5) are applied
    by the edge.
    """

    kind: CardKind
    number: str
    title: str
    state: str
    note: str
    at: datetime
    """When it happened."""

    path: str = ""
    """A page of ours that a tap opens."""

    due: datetime | None = None
    """When something is owed. None when nothing is."""


class Push(Struct, frozen=True, omit_defaults=True):
    """One message to one person. Pushes about one ticket to one person are sent in the order they were written."""

    id: int
    person_id: int
    ticket_id: int | None
    text: str
    card: Card | None = None
    choices: tuple[Choice, ...] = ()
    """Lines to tap below the text, where the way of sending has them."""

    staff_id: int | None = None
    """The member of staff as whom the person is told: after a release nothing is sent. None for a citizen's push."""


def to_official(push: Push, owner_id: int | None) -> bool:
    """Whether the person is told as an official; `owner_id` is whose ticket it speaks of.

    Pushes of before `staff_id` are told by their ticket, and those that speak of many by their card.
    """
    if push.staff_id is not None:
        return True
    if push.ticket_id is not None:
        return owner_id is not None and owner_id != push.person_id
    return push.card is not None and push.card.kind is not CardKind.PROGRESS
