"""Base class of a ticket's events: what each event says of itself, and who does it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from msgspec import Struct

from handlers.directory.directory import Directory
from handlers.errors import Broken
from handlers.messages import Channel
from handlers.tickets import wording
from handlers.tickets.ticket import Attachment, Place, Standing, Ticket
from handlers.tracking.model import Audience

Names = Callable[[str], str]
"""From a unit's id to its name."""

EVERYBODY = frozenset(Audience)
NOT_STRANGERS = frozenset({Audience.CITIZEN, Audience.STAFF})
ONLY_STAFF = frozenset({Audience.STAFF})


class By(StrEnum):
    """Who did it."""

    CITIZEN = "citizen"
    STAFF = "staff"
    CLOCK = "clock"
    SYSTEM = "system"


class Actor(Struct, frozen=True):
    """Who did something, as what, and from where."""

    by: By
    id: int | None = None
    """A person's id for citizens, a staff id for officials."""
    name: str = ""
    unit_id: str | None = None
    channel: Channel | None = None


class Facts(Struct, frozen=True):
    """What a push may speak of."""

    ticket: Ticket
    before: Ticket | None
    at: datetime
    actor: Actor
    directory: Directory
    link: str
    """The citizen's page. Never sent to anybody else."""

    @property
    def desk(self) -> str:
        """Name of the unit whose desk the ticket is on."""
        return self.directory.name(self.ticket.unit_id)

    @property
    def by_unit(self) -> str:
        """Name of the unit that did it, or of the desk when no official did."""
        unit_id = self.actor.unit_id
        return self.directory.name(unit_id) if unit_id else self.desk

    @property
    def reply_by(self) -> str:
        """The promised date in words that stay true however late the push is read: never 明天."""
        return wording.moment(self.ticket.promise.reply_by)

    @property
    def accept_by(self) -> str:
        """The date of acceptance in words."""
        return wording.moment(self.ticket.promise.accept_by)

    @property
    def late(self) -> bool:
        """Whether the promised date had passed when it happened."""
        return self.at > self.ticket.promise.reply_by


class TicketEvent(Struct, frozen=True):
    """Something that can happen to a ticket. Its fields are stored, so they are facts: dates, units, words.

    A new event stands in one of the families beside this module. It sets `verb` and `heading`, has `fold`, and whatever else
    differs from here. Its rows in `tickets/states.py` and `notifications/rules.py` say when it may happen and who is told.
    """

    verb: ClassVar[str]
    """Its name in commands, diagrams and lists."""
    heading: ClassVar[str]
    """Its heading in the ticket's journey."""
    seen_by: ClassVar[frozenset[Audience]] = EVERYBODY
    """Who sees that it happened."""
    read_by: ClassVar[frozenset[Audience]] = EVERYBODY
    """Who reads `detail`; a stranger only of a public ticket, and masked."""

    def check(self, ticket: Ticket, at: datetime) -> None:
        """Raise Refused, with a sentence for the actor, when the ticket's numbers forbid it. `states.TABLE` was asked before."""

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        """The ticket after it. Assignments only: no rule, calendar or directory is asked, so that an old log folds as ever.

        `since` and `version` are set by `Event.fold`.
        """
        raise Broken(f"{type(self).__name__} is not folded")

    def detail(self, name: Names) -> str:
        """What its stop in the journey says below the heading."""
        return ""

    def for_strangers(self, name: Names) -> str | None:
        """What a stranger reads instead of a detail that holds a reason: the units alone. None where the detail is masked."""
        return None

    def files(self) -> tuple[Attachment, ...]:
        """Files that came with it."""
        return ()

    def where(self) -> Place | None:
        """The place that it names."""
        return None

    def own_words(self) -> str:
        """What the citizen said in it: read for what it accuses and for what must be kept. "" where that is nothing."""
        return ""

    def for_followers(self, by: By) -> TicketEvent | None:
        """What the followers of the ticket learn of it when `by` did it, without its author's own words. None for nothing.

        A class that returns anything belongs to `joining.Shared`.
        """
        return None

    def fold_follower(self, follower: Ticket, standing: Standing) -> Ticket:
        """What it changes of a follower's ticket besides the standing that it takes over."""
        return follower

    # What pushes say of it to those whom `notifications/rules.py` names.

    def to_citizen(self, facts: Facts) -> str:
        """To the citizen whose ticket it is."""
        raise Broken(f"{type(self).__name__} tells the citizen nothing")

    def to_desk(self, facts: Facts) -> str:
        """To the desk of the ticket, its head, and the units that help."""
        raise Broken(f"{type(self).__name__} tells the desk nothing")

    def to_previous(self, facts: Facts) -> str:
        """To the desk that had the ticket before."""
        return self.to_desk(facts)

    def to_above(self, facts: Facts) -> str:
        """To supervisors and leaders above the unit."""
        return self.to_desk(facts)
