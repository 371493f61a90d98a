"""The tracking view: its fields, the same for page, chat and desk."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from handlers.messages import PageVerb
from handlers.tickets.ticket import Attachment, State


class Audience(StrEnum):
    """Who looks: the citizen by their link, a stranger with number and query code, or staff."""

    CITIZEN = "citizen"
    STRANGER = "stranger"
    STAFF = "staff"


class SnagKind(StrEnum):
    """Kinds of snags, so that a page may mark them."""

    LATE = "late"
    YELLOW = "yellow"
    RED = "red"
    CHASED = "chased"
    WAITING = "waiting"
    RETURNED = "returned"
    EXTENDED = "extended"
    REWORK = "rework"
    SUPERVISED = "supervised"


class Snag(Struct, frozen=True):
    """Something that did not go as planned, and what is known about it."""

    kind: SnagKind
    title: str
    detail: str = ""


class Bounce(Struct, frozen=True):
    """One return of the ticket: by which unit, when, and why as far as the reader may know."""

    unit: str
    at: datetime
    reason: str = ""


class Promised(Struct, frozen=True):
    """What a reply promised by a date, and its state in words (`returns_and_promises.py`)."""

    text: str
    by: datetime
    state: str


class Checkpoint(Struct, frozen=True):
    """One stop of the timeline."""

    seq: int
    at: datetime
    title: str
    detail: str = ""
    unit: str = ""
    """Who did it. Empty for the citizen."""

    place: str = ""
    """Where it was. Empty when unknown."""

    attachments: tuple[Attachment, ...] = ()


class Button(Struct, frozen=True):
    """Something the viewer may do now."""

    verb: PageVerb
    label: str


class TrackingView(Struct, frozen=True):
    """A ticket as one audience sees it. Texts are ready to be shown and hold nothing the audience must not read."""

    number: str
    kind: str
    category: str
    title: str
    text: str
    place: str
    filed_at: datetime
    state: State
    big: str
    says: str
    stage: int
    """Index into `stages` that is reached."""

    stages: tuple[str, ...]
    halted: bool
    """The journey ended before its last stage."""

    desk: str
    desk_phone: str
    helpers: tuple[str, ...]
    reply_by: datetime | None
    """None when no reply is owed (answered, ended) or the deadline is paused."""

    promised: str
    rule: str
    late: timedelta | None
    """How long the reply is overdue, or was when it came."""

    snags: tuple[Snag, ...]
    checkpoints: tuple[Checkpoint, ...]
    """Newest first."""

    next: str
    """A sentence about what comes next."""

    next_by: datetime | None
    """Its date."""

    question: str
    reply: str
    rating: int | None
    urgent: bool
    named: bool
    public: bool
    buttons: tuple[Button, ...]
    attachments: tuple[Attachment, ...]
    together: int = 0
    """Number of other people who want the same."""

    follows: str = ""
    """Number of the ticket that this one follows."""

    bounces: tuple[Bounce, ...] = ()
    """Units that returned it, oldest first."""

    promises: tuple[Promised, ...] = ()
    """What its replies promised by a date."""
