"""The outbox: pushes wait here until the platform took them, the person came back, or somebody looks at them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from sqlalchemy import ColumnElement, CursorResult, Select, delete, exists, func, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncEngine

from handlers.people import Person
from handlers.pushes import Push
from storage import rows
from storage.tables import OutboxState, outbox, people, spelled
from storage.transaction import writing

_WAITING = spelled(OutboxState.PENDING, OutboxState.SENDING)


class Claimed(Struct, frozen=True):
    """A push that this worker may send until its lease ends. `attempts` counts this one."""

    push: Push
    person: Person
    attempts: int


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
        .where(outbox.c.state.in_(_WAITING), outbox.c.due_at <= now, ~blocked)
        .order_by(outbox.c.due_at, outbox.c.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )


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
            .returning(outbox.c.id, outbox.c.person_id, outbox.c.doc, outbox.c.attempts)
        )
        async with writing(self._engine) as db:
            taken = (await db.execute(take)).all()
            if not taken:
                return []
            wanted = select(people).where(people.c.id.in_({row.person_id for row in taken}))
            persons = {row["id"]: rows.person(row) for row in (await db.execute(wanted)).mappings()}
        return [
            Claimed(rows.push(r.doc), persons[r.person_id], r.attempts)
            for r in sorted(taken, key=lambda row: row.id)
            if r.person_id in persons
        ]

    async def sent(self, push_id: int, message_id: str | None) -> None:
        """The platform took it; `message_id` is what its later verdict will name."""
        await self._set(push_id, state=OutboxState.SENT.value, message_id=message_id, error="")

    async def retry(self, push_id: int, due_at: datetime, error: str) -> None:
        """Try again at `due_at`."""
        await self._set(push_id, state=OutboxState.PENDING.value, due_at=due_at, error=error[:200])

    async def dead(self, push_id: int, error: str) -> None:
        """Nothing more can be done without a person; the lane goes on."""
        await self._set(push_id, state=OutboxState.DEAD.value, error=error[:200])

    async def park(self, push_id: int, person_id: int, error: str) -> None:
        """It cannot be pushed; it is told at the person's next message."""
        async with writing(self._engine) as db:
            await db.execute(
                update(outbox).where(outbox.c.id == push_id).values(state=OutboxState.PARKED.value, error=error[:200])
            )
            await db.execute(update(people).where(people.c.id == person_id).values(parked=people.c.parked + 1))

    async def drop(self, push_id: int) -> None:
        """Forget it: whoever it was for has left and asked to be forgotten with that."""
        async with writing(self._engine) as db:
            await db.execute(delete(outbox).where(outbox.c.id == push_id))

    async def _set(self, push_id: int, **values: object) -> None:
        async with writing(self._engine) as db:
            await db.execute(update(outbox).where(outbox.c.id == push_id).values(**values))

    async def delivered(self, message_id: str, arrived: bool, status: str) -> bool:
        """The platform's later verdict on a template message: one that did not arrive is parked. Repeats do nothing.

        False when no message of ours has this id (yet).
        """
        if arrived:
            return True
        query = select(outbox.c.id, outbox.c.person_id).where(
            outbox.c.message_id == message_id, outbox.c.state == OutboxState.SENT.value
        )
        async with self._engine.connect() as db:
            row = (await db.execute(query)).first()
        if row is None:
            return False
        await self.park(row.id, row.person_id, status)
        return True

    async def spend_reach(self, person_id: int, now: datetime) -> bool:
        """Reserve one customer message of the person's allowance; False when there is none left."""
        statement = (
            update(people)
            .where(people.c.id == person_id, people.c.reach_left > 0, people.c.reach_until > now)
            .values(reach_left=people.c.reach_left - 1)
        )
        async with writing(self._engine) as db:
            result: CursorResult[tuple[int]] = await db.execute(statement)
        return result.rowcount == 1

    async def refund_reach(self, person_id: int) -> None:
        """Give a reserved message back: the platform did not take it."""
        await self._set_reach(person_id, people.c.reach_left + 1)

    async def empty_reach(self, person_id: int) -> None:
        """The platform says that nothing is left; it counts better than we do."""
        await self._set_reach(person_id, literal(0))

    async def _set_reach(self, person_id: int, left: ColumnElement[int]) -> None:
        async with writing(self._engine) as db:
            await db.execute(update(people).where(people.c.id == person_id).values(reach_left=left))

    async def list(self, state: OutboxState | None, most: int = 100) -> list[Letter]:
        """The rows in this state (all that still wait for something when None), oldest first."""
        query = select(outbox.c.id, outbox.c.state, outbox.c.due_at, outbox.c.attempts, outbox.c.error, outbox.c.doc)
        unfinished = (OutboxState.PENDING, OutboxState.SENDING, OutboxState.PARKED, OutboxState.DEAD)
        states = [one.value for one in ((state,) if state else unfinished)]
        async with self._engine.connect() as db:
            found = await db.execute(query.where(outbox.c.state.in_(states)).order_by(outbox.c.id).limit(most))
            return [
                Letter(r.id, OutboxState(r.state), r.due_at, r.attempts, r.error, rows.push(r.doc).ticket_id)
                for r in found
            ]

    async def requeue(self, now: datetime, push_ids: Sequence[int] | None = None) -> int:
        """Give dead letters (these, or all) a fresh start; how many that were."""
        statement = (
            update(outbox)
            .where(outbox.c.state == OutboxState.DEAD.value)
            .values(state=OutboxState.PENDING.value, due_at=now, attempts=0, error="")
        )
        if push_ids is not None:
            statement = statement.where(outbox.c.id.in_(push_ids))
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
            .where(outbox.c.state.in_([*_WAITING, *spelled(OutboxState.DEAD)]))
            .group_by(outbox.c.state)
        )
        async with self._engine.connect() as db:
            return {OutboxState(state): count for state, count in await db.execute(query)}
