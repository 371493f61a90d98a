"""The clock's part in 整改 on the database: reminders of due items, later tickets of a hot issue, series of bad grades.

Each step is an event or a row in the same transaction as its pushes, so it is never taken twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

import msgspec
import structlog
from sqlalchemy import Connection, bindparam, literal_column, select
from sqlalchemy.ext.asyncio import AsyncEngine

from handlers import followers
from handlers.context import Context
from handlers.hot import HotIssue
from handlers.items.item import Item, Origin
from handlers.items.lifecycle import changed
from handlers.outcome import Outcome, together
from handlers.rectification import clock, series
from handlers.rectification.series import RULE
from handlers.tickets.ticket import Ticket
from storage.queries import batch_loading, rectifications
from storage.schema import rows
from storage.schema.bulk import Bulk
from storage.schema.engine import upsert
from storage.schema.errors import WriteError
from storage.schema.tables import grade_series, rounds
from storage.schema.tables import rectifications as table
from storage.schema.transaction import runner
from storage.transactions.retry import judged
from storage.transactions.writing import write_happened

log = structlog.get_logger()

PAGE = 50
"""Items reminded of in one transaction."""

_due = (
    select(table.c.doc)
    .where(table.c.look_at.is_not(None), table.c.look_at <= bindparam("now"))
    .order_by(table.c.look_at)
    .limit(PAGE)
    .with_for_update(skip_locked=True)
)
_bad = (
    select(rounds.c.unit_id, rounds.c.category, rounds.c.ticket_id)
    # Spelled out: only then does a database see that the partial index holds these rows.
    .where(literal_column("rating <= 2"), rounds.c.replied_at >= bindparam("since"), ~rounds.c.void)
)
_told = select(grade_series.c.unit_id, grade_series.c.category, grade_series.c.doc)
_save_series = Bulk(lambda dialect: upsert(grade_series, dialect, ["at", "doc"]))
_ids = msgspec.json.Decoder(list[int])

Group = tuple[str, str]
"""A unit and a category."""


class RectificationClock:
    """Takes the three steps, each in transactions of its own."""

    def __init__(
        self,
        engine: AsyncEngine,
        make_context: Callable[[Connection], Context],
        committed: Callable[[Sequence[Outcome]], None] = lambda outcomes: None,
    ) -> None:
        self._runner = runner(engine)
        self._make_context = make_context
        self._committed = committed
        self._gathered: datetime | None = None

    async def tick(self) -> int:
        """Take what is due. Returns the number of events. Raises `Unavailable` when the database is away."""
        events = 0
        while page := len({change.item.id for change in changed(await self._run(self._warn))}):
            events += page
            if page < PAGE:
                break
        issues, running = await self._runner.run(self._look)
        newest = max((issue.at for issue in issues), default=None)
        if newest is not None and newest != self._gathered:
            for item in running:
                if item.origin is Origin.HOT:
                    events += len(changed(await self._run(partial(self._gather, item.key, issues))))
            self._gathered = newest
        await self._run(self._propose)
        return events

    async def _run(self, work: Callable[[Connection], Outcome]) -> Outcome:
        """Run one transaction. When another writer was first, nothing is written: the next tick decides again."""
        try:
            outcome = await self._runner.run(work)
        except Exception as error:
            kind = judged(error)
            if kind is WriteError.BROKEN:
                raise
            log.warning("rectification_left", why=kind.value)
            return Outcome()
        self._committed([outcome])
        return outcome

    def _warn(self, db: Connection) -> Outcome:
        ctx = self._make_context(db)
        found = [rows.item(doc) for doc in db.execute(_due, {"now": ctx.now}).scalars()]
        outcomes = [clock.warn(item, ctx) for item in found]
        write_happened(db, outcomes, ctx.now)
        return together(outcomes)

    def _look(self, db: Connection) -> tuple[tuple[HotIssue, ...], list[Item]]:
        return batch_loading.hot(db), rectifications.load(db, (), (), running=True)

    def _gather(self, key: str, issues: Sequence[HotIssue], db: Connection) -> Outcome:
        ctx = self._make_context(db)
        running = rectifications.load(db, (), (), running=True)
        item = next((one for one in running if one.key == key), None)
        if item is None:
            return Outcome()
        numbers = frozenset(one.number for one in running)
        for issue in issues:
            tickets = batch_loading.looked_at(db, issue.numbers, ())
            made = clock.gather(item, tickets, numbers, ctx)
            if made.others:
                made = followers.with_followers(made, partial(batch_loading.followers, db), ctx)
                write_happened(db, [made], ctx.now)
                return made
        return Outcome()

    def _propose(self, db: Connection) -> Outcome:
        ctx = self._make_context(db)
        groups: dict[Group, list[int]] = defaultdict(list)
        for unit_id, category, ticket_id in db.execute(_bad, {"since": ctx.now - RULE.span}):
            groups[unit_id, category].append(ticket_id)
        many = {group: sorted(set(ids)) for group, ids in groups.items() if len(ids) >= RULE.count}
        if not many:
            return Outcome()
        told = {(unit, category): frozenset(_ids.decode(doc)) for unit, category, doc in db.execute(_told)}
        outcomes = [_proposed(db, group, ids, told.get(group, frozenset()), ctx) for group, ids in many.items()]
        write_happened(db, outcomes, ctx.now)
        return together(outcomes)


def _proposed(db: Connection, group: Group, ids: Sequence[int], told: frozenset[int], ctx: Context) -> Outcome:
    """Tell a supervisor of this series once. Grades told of before, and those of tickets in a 整改, count for no other
    series.
    """
    fresh = [one for one in ids if one not in told]
    if len(fresh) < RULE.count:
        return Outcome()
    tickets: list[Ticket] = [one for one in batch_loading.looked_at(db, (), fresh) if not one.rectified]
    if len(tickets) < RULE.count:
        return Outcome()
    pushes = series.proposal(*group, tickets, ctx)
    if pushes:
        kept = sorted(told.intersection(ids).union(one.id for one in tickets))
        row = {"unit_id": group[0], "category": group[1], "at": ctx.now, "doc": rows.to_json(kept)}
        _save_series.run(db, [row])
    return Outcome(pushes=pushes)
