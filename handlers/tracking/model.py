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
    """Kinds of honest exceptions, so that a page may mark them."""

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
    """One thing that did not go as planned, and what is known about it."""

    kind: SnagKind
    title: str
    detail: str = ""


class Bounce(Struct, frozen=True):
    """One unit that sent the ticket back: who, when, and why as far as the reader may know."""

    unit: str
    at: datetime
    reason: str = ""


class Promised(Struct, frozen=True):
    """What an answer promised by a day, and what became of it, in words (`ledger.py`)."""

    text: str
    by: datetime
    state: str


class Checkpoint(Struct, frozen=True):
    """One stop of the journey. `unit` is who did it ("" for the citizen), `place` where if that is known."""

    seq: int
    at: datetime
    title: str
    detail: str = ""
    unit: str = ""
    place: str = ""
    attachments: tuple[Attachment, ...] = ()


class Button(Struct, frozen=True):
    """Something the viewer may do now."""

    verb: PageVerb
    label: str


class TrackingView(Struct, frozen=True):
    """A ticket as one audience sees it. Texts are ready to be shown and hold nothing the audience must not read.

    `stage` is the index into `stages` that is reached; `halted` when the journey ended before its last stage.
    `reply_by` is None when no answer is owed (answered, ended) or while the clock stands still. `late` is how long the
    answer is overdue, or was when it came. `checkpoints` are newest first. `next` is a sentence, `next_by` its date.
    `together` is how many other people want the same thing done, `follows` the number of the ticket this one follows.
    `bounces` are the units that sent it back, oldest first; `promises` what its answers promised by a day.
    """

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
    stages: tuple[str, ...]
    halted: bool
    desk: str
    desk_phone: str
    helpers: tuple[str, ...]
    reply_by: datetime | None
    promised: str
    rule: str
    late: timedelta | None
    snags: tuple[Snag, ...]
    checkpoints: tuple[Checkpoint, ...]
    next: str
    next_by: datetime | None
    question: str
    reply: str
    rating: int | None
    urgent: bool
    named: bool
    public: bool
    buttons: tuple[Button, ...]
    attachments: tuple[Attachment, ...]
    together: int = 0
    follows: str = ""
    bounces: tuple[Bounce, ...] = ()
    promises: tuple[Promised, ...] = ()
