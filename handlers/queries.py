"""Queries: what a rule wants loaded before it decides, as values; and `Found`, the answers.

A kind of query is a class here, or in the folder of what it loads. Storage has one loader for each
(`storage/transactions/loaders.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Generic, TypeAlias, TypeVar, cast

from msgspec import Struct

from handlers.directory.directory import Staff
from handlers.tickets.events import Event
from handlers.tickets.ticket import Ticket

A = TypeVar("A")
Answer_co = TypeVar("Answer_co", covariant=True)

MINE_MOST = 30
"""How many of a person's newest tickets are loaded for 我的: more than fit a phone's screen, few enough to be quick."""


class Query(Struct, Generic[Answer_co], frozen=True):
    """Something to load. `Answer_co` is the type of the answer."""


Needs: TypeAlias = frozenset[Query[object]]
"""What a rule wants loaded, known from the message and its sender alone."""

NOTHING: Needs = frozenset()


class ByNumber(Query[Ticket | None], frozen=True):
    """The ticket with this number; None when there is none."""

    number: str


class ById(Query[Ticket | None], frozen=True):
    """The ticket with this id; None when there is none."""

    ticket_id: int


class HistoryOf(Query[tuple[Event, ...]], frozen=True):
    """All events in order of a ticket that is asked for too. Empty when there is no such ticket."""

    ticket: ByNumber | ById


class Mine(Query[tuple[Ticket, ...]], frozen=True):
    """The person's own recent tickets, newest first."""

    person_id: int


class DeskOf(Query[tuple[Ticket, ...]], frozen=True):
    """The open tickets on the desks of these units, soonest due first."""

    units: frozenset[str]


class OwedBy(Query[tuple[Ticket, ...]], frozen=True):
    """The answered tickets of these units with a promise that is due, soonest due first."""

    units: frozenset[str]


class InviteOf(Query[Staff | None], frozen=True):
    """The member of staff whom this unused binding code was made for. None when there is none."""

    code_hash: str


class Found(Struct, frozen=True, dict=True):
    """The answers to what a rule asked for, as they stand when it decides."""

    answers: Mapping[Query[object], object] = {}
    mains: Mapping[int, Ticket] = {}
    """The tickets that those in `by_number`, `by_id` and `mine` follow, by id."""
    again: bool = False
    """The rule decided once already, and asked for more."""

    def get(self, query: Query[A]) -> A:
        """Returns the answer to a query. Raises KeyError for one that was not asked."""
        return cast(A, self.answers[query])

    def answers_to(self, kind: type[Query[A]]) -> Iterator[A]:
        """Yields the answers to all queries of one kind that were asked."""
        return (cast(A, answer) for query, answer in self.answers.items() if isinstance(query, kind))

    def one(self, kind: type[Query[A]]) -> A:
        """Returns the answer to the one query of this kind. Raises KeyError when none was asked."""
        for answer in self.answers_to(kind):
            return answer
        raise KeyError(kind.__name__)

    def instead(self, others: Mapping[int, Ticket]) -> Found:
        """Returns the answers with other tickets in place of those with these ids, where one ticket was asked for."""
        answers = {
            query: others.get(answer.id, answer) if isinstance(answer, Ticket) else answer
            for query, answer in self.answers.items()
        }
        return Found(answers, self.mains, self.again)

    @cached_property
    def by_number(self) -> dict[str, Ticket]:
        """The tickets that were asked for by number and exist."""
        return {query.number: one for query, one in self._tickets() if isinstance(query, ByNumber)}

    @cached_property
    def by_id(self) -> dict[int, Ticket]:
        """The tickets that were asked for by id and exist."""
        return {query.ticket_id: one for query, one in self._tickets() if isinstance(query, ById)}

    @cached_property
    def mine(self) -> tuple[Ticket, ...]:
        """The person's own recent tickets, newest first; empty when they were not asked for."""
        return next(self.answers_to(Mine), ())

    @cached_property
    def history(self) -> dict[int, tuple[Event, ...]]:
        """The events that were asked for, by ticket id."""
        return {log[0].ticket_id: log for log in self.answers_to(HistoryOf) if log}

    def _tickets(self) -> Iterator[tuple[Query[object], Ticket]]:
        return ((query, answer) for query, answer in self.answers.items() if isinstance(answer, Ticket))
