"""Input and output of a rule: who writes, what must be loaded (`Needs`), what was loaded (`Found`), what changes
(`Outcome`).

Rules send nothing, read no clock and draw no random numbers.
"""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from handlers.directory.directory import Staff
from handlers.directory.person import Person
from handlers.hot import HotIssue
from handlers.items.events import ItemEvent
from handlers.items.item import Item
from handlers.messages import Media, MediaKind
from handlers.pushes import Choice, Push
from handlers.rankings.figures import Figures
from handlers.rankings.periods import Period
from handlers.talk import Talk
from handlers.tickets.events import Event
from handlers.tickets.ticket import Ticket

MINE_MOST = 30
"""How many of a person's newest tickets are loaded for 我的: more than fit a phone's screen, few enough to be quick."""


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


class Needs(Struct, frozen=True):
    """What a rule wants loaded before it decides, said without looking at anything but the message and `Who`.

    `mine`: the person's own recent tickets. `desk`: open tickets on these units' desks. `history`: also the events of
    every ticket named in `numbers` and `ids`. `invite`: the staff row with this invite hash. `figures`: those of these
    units in the `period`. `hot`: the issues that many people raise. `items`: 整改 by their short numbers; `items_of`: the running
    ones that these units lead; `running`: all of them.
    """

    numbers: frozenset[str] = frozenset()
    ids: frozenset[int] = frozenset()
    mine: bool = False
    desk: frozenset[str] = frozenset()
    history: bool = False
    invite: str | None = None
    figures: frozenset[str] = frozenset()
    period: Period | None = None
    hot: bool = False
    items: frozenset[str] = frozenset()
    items_of: frozenset[str] = frozenset()
    running: bool = False

    def and_also(self, more: Needs) -> Needs:
        """Both together."""
        return Needs(
            self.numbers | more.numbers,
            self.ids | more.ids,
            self.mine or more.mine,
            self.desk | more.desk,
            self.history or more.history,
            self.invite or more.invite,
            self.figures | more.figures,
            self.period or more.period,
            self.hot or more.hot,
            self.items | more.items,
            self.items_of | more.items_of,
            self.running or more.running,
        )


NOTHING = Needs()


class Found(Struct, frozen=True):
    """What was there of what a rule needed; a number or id that is missing does not exist.

    `mine` newest first, `desk` soonest due first, `owing` the answered tickets of the same units with a promise that is due or
    was, `history` by ticket id in order of events. `mains` are the tickets that
    those in `by_number`, `by_id` and `mine` follow, by id. `figures` are by unit, `median_hours` of all together. `again`: decided once already, which asked for more.
    `items` are the 整改 asked for, by short number; `item_serial` is the last serial of this year.
    """

    by_number: dict[str, Ticket] = {}
    by_id: dict[int, Ticket] = {}
    mine: tuple[Ticket, ...] = ()
    desk: tuple[Ticket, ...] = ()
    history: dict[int, tuple[Event, ...]] = {}
    invite: Staff | None = None
    figures: tuple[Figures, ...] = ()
    median_hours: float | None = None
    mains: dict[int, Ticket] = {}
    again: bool = False
    owing: tuple[Ticket, ...] = ()
    hot: tuple[HotIssue, ...] = ()
    items: dict[str, Item] = {}
    item_serial: int = 0


class CodeTry(Enum):
    """What a query code that was tried turned out to be."""

    RIGHT = "right"
    WRONG = "wrong"


class Outcome(Struct, frozen=True):
    """What one message changed: written in one transaction, the reply sent after it.

    `person` and `talk` are the new ones or None for no change; `tickets` are the folds that `events` lead to, `items` those of
    `item_events`;
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
    items: tuple[Item, ...] = ()
    item_events: tuple[ItemEvent, ...] = ()
    code: CodeTry | None = None
