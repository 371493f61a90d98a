"""Loaders of queries, one for each kind. Each loads for a whole batch, and answers as things stand after the earlier
messages.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection

from handlers.chasing.due_steps import VOW_REMINDER, owes_at
from handlers.directory.directory import Staff
from handlers.hot import HotIssue, HotIssues
from handlers.items.item import Item
from handlers.items.lifecycle import changed
from handlers.items.queries import ItemBy, LastSerial, RunningItems
from handlers.items.states import RUNNING
from handlers.outcome import Outcome
from handlers.queries import ById, ByNumber, DeskOf, HistoryOf, InviteOf, Mine, OwedBy, Query
from handlers.rankings.figures import median
from handlers.rankings.queries import FiguresOf, UnitsFigures
from handlers.tickets.events import Event
from handlers.tickets.states import OPEN
from handlers.tickets.ticket import Ticket
from storage.queries import batch_loading, rankings, rectifications

Q = TypeVar("Q", bound=Query[Any])
A = TypeVar("A")


class Tickets:
    """The tickets that a batch has loaded, each once, as they stand after the messages decided so far."""

    def __init__(self) -> None:
        self.by_id: dict[int, Ticket] = {}
        self._ids: dict[str, int] = {}

    def add(self, tickets: Iterable[Ticket]) -> list[int]:
        """Adds tickets as loaded and returns their ids; a ticket that is here already is current and stays."""
        ids = []
        for ticket in tickets:
            self.by_id.setdefault(ticket.id, ticket)
            self._ids[ticket.number] = ticket.id
            ids.append(ticket.id)
        return ids

    def replace(self, tickets: Iterable[Ticket]) -> None:
        """Takes tickets as they were changed."""
        for ticket in tickets:
            self.by_id[ticket.id] = ticket
            self._ids[ticket.number] = ticket.id

    def current(self, ids: Iterable[int]) -> list[Ticket]:
        """Returns the tickets with these ids, which are here, as they stand now."""
        return [self.by_id[ticket_id] for ticket_id in ids]

    def one(self, query: ByNumber | ById) -> Ticket | None:
        """Returns the ticket that is asked for; None when it is not here."""
        ticket_id = query.ticket_id if isinstance(query, ById) else self._ids.get(query.number)
        return None if ticket_id is None else self.by_id.get(ticket_id)

    def lacks(self, numbers: frozenset[str]) -> frozenset[str]:
        """Returns those of the numbers whose ticket is not here."""
        return numbers - self._ids.keys()

    def numbered(self, numbers: frozenset[str]) -> dict[str, Ticket]:
        """Returns the tickets of these numbers that are here."""
        return {number: self.by_id[self._ids[number]] for number in numbers if number in self._ids}

    def following(self, ticket_ids: Collection[int]) -> list[Ticket]:
        """Returns those here that follow one of these."""
        return [ticket for ticket in self.by_id.values() if ticket.joined_to in ticket_ids]

    def followed(self) -> set[int]:
        """Returns the ids of tickets that are followed by what is here, and are not here themselves."""
        wanted = {ticket.joined_to for ticket in self.by_id.values()}
        return {ticket_id for ticket_id in wanted if ticket_id is not None} - self.by_id.keys()


class Loader(ABC, Generic[Q, A]):
    """Answers one kind of query within one batch."""

    kinds: Sequence[type[Query[A]]]

    def __init__(self, tickets: Tickets, now: datetime) -> None:
        self._tickets = tickets
        self._now = now

    @abstractmethod
    def load(self, db: Connection, asked: Collection[Q], *, locked: bool) -> None:
        """Loads what the messages of the batch ask for. `locked`: until the transaction ends, where it may be changed."""

    @abstractmethod
    def answer(self, query: Q) -> A:
        """Returns what was loaded for the query, as it stands now."""

    def take(self, outcome: Outcome) -> None:
        """Lets the following messages of the batch see what this one changed."""


class OneTicket(Loader[ByNumber | ById, Ticket | None]):
    """Tickets by number or id. Both in one SELECT: rows are locked in one order."""

    kinds = (ByNumber, ById)

    def load(self, db: Connection, asked: Collection[ByNumber | ById], *, locked: bool) -> None:
        read = batch_loading.tickets_by if locked else batch_loading.looked_at
        numbers = [query.number for query in asked if isinstance(query, ByNumber)]
        self._tickets.add(read(db, numbers, [query.ticket_id for query in asked if isinstance(query, ById)]))

    def answer(self, query: ByNumber | ById) -> Ticket | None:
        return self._tickets.one(query)


class OwnTickets(Loader[Mine, tuple[Ticket, ...]]):
    """A person's own tickets."""

    kinds = (Mine,)

    def __init__(self, tickets: Tickets, now: datetime) -> None:
        super().__init__(tickets, now)
        self._ids: dict[Mine, list[int]] = {}

    def load(self, db: Connection, asked: Collection[Mine], *, locked: bool) -> None:
        for query in asked:
            self._ids[query] = self._tickets.add(batch_loading.mine(db, query.person_id))

    def answer(self, query: Mine) -> tuple[Ticket, ...]:
        return tuple(self._tickets.current(self._ids[query]))


class OpenTickets(Loader[DeskOf, tuple[Ticket, ...]]):
    """The open tickets of desks."""

    kinds = (DeskOf,)

    def __init__(self, tickets: Tickets, now: datetime) -> None:
        super().__init__(tickets, now)
        self._ids: dict[DeskOf, list[int]] = {}

    def load(self, db: Connection, asked: Collection[DeskOf], *, locked: bool) -> None:
        for query in asked:
            self._ids[query] = self._tickets.add(batch_loading.desk(db, query.units))

    def answer(self, query: DeskOf) -> tuple[Ticket, ...]:
        tickets = self._tickets.current(self._ids[query])
        return tuple(t for t in tickets if t.unit_id in query.units and t.state in OPEN and t.joined_to is None)


class OwedTickets(Loader[OwedBy, tuple[Ticket, ...]]):
    """The answered tickets with a promise that is due."""

    kinds = (OwedBy,)

    def __init__(self, tickets: Tickets, now: datetime) -> None:
        super().__init__(tickets, now)
        self._ids: dict[OwedBy, list[int]] = {}

    def load(self, db: Connection, asked: Collection[OwedBy], *, locked: bool) -> None:
        until = self._now + VOW_REMINDER
        for query in asked:
            self._ids[query] = self._tickets.add(batch_loading.owing(db, query.units, until))

    def answer(self, query: OwedBy) -> tuple[Ticket, ...]:
        tickets = self._tickets.current(self._ids[query])
        return tuple(t for t in tickets if t.unit_id in query.units and owes_at(t) is not None)


class Histories(Loader[HistoryOf, tuple[Event, ...]]):
    """The events of tickets."""

    kinds = (HistoryOf,)

    def __init__(self, tickets: Tickets, now: datetime) -> None:
        super().__init__(tickets, now)
        self._logs: dict[int, tuple[Event, ...]] = {}

    def load(self, db: Connection, asked: Collection[HistoryOf], *, locked: bool) -> None:
        tickets = (self._tickets.one(query.ticket) for query in asked)
        ids = {ticket.id for ticket in tickets if ticket is not None}
        self._logs |= batch_loading.history(db, ids - self._logs.keys())

    def answer(self, query: HistoryOf) -> tuple[Event, ...]:
        ticket = self._tickets.one(query.ticket)
        return () if ticket is None else self._logs.get(ticket.id, ())

    def take(self, outcome: Outcome) -> None:
        for event in outcome.events:
            if event.ticket_id in self._logs:
                self._logs[event.ticket_id] += (event,)


class Invites(Loader[InviteOf, Staff | None]):
    """The members of staff whom binding codes were made for."""

    kinds = (InviteOf,)

    def __init__(self, tickets: Tickets, now: datetime) -> None:
        super().__init__(tickets, now)
        self._members: dict[InviteOf, Staff | None] = {}

    def load(self, db: Connection, asked: Collection[InviteOf], *, locked: bool) -> None:
        for query in asked:
            self._members[query] = batch_loading.invite(db, query.code_hash)

    def answer(self, query: InviteOf) -> Staff | None:
        return self._members[query]

    def take(self, outcome: Outcome) -> None:
        changed = {member.id for member in outcome.staff}
        for query, member in self._members.items():
            if member is not None and member.id in changed:
                self._members[query] = None


class UnitFigures(Loader[FiguresOf, UnitsFigures]):
    """The figures of units in a period."""

    kinds = (FiguresOf,)

    def __init__(self, tickets: Tickets, now: datetime) -> None:
        super().__init__(tickets, now)
        self._figures: dict[FiguresOf, UnitsFigures] = {}

    def load(self, db: Connection, asked: Collection[FiguresOf], *, locked: bool) -> None:
        for query in asked:
            if query.units:
                units = rankings.figures(db, query.units, query.period, self._now)
                hours = median(rankings.hours(db, query.units, query.period))
                self._figures[query] = UnitsFigures(units, hours)

    def answer(self, query: FiguresOf) -> UnitsFigures:
        return self._figures.get(query, UnitsFigures())


class LoadedHotIssues(Loader[HotIssues, tuple[HotIssue, ...]]):
    """The issues that many people raise."""

    kinds = (HotIssues,)

    def load(self, db: Connection, asked: Collection[HotIssues], *, locked: bool) -> None:
        self._issues = batch_loading.hot(db)

    def answer(self, query: HotIssues) -> tuple[HotIssue, ...]:
        return self._issues


class NamedItems(Loader[ItemBy, Item | None]):
    """整改 by their short numbers."""

    kinds = (ItemBy,)

    def __init__(self, tickets: Tickets, now: datetime) -> None:
        super().__init__(tickets, now)
        self._items: dict[str, Item] = {}

    def load(self, db: Connection, asked: Collection[ItemBy], *, locked: bool) -> None:
        items = rectifications.load(db, {query.key for query in asked}, (), running=False)
        self._items = {item.key: item for item in items} | self._items

    def answer(self, query: ItemBy) -> Item | None:
        return self._items.get(query.key)

    def take(self, outcome: Outcome) -> None:
        self._items |= {change.item.key: change.item for change in changed(outcome)}


class AllRunningItems(Loader[RunningItems, tuple[Item, ...]]):
    """整改 that run."""

    kinds = (RunningItems,)

    def __init__(self, tickets: Tickets, now: datetime) -> None:
        super().__init__(tickets, now)
        self._items: dict[int, Item] = {}

    def load(self, db: Connection, asked: Collection[RunningItems], *, locked: bool) -> None:
        units = frozenset[str]().union(*(query.units or () for query in asked))
        everywhere = any(query.units is None for query in asked)
        items = rectifications.load(db, (), units, running=everywhere)
        self._items = {item.id: item for item in items} | self._items

    def answer(self, query: RunningItems) -> tuple[Item, ...]:
        items = (item for item in self._items.values() if item.state in RUNNING)
        return tuple(item for item in items if query.units is None or item.unit_id in query.units)

    def take(self, outcome: Outcome) -> None:
        self._items |= {change.item.id: change.item for change in changed(outcome)}


class LastSerials(Loader[LastSerial, int]):
    """The last serials of 整改."""

    kinds = (LastSerial,)

    def __init__(self, tickets: Tickets, now: datetime) -> None:
        super().__init__(tickets, now)
        self._last: dict[int, int] = {}

    def load(self, db: Connection, asked: Collection[LastSerial], *, locked: bool) -> None:
        self._last = {query.year: rectifications.last_serial(db, query.year) for query in asked} | self._last

    def answer(self, query: LastSerial) -> int:
        return self._last[query.year]

    def take(self, outcome: Outcome) -> None:
        for item in (change.item for change in changed(outcome)):
            if item.year in self._last:
                self._last[item.year] = max(self._last[item.year], item.serial)


# Each class is checked where it is written; the whole table holds loaders of every kind.
AnyLoader = Loader[Any, Any]

LOADERS: tuple[type[AnyLoader], ...] = (
    OneTicket,
    OwnTickets,
    OpenTickets,
    OwedTickets,
    Histories,
    Invites,
    UnitFigures,
    LoadedHotIssues,
    NamedItems,
    AllRunningItems,
    LastSerials,
)
"""In the order in which they load: events after the tickets that they belong to."""

BY_KIND: Mapping[type[Query[Any]], type[AnyLoader]] = {kind: loader for loader in LOADERS for kind in loader.kinds}
