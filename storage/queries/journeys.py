"""Read-only look-ups for pages and tools: a ticket with its log, its files, people, 催办通知单."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncEngine

from handlers.chasing.chase_notice import ChaseNotice
from handlers.directory.person import Person
from handlers.messages import Channel, MediaKind
from handlers.tickets.events import Event
from handlers.tickets.ticket import Ticket
from storage.queries import batch_loading
from storage.schema import rows
from storage.schema.tables import MediaState, chase_notices, media, people, tickets


class Journey(Struct, frozen=True):
    """A ticket with its log."""

    ticket: Ticket
    history: tuple[Event, ...]
    main: Ticket | None = None
    """The ticket that it follows (附议). None when it follows none."""


class StoredFile(Struct, frozen=True):
    """A file that somebody sent."""

    id: int
    kind: MediaKind
    sha256: str | None
    """None while the file is not fetched yet."""

    content_type: str
    size: int
    lost: bool
    """Whether it can never be fetched."""


class Archive:
    """Read-only look-ups, each in a transaction of its own. Each returns None, or leaves out, what does not exist."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def by_token(self, token: str) -> Journey | None:
        """Returns the ticket with this secret token, the one in the address of its page."""
        return await self._journey(tickets.c.token == token)

    async def by_number(self, number: str) -> Journey | None:
        return await self._journey(tickets.c.number == number)

    async def _journey(self, condition: ColumnElement[bool]) -> Journey | None:
        async with self._engine.connect() as db:
            doc = (await db.execute(select(tickets.c.doc).where(condition))).scalar_one_or_none()
            if doc is None:
                return None
            ticket = rows.ticket(doc)
            history = await db.run_sync(batch_loading.history, [ticket.id])
            main = await db.run_sync(batch_loading.looked_at, (), [ticket.joined_to]) if ticket.joined_to else []
        return Journey(ticket, history[ticket.id], main[0] if main else None)

    async def notice(self, number: str) -> ChaseNotice | None:
        """Returns the 催办通知单 with this number."""
        query = select(chase_notices.c.doc).where(chase_notices.c.number == number)
        async with self._engine.connect() as db:
            doc = (await db.execute(query)).scalar_one_or_none()
        return rows.chase_notice(doc) if doc else None

    async def tickets(self, numbers: Sequence[str]) -> dict[str, Ticket]:
        """Returns the tickets with these numbers, by number."""
        async with self._engine.connect() as db:
            found = await db.run_sync(batch_loading.looked_at, numbers, ())
        return {ticket.number: ticket for ticket in found}

    async def person(self, person_id: int) -> Person | None:
        async with self._engine.connect() as db:
            row = (await db.execute(select(people).where(people.c.id == person_id))).mappings().first()
        return rows.person(row) if row else None

    async def account(self, channel: Channel, openid: str) -> Person | None:
        """Returns the person with this account."""
        query = select(people).where(people.c.channel == channel.value, people.c.openid == openid)
        async with self._engine.connect() as db:
            row = (await db.execute(query)).mappings().first()
        return rows.person(row) if row else None

    async def files(self, file_ids: Sequence[int]) -> dict[int, StoredFile]:
        """Returns the files with these ids, by id."""
        if not file_ids:
            return {}
        async with self._engine.connect() as db:
            found = await db.execute(select(media).where(media.c.id.in_(file_ids)))
            return {
                row["id"]: StoredFile(
                    row["id"],
                    MediaKind(row["kind"]),
                    row["sha256"],
                    row["content_type"],
                    row["size"],
                    row["state"] == MediaState.LOST.value,
                )
                for row in found.mappings()
            }
