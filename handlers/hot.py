"""Hot issues (热点), raised by many people: which tickets count, and what officials are shown of an issue."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct

from handlers.queries import Query
from handlers.tickets.publishing import may_be_public
from handlers.tickets.ticket import State, Ticket
from nlp.understand import Kind

LOOKS_BACK = timedelta(days=60)
"""Days whose tickets are gathered: two of the months by which growth is told."""

FEWEST_PEOPLE = 2
"""What one person raises, however often, is no issue of many."""

MOST = 20
"""Issues that are kept, the hottest."""

_GONE = frozenset({State.WITHDRAWN, State.MERGED})


class HotIssue(Struct, frozen=True):
    """One issue and why it is hot: `growth` is people of the last 30 days against the 30 before, damped; `days` are days on
    which anybody wrote; `numbers` are its tickets, the oldest first, `units` those that have them (None: gathered before that was kept). Texts hold no personal data.
    """

    title: str
    place: str
    crowd: str
    heat: float
    people: int
    days: int
    votes: int
    growth: float
    first: datetime
    last: datetime
    words: tuple[str, ...]
    numbers: tuple[str, ...]
    at: datetime
    units: tuple[str, ...] | None = None


class HotIssues(Query[tuple[HotIssue, ...]], frozen=True):
    """The issues that many people raise, the hottest first."""


def counts(ticket: Ticket) -> bool:
    """Whether the ticket adds to an issue: thanks do not, nor what was withdrawn, goes on under another number or is sealed."""
    return may_be_public(ticket) and ticket.kind != Kind.PRAISE and ticket.state not in _GONE
