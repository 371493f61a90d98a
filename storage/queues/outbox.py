"""The outbox: pushes wait here until the platform took them, the person came back, or somebody looks at them.

What a worker may do with a row, and what a crash leaves behind: docs/adr/0019-what-may-have-been-sent.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import Enum, StrEnum

from msgspec import Struct
from sqlalchemy import ColumnElement, CursorResult, Select, Update, delete, exists, func, literal, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from handlers.directory.person import Person
from handlers.pushes import Push
from storage.queries.moment import FARTHEST
from storage.schema import rows
from storage.schema.tables import OutboxState, outbox, people, spelled, staff
from storage.schema.transaction import writing

_WAITING = spelled(OutboxState.PENDING, OutboxState.SENDING)


LEFT_BEHIND = "worker ended while sending"
"""Why a push is uncertain whose worker never said what became of it."""

_RETAKEN = or_(outbox.c.state == OutboxState.PENDING.value, outbox.c.unsure_at.is_(None))
"""What may be taken: nothing of it has left, or its sending is known to be safe to repeat."""

_ERROR, _MESSAGE_ID = 200, 64
"""Longest texts of these columns."""


class Claimed(Struct, frozen=True):
    """A push that this worker may send until its lease ends. `attempts` counts this one: no two claims have the same.

    `unsure_at`: since then an earlier try may have arrived. `released`: it is for an official who is not that any more.
    """

    push: Push
    person: Person
    attempts: int
    unsure_at: datetime | None = None
    released: bool = False


class Begun(Enum):
    """Whether a customer message may leave."""

    YES = "yes"
    NO_REACH = "no reach"
    """The person's allowance is used up."""
    LOST = "lost"
    """The lease is over: somebody else decides about it."""


class Reserved(StrEnum):
    """What becomes of the customer message that was reserved of the person's allowance."""

    KEPT = "kept"
    """Spent, perhaps spent, or never reserved."""
    RETURNED = "returned"
    """The platform did not take it."""
    EMPTY = "empty"
    """The platform says that nothing is left; it counts better than we do."""


class Became(Struct, frozen=True, omit_defaults=True):
    """What became of a claimed push; holds nobody's words, so that it may lie in a journal.

    `state` is SENT, PENDING (again at `due_at`), PARKED, DEAD, UNCERTAIN, or None for a push to be forgotten: whoever it
    was for has left. `attempts` is that of the claim. `unsure_at` as in `Claimed`.
    """

    push_id: int
    person_id: int
    attempts: int
    state: OutboxState | None
    error: str = ""
    message_id: str = ""
    due_at: datetime | None = None
    reach: Reserved = Reserved.KEPT
    unsure_at: datetime | None = None


class Letter(Struct, frozen=True):
    """One row as an operator sees it."""

    id: int
    state: OutboxState
    due_at: datetime
    attempts: int
    error: str
    ticket_id: int | None


def due(now: datetime, most: int) -> Select[tuple[int]]:
    """The pushes to be sent now: the first waiting one of each lane, longest due first; skips what others hold."""
    earlier = outbox.alias("earlier")
    blocked = exists().where(earlier.c.lane == outbox.c.lane, earlier.c.id < outbox.c.id, earlier.c.state.in_(_WAITING))
    return (
        select(outbox.c.id)
        .where(outbox.c.state.in_(_WAITING), outbox.c.due_at <= now, _RETAKEN, ~blocked)
        .order_by(outbox.c.due_at, outbox.c.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )


_ALIVE = (OutboxState.SENDING.value, OutboxState.UNCERTAIN.value)


def _ours(became: Became) -> tuple[ColumnElement[bool], ...]:
    """The row, if it is as this claim left it or as somebody set it aside since. That it left is true whoever has it."""
    if became.state is OutboxState.SENT:
        return (outbox.c.id == became.push_id, outbox.c.state.in_([*_ALIVE, OutboxState.PENDING.value]))
    return (
        outbox.c.id == became.push_id,
        outbox.c.attempts == became.attempts,
        outbox.c.state.in_(_ALIVE),
    )


def _values(became: Became) -> dict[str, object]:
    values: dict[str, object] = {
        "state": became.state.value if became.state else None,
        "error": became.error.replace("\0", "")[:_ERROR],
        "unsure_at": became.unsure_at,
    }
    if became.state is OutboxState.SENT:
        values["message_id"] = became.message_id.replace("\0", "")[:_MESSAGE_ID] or None
    if became.due_at is not None:
        values["due_at"] = became.due_at
    return values


def _park(person_id: int) -> Update:
    return update(people).where(people.c.id == person_id).values(parked=people.c.parked + 1)


def _give(person_id: int, left: ColumnElement[int]) -> Update:
    return update(people).where(people.c.id == person_id).values(reach_left=left)


class Outbox:
    """The port of the worker and of `python -m bot outbox`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._insert = postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert

    async def add(self, pushes: Sequence[Push], now: datetime) -> None:
        """Queue pushes that no ticket's change brought along (a late answer); those that are here already stay as they are."""
        async with writing(self._engine) as db:
            statement = self._insert(outbox).on_conflict_do_nothing()
            await db.execute(statement, [rows.push_row(push, now) for push in pushes])

    async def of(self, person_id: int, push_ids: Sequence[int]) -> frozenset[int]:
        """Those of these pushes that are this person's, whatever became of them."""
        query = select(outbox.c.id).where(outbox.c.id.in_(push_ids), outbox.c.person_id == person_id)
        async with self._engine.connect() as db:
            return frozenset((await db.execute(query)).scalars())

    async def claim(self, now: datetime, most: int, lease: timedelta) -> list[Claimed]:
        """Take up to `most` due pushes, at most the first waiting one of each lane; nobody else gets them until the
        lease ends.
        """
        take = (
            update(outbox)
            .where(outbox.c.id.in_(due(now, most).scalar_subquery()))
            .values(state=OutboxState.SENDING.value, due_at=now + lease, attempts=outbox.c.attempts + 1)
            .returning(outbox.c.id, outbox.c.person_id, outbox.c.doc, outbox.c.attempts, outbox.c.unsure_at)
        )
        async with writing(self._engine) as db:
            taken = (await db.execute(take)).all()
            if not taken:
                return []
            wanted = select(people).where(people.c.id.in_({row.person_id for row in taken}))
            persons = {row["id"]: rows.person(row) for row in (await db.execute(wanted)).mappings()}
            posts = select(staff.c.person_id, staff.c.id).where(staff.c.person_id.in_(persons))
            bound = {(row.person_id, row.id) for row in await db.execute(posts)}
        pushes = ((rows.push(r.doc), r) for r in sorted(taken, key=lambda row: row.id) if r.person_id in persons)
        return [
            Claimed(
                push,
                persons[r.person_id],
                r.attempts,
                r.unsure_at,
                push.staff_id is not None and (r.person_id, push.staff_id) not in bound,
            )
            for push, r in pushes
        ]

    async def begin(self, claimed: Claimed, now: datetime, lease: timedelta, *, metered: bool) -> Begun:
        """Note that a customer message is about to leave, with a fresh lease; with `metered` reserve one of the person's
        allowance.

        Written before the call: whoever finds the row after a crash knows that it may have arrived.
        """
        mine = (
            outbox.c.id == claimed.push.id,
            outbox.c.attempts == claimed.attempts,
            outbox.c.state == OutboxState.SENDING.value,
            outbox.c.due_at > now,
        )
        async with writing(self._engine) as db:
            if metered and not await self._spend(db, claimed.person.id, now):
                return Begun.NO_REACH
            marked: CursorResult[tuple[int]] = await db.execute(
                update(outbox).where(*mine).values(unsure_at=now, due_at=now + lease)
            )
            if marked.rowcount:
                return Begun.YES
            if metered:
                await db.execute(_give(claimed.person.id, people.c.reach_left + 1))
        return Begun.LOST

    async def _spend(self, db: AsyncConnection, person_id: int, now: datetime) -> bool:
        statement = (
            update(people)
            .where(people.c.id == person_id, people.c.reach_left > 0, people.c.reach_until > now)
            .values(reach_left=people.c.reach_left - 1)
        )
        result: CursorResult[tuple[int]] = await db.execute(statement)
        return result.rowcount == 1

    async def settle(self, became: Became) -> bool:
        """Write what became of a push, whole or not at all; False when it is not ours to say any more.

        Written twice it does nothing the second time, so that whoever never heard of the commit may try again.
        """
        async with writing(self._engine) as db:
            row = (await db.execute(select(outbox.c.unsure_at).where(*_ours(became)).with_for_update())).first()
            if row is None:
                return False
            if became.state is None:
                await db.execute(delete(outbox).where(outbox.c.id == became.push_id))
            else:
                await db.execute(update(outbox).where(outbox.c.id == became.push_id).values(**_values(became)))
            if became.state is OutboxState.PARKED:
                await db.execute(_park(became.person_id))
            if became.reach is Reserved.EMPTY:
                await db.execute(_give(became.person_id, literal(0)))
            elif became.reach is Reserved.RETURNED and row.unsure_at is not None:
                await db.execute(_give(became.person_id, people.c.reach_left + 1))
        return True

    async def set_aside(self, now: datetime) -> int:
        """Call uncertain what dead workers had begun to send; how many. Their lanes go on."""
        lost = (
            select(outbox.c.id)
            .where(outbox.c.state == spelled(OutboxState.SENDING)[0], outbox.c.due_at <= now, ~_RETAKEN)
            .with_for_update(skip_locked=True)
        )
        statement = update(outbox).where(outbox.c.id.in_(lost.scalar_subquery()))
        async with writing(self._engine) as db:
            result: CursorResult[tuple[int]] = await db.execute(
                statement.values(state=OutboxState.UNCERTAIN.value, error=LEFT_BEHIND)
            )
        return result.rowcount

    async def bring_forward(self, now: datetime) -> int:
        """Make due what waits for a day so far ahead that a wrong clock must have written it; how many that were."""
        waits = update(outbox).where(outbox.c.state.in_(_WAITING), outbox.c.due_at > now + FARTHEST)
        async with writing(self._engine) as db:
            result: CursorResult[tuple[int]] = await db.execute(waits.values(due_at=now))
        return result.rowcount

    async def delivered(self, message_id: str, arrived: bool, status: str) -> bool:
        """The platform's later verdict on a template message: one that did not arrive is parked. Repeats do nothing.

        False when no message of ours has this id (yet).
        """
        if arrived:
            return True
        query = select(outbox.c.id, outbox.c.person_id).where(
            outbox.c.message_id == message_id, outbox.c.state == OutboxState.SENT.value
        )
        async with writing(self._engine) as db:
            row = (await db.execute(query.with_for_update())).first()
            if row is None:
                return False
            parked = update(outbox).where(outbox.c.id == row.id)
            await db.execute(parked.values(state=OutboxState.PARKED.value, error=status[:_ERROR]))
            await db.execute(_park(row.person_id))
        return True

    async def list(self, state: OutboxState | None, most: int = 100) -> list[Letter]:
        """The rows in this state (all that still wait for something when None), oldest first."""
        query = select(outbox.c.id, outbox.c.state, outbox.c.due_at, outbox.c.attempts, outbox.c.error, outbox.c.doc)
        unfinished = (
            OutboxState.PENDING,
            OutboxState.SENDING,
            OutboxState.PARKED,
            OutboxState.DEAD,
            OutboxState.UNCERTAIN,
        )
        states = [one.value for one in ((state,) if state else unfinished)]
        async with self._engine.connect() as db:
            found = await db.execute(query.where(outbox.c.state.in_(states)).order_by(outbox.c.id).limit(most))
            return [
                Letter(r.id, OutboxState(r.state), r.due_at, r.attempts, r.error, rows.push(r.doc).ticket_id)
                for r in found
            ]

    async def requeue(self, now: datetime, push_ids: Sequence[int] | None = None) -> int:
        """Give all dead letters a fresh start, or the dead and uncertain ones among these; how many that were.

        An uncertain one may arrive a second time: it is sent again only by whoever names it.
        """
        statement = update(outbox).values(
            state=OutboxState.PENDING.value, due_at=now, attempts=0, error="", unsure_at=None
        )
        if push_ids is None:
            statement = statement.where(outbox.c.state == OutboxState.DEAD.value)
        else:
            states = [OutboxState.DEAD.value, OutboxState.UNCERTAIN.value]
            statement = statement.where(outbox.c.state.in_(states), outbox.c.id.in_(push_ids))
        async with writing(self._engine) as db:
            result: CursorResult[tuple[int]] = await db.execute(statement)
        return result.rowcount

    async def arrived(self, push_ids: Sequence[int]) -> int:
        """Take these uncertain ones as sent, because somebody found out; how many that were."""
        statement = (
            update(outbox)
            .where(outbox.c.state == OutboxState.UNCERTAIN.value, outbox.c.id.in_(push_ids))
            .values(state=OutboxState.SENT.value, error="")
        )
        async with writing(self._engine) as db:
            result: CursorResult[tuple[int]] = await db.execute(statement)
        return result.rowcount

    async def skip_waiting(self) -> None:
        """Take everything that waits as told: it speaks of a past that nobody waits to hear about (the demo's)."""
        statement = update(outbox).where(outbox.c.state.in_(_WAITING)).values(state=OutboxState.TOLD.value)
        async with writing(self._engine) as db:
            await db.execute(statement)

    async def forget_done(self, before: datetime) -> int:
        """Delete what was sent or told and was due before that time: its text is personal data; how many it were."""
        done = delete(outbox).where(
            outbox.c.state.in_([OutboxState.SENT.value, OutboxState.TOLD.value]), outbox.c.due_at < before
        )
        async with writing(self._engine) as db:
            result: CursorResult[tuple[int]] = await db.execute(done)
        return result.rowcount

    async def backlog(self) -> dict[OutboxState, int]:
        """How many rows are in each state that is not final."""
        query = (
            select(outbox.c.state, func.count())
            .where(outbox.c.state.in_([*_WAITING, *spelled(OutboxState.DEAD, OutboxState.UNCERTAIN)]))
            .group_by(outbox.c.state)
        )
        async with self._engine.connect() as db:
            return {OutboxState(state): count for state, count in await db.execute(query)}
