"""Ranking rounds (one promise of a ticket and its outcome): written with their tickets, summed to units' figures of a
period.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from handlers.rankings.figures import Figures, median
from handlers.rankings.lists import Graded, RankingLine, Which, graded, line
from handlers.rankings.periods import Period
from handlers.rankings.records import Record, records
from handlers.tickets.states import OPEN
from handlers.tickets.ticket import NO_CARDS, Ticket
from storage.schema.bulk import Bulk
from storage.schema.in_list import among
from storage.schema.rows import Row
from storage.schema.rows import ticket as decode_ticket
from storage.schema.tables import rounds, spelled, tickets

SATISFIED = 3
"""Lowest satisfied grade, 基本满意. Source: 国办发〔2019〕51号 (好差评): the two lowest of the five grades are bad ones."""

_bulk = Bulk(lambda _: insert(rounds))
_forget = delete(rounds).where(among(rounds.c.ticket_id, "ids"))


def counts(ticket: Ticket) -> bool:
    """Returns whether rankings count anything of the ticket, or may have before this change."""
    return ticket.replied_at is not None or bool(ticket.rounds) or ticket.cards != NO_CARDS


def save(db: Connection, changed: Collection[Ticket]) -> None:
    """Replace the rounds of these tickets by those that follow from the tickets."""
    by_id = {ticket.id: ticket for ticket in changed}
    db.execute(_forget, {"ids": sorted(by_id)})
    _bulk.run(db, [row(record) for ticket_id in sorted(by_id) for record in records(by_id[ticket_id])])


def row(record: Record) -> Row:
    """Returns the row of `rounds` for one record."""
    return {
        "ticket_id": record.ticket_id,
        "round": record.number,
        "unit_id": record.unit_id,
        "category": record.category,
        "joined": record.joined,
        "began": record.began,
        "reply_by": record.reply_by,
        "replied_at": record.replied_at,
        "on_time": record.on_time,
        "fair": record.fair,
        "seconds": record.seconds,
        "rating": record.rating,
        "void": record.void,
        "silent": record.silent,
        "solved": record.solved,
        "to_point": record.to_point,
        "attitude": record.attitude,
        "yellow": record.yellow,
        "red": record.red,
        "noticed": record.noticed,
        "again": record.again,
    }


def figures(db: Connection, unit_ids: Collection[str], period: Period, now: datetime) -> tuple[Figures, ...]:
    """Returns the figures of these units. A unit without anything to count is left out."""
    if not unit_ids:
        return ()
    found: dict[str, dict[str, Any]] = {}
    for query in (_answered(unit_ids, period), _unanswered(unit_ids, period, now), _on_desks(unit_ids, now)):
        for each in db.execute(query).mappings():
            sums = found.setdefault(each["unit_id"], {})
            for name, value in each.items():
                if name != "unit_id":
                    sums[name] = sums.get(name, 0) + int(value or 0)
    hours = _hours(db, unit_ids, period)
    return tuple(
        Figures(unit_id, median_hours=median(hours.get(unit_id, {})), **sums) for unit_id, sums in sorted(found.items())
    )


def hours(db: Connection, unit_ids: Collection[str], period: Period) -> dict[int, int]:
    """Returns the number of answers by whole hours they took, for these units together."""
    together: dict[int, int] = {}
    for counts in _hours(db, unit_ids, period).values():
        for hour, count in counts.items():
            together[hour] = together.get(hour, 0) + count
    return together


def _of_period(unit_ids: Collection[str], period: Period) -> ColumnElement[bool]:
    owed = rounds.c.reply_by >= period.starts
    return rounds.c.unit_id.in_(sorted(unit_ids)) & owed & (rounds.c.reply_by < period.ends)


def _answered(unit_ids: Collection[str], period: Period) -> Any:
    own = ~rounds.c.joined
    answered = own & rounds.c.replied_at.is_not(None)
    graded = rounds.c.rating.is_not(None) & ~rounds.c.void
    sums: Mapping[str, ColumnElement[bool]] = {
        "due": answered,
        "answered": answered,
        "on_time": answered & rounds.c.on_time,
        "fair": answered & rounds.c.fair,
        "graded": graded,
        "satisfied": graded & (rounds.c.rating >= SATISFIED),
        "silent": rounds.c.silent & rounds.c.rating.is_(None),
        "void": rounds.c.void,
        "asked_solved": rounds.c.solved.is_not(None) & ~rounds.c.void,
        "solved": rounds.c.solved.is_(True) & ~rounds.c.void,
        "again": answered & rounds.c.again,
        "yellow": own & rounds.c.yellow,
        "red": own & rounds.c.red,
        "noticed": own & rounds.c.noticed,
    }
    columns = [_sum(condition).label(name) for name, condition in sums.items()]
    return select(rounds.c.unit_id, *columns).where(_of_period(unit_ids, period)).group_by(rounds.c.unit_id)


def _open(unit_ids: Collection[str]) -> ColumnElement[bool]:
    on_desk = tickets.c.unit_id.in_(sorted(unit_ids)) & tickets.c.state.in_(spelled(*sorted(OPEN)))
    return on_desk & tickets.c.joined_to.is_(None)


def _unanswered(unit_ids: Collection[str], period: Period, now: datetime) -> Any:
    owed = (tickets.c.reply_by >= period.starts) & (tickets.c.reply_by < min(period.ends, now))
    query = select(tickets.c.unit_id, func.count().label("due"))
    return query.where(_open(unit_ids), owed, tickets.c.state != "waiting").group_by(tickets.c.unit_id)


def _on_desks(unit_ids: Collection[str], now: datetime) -> Any:
    late = (tickets.c.reply_by < now) & (tickets.c.state != "waiting")
    query = select(tickets.c.unit_id, func.count().label("open"), _sum(late).label("overdue"))
    return query.where(_open(unit_ids)).group_by(tickets.c.unit_id)


def _hours(db: Connection, unit_ids: Collection[str], period: Period) -> dict[str, dict[int, int]]:
    whole = (rounds.c.seconds // 3600).label("hour")
    query = (
        select(rounds.c.unit_id, whole, func.count())
        .where(_of_period(unit_ids, period), ~rounds.c.joined, rounds.c.seconds.is_not(None))
        .group_by(rounds.c.unit_id, whole)
    )
    found: dict[str, dict[int, int]] = {}
    for unit_id, hour, count in db.execute(query):
        found.setdefault(unit_id, {})[int(hour)] = count
    return found


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def kept(db: Connection, ticket_ids: Sequence[int]) -> dict[int, list[Row]]:
    """Returns the stored rows of these tickets, by ticket id."""
    found: dict[int, list[Row]] = {ticket_id: [] for ticket_id in ticket_ids}
    if ticket_ids:
        query = select(rounds).where(rounds.c.ticket_id.in_(ticket_ids)).order_by(rounds.c.ticket_id, rounds.c.round)
        for each in db.execute(query).mappings():
            found[each["ticket_id"]].append(dict(each))
    return found


BEST = 5
"""The grade 非常满意."""

FRESH = timedelta(minutes=1)
"""How long figures are cached."""

_MOST_KNOWN = 500
LIST_MOST = 100
"""Tickets in one list. A reader who wants others takes a shorter period."""

_CONDITIONS: Mapping[Which, ColumnElement[bool]] = {
    Which.ANSWERED: rounds.c.replied_at.is_not(None) & ~rounds.c.joined,
    Which.LATE: rounds.c.replied_at.is_not(None) & ~rounds.c.joined & rounds.c.fair.is_(False),
    Which.SATISFIED: (rounds.c.rating >= SATISFIED) & ~rounds.c.void,
    Which.DISSATISFIED: (rounds.c.rating < SATISFIED) & ~rounds.c.void,
    Which.UNSOLVED: rounds.c.solved.is_(False) & ~rounds.c.void,
    Which.AGAIN: rounds.c.replied_at.is_not(None) & ~rounds.c.joined & rounds.c.again,
    Which.CARDS: ~rounds.c.joined & (rounds.c.yellow | rounds.c.red | rounds.c.noticed),
}
"""The rounds in each list: the same that its figure counts."""


class Rankings:
    """Figures for pages and reports, each look-up in a transaction of its own.

    A year's figures over a million tickets take seconds: they are cached for `FRESH`, and one query runs at a time.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._turn = asyncio.Lock()
        self._known: dict[tuple[frozenset[str], str], tuple[datetime, tuple[Figures, ...]]] = {}

    async def figures(self, unit_ids: Collection[str], period: Period, now: datetime) -> tuple[Figures, ...]:
        """Returns the figures of these units, at most `FRESH` old."""
        asked = frozenset(unit_ids), period.key
        async with self._turn:
            at, found = self._known.get(asked, (None, ()))
            if at is None or not at <= now < at + FRESH:
                async with self._engine.connect() as db:
                    found = await db.run_sync(figures, unit_ids, period, now)
                if len(self._known) >= _MOST_KNOWN:
                    self._known.clear()
                self._known[asked] = now, found
            return found

    async def median_hours(self, unit_ids: Collection[str], period: Period) -> float | None:
        """Returns the median hours to an answer of these units together. None without answers."""
        async with self._engine.connect() as db:
            return median(await db.run_sync(hours, unit_ids, period))

    async def behind(self, unit_id: str, which: Which, period: Period, now: datetime) -> tuple[RankingLine, ...]:
        """Returns the tickets that one figure of the unit counts, newest first."""
        async with self._engine.connect() as db:
            if which is Which.OWED:
                return await db.run_sync(_owed, unit_id, period, now)
            return await db.run_sync(_behind, unit_id, which, period)

    async def replies(self, period: Period, best: bool, phones: Mapping[str, str]) -> tuple[Graded, ...]:
        """Returns public answers with the best or the worst grades of the period, newest first. `phones` are those of
        units.
        """
        grade = rounds.c.rating == BEST if best else rounds.c.rating < SATISFIED
        owed = (rounds.c.reply_by >= period.starts) & (rounds.c.reply_by < period.ends)
        query = (
            select(tickets.c.doc)
            .join(rounds, tickets.c.id == rounds.c.ticket_id)
            .where(owed, grade, ~rounds.c.void, ~rounds.c.joined, tickets.c.rating == rounds.c.rating)
            .order_by(rounds.c.replied_at.desc(), rounds.c.ticket_id)
            .limit(LIST_MOST)
        )
        async with self._engine.connect() as db:
            docs = (await db.execute(query)).scalars().all()
        shown = (graded(ticket, phones.get(ticket.unit_id, "")) for ticket in map(decode_ticket, docs))
        return tuple(one for one in shown if one is not None)


def _behind(db: Connection, unit_id: str, which: Which, period: Period) -> tuple[RankingLine, ...]:
    query = (
        select(rounds.c.round, tickets.c.doc)
        .join(tickets, tickets.c.id == rounds.c.ticket_id)
        .where(_of_period([unit_id], period), _CONDITIONS[which])
        .order_by(rounds.c.reply_by.desc(), rounds.c.ticket_id)
        .limit(LIST_MOST)
    )
    lines = []
    for number, doc in db.execute(query):
        ticket = decode_ticket(doc)
        lines.append(line(ticket, records(ticket)[number]))
    return tuple(lines)


def _owed(db: Connection, unit_id: str, period: Period, now: datetime) -> tuple[RankingLine, ...]:
    owed = (tickets.c.reply_by >= period.starts) & (tickets.c.reply_by < min(period.ends, now))
    query = select(tickets.c.doc).where(_open([unit_id]), owed, tickets.c.state != "waiting")
    query = query.order_by(tickets.c.reply_by.desc(), tickets.c.id).limit(LIST_MOST)
    return tuple(line(decode_ticket(doc), None) for doc in db.execute(query).scalars())
