"""What the citizens' room remembers between two messages of one person, versioned by its field defaults."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from handlers.talk import Piece, Talk
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
    REGRADE = "regrade"
    REASON = "reason"
    OPINION = "opinion"
    CALLED = "called"
    ANSWERED = "answered"
    JOIN = "join"
    JOIN_NUMBER = "join_number"


OF_AN_APPEAL = frozenset(
    {
        Asking.PLACE, Asking.WHICH_PLACE, Asking.MATTER, Asking.SPLIT, Asking.NEW_TOPIC, Asking.CONFIRM,
        Asking.ANSWERED, Asking.JOIN,
    }
)  # fmt: skip
"""Asked of an unfinished appeal. `PLACE` without one is asked of an urgent ticket that was filed without its place."""


class Question(Struct, frozen=True, omit_defaults=True):
    """The open question, in addition to its kind (`CitizenTalk.asking`)."""

    mark: int = 0
    """Identifies each question to one person. The taps below it send it back."""

    ticket_id: int | None = None
    """The ticket asked about. None for the person or their unfinished appeal."""

    at: datetime | None = None
    score: int | None = None
    """With `words`: what a yes would do."""

    words: str = ""


class Draft(Struct, frozen=True):
    """An unfinished appeal: the words so far, and what the person said about it apart from them."""

    text: str = ""
    place: Place | None = None
    guesses: tuple[str, ...] = ()
    category: str | None = None
    kind: str | None = None
    pieces: tuple[Piece, ...] = ()
    placeless: bool = False
    """They said that there is no place to tell."""

    whole: bool = False
    """Its several matters stay one ticket."""

    leader: str | None = None
    """The addressee, when another part of the message named one."""

    insists: bool = False
    """They read a published reply and want one of their own."""

    alone: bool = False
    """It shall not follow somebody else's ticket."""

    which: bool = False
    """They were asked once which of several places they mean."""

    mark: int = 0
    """Sent back by the taps below its questions, so that they answer no other appeal."""


class CitizenTalk(Talk, frozen=True):
    """What the citizens' room remembers."""

    draft: Draft | None = None
    asking: Asking | None = None
    """Kind of the one open question; `question` says what it belongs to
    (docs/adr/0022-an-open-question-has-an-identity.md). None when nothing is asked.
    """

    later: tuple[str, ...] = ()
    """Matters still to be filed."""

    recent: tuple[datetime, ...] = ()
    until: datetime | None = None
    resting: Draft | None = None
    """A draft whose time was up: mentioned at the person's next message, kept until 继续 or 取消."""

    added_at: datetime | None = None
    """When the citizen last added to `ticket_id`."""

    offered: int | None = None
    """Somebody else's ticket that they may join, with `joins` of their own."""

    question: Question | None = None
    lacks: Asking | None = None
    """What the unfinished appeal was asked, while the open question is about something else."""

    aside: bool = False
    """Something else was said since the appeal's question was read."""

    unplaced: int | None = None
    """An urgent ticket whose place is asked for until it is told."""

    owed: tuple[int, ...] = ()
    """Older tickets of that kind, newest first."""

    spoken_at: datetime | None = None
    """When `ticket_id` was spoken of."""

    joins: int | None = None

    @property
    def begun(self) -> bool:
        """Whether an unfinished appeal holds anything yet: words, files or a place."""
        return self.draft is not None and bool(self.draft.text or self.draft.pieces or self.draft.place)

    @property
    def of_appeal(self) -> Asking | None:
        """What the unfinished appeal is asked, open or put aside; None when there is none."""
        return (self.lacks or self.asking) if self.draft is not None else None

    @property
    def appeal_open(self) -> bool:
        """Whether the open question is the unfinished appeal's."""
        return self.draft is not None and self.asking is not None and self.lacks is None

    @property
    def about(self) -> int | None:
        """The ticket that the open question is about. An older program asked only about the ticket spoken of last."""
        if self.asking is None or self.appeal_open:
            return None
        return self.question.ticket_id if self.question is not None else self.ticket_id

    @property
    def placeless(self) -> int | None:
        """The urgent ticket whose place is still to be told; the older program kept only that it had asked."""
        asked = self.asking is Asking.PLACE and self.draft is None
        return self.unplaced if self.unplaced is not None or not asked else self.about

    @property
    def mark(self) -> int:
        """The mark of the open question; 0 when none is open or an older program asked it."""
        if self.draft is not None and self.lacks is None:
            return self.draft.mark
        return self.question.mark if self.asking is not None and self.question is not None else 0


def brought_up(talk: CitizenTalk) -> CitizenTalk:
    """What an older program kept, in today's terms: it asked only about the ticket spoken of last, and had no marks."""
    if talk.asking is not Asking.PLACE or talk.draft is not None or talk.unplaced is not None:
        return talk
    return replace(talk, unplaced=talk.about)


def citizens(talk: Talk) -> CitizenTalk:
    """Returns the same as the citizens' room knows it: every talk that is stored is one of those."""
    if not isinstance(talk, CitizenTalk):
        raise TypeError(f"{type(talk).__name__} is no talk of a citizen")
    return talk
