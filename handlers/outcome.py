"""Input and output of a rule: who writes, what must be loaded (`Needs`), what was loaded (`Found`), what changes
(`Outcome`).

Rules send nothing, read no clock and draw no random numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from msgspec import Struct

from handlers.directory.directory import Staff
from handlers.directory.person import Person
from handlers.messages import Media, MediaKind
from handlers.pushes import Choice, Push
from handlers.queries import Needs
from handlers.talk import Talk
from handlers.tickets.events import Event
from handlers.tickets.ticket import Ticket


class Reply(Struct, frozen=True):
    """What the person reads at once. The edge cuts it to the platform's limits and turns choices into taps."""

    text: str
    choices: tuple[Choice, ...] = ()
    mark: int = 0
    """Mark of the open question (`handlers.citizen.talk.Question`), which a tap sends back. 0 when none is open."""


class MediaWanted(Struct, frozen=True):
    """A platform file to be fetched and stored under an id of ours, which an `Attachment` names."""

    id: int
    kind: MediaKind
    media_id: str
    person_id: int
    ticket_id: int | None

    @classmethod
    def of(cls, media: Media, new_id: int, person_id: int, ticket_id: int | None) -> MediaWanted:
        """Returns the order for one received file."""
        return cls(new_id, media.kind, media.media_id, person_id, ticket_id)


class Who(Struct, frozen=True):
    """Who writes."""

    person: Person
    talk: Talk
    staff: Staff | None = None
    """None for a citizen."""

    parked: tuple[str, ...] = ()
    """Texts that could not be pushed and must be told with the reply."""


class CodeTry(Enum):
    """Result of comparing a query code."""

    RIGHT = "right"
    WRONG = "wrong"


class OtherChange(Struct, frozen=True):
    """A change of something that is no ticket. Storage has a writer for each kind (`storage/transactions/writing.py`)."""


class Outcome(Struct, frozen=True):
    """What one message changes. Written in one transaction, after which the reply is sent."""

    reply: Reply | None = None
    person: Person | None = None
    """None: unchanged."""

    talk: Talk | None = None
    """None: unchanged."""

    tickets: tuple[Ticket, ...] = ()
    """The folds of `events`."""

    events: tuple[Event, ...] = ()
    pushes: tuple[Push, ...] = ()
    media: tuple[MediaWanted, ...] = ()
    staff: tuple[Staff, ...] = ()
    forget: bool = False
    """The person's data is to be deleted."""

    more: Needs | None = None
    """Nothing is decided yet: this must be loaded first. None when decided."""

    others: tuple[OtherChange, ...] = ()
    """What changed besides tickets, in order."""
    code: CodeTry | None = None
    """Result of a query code that was compared. None when none was."""


def together(outcomes: Sequence[Outcome]) -> Outcome:
    """Returns what several outcomes change that no message led to. Of each ticket the last fold counts."""
    return Outcome(
        tickets=tuple({ticket.id: ticket for one in outcomes for ticket in one.tickets}.values()),
        events=tuple(event for one in outcomes for event in one.events),
        pushes=tuple(push for one in outcomes for push in one.pushes),
        others=tuple(change for one in outcomes for change in one.others),
    )
