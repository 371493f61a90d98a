"""What happens between tickets: 合并 of the same matter, 附议 and what followers share."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from handlers.tickets.events.clock import (
    Carded,
    ChaseNoticeIssued,
    CommitmentBroken,
    CommitmentKept,
    Resumed,
    Shortened,
    Uncarded,
    UrgeAnswered,
    UrgeIgnored,
)
from handlers.tickets.events.grades import Informed
from handlers.tickets.events.work import (
    Accepted,
    Amended,
    Asked,
    Closed,
    CoHandled,
    Extended,
    OnSite,
    Recused,
    Refusal,
    Reopened,
    Replied,
    Returned,
    Ruled,
    Sealed,
    Supervised,
    Supplemented,
    Transferred,
    Undone,
)
from handlers.tickets.ticket import Attachment, Place, Promise, Standing, State, Taken


class Merged(Struct, frozen=True, tag="merged"):
    """合并: the same matter of the same person goes on under another number."""

    into: str


class Absorbed(Struct, frozen=True, tag="absorbed"):
    """合并, to the ticket that goes on: what it took over of the ticket `number` and of those merged into that one before.

    `place` where it had none, `promise` where a date of the other was earlier, `accused` (units) where both accuse more than
    it did alone; what remains unsaid stays as it was. To
    followers only the promise and the secrecy (`sealed`, `danger`) are told, under no number.
    """

    number: str = ""
    words: tuple[Taken, ...] = ()
    urgent: bool = False
    place: Place | None = None
    attachments: tuple[Attachment, ...] = ()
    promise: Promise | None = None
    urges: int = 0
    answer_by: datetime | None = None
    supervised: bool = False
    accused: tuple[str, ...] | None = None
    sealed: str = ""
    danger: bool = False


class Joined(Struct, frozen=True, tag="joined"):
    """附议: from now on it follows the ticket `into` (`number`), whose log stands at `seq`."""

    into: int
    number: str
    seq: int
    standing: Standing


class Backed(Struct, frozen=True, tag="backed"):
    """The ticket `number` of somebody else joined this one; what they said and sent, for the unit's eyes."""

    number: str
    text: str = ""
    attachments: tuple[Attachment, ...] = ()


class Added(Struct, frozen=True, tag="added"):
    """The owner of the ticket `number`, which follows this one, added words or files, or urged."""

    number: str
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    urged: bool = False


class Parted(Struct, frozen=True, tag="parted"):
    """The ticket `number` follows this one no more."""

    number: str


class Alone(Struct, frozen=True, tag="alone"):
    """单独办: it follows nobody any more; on the desk `unit_id` with a promise of its own."""

    unit_id: str
    promise: Promise


class Raised(Struct, frozen=True, tag="raised"):
    """The ticket `after` that it followed was taken back: this one goes on in its place, before `crowd` others.

    `state` and `reply_by` when a pause ended with it, `back` as in `Supplemented`.
    """

    after: str
    crowd: int
    state: State | None = None
    reply_by: datetime | None = None
    remind_at: datetime | None = None
    back: int | None = None


class Gathered(Struct, frozen=True, tag="gathered"):
    """`crowd` tickets that followed `after` follow this one, since both were merged."""

    after: str
    crowd: int


Shared = (
    Accepted
    | Transferred
    | Returned
    | Asked
    | Supplemented
    | Amended
    | OnSite
    | Extended
    | Replied
    | Closed
    | Refusal
    | Recused
    | Reopened
    | CoHandled
    | Supervised
    | Absorbed
    | Undone
    | Carded
    | Uncarded
    | ChaseNoticeIssued
    | Resumed
    | Shortened
    | UrgeAnswered
    | UrgeIgnored
    | Ruled
    | CommitmentKept
    | CommitmentBroken
    | Informed
    | Sealed
)
"""What happens to a ticket and concerns those who follow it, without its author's own words."""


class Followed(Struct, frozen=True, tag="followed"):
    """To the ticket that this one follows happened `what`, its event `seq`; now this one stands as that one does."""

    seq: int
    what: Shared
    standing: Standing


Joining = Merged | Absorbed | Joined | Backed | Added | Parted | Alone | Raised | Gathered | Followed
"""Every event of this file."""
