"""The outbox table: pushes that wait to be sent. For the worker, and for operators (`python -m bot outbox`).

States of a row: `OutboxState`. What a worker may do with a row, and what a crash leaves:
docs/adr/0019-what-may-have-been-sent.md.
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
"""Error text of an uncertain push whose worker ended while sending it."""

_RETAKEN = or_(outbox.c.state == OutboxState.PENDING.value, outbox.c.unsure_at.is_(None))
"""Rows that may be claimed: pending ones, and those of a dead worker of which no try can have arrived."""

_ERROR, _MESSAGE_ID = 200, 64
"""Longest texts of the columns `error` and `message_id`."""


class Claimed(Struct, frozen=True):
    """A push that this worker may send until its lease ends."""

    push: Push
    person: Person
    attempts: int
    """Number of claims, this one included. It identifies the claim: no two claims of a push have the same number."""

    unsure_at: datetime | None = None
    """Time of an earlier try that may have arrived. None when no try can have arrived."""

    released: bool = False
    """Whether the push is for a member of staff who has been released from this account since."""


class Begun(Enum):
    """Answer of `Outbox.begin`: whether a customer message may be sent."""

    YES = "yes"
    NO_REACH = "no reach"
    """The person's quota of customer messages is used up."""

    LOST = "lost"
    """The lease has ended; another worker decides about the push."""


class Reserved(StrEnum):
    """What happens to the customer message that was reserved from the person's quota."""

    KEPT = "kept"
    """Spent, perhaps spent, or never reserved."""

    RETURNED = "returned"
    """Given back: the platform did not take the message."""

    EMPTY = "empty"
    """The platform reports an empty quota. Its count outranks ours: the quota is set to 0."""


class Became(Struct, frozen=True, omit_defaults=True):
    """Result of a claimed push. Holds no text of a person, because it is also written to the worker's journal file."""

    push_id: int
    person_id: int
    attempts: int
    """`Claimed.attempts` of the claim that this result belongs to."""

    state: OutboxState | None
    """SENT, PENDING (try again at `due_at`), PARKED, DEAD or UNCERTAIN. None: delete the push, its receiver has left.
    """

    error: str = ""
    message_id: str = ""
    due_at: datetime | None = None
    reach: Reserved = Reserved.KEPT
    unsure_at: datetime | None = None
    """As in `Claimed`."""


class Letter(Struct, frozen=True):
    """One row of the outbox as `python -m bot outbox list` prints it."""

    id: int
    state: OutboxState
    due_at: datetime
    attempts: int
    error: str
    ticket_id: int | None


def due(now: datetime, most: int) -> Select[tuple[int]]:
    """Select the pushes to send at `now`, longest due first: of each lane the first waiting one, if no other worker has
    locked it.
    """
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
    """Condition for the row that this result may change: sending or uncertain, with no newer claim.

    SENT is true whoever claimed the row since, so it needs no matching claim.
    """
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
    """The outbox table, as the worker and `python -m bot outbox` use it."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._insert = postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert

    async def add(self, pushes: Sequence[Push], now: datetime) -> None:
        """Queue pushes that come without a change of a ticket (late answers). Pushes that are queued already stay as
        they are.
        """
        async with writing(self._engine) as db:
            statement = self._insert(outbox).on_conflict_do_nothing()
            await db.execute(statement, [rows.push_row(push, now) for push in pushes])

    async def of(self, person_id: int, push_ids: Sequence[int]) -> frozenset[int]:
        """Returns the ids among `push_ids` that are addressed to this person, in any state."""
        query = select(outbox.c.id).where(outbox.c.id.in_(push_ids), outbox.c.person_id == person_id)
        async with self._engine.connect() as db:
            return frozenset((await db.execute(query)).scalars())

    async def claim(self, now: datetime, most: int, lease: timedelta) -> list[Claimed]:
        """Claim at most `most` due pushes, one of each lane. No other worker gets them until the lease ends."""
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
        """Record that a customer message is about to be sent, and renew the lease. With `metered`, take one from the
        person's quota.

        Committed before the call to the platform: after a crash the row shows that the message may have arrived.
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
        """Write the result of a push in one transaction. Returns False when the claim is not the row's newest any more.

        Idempotent: a worker that did not hear of the commit may call it again.
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
        """Mark as uncertain the pushes that dead workers had begun to send, so that their lanes go on. Returns the
        number changed.
        """
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
        """Make due at `now` every waiting push whose date is so far ahead that only a wrong clock can have written it.

        Returns the number changed.
        """
        waits = update(outbox).where(outbox.c.state.in_(_WAITING), outbox.c.due_at > now + FARTHEST)
        async with writing(self._engine) as db:
            result: CursorResult[tuple[int]] = await db.execute(waits.values(due_at=now))
        return result.rowcount

    async def delivered(self, message_id: str, arrived: bool, status: str) -> bool:
        """Process the platform's report on a template message: park the push when it did not arrive. Idempotent.

        Returns False when no sent push has this `message_id`, or not yet.
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
        """Returns the rows in `state` in order of ids; with None, all rows that are not final."""
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
        """Set dead pushes to pending: all of them, or the dead and uncertain ones among `push_ids`. Returns the number
        changed.

        An uncertain push may arrive a second time, so an operator must name it.
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
        """Mark these uncertain pushes as sent, because an operator found out that they arrived. Returns the number
        changed.
        """
        statement = (
            update(outbox)
            .where(outbox.c.state == OutboxState.UNCERTAIN.value, outbox.c.id.in_(push_ids))
            .values(state=OutboxState.SENT.value, error="")
        )
        async with writing(self._engine) as db:
            result: CursorResult[tuple[int]] = await db.execute(statement)
        return result.rowcount

    async def skip_waiting(self) -> None:
        """Mark all waiting pushes as told. The demo uses it after playing the past of its town."""
        statement = update(outbox).where(outbox.c.state.in_(_WAITING)).values(state=OutboxState.TOLD.value)
        async with writing(self._engine) as db:
            await db.execute(statement)

    async def forget_done(self, before: datetime) -> int:
        """Delete sent and told pushes that were due before `before`, because their text is personal data. Returns the
        number deleted.
        """
        done = delete(outbox).where(
            outbox.c.state.in_([OutboxState.SENT.value, OutboxState.TOLD.value]), outbox.c.due_at < before
        )
        async with writing(self._engine) as db:
            result: CursorResult[tuple[int]] = await db.execute(done)
        return result.rowcount

    async def backlog(self) -> dict[OutboxState, int]:
        """Returns the number of rows by state: pending, sending, dead and uncertain."""
        query = (
            select(outbox.c.state, func.count())
            .where(outbox.c.state.in_([*_WAITING, *spelled(OutboxState.DEAD, OutboxState.UNCERTAIN)]))
            .group_by(outbox.c.state)
        )
        async with self._engine.connect() as db:
            return {OutboxState(state): count for state, count in await db.execute(query)}
