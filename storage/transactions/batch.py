"""The data that a batch of messages has loaded, kept current while its messages are decided one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import Connection

from handlers.chasing.due_steps import VOW_REMINDER, owes_at
from handlers.directory.directory import Staff
from handlers.dispatch import Reading
from handlers.hot import HotIssue
from handlers.items.item import Item
from handlers.items.numbers import year_of
from handlers.items.states import RUNNING
from handlers.messages import Incoming
from handlers.outcome import NOTHING, Found, Needs, Outcome, Who
from handlers.rankings.figures import Figures, median
from handlers.rankings.periods import Period
from handlers.tickets.events import Event
from handlers.tickets.states import OPEN
from handlers.tickets.ticket import Ticket
from storage.queries import batch_loading, rankings, rectifications

_NOTHING_FOUND = Found()


class Case(Struct):
    """One message of a batch on its way to an answer. `new`: the person has no row yet."""

    incoming: Incoming
    who: Who
    parked_ids: tuple[int, ...] = ()
    new: bool = False
    reading: Reading | None = None
    """The message as the rules read it; None until they did, and where that failed."""
    needs: Needs = NOTHING
    outcome: Outcome | None = None
    failed: bool = False
    again: bool = False


class BatchView:
    """The tickets, logs and invitations of one batch, as they stand after the messages decided so far."""

    def __init__(self) -> None:
        self._tickets: dict[int, Ticket] = {}
        self._ids: dict[str, int] = {}
        self._mine: dict[int, list[int]] = {}
        self._desks: dict[frozenset[str], list[int]] = {}
        self._owing: dict[frozenset[str], list[int]] = {}
        self._history: dict[int, tuple[Event, ...]] = {}
        self._invites: dict[str, Staff] = {}
        self._figures: dict[tuple[frozenset[str], Period], tuple[tuple[Figures, ...], float | None]] = {}
        self._hot: tuple[HotIssue, ...] = ()
        self._items: dict[str, Item] = {}
        self._item_serial = 0

    def add(self, tickets: Sequence[Ticket]) -> list[int]:
        """Remember tickets as loaded; a ticket that is here already is current and stays."""
        for ticket in tickets:
            self._tickets.setdefault(ticket.id, ticket)
            self._ids[ticket.number] = ticket.id
        return [ticket.id for ticket in tickets]

    def followed(self) -> set[int]:
        """The ids of tickets that are followed by what is here, and are not here themselves."""
        wanted = {ticket.joined_to for ticket in self._tickets.values()}
        return {ticket_id for ticket_id in wanted if ticket_id is not None} - self._tickets.keys()

    def current(self, tickets: Sequence[Ticket]) -> list[Ticket]:
        """These as they stand now; what is not here yet is remembered."""
        self.add(tickets)
        return [self._tickets[ticket.id] for ticket in tickets]

    def lacks(self, numbers: frozenset[str]) -> frozenset[str]:
        """Those of the numbers whose ticket is not here."""
        return numbers - self._ids.keys()

    def numbered(self, numbers: frozenset[str]) -> dict[str, Ticket]:
        """The tickets of these numbers that are here."""
        return {number: self._tickets[self._ids[number]] for number in numbers if number in self._ids}

    def following(self, ticket_ids: frozenset[int]) -> list[Ticket]:
        """Those here that follow one of these."""
        return [ticket for ticket in self._tickets.values() if ticket.joined_to in ticket_ids]

    def add_mine(self, person_id: int, tickets: Sequence[Ticket]) -> None:
        """Remember a person's own tickets, newest first."""
        self._mine[person_id] = self.add(tickets)

    def add_desk(self, units: frozenset[str], tickets: Sequence[Ticket]) -> None:
        """Remember the open tickets of these units, soonest due first."""
        self._desks[units] = self.add(tickets)

    def add_owing(self, units: frozenset[str], tickets: Sequence[Ticket]) -> None:
        """Remember the answered tickets of these units with a promise that is due, soonest first."""
        self._owing[units] = self.add(tickets)

    def add_history(self, history: dict[int, tuple[Event, ...]]) -> None:
        """Remember the logs of these tickets."""
        self._history |= history

    def add_invite(self, code_hash: str, member: Staff) -> None:
        """Remember who an invite code was made for."""
        self._invites[code_hash] = member

    def add_figures(
        self, units: frozenset[str], period: Period, figures: tuple[Figures, ...], middle: float | None
    ) -> None:
        """Remember the figures of these units in the period, and the median hours of all together."""
        self._figures[units, period] = figures, middle

    def add_hot(self, issues: tuple[HotIssue, ...]) -> None:
        """Remember the issues that many people raise."""
        self._hot = issues

    def add_items(self, items: Sequence[Item], last_serial: int) -> None:
        """Remember these 整改 by their short numbers, and the last serial of the year."""
        self._items = {item.key: item for item in items}
        self._item_serial = last_serial

    def _items_for(self, needs: Needs) -> dict[str, Item]:
        return {
            key: item
            for key, item in self._items.items()
            if key in needs.items or (item.state in RUNNING and (needs.running or item.unit_id in needs.items_of))
        }

    def ids_for(self, needs: Needs) -> set[int]:
        """The ids of the tickets that `needs` names and that exist."""
        named = {self._ids[number] for number in needs.numbers if number in self._ids}
        return named | {ticket_id for ticket_id in needs.ids if ticket_id in self._tickets}

    def view(self, case: Case) -> Found:
        """What the rule of this case may see: just what it asked for."""
        needs = case.needs
        if needs is NOTHING:
            return _NOTHING_FOUND
        by_number = self.numbered(needs.numbers)
        by_id = {i: self._tickets[i] for i in needs.ids if i in self._tickets}
        mine = tuple(self._tickets[i] for i in self._mine.get(case.who.person.id, ())) if needs.mine else ()
        figures, middle = self._figures.get((needs.figures, needs.period), ((), None)) if needs.period else ((), None)
        return Found(
            by_number=by_number,
            by_id=by_id,
            mine=mine,
            desk=self._desk(needs.desk),
            owing=self._owed(needs.desk),
            history={i: self._history.get(i, ()) for i in self.ids_for(needs)} if needs.history else {},
            invite=self._invites.get(needs.invite) if needs.invite else None,
            figures=figures,
            median_hours=middle,
            mains={
                ticket.joined_to: self._tickets[ticket.joined_to]
                for ticket in (*by_number.values(), *by_id.values(), *mine)
                if ticket.joined_to in self._tickets
            },
            again=case.again,
            hot=self._hot if needs.hot else (),
            items=self._items_for(needs),
            item_serial=self._item_serial,
        )

    def _desk(self, units: frozenset[str]) -> tuple[Ticket, ...]:
        current = (self._tickets[i] for i in self._desks.get(units, ()))
        return tuple(t for t in current if t.unit_id in units and t.state in OPEN and t.joined_to is None)

    def _owed(self, units: frozenset[str]) -> tuple[Ticket, ...]:
        current = (self._tickets[i] for i in self._owing.get(units, ()))
        return tuple(t for t in current if t.unit_id in units and owes_at(t) is not None)

    def take(self, outcome: Outcome) -> None:
        """Let the following messages of the batch see what this one changed."""
        for ticket in outcome.tickets:
            self._tickets[ticket.id] = ticket
            self._ids[ticket.number] = ticket.id
        for event in outcome.events:
            if event.ticket_id in self._history:
                self._history[event.ticket_id] += (event,)
        for item in outcome.items:
            self._items[item.key] = item
            self._item_serial = max(self._item_serial, item.serial)
        for member in outcome.staff:
            self._invites = {code: s for code, s in self._invites.items() if s.id != member.id}


def load(db: Connection, cases: Sequence[Case], now: datetime) -> BatchView:
    """Load what all cases need, each kind of thing with one SELECT where the batch shares it."""
    view = BatchView()
    wanting = [case for case in cases if case.needs is not NOTHING]
    if not wanting:
        return view
    numbers = frozenset[str]().union(*(case.needs.numbers for case in wanting))
    ids = frozenset[int]().union(*(case.needs.ids for case in wanting))
    view.add(batch_loading.tickets_by(db, numbers, ids))
    for case in wanting:
        _load_own(db, view, case, now)
        _load_figures(db, view, case.needs, now)
    _load_mains(db, view)
    told = [case.needs for case in wanting if case.needs.history]
    if told:
        view.add_history(batch_loading.history(db, set[int]().union(*(view.ids_for(needs) for needs in told))))
    if any(case.needs.hot for case in wanting):
        view.add_hot(batch_loading.hot(db))
    _load_items(db, view, [case.needs for case in wanting], now)
    return view


def load_more(db: Connection, view: BatchView, cases: Sequence[Case]) -> None:
    """Load what these cases asked for when they were decided: tickets and the person's own, to be looked at only."""
    asked = [case.outcome.more for case in cases if case.outcome is not None and case.outcome.more is not None]
    ids = frozenset[int]().union(*(needs.ids for needs in asked))
    numbers = frozenset[str]().union(*(needs.numbers for needs in asked))
    view.add(batch_loading.looked_at(db, numbers, ids))
    for case, needs in zip(cases, asked, strict=True):
        if needs.mine and not case.needs.mine:
            view.add_mine(case.who.person.id, batch_loading.mine(db, case.who.person.id))
    _load_mains(db, view)


def load_followers(db: Connection, view: BatchView, ids: frozenset[int]) -> dict[int, list[Ticket]]:
    """Who follows these tickets now, oldest first: as stored, and as changed by this batch."""
    stored = view.current(batch_loading.followers(db, ids))
    known = {ticket.id: ticket for ticket in (*stored, *view.following(ids)) if ticket.joined_to in ids}
    found: dict[int, list[Ticket]] = {ticket_id: [] for ticket_id in ids}
    for ticket_id in sorted(known):
        main = known[ticket_id].joined_to
        if main is not None:
            found[main].append(known[ticket_id])
    return found


def _load_figures(db: Connection, view: BatchView, needs: Needs, now: datetime) -> None:
    if needs.period is not None and needs.figures:
        found = rankings.figures(db, needs.figures, needs.period, now)
        middle = median(rankings.hours(db, needs.figures, needs.period))
        view.add_figures(needs.figures, needs.period, found, middle)


def _load_items(db: Connection, view: BatchView, needs: Sequence[Needs], now: datetime) -> None:
    keys = frozenset[str]().union(*(each.items for each in needs))
    units = frozenset[str]().union(*(each.items_of for each in needs))
    running = any(each.running for each in needs)
    if keys or units or running:
        last = rectifications.last_serial(db, year_of(now)) if running else 0
        view.add_items(rectifications.load(db, keys, units, running), last)


def _load_mains(db: Connection, view: BatchView) -> None:
    followed = view.followed()
    if followed:
        view.add(batch_loading.tickets_by(db, (), followed))


def _load_own(db: Connection, view: BatchView, case: Case, now: datetime) -> None:
    needs = case.needs
    if needs.mine:
        view.add_mine(case.who.person.id, batch_loading.mine(db, case.who.person.id))
    if needs.desk:
        view.add_desk(needs.desk, batch_loading.desk(db, needs.desk))
        view.add_owing(needs.desk, batch_loading.owing(db, needs.desk, now + VOW_REMINDER))
    if needs.invite:
        member = batch_loading.invite(db, needs.invite)
        if member:
            view.add_invite(needs.invite, member)
