"""What a ticket is. A ticket is nothing but the sum of its events (`lifecycle.fold`); no field is set elsewhere."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from handlers.messages import MediaKind


class State(StrEnum):
    """Where a ticket is. The table of moves is in `states.py`, the words in `wording.py`."""

    SUBMITTED = "submitted"
    TRANSFERRED = "transferred"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    ON_SITE = "on_site"
    WAITING = "waiting"
    REWORK = "rework"
    REPLIED = "replied"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    MERGED = "merged"


class Place(Struct, frozen=True):
    """Where it happened: the person's words, and the point they sent if any; `area` is the part of town it lies in."""

    text: str
    area: str = ""
    latitude: float | None = None
    longitude: float | None = None


class Attachment(Struct, frozen=True):
    """A file that belongs to a ticket; its bytes are in the media store under `id`."""

    id: int
    kind: MediaKind


class Promise(Struct, frozen=True):
    """What we promised: accepted by, answered by, and the rule it rests on, in words a citizen understands.

    `in_hours` says that the rule counts hours round the clock and not working days, so that a pause is given back alike.
    """

    accept_by: datetime
    reply_by: datetime
    rule: str
    in_hours: bool = False


class Standing(Struct, frozen=True):
    """Where a ticket stands with the unit, as those who follow it share it: nothing in it is its author's own.

    `rating` is the follower's own, kept or dropped.
    """

    state: State
    unit_id: str
    promise: Promise
    reason: str = ""
    waiting_since: datetime | None = None
    paused_in: State | None = None
    co_units: tuple[str, ...] = ()
    returns: int = 0
    transfers: int = 0
    asks: int = 0
    extensions: int = 0
    reworks: int = 0
    supervised: bool = False
    accepted_at: datetime | None = None
    reply: str = ""
    replied_at: datetime | None = None
    closed_at: datetime | None = None
    rating: int | None = None


class Ticket(Struct, frozen=True):
    """One appeal on its way. `version` is the number of events in its log, `since` when it came into its state.

    `called` is how the citizen wants to be named where `named` allows it. `paused_in` is the state it was in when the citizen was asked something, and to which their answer leads back.
    `joined_to` is the ticket (`joined_number`) that it follows, up to that one's event `followed`; `crowd` how many follow
    this one, `crowd_urged_at` when one of them urged last.
    """

    id: int
    number: str
    token: str
    code: str
    person_id: int
    filed_at: datetime
    kind: str
    category: str
    subcategory: str | None
    title: str
    text: str
    place: Place | None
    urgent: bool
    leader: str | None
    named: bool
    public: bool
    unit_id: str
    promise: Promise
    state: State = State.SUBMITTED
    since: datetime | None = None
    reason: str = ""
    question: str = ""
    waiting_since: datetime | None = None
    paused_in: State | None = None
    co_units: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    returns: int = 0
    transfers: int = 0
    asks: int = 0
    urges: int = 0
    urged_at: datetime | None = None
    extensions: int = 0
    reworks: int = 0
    supervised: bool = False
    accepted_at: datetime | None = None
    reply: str = ""
    replied_at: datetime | None = None
    closed_at: datetime | None = None
    rating: int | None = None
    merged_into: str | None = None
    version: int = 0
    called: str = ""
    joined_to: int | None = None
    joined_number: str = ""
    followed: int = 0
    crowd: int = 0
    crowd_urged_at: datetime | None = None

    @property
    def awaited(self) -> bool:
        """Whether its own author was asked something and has not answered yet."""
        return self.state is State.WAITING and self.joined_to is None
