"""The clock's tick on the database: finds due tickets by an index, decides each step, and writes a page in one
transaction.

A page that fails leaves nothing behind and is taken again; a page that was written is not due any more. Two clocks at
once are harmless: PostgreSQL gives each row to one of them, and a decision on an old row collides in the log.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import NamedTuple

import structlog
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import BigInteger, Connection, bindparam, func, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncEngine

from handlers.chasing.chase_notice import OpenNotices, year_of
from handlers.chasing.tick import Tick
from handlers.context import Context
from handlers.notifications import digest
from handlers.notifications.digest import DigestState
from handlers.outcome import Outcome, together
from handlers.pushes import Push
from handlers.tickets.events import Event
from handlers.tickets.events.clock import ChaseNoticeIssued
from handlers.tickets.ticket import Ticket
from storage.queries import batch_loading
from storage.schema import rows
from storage.schema.bulk import Bulk
from storage.schema.engine import upsert
from storage.schema.errors import WriteError, code_of
from storage.schema.tables import Instant, chase_notices, outbox, tickets
from storage.schema.transaction import runner
from storage.transactions.retry import NotWritten, judged, retry
from storage.transactions.writing import write_happened

log = structlog.get_logger()

PAGE = 300
"""Tickets in one transaction: few enough that citizens' messages, which wait while it runs on SQLite, feel no delay."""

ATTEMPTS = 3
"""Tries for a page that collides, before its tickets are chased one by one."""

ASIDE = timedelta(minutes=10)
"""How long a ticket that failed is left out."""

SETTLES = timedelta(seconds=60)
"""How long a summary waits for further pages of its tick: longer than it takes to write one."""

_BEGINNING = (datetime.fromtimestamp(0, tz=UTC), 0)

# Skipped where another clock holds it: that one will write it.
_due = (
    select(tickets.c.look_at, tickets.c.id, tickets.c.doc)
    .where(
        tickets.c.look_at <= bindparam("now"),
        tuple_(tickets.c.look_at, tickets.c.id)
        > tuple_(bindparam("after_at", type_=Instant), bindparam("after_id", type_=BigInteger)),
    )
    .order_by(tickets.c.look_at, tickets.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)

_one = (
    select(tickets.c.look_at, tickets.c.id, tickets.c.doc)
    .where(tickets.c.id == bindparam("id"), tickets.c.look_at <= bindparam("now"))
    .with_for_update(skip_locked=True)
)
_bulk_summaries = Bulk(lambda dialect: upsert(outbox, dialect, ["doc", "due_at"]))
_last_serial = select(func.max(chase_notices.c.serial)).where(chase_notices.c.year == bindparam("year"))
_change_notice = update(chase_notices).where(chase_notices.c.number == bindparam("known")).values(doc=bindparam("text"))


class _Row(NamedTuple):
    look_at: datetime
    id: int
    doc: str


class Chased(Struct):
    """What one tick did."""

    steps: Counter[str]
    """Number of events by tag."""

    tickets: int = 0
    pages: int = 0
    lag: timedelta = timedelta()
    """How long the first ticket had been due."""

    aside: int = 0
    """Number of tickets that failed and are left out."""

    over: bool = True
    """False when the tick was stopped before nothing was due."""


class Cursor(Struct, frozen=True):
    """How far a tick has come."""

    hot: frozenset[str]
    """Numbers of the tickets in hot issues."""

    after: tuple[datetime, int] = _BEGINNING
    """The last ticket done: its `look_at` and id."""

    ledger: OpenNotices = OpenNotices(0, 0)
    digests: DigestState = DigestState()
    summed_since: datetime | None = None

    def at(self, now: datetime) -> Cursor:
        """Returns the cursor for the next page. Summaries that may have been sent by then take no more tickets."""
        since = self.summed_since
        if since is None:
            return replace(self, summed_since=now)
        return self if now - since < SETTLES / 2 else replace(self, digests=digest.over(self.digests), summed_since=now)


class _ChasedPage(Struct, frozen=True):
    """One page as written."""

    seen: int
    """Number of tickets that were due."""

    cursor: Cursor
    """Where the tick goes on."""

    outcome: Outcome = Outcome()
    lag: timedelta = timedelta()
    failed: dict[int, Exception] = {}
    at: datetime = _BEGINNING[0]


class Chaser:
    """Chases everything that is due, a page a transaction."""

    def __init__(
        self,
        engine: AsyncEngine,
        make_context: Callable[[Connection], Context],
        committed: Callable[[Sequence[Outcome]], None] = lambda outcomes: None,
        page: int = PAGE,
    ) -> None:
        self._runner = runner(engine)
        self._make_context = make_context
        self._committed = committed
        self._page_size = page
        self._aside: dict[int, datetime] = {}

    async def tick(self, goes_on: Callable[[], bool] = lambda: True) -> Chased:
        """Chase until nothing is due, or until `goes_on` returns False (then `over` is False).

        Raises `Unavailable` when the database is away or its clock is in doubt. Pages that were written stay written.
        """
        done = Chased(Counter())
        cursor = Cursor(await self._runner.run(_hot_numbers))
        while True:
            page = await self._page(cursor)
            for ticket_id, error in page.failed.items():
                self._put_aside(ticket_id, error, page.at)
            self._committed([page.outcome])
            done.steps.update(_kinds(page.outcome))
            done.lag = done.lag if done.pages else page.lag
            done.pages += 1
            done.tickets += page.seen
            cursor = page.cursor
            if page.seen < self._page_size:
                break
            if not goes_on():
                done.over = False
                break
        done.aside = len(self._aside)
        return done

    async def _page(self, cursor: Cursor) -> _ChasedPage:
        try:
            return await retry(
                lambda: self._runner.run(lambda db: self._chase_due(db, cursor)), attempts=ATTEMPTS, report=_report
            )
        except NotWritten:
            return await self._one_by_one(cursor)

    async def _one_by_one(self, cursor: Cursor) -> _ChasedPage:
        """Chase each ticket of a page alone, because one of them cannot be written and must not hold up the others."""
        now, found = await self._runner.run(lambda db: self._due_now(db, cursor))
        if not found:
            return _ChasedPage(0, cursor)
        outcomes: list[Outcome] = []
        failed: dict[int, Exception] = {}
        for _, ticket_id, _ in found:
            try:
                page = await self._runner.run(partial(self._chase_one, ticket_id, cursor))
            except Exception as error:
                # Whoever held it has taken the step, or it is due with the next tick.
                if judged(error, _report) is not WriteError.BUSY:
                    failed[ticket_id] = error
            else:
                cursor = replace(page.cursor, after=cursor.after)
                outcomes.append(page.outcome)
                failed |= page.failed
        cursor = replace(cursor, after=_place(found[-1]))
        return _ChasedPage(len(found), cursor, together(outcomes), now - found[0].look_at, failed, now)

    def _chase_due(self, db: Connection, cursor: Cursor) -> _ChasedPage:
        ctx = self._make_context(db)
        return self._chase(db, self._select(db, cursor, ctx.now), cursor, ctx)

    def _chase_one(self, ticket_id: int, cursor: Cursor, db: Connection) -> _ChasedPage:
        ctx = self._make_context(db)
        found = [_Row(*row) for row in db.execute(_one, {"id": ticket_id, "now": ctx.now})]
        return self._chase(db, found, cursor, ctx)

    def _due_now(self, db: Connection, cursor: Cursor) -> tuple[datetime, list[_Row]]:
        now = self._make_context(db).now
        return now, self._select(db, cursor, now)

    def _select(self, db: Connection, cursor: Cursor, now: datetime) -> list[_Row]:
        at, last = cursor.after
        wanted = {"now": now, "after_at": at, "after_id": last, "most": self._page_size}
        return [_Row(*row) for row in db.execute(_due, wanted)]

    def _chase(self, db: Connection, found: Sequence[_Row], cursor: Cursor, ctx: Context) -> _ChasedPage:
        """Decide these tickets and write the outcome."""
        if not found:
            return _ChasedPage(0, cursor)
        cursor = cursor.at(ctx.now)
        year = year_of(ctx.now)
        before = cursor.ledger.of_year(year, db.execute(_last_serial, {"year": year}).scalar() or 0)
        tick = Tick(ctx, before, cursor.hot, cursor.digests)
        tick.chase_all(self._read(found, tick, ctx.now), _Related(db))
        told = tick.told()
        outcome = tick.outcome()
        outcome = replace(outcome, pushes=outcome.pushes + told.pushes)
        write_happened(db, [outcome], ctx.now)
        _write_notices(db, before, tick.ledger)
        goes_on = len(found) == self._page_size
        _write_summaries(db, told.summaries, ctx.now + SETTLES if goes_on else ctx.now)
        outcome = replace(outcome, pushes=outcome.pushes + told.summaries)
        gone_on = replace(cursor, after=_place(found[-1]), ledger=tick.ledger, digests=told.state)
        return _ChasedPage(len(found), gone_on, outcome, ctx.now - found[0].look_at, tick.failed, ctx.now)

    def _read(self, found: Sequence[_Row], tick: Tick, now: datetime) -> list[Ticket]:
        self._aside = {one: at for one, at in self._aside.items() if at <= now < at + ASIDE}
        read: list[Ticket] = []
        for row in found:
            if row.id in self._aside:
                continue
            try:
                read.append(rows.ticket(row.doc))
            except ValueError as error:
                tick.failed[row.id] = error
        return read

    def _put_aside(self, ticket_id: int, error: Exception, at: datetime) -> None:
        log.error("ticket_not_chased", ticket_id=ticket_id, exc_info=error)
        self._aside[ticket_id] = at


def _place(row: _Row) -> tuple[datetime, int]:
    return row.look_at, row.id


class _Related:
    """Loads further tickets within the page's transaction."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def followers(self, ids: Collection[int]) -> list[Ticket]:
        return batch_loading.followers(self._db, ids)

    def by_id(self, ids: Collection[int]) -> list[Ticket]:
        return batch_loading.tickets_by(self._db, (), ids)


def _write_notices(db: Connection, before: OpenNotices, after: OpenNotices) -> None:
    known = before.all()
    for one in after.all().values():
        # A number that another clock took meanwhile collides, and this page is decided again.
        if one.number not in known:
            db.execute(insert(chase_notices).values(**rows.chase_notice_row(one)))
        elif one != known[one.number]:
            db.execute(_change_notice, {"known": one.number, "text": rows.to_json(one)})


def _write_summaries(db: Connection, summaries: Sequence[Push], due_at: datetime) -> None:
    """Write the summaries. Those of an earlier page of this tick grow: nobody sends them before `due_at`."""
    _bulk_summaries.run(db, [rows.push_row(push, due_at) for push in summaries])


def _hot_numbers(db: Connection) -> frozenset[str]:
    return frozenset(number for issue in batch_loading.hot(db) for number in issue.numbers)


def _kinds(outcome: Outcome) -> Counter[str]:
    return Counter(str(event.what.__struct_config__.tag) for event in outcome.events)


def _report(error: Exception, kind: WriteError) -> None:
    if kind is WriteError.BROKEN:
        log.exception("page_not_chased")
    else:
        log.warning("page_not_chased", why=kind.value, error=type(error).__name__, code=code_of(error))


def listed(db: Connection, logs: Mapping[int, Sequence[Event]]) -> dict[str, frozenset[str]]:
    """Returns, by ticket number, the 催办通知单 that list the ticket, of all that these logs name."""
    named = {event.what.notice for log in logs.values() for event in log if isinstance(event.what, ChaseNoticeIssued)}
    found: dict[str, frozenset[str]] = {}
    if named:
        for (doc,) in db.execute(select(chase_notices.c.doc).where(chase_notices.c.number.in_(sorted(named)))):
            document = rows.chase_notice(doc)
            for line in document.lines:
                found[line.number] = found.get(line.number, frozenset()) | {document.number}
    return found


async def overdue(engine: AsyncEngine, since: datetime) -> tuple[int, datetime | None]:
    """Returns how many tickets were due before `since` (counted up to 1000), and since when the first is."""
    late = select(tickets.c.look_at).where(tickets.c.look_at < since).order_by(tickets.c.look_at).limit(1000)
    async with engine.connect() as db:
        found = (await db.execute(late)).scalars().all()
    return len(found), found[0] if found else None
