"""Input and output of a rule: who writes, what must be loaded (`Needs`), what was loaded (`Found`), what changes
(`Outcome`).

Rules send nothing, read no clock and draw no random numbers.
"""

from __future__ import annotations

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
    """What the person reads at once. The edge cuts it to the platform's limits and turns choices into taps.

    `mark` is that of the question which is open now (`citizen.talk.Question`); a tap brings it back. 0 when none is.
    """

    text: str
    choices: tuple[Choice, ...] = ()
    mark: int = 0


class MediaWanted(Struct, frozen=True):
    """A platform file to be fetched and kept, under our own id (an `Attachment` refers to it)."""

    id: int
    kind: MediaKind
    media_id: str
    person_id: int
    ticket_id: int | None

    @classmethod
    def of(cls, media: Media, new_id: int, person_id: int, ticket_id: int | None) -> MediaWanted:
        """The order for one received file."""
        return cls(new_id, media.kind, media.media_id, person_id, ticket_id)


class Who(Struct, frozen=True):
    """Who is writing: the person, their talk, and their place in a unit if they are staff.

    `parked` are texts that could not be pushed earlier and must be told now.
    """

    person: Person
    talk: Talk
    staff: Staff | None = None
    parked: tuple[str, ...] = ()


class CodeTry(Enum):
    """What a query code that was tried turned out to be."""

    RIGHT = "right"
    WRONG = "wrong"


class OtherChange(Struct, frozen=True):
    """A change of something that is no ticket. Storage has a writer for each kind (`storage/transactions/writing.py`)."""


class Outcome(Struct, frozen=True):
    """What one message changed: written in one transaction, the reply sent after it.

    `person` and `talk` are the new ones or None for no change; `tickets` are the folds that `events` lead to;
    `code` tells of a query code that was compared; `forget` asks for the person's data to be removed. `more`: nothing is decided yet, what it names must be loaded first.
    """

    reply: Reply | None = None
    person: Person | None = None
    talk: Talk | None = None
    tickets: tuple[Ticket, ...] = ()
    events: tuple[Event, ...] = ()
    pushes: tuple[Push, ...] = ()
    media: tuple[MediaWanted, ...] = ()
    staff: tuple[Staff, ...] = ()
    forget: bool = False
    more: Needs | None = None
    others: tuple[OtherChange, ...] = ()
    """What changed besides tickets, in order."""
    code: CodeTry | None = None
