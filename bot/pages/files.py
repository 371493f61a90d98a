"""Files of a ticket, for those who may see them: pictures redrawn and small, sound and film as they came."""

from __future__ import annotations

import asyncio
import io
import os
from collections.abc import Callable
from pathlib import Path

import structlog
from aiohttp import web
from PIL import Image

from bot.outbound.media import page_picture
from bot.pages.context import PageContext
from bot.pages.security import FILE_CSP
from bot.pages.ticket_view import attached
from bot.pages.tracking import Tracking
from handlers.messages import MediaKind
from handlers.tracking import timeline
from handlers.tracking.model import Audience
from storage.queries.journeys import Journey, StoredFile
from storage.queues.media import FileStore

log = structlog.get_logger()

THUMB_SIDE = 240
"""Pixels of a thumbnail's sides: three fit beside each other on a narrow phone with a dense screen."""

_MAKING = 2
"""Version of the way pictures are made. A picture made another way is made again."""

AT_ONCE = 2
"""Pictures made at the same time: each may unpack to 150 MB of pixels."""

_PRIVATE = "private, max-age=86400, immutable"
_SUFFIXES = {
    "audio/amr": "amr",
    "audio/silk": "silk",
    "audio/mpeg": "mp3",
    "video/mp4": "mp4",
}
"""Types that are served as they are, with their file name's ending."""

_PLACEHOLDER = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 240"><rect width="240" height="240" fill="#e8edf2"/>'
    '<path d="M60 160l40-48 28 32 20-22 32 38z" fill="#b4c0cb"/><circle cx="156" cy="84" r="14" fill="#b4c0cb"/></svg>'
)


class Pictures:
    """Pictures for pages, made once from the files and kept in a folder of their own by the files' hash."""

    def __init__(self, files: FileStore, folder: Path) -> None:
        self._files = files
        self._folder = folder
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def page(self, digest: str) -> Path | None:
        """Returns the picture at a page's size. None when the file cannot be opened."""
        return await self._made(digest, "page", page_picture)

    async def thumb(self, digest: str) -> Path | None:
        """Returns a small square cut from the picture's middle."""
        return await self._made(digest, "thumb", _thumbnail)

    async def _made(self, digest: str, size: str, make: Callable[[bytes], bytes]) -> Path | None:
        path = self._folder / digest[:2] / f"{digest}.{size}.{_MAKING}.jpg"
        if not await asyncio.to_thread(path.exists):
            async with self._turns:
                await asyncio.to_thread(self._make, digest, path, make)
        # An empty file remembers a picture that could not be opened.
        return path if (await asyncio.to_thread(path.stat)).st_size else None

    def _make(self, digest: str, path: Path, make: Callable[[bytes], bytes]) -> None:
        if path.exists():
            return
        try:
            made = make(self._files.path(digest).read_bytes())
        except ValueError:
            log.warning("picture_unreadable", digest=digest[:12])
            made = b""
        # A folder above that is made along has the usual mode: it is made first.
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        part = path.with_name(f"{path.name}.{os.getpid()}.part")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(made)
        part.rename(path)
        # What an older program made may still hold the comments of the original.
        path.with_name(path.name.replace(f".{_MAKING}.jpg", ".jpg")).unlink(missing_ok=True)


def _thumbnail(content: bytes) -> bytes:
    with Image.open(io.BytesIO(page_picture(content))) as picture:
        side = min(picture.size)
        left, top = (picture.width - side) // 2, (picture.height - side) // 2
        small = picture.resize((THUMB_SIDE, THUMB_SIDE), box=(left, top, left + side, top + side))
    out = io.BytesIO()
    small.save(out, "JPEG", quality=70, optimize=True)
    return out.getvalue()


class Files:
    """Handlers of `…/file/{id}`."""

    def __init__(self, context: PageContext, tracking: Tracking, pictures: Pictures, store: FileStore) -> None:
        self._context = context
        self._tracking = tracking
        self._pictures = pictures
        self._store = store

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Handle GET of a file on the citizen's page; `small=1` for a picture's thumbnail. 404 for any other file."""
        return await self._serve(request, await self._tracking.by_token(request), Audience.CITIZEN)

    async def serve_desk(self, request: web.Request) -> web.StreamResponse:
        """Handle the same on an official's page."""
        return await self._serve(request, (await self._tracking.by_key(request))[0], Audience.STAFF)

    async def _serve(self, request: web.Request, journey: Journey, audience: Audience) -> web.StreamResponse:
        file_id = int(request.match_info["id"])
        view = timeline.view(
            journey.ticket, journey.history, self._context.directory(), self._context.clock.now(), audience
        )
        if file_id not in attached(view):
            raise web.HTTPNotFound
        file = (await self._context.archive.files([file_id])).get(file_id)
        if file is None or file.sha256 is None:
            return _placeholder()
        try:
            return await self._send(file, file.sha256, request.query.get("small") == "1")
        except FileNotFoundError:
            log.warning("file_missing", file=file_id)
            return _placeholder()

    async def _send(self, file: StoredFile, digest: str, small: bool) -> web.StreamResponse:
        if file.kind is MediaKind.IMAGE:
            make = self._pictures.thumb if small else self._pictures.page
            path = await make(digest)
            return _file(path, "image/jpeg", f'inline; filename="{file.id}.jpg"') if path else _placeholder()
        suffix = _SUFFIXES.get(file.content_type)
        path = self._store.path(digest)
        if suffix is None or not await asyncio.to_thread(path.exists):
            return _placeholder()
        shown = "inline" if suffix in {"mp3", "mp4"} else "attachment"
        return _file(path, file.content_type, f'{shown}; filename="{file.id}.{suffix}"')


def _file(path: Path, content_type: str, disposition: str) -> web.FileResponse:
    headers = {
        "Content-Type": content_type,
        "Content-Disposition": disposition,
        "Content-Security-Policy": FILE_CSP,
        "Cache-Control": _PRIVATE,
    }
    return web.FileResponse(path, headers=headers)


def _placeholder() -> web.Response:
    return web.Response(text=_PLACEHOLDER, status=404, content_type="image/svg+xml")
