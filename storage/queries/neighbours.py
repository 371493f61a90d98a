"""Index of open tickets by place, in memory: finds tickets about the same place and matter, to offer joining them (附议).

It is a cache: what it finds is loaded again before anybody is asked. To keep filing fast, only tickets at the same
place that share a keyword are compared by their texts (docs/adr/0010-joining.md).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import islice
from threading import RLock
from typing import Protocol

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from handlers.context import Candidate, Sought
from handlers.tickets.publishing import may_be_public
from handlers.tickets.states import OPEN
from handlers.tickets.ticket import Ticket
from nlp.matching.sketch import Appeal, Sketch, stack
from nlp.places.names import Name, names
from storage.schema import rows
from storage.schema.in_list import among
from storage.schema.tables import tickets

REMEMBERED = timedelta(days=90)
"""Tickets filed longer ago are not offered: a new message is then about something else."""

COMPARED = 24
"""Tickets whose texts are compared, newest of each place first."""

LOOKED_AT = 4 * COMPARED
"""Tickets under one name, newest first, that are checked for a shared keyword."""

OFFERED = 3
BODY = 160
"""Characters of a text that are compared: the matter stands at the beginning, formulas at the end."""

ALIKE, ALIKE_ELSEWHERE = 0.8, 0.95
"""From this score on somebody is asked, and from this where the category is another: higher than where the matcher says
"same", for a wrong question costs trust."""
LATECOMERS = timedelta(seconds=30)
"""An id is made before its transaction commits; a refresh looks back this far for tickets committed late."""

_PAGE = 500

_open = [state.value for state in sorted(OPEN)]
_page = (
    select(tickets.c.id)
    .where(
        tickets.c.id > bindparam("after"),
        tickets.c.filed_at >= bindparam("since"),
        tickets.c.joined_to.is_(None),
        tickets.c.state.in_(_open),
    )
    .order_by(tickets.c.id)
    .limit(_PAGE)
)
_docs = select(tickets.c.doc).where(among(tickets.c.id, "ids")).order_by(tickets.c.id)
_still = select(tickets.c.id).where(
    among(tickets.c.id, "ids"), tickets.c.joined_to.is_(None), tickets.c.state.in_(_open)
)
_ends = select(func.min(tickets.c.id), func.max(tickets.c.id))
_next_filed = select(tickets.c.filed_at).where(tickets.c.id >= bindparam("here")).order_by(tickets.c.id).limit(1)


class AppealJudge(Protocol):
    """Port: tells whether two appeals are the same. `nlp.matching.similar.Matcher` implements it."""

    def sketch(self, appeal: Appeal | str) -> Sketch:
        """Returns what is kept of an appeal for comparing it."""

    def scores(self, query: Sketch, others: Sketch) -> NDArray[np.float32]:
        """Returns how likely each of the others is the same, 0 to 1."""


class _OpenTicket(Struct):
    """One open ticket."""

    id: int
    number: str
    category: str
    title: str
    text: str
    filed_at: datetime
    keys: tuple[Name, ...]
    sketch: Sketch | None = None
    """None until the ticket is first compared."""


class Neighbours:
    """Open tickets that may be joined, by place. Asked on the database's thread, changed on the event loop's."""

    def __init__(self, judge: AppealJudge) -> None:
        self._judge = judge
        self._known: dict[int, _OpenTicket] = {}
        self._at: dict[Name, dict[int, None]] = {}
        self._lock = RLock()

    def __len__(self) -> int:
        return len(self._known)

    def __contains__(self, ticket_id: int) -> bool:
        return ticket_id in self._known

    def keep(self, ticket: Ticket) -> None:
        """Index the ticket as it is, or remove it when it is closed, follows another, or may not be public."""
        if ticket.id in self._known:
            self.drop(ticket.id)
        if ticket.joined_to is not None or ticket.state not in OPEN or not may_be_public(ticket):
            return
        keys = {
            (name, known)
            for name, number in names(ticket.place.text if ticket.place else "", ticket.title)
            for known in (number, "*")
        }
        if not keys:
            return
        text = ticket.text[:BODY]
        one = _OpenTicket(ticket.id, ticket.number, ticket.category, ticket.title, text, ticket.filed_at, tuple(keys))
        with self._lock:
            self._known[ticket.id] = one
            for key in keys:
                self._at.setdefault(key, {})[ticket.id] = None

    def drop(self, ticket_id: int) -> None:
        with self._lock:
            one = self._known.pop(ticket_id, None)
            for key in one.keys if one is not None else ():
                there = self._at[key]
                del there[ticket_id]
                if not there:
                    del self._at[key]

    def find(self, sought: Sought) -> tuple[Candidate, ...]:
        """Returns tickets of the same place and matter, likeliest first, at most `OFFERED`."""
        with self._lock:
            near = self._near(sought)
        if not near:
            return ()
        asked = self._judge.sketch(Appeal(sought.title, sought.text[:BODY]))
        scores = self._judge.scores(asked, stack([self._sketch(one) for one in near]))
        alike = [
            (score, one)
            for score, one in zip(scores.tolist(), near, strict=True)
            if score >= (ALIKE if one.category == sought.category else ALIKE_ELSEWHERE)
        ]
        alike.sort(key=lambda pair: (-pair[0], pair[1].id))
        return tuple(Candidate(one.id, one.number, score) for score, one in alike[:OFFERED])

    def forget_before(self, since: datetime) -> None:
        """Remove tickets filed before `since`."""
        for ticket_id in [one.id for one in self._known.values() if one.filed_at < since]:
            self.drop(ticket_id)

    def ids(self) -> list[int]:
        """Returns the ids of all tickets in the index, oldest first."""
        return sorted(self._known)

    def _near(self, sought: Sought) -> list[_OpenTicket]:
        words = [word for word in sought.keywords if word not in sought.place.text]
        found: dict[int, _OpenTicket] = {}
        for name, number in names(sought.place.text, sought.title):
            for asked in (number, "") if number else ("*",):
                there = self._at.get((name, asked))
                for ticket_id in islice(reversed(there), LOOKED_AT) if there is not None else ():
                    one = self._known[ticket_id]
                    if any(word in one.text for word in words):
                        found[ticket_id] = one
                    if len(found) == COMPARED:
                        return list(found.values())
        return list(found.values())

    def _sketch(self, one: _OpenTicket) -> Sketch:
        if one.sketch is None:
            one.sketch = self._judge.sketch(Appeal(one.title, one.text))
        return one.sketch


class Similar:
    """Keeps `Neighbours` equal to the database: loads it at the start, then follows all processes."""

    def __init__(self, engine: AsyncEngine, judge: AppealJudge) -> None:
        self._engine = engine
        self._neighbours = Neighbours(judge)
        self._seen: list[tuple[datetime, int]] = []
        self._checked = 0

    def find(self, sought: Sought) -> tuple[Candidate, ...]:
        """See `handlers.context.Similar`."""
        return self._neighbours.find(sought)

    def take(self, changed: Iterable[Ticket]) -> None:
        """Index the tickets that this process has just committed."""
        for ticket in changed:
            self._neighbours.keep(ticket)

    async def refresh(self, now: datetime) -> None:
        """Index tickets that other processes filed since the last refresh, and check part of the index for tickets that
        are closed.
        """
        since = now - REMEMBERED
        async with self._engine.connect() as db:
            after = self._look_from(now) if self._seen else await _first(db, since)
            while True:
                page = (await db.execute(_page, {"after": after, "since": since})).scalars().all()
                unknown = [ticket_id for ticket_id in page if ticket_id not in self._neighbours]
                if unknown:
                    self.take(rows.ticket(doc) for (doc,) in await db.execute(_docs, {"ids": unknown}))
                after = page[-1] if page else after
                if len(page) < _PAGE:
                    break
            self._seen.append((now, after))
            await self._check_some(db)
        self._neighbours.forget_before(since)

    def _look_from(self, now: datetime) -> int:
        """Returns the last id seen `LATECOMERS` ago: every id before it is committed or never will be."""
        old = [mark for mark in self._seen if mark[0] <= now - LATECOMERS]
        if len(old) > 1:
            self._seen = self._seen[len(old) - 1 :]
        return self._seen[0][1]

    async def _check_some(self, db: AsyncConnection) -> None:
        """Remove the tickets of the next page that other processes closed."""
        known = self._neighbours.ids()
        page = known[self._checked : self._checked + _PAGE]
        self._checked = self._checked + _PAGE if len(page) == _PAGE else 0
        if page:
            still = set((await db.execute(_still, {"ids": page})).scalars())
            for ticket_id in page:
                if ticket_id not in still:
                    self._neighbours.drop(ticket_id)


async def _first(db: AsyncConnection, since: datetime) -> int:
    """Returns the id before the first ticket filed at or after `since`: ids grow with time, so a binary search needs no
    index.
    """
    low, high = (await db.execute(_ends)).one()
    if low is None:
        return 0
    low -= 1
    while low + 1 < high:
        middle = (low + high) // 2
        filed_at = (await db.execute(_next_filed, {"here": middle})).scalar_one_or_none()
        if filed_at is None or filed_at >= since:
            high = middle
        else:
            low = middle
    return int(low)
