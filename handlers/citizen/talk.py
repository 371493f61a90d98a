"""What we remember between two messages of one person. Small, versioned by its field defaults, kept as JSON."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from handlers.messages import MediaKind
from handlers.tickets.ticket import Place

TALK_LASTS = timedelta(hours=24)
"""How long an unfinished talk waits: long enough to ask at home, short enough that nobody is surprised by it."""


class Asking(StrEnum):
    """The one thing we asked for last and now wait to hear."""

    PLACE = "place"
    WHICH_PLACE = "which_place"
    MATTER = "matter"
    SPLIT = "split"
    NEW_TOPIC = "new_topic"
    SHOWING = "showing"
    WITHDRAW = "withdraw"
    CONFIRM = "confirm"
    SUPPLEMENT = "supplement"
    RATING = "rating"
    REASON = "reason"
    OPINION = "opinion"
    CALLED = "called"
    ANSWERED = "answered"
    JOIN = "join"


class Piece(Struct, frozen=True):
    """A file that came in before its ticket did."""

    id: int
    kind: MediaKind
    media_id: str


class Draft(Struct, frozen=True):
    """An appeal in the making: the words so far, and what the person told us about it apart from them.

    `placeless`: they said there is no place to tell; `whole`: several matters in it stay one ticket;
    `leader`: the one addressed, where another part of the message said so; `insists`: they read a published reply and want
    one of their own;
    `alone`: it shall not go together with somebody else's; `which`: they were asked once which of several places they mean.
    """

    text: str = ""
    place: Place | None = None
    guesses: tuple[str, ...] = ()
    category: str | None = None
    kind: str | None = None
    pieces: tuple[Piece, ...] = ()
    placeless: bool = False
    whole: bool = False
    leader: str | None = None
    insists: bool = False
    alone: bool = False
    which: bool = False


class Order(Struct, frozen=True):
    """An official's command that waits for 确认: the exact words, and until when they may be confirmed.

    `held`: an answer that the review would have mended; it waits for 照发 and a reason instead.
    """

    words: str
    until: datetime
    held: bool = False


class Undoable(Struct, frozen=True):
    """The last command of an official that 撤销 may take back, until `until`."""

    ticket_id: int
    seq: int
    until: datetime


class Talk(Struct, frozen=True, omit_defaults=True):
    """Everything remembered. `ticket_id` is the ticket last spoken of; `later` are matters still to be filed.

    `resting` is a draft whose time was up: told of at the person's next message, kept until 继续 or 取消. `page` is the
    page of an official's 待办 that was last shown. `added_at` is when the citizen last added to `ticket_id`. `offered` is
    somebody else's ticket that they may join.
    """

    draft: Draft | None = None
    asking: Asking | None = None
    ticket_id: int | None = None
    later: tuple[str, ...] = ()
    pieces: tuple[Piece, ...] = ()
    order: Order | None = None
    undoable: Undoable | None = None
    recent: tuple[datetime, ...] = ()
    until: datetime | None = None
    resting: Draft | None = None
    page: int = 0
    added_at: datetime | None = None
    offered: int | None = None

    @property
    def begun(self) -> bool:
        """Whether an unfinished appeal holds anything yet: words, files or a place."""
        return self.draft is not None and bool(self.draft.text or self.draft.pieces or self.draft.place)
