"""What a rule is given and what it gives back. Rules send nothing, read no clock and roll no dice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from enum import Enum

from msgspec import Struct

from handlers.calendar.policy import TERMS, Terms
from handlers.directory.directory import Directory, Staff
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
from handlers.tickets.ticket import Place, Ticket
from nlp.understand import Understanding

MINE_MOST = 30
"""How many of a person's newest tickets are loaded for 我的: more than fit a phone's screen, few enough to be quick."""


class Candidate(Struct, frozen=True):
    """An open ticket that may be about the same place and matter; `score` 0-1."""

    ticket_id: int
    number: str
    score: float


class Sought(Struct, frozen=True):
    """An appeal as others are sought who want the same done."""

    category: str
    title: str
    text: str
    place: Place
    keywords: tuple[str, ...] = ()


Similar = Callable[[Sought], tuple[Candidate, ...]]
"""From an appeal to tickets of the same place and matter, likeliest first; quick, and now and then out of date."""


def nothing_similar(_sought: Sought) -> tuple[Candidate, ...]:
    """Where nobody looks for others who want the same."""
    return ()


class Published(Struct, frozen=True):
    """A reply that a unit once gave in public, word for word but without personal data, and what tells whether it holds here.

    `place` is where its question was about, `area` the part of town its unit looks after; "" for anywhere.
    """

    question: str
    reply: str
    unit: str
    at: datetime
    phone: str = ""
    place: str = ""
    area: str = ""


def none_published(_question: str) -> tuple[Published, ...]:
    """Nothing was answered yet."""
    return ()


class Context:
    """What rules may ask of the world: the time of this batch, fresh ids and randomness, the directory, the reader.

    `answered` finds the published replies to questions like this one, likeliest first.

    `understand_all` reads several messages for less than `understand` reads one by one; `read_ahead` uses it.

    `link` is the citizen's page of a ticket's token, with the citizen's buttons: it is given to citizens only.
    `terms` are the policy and calendar that dates are counted by; a unit's own dates by `terms_for`. `desk_link` is a page
    that officials may open to look, never to act, `notice_link` that of a 催办通知单 by its number; None where there is
    none. `similar` knows the open tickets of the same
    appeal.
    """

    def __init__(
        self,
        *,
        now: datetime,
        directory: Directory,
        understand: Callable[[str], Understanding],
        understand_all: Callable[[Sequence[str]], Sequence[Understanding]] | None = None,
        new_id: Callable[[], int],
        new_serial: Callable[[], int],
        new_token: Callable[[], str],
        new_code: Callable[[], str],
        hash_invite: Callable[[str], str],
        link: Callable[[str], str],
        desk_link: Callable[[Ticket, Staff], str] | None = None,
        notice_link: Callable[[str, Staff], str] | None = None,
        similar: Similar = nothing_similar,
        answered: Callable[[str], tuple[Published, ...]] = none_published,
        terms: Terms = TERMS,
    ) -> None:
        self.now = now
        self.directory = directory
        self._understand = understand
        self._understand_all = understand_all
        self._read: dict[str, Understanding] = {}
        self.new_id = new_id
        self.new_serial = new_serial
        self.new_token = new_token
        self.new_code = new_code
        self.hash_invite = hash_invite
        self.link = link
        self.desk_link = desk_link
        self.notice_link = notice_link
        self.similar = similar
        self.answered = answered
        self.terms = terms

    def terms_for(self, unit_id: str) -> Terms:
        """What this unit's dates are counted by: its own office hours."""
        return self.terms.at(self.directory.hours(unit_id))

    def read_ahead(self, texts: Iterable[str]) -> None:
        """Read all of these at once, so that `understand` need not read them one by one."""
        unread = [text for text in dict.fromkeys(texts) if text and text not in self._read]
        if self._understand_all is not None and len(unread) > 1:
            self._read.update(zip(unread, self._understand_all(unread), strict=True))

    def understand(self, text: str) -> Understanding:
        """What the text says."""
        return self._read.get(text) or self._understand(text)


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
    ones that these units lead; `running`: all of them. `words`: what it will read of the message (`Context.understand`).
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
    words: str = ""
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
            self.words or more.words,
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
