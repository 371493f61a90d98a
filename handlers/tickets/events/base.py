"""Base class of a ticket's events: what each event says of itself, and who does it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from msgspec import Struct

from handlers.errors import Broken
from handlers.messages import Channel
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


class TicketEvent(Struct, frozen=True):
    """Something that can happen to a ticket. Its fields are stored, so they are facts: dates, units, words.

    A new event stands in one of the families beside this module. It sets `verb` and `heading`, has `fold`, and whatever else
    differs from here. Its rows in `tickets/states.py` and `notifications` say when it may happen and who is told.
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
