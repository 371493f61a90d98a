"""The data that a batch of messages has loaded, kept current while its messages are decided one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from handlers import followers
from handlers.dispatch import Reading
from handlers.messages import Incoming
from handlers.outcome import Outcome, Who
from handlers.queries import NOTHING, Found, Needs, Query
from handlers.tickets.ticket import Ticket
from storage.queries import batch_loading
from storage.transactions.loaders import LOADERS, AnyLoader, Tickets


class Case(Struct):
    """One message of a batch on its way to an answer."""

    incoming: Incoming
    who: Who
    parked_ids: tuple[int, ...] = ()
    new: bool = False
    """The person has no row yet."""

    reading: Reading | None = None
    """The message as the rules read it. None before that, and when it failed."""

    needs: Needs = NOTHING
    outcome: Outcome | None = None
    failed: bool = False
    again: bool = False


class BatchView:
    """What one batch has loaded, as it stands after the messages decided so far."""

    def __init__(self, now: datetime) -> None:
        self.tickets = Tickets()
        self._loaders: list[AnyLoader] = [make(self.tickets, now) for make in LOADERS]
        self._by_kind = {kind: loader for loader in self._loaders for kind in loader.kinds}

    def load(self, db: Connection, needs: Needs, *, locked: bool = True) -> None:
        """Load what is asked for, each kind at once for all messages. With `locked`, lock it until the commit, because
        it may be changed.
        """
        asked: dict[AnyLoader, list[Query[object]]] = {}
        for query in needs:
            asked.setdefault(self._by_kind[type(query)], []).append(query)
        for loader in self._loaders:
            if loader in asked:
                loader.load(db, asked[loader], locked=locked)
        if followed := self.tickets.followed():
            self.tickets.add(batch_loading.tickets_by(db, (), followed))

    def found(self, needs: Needs, *, again: bool = False) -> Found:
        """Returns what a rule may see: only what it asked for. `again`: it decides for the second time."""
        if not needs:
            return Found(again=again)
        found = Found({query: self._by_kind[type(query)].answer(query) for query in needs}, again=again)
        shown = (*found.by_number.values(), *found.by_id.values(), *found.mine)
        mains = {one.joined_to for one in shown if one.joined_to is not None}
        if not mains:
            return found
        here = self.tickets.by_id
        return replace(found, mains={main: here[main] for main in mains if main in here})

    def take(self, outcome: Outcome) -> None:
        """Show what this message changed to the following messages of the batch."""
        self.tickets.replace(outcome.tickets)
        for loader in self._loaders:
            loader.take(outcome)


def load(db: Connection, cases: Sequence[Case], now: datetime) -> BatchView:
    """Load what all cases need, each kind with one SELECT where the batch shares it."""
    view = BatchView(now)
    view.load(db, NOTHING.union(*(case.needs for case in cases)))
    return view


def load_more(db: Connection, view: BatchView, cases: Sequence[Case]) -> None:
    """Load what these cases asked for when they were decided, without locks."""
    asked = (case.outcome.more - case.needs for case in cases if case.outcome is not None and case.outcome.more)
    view.load(db, NOTHING.union(*asked), locked=False)


def load_followers(db: Connection, view: BatchView, ids: frozenset[int]) -> dict[int, list[Ticket]]:
    """Returns the followers of these tickets, oldest first: as stored, and as changed by this batch."""
    stored = view.tickets.current(view.tickets.add(batch_loading.followers(db, ids)))
    known = {ticket.id: ticket for ticket in (*stored, *view.tickets.following(ids))}
    return followers.by_leader(ids, (known[ticket_id] for ticket_id in sorted(known)))
