"""Files that people sent: the list of files to fetch from the platform, and the store of their bytes on disk."""

from __future__ import annotations

import asyncio
import hashlib
import os
import secrets
from datetime import datetime, timedelta
from pathlib import Path

from msgspec import Struct
from sqlalchemy import CursorResult, Select, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from handlers.messages import Channel, MediaKind
from storage.queries.moment import FARTHEST
from storage.schema.tables import MediaState, media, spelled
from storage.schema.transaction import writing

_WAITING = spelled(MediaState.WANTED, MediaState.FETCHING)


class FetchOrder(Struct, frozen=True):
    """A file that the media worker is to fetch."""

    id: int
    kind: MediaKind
    channel: Channel
    media_id: str
    ticket_id: int | None
    attempts: int
    """Number of tries, this one included."""


def due(now: datetime, most: int) -> Select[tuple[int]]:
    """Select the files to fetch at `now`, longest due first, without those that another worker has locked."""
    return (
        select(media.c.id)
        .where(media.c.state.in_(_WAITING), media.c.due_at <= now)
        .order_by(media.c.due_at, media.c.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )


class MediaList:
    """The media table for the media worker: which files are wanted, kept or lost."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def claim(self, now: datetime, most: int, lease: timedelta) -> list[FetchOrder]:
        """Claim at most `most` due files. No other worker gets them until the lease ends."""
        take = (
            update(media)
            .where(media.c.id.in_(due(now, most).scalar_subquery()))
            .values(state=MediaState.FETCHING.value, due_at=now + lease, attempts=media.c.attempts + 1)
            .returning(media)
        )
        async with writing(self._engine) as db:
            found = (await db.execute(take)).mappings().all()
        return [
            FetchOrder(
                row["id"],
                MediaKind(row["kind"]),
                Channel(row["channel"]),
                row["media_id"],
                row["ticket_id"],
                row["attempts"],
            )
            for row in found
        ]

    async def bring_forward(self, now: datetime) -> int:
        """Make due at `now` every waiting file whose date is so far ahead that only a wrong clock can have written it.

        Returns the number changed.
        """
        waits = update(media).where(media.c.state.in_(_WAITING), media.c.due_at > now + FARTHEST)
        async with writing(self._engine) as db:
            result: CursorResult[tuple[int]] = await db.execute(waits.values(due_at=now))
        return result.rowcount

    async def kept(self, file_id: int, digest: str, content_type: str, size: int) -> None:
        """Mark the file as kept: its bytes are in the `FileStore` under `digest`."""
        await self._set(
            file_id, state=MediaState.KEPT.value, sha256=digest, content_type=content_type, size=size, error=""
        )

    async def retry(self, file_id: int, due_at: datetime, error: str) -> None:
        """Fetch the file again at `due_at`."""
        await self._set(file_id, state=MediaState.WANTED.value, due_at=due_at, error=error[:200])

    async def lost(self, file_id: int, error: str) -> None:
        """Mark the file as lost: the platform has deleted it, or its content is not of an allowed type."""
        await self._set(file_id, state=MediaState.LOST.value, error=error[:200])

    async def _set(self, file_id: int, **values: object) -> None:
        async with writing(self._engine) as db:
            await db.execute(update(media).where(media.c.id == file_id).values(**values))


class FileStore:
    """Files on disk under their SHA-256. The same content is stored once, and a file's name is computed from its
    content.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def put(self, content: bytes) -> str:
        """Store the bytes, synced to disk. Returns their SHA-256 in hexadecimal."""
        return await asyncio.to_thread(self._put, content)

    def _put(self, content: bytes) -> str:
        digest = hashlib.sha256(content).hexdigest()
        path = self.path(digest)
        if not path.exists():
            # A folder above that is made along has the usual mode: it is made first.
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.parent.mkdir(mode=0o700, exist_ok=True)
            # Two writers of the same bytes each have a file of their own: whoever renames last changes nothing.
            part = path.with_name(f"{digest}.{secrets.token_hex(4)}.part")
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.rename(path)
        return digest

    def path(self, digest: str) -> Path:
        """Returns the path of the bytes with this hash, whether they are stored or not."""
        return self._folder / digest[:2] / digest
