"""Hot issues (热点), raised by many people: which tickets count, and what officials are shown of an issue."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct

from handlers.queries import Query
from handlers.tickets.publishing import may_be_public
from handlers.tickets.ticket import State, Ticket
from nlp.understand import Kind

LOOKS_BACK = timedelta(days=60)
"""Time whose tickets are gathered: two of the months that growth compares."""

FEWEST_PEOPLE = 2
"""Fewest people of an issue: one person's appeals, however many, are none."""

MOST = 20
"""Number of issues that are kept, hottest first."""

_GONE = frozenset({State.WITHDRAWN, State.MERGED})


class HotIssue(Struct, frozen=True):
    """One hot issue. Its texts hold no personal data."""

    title: str
    place: str
    crowd: str
    heat: float
    people: int
    days: int
    """Days on which anybody wrote."""

    votes: int
    growth: float
    """People of the last 30 days against the 30 before, damped."""

    first: datetime
    last: datetime
    words: tuple[str, ...]
    numbers: tuple[str, ...]
    """Its tickets, oldest first."""

    at: datetime
    units: tuple[str, ...] | None = None
    """Units that have them. None for an issue stored without them."""


class HotIssues(Query[tuple[HotIssue, ...]], frozen=True):
    """The issues that many people raise, the hottest first."""


def counts(ticket: Ticket) -> bool:
    """Returns whether the ticket counts for an issue. Not: thanks, withdrawn, merged and sealed tickets."""
    return may_be_public(ticket) and ticket.kind != Kind.PRAISE and ticket.state not in _GONE
