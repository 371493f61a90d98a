"""Operators' access to the inbox table: messages that wait for a person, deciding one again, deleting old ones."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, CursorResult, and_, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncEngine

from handlers.messages import Channel, Incoming, Unread
from storage.schema import rows
from storage.schema.tables import inbox, people
from storage.schema.transaction import writing

FORGOTTEN = "null"
"""The body of a message whose sender has unfollowed: their words are deleted, the row stays."""

INBOX_LASTS = timedelta(days=30)
"""How long the inbox keeps a message: far longer than any retry of the platform, no longer than personal data is
needed.
"""


async def forget_old(engine: AsyncEngine, before: datetime) -> int:
    """Delete messages received before `before`, except failed ones. Returns the number deleted."""
    old = delete(inbox).where(inbox.c.received_at < before, inbox.c.failed.is_(False))
    async with writing(engine) as db:
        result: CursorResult[tuple[int]] = await db.execute(old)
    return result.rowcount


async def waiting(engine: AsyncEngine, key: str | None = None, most: int = 500) -> list[Incoming]:
    """Returns at most `most` failed messages, oldest first; with `key`, only those with this key.

    A message fails when the program has a mistake, or when nobody can read it (`Unread`; the openid is empty when the
    sender is unknown). Messages of people who have unfollowed are left out.
    """
    query = (
        select(inbox.c.channel, inbox.c.key, inbox.c.received_at, inbox.c.body, people.c.openid)
        .select_from(inbox.outerjoin(people, people.c.id == inbox.c.person_id))
        .where(inbox.c.failed.is_(True), inbox.c.body != FORGOTTEN)
        .where(or_(people.c.following.is_(True), people.c.id.is_(None)))
        .order_by(inbox.c.received_at)
        .limit(most)
    )
    if key is not None:
        query = query.where(inbox.c.key == key)
    async with engine.connect() as db:
        return [
            Incoming(
                row.key, Channel(row.channel), row.openid or "", row.received_at, row.received_at, rows.body(row.body)
            )
            for row in await db.execute(query)
        ]


async def failed(engine: AsyncEngine, most: int = 500) -> list[Incoming]:
    """Returns the messages of `waiting` that can be decided again: those that failed by a mistake of the program."""
    return [incoming for incoming in await waiting(engine, most=most) if not isinstance(incoming.body, Unread)]


def _is_of(incoming: Incoming) -> ColumnElement[bool]:
    theirs = select(people.c.id).where(people.c.channel == incoming.channel.value, people.c.openid == incoming.openid)
    return inbox.c.person_id.in_(theirs)


async def reopen(engine: AsyncEngine, incoming: Incoming) -> None:
    """Delete the row of this failed message, so that the message is decided like a new one."""
    row = delete(inbox).where(
        inbox.c.channel == incoming.channel.value,
        inbox.c.key == incoming.key,
        or_(inbox.c.sender == rows.sender_mark(incoming.openid), and_(inbox.c.sender == "", _is_of(incoming))),
        inbox.c.failed.is_(True),
    )
    async with writing(engine) as db:
        await db.execute(row)
