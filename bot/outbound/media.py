"""Fetches the files that people sent before the platform deletes them (after three days), and checks their content.

A file is judged by its content, never by the name or type it came with. Pictures for pages are drawn anew from the
pixels: smaller, and without the place, device and comments in the file. Films and sound are served as they came, to the
ticket's author and officials only: the platform has re-encoded them.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Mapping
from datetime import timedelta

import structlog
from PIL import Image, ImageOps, UnidentifiedImageError

from bot.channels.port import Gateway
from bot.channels.wechat.errors import PlatformError, Verdict
from bot.clock import Clock
from handlers.messages import Channel, MediaKind
from storage.queues.media import FetchOrder, FileStore, MediaList
from storage.shared.signals import Bus, ticket_topic

log = structlog.get_logger()

LEASE = timedelta(minutes=3)
AT_ONCE = 4
MOST_TRIES = 12
_FIRST_PAUSE = timedelta(seconds=20)
_LONGEST_PAUSE = timedelta(hours=6)

MOST_PIXELS = 50_000_000
"""More than any phone's picture. A small file that unpacks to more is an attack on memory."""

PAGE_SIDE = 1280
"""Pixels of the longer side of a picture on a page."""

# First bytes of the formats that WeChat and WeCom deliver. Sources: each format's own specification.
_SIGNATURES: dict[MediaKind, tuple[tuple[int, bytes, str], ...]] = {
    MediaKind.IMAGE: (
        (0, b"\xff\xd8\xff", "image/jpeg"),
        (0, b"\x89PNG\r\n\x1a\n", "image/png"),
        (0, b"GIF8", "image/gif"),
        (8, b"WEBP", "image/webp"),
    ),
    MediaKind.VOICE: (
        (0, b"#!AMR", "audio/amr"),
        (0, b"\x02#!SILK", "audio/silk"),
        (0, b"#!SILK", "audio/silk"),
        (0, b"ID3", "audio/mpeg"),
        (0, b"\xff\xfb", "audio/mpeg"),
        (0, b"\xff\xf3", "audio/mpeg"),
    ),
    MediaKind.VIDEO: ((4, b"ftyp", "video/mp4"),),
}


def content_type_of(kind: MediaKind, content: bytes) -> str | None:
    """Returns the content type of the bytes. None when they are not a file of this kind."""
    for offset, mark, content_type in _SIGNATURES[kind]:
        if content[offset : offset + len(mark)] == mark:
            return content_type
    return None


def page_picture(content: bytes) -> bytes:
    """Returns the picture for a page: JPEG, upright, at most `PAGE_SIDE`, without metadata.

    Raises ValueError when the content is no picture, is broken or is too large to open.
    """
    try:
        with Image.open(io.BytesIO(content)) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise ValueError("too many pixels")
            upright = ImageOps.exif_transpose(picture).convert("RGB")
            # Pillow would write the comment of the original into the copy.
            upright.info.clear()
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError("not a picture") from error
    upright.thumbnail((PAGE_SIDE, PAGE_SIDE))
    out = io.BytesIO()
    upright.save(out, "JPEG", quality=82, optimize=True)
    return out.getvalue()


class MediaFetcher:
    """Fetches wanted files from the platforms, a few at a time."""

    def __init__(
        self, *, wanted: MediaList, files: FileStore, gateways: Mapping[Channel, Gateway], clock: Clock, bus: Bus
    ) -> None:
        self._wanted = wanted
        self._files = files
        self._gateways = gateways
        self._clock = clock
        self._bus = bus

    async def once(self) -> int:
        """Fetch what is due. Returns the number of files tried."""
        orders = await self._wanted.claim(self._clock.now(), AT_ONCE, LEASE)
        await asyncio.gather(*(self._fetch(order) for order in orders))
        return len(orders)

    async def _fetch(self, order: FetchOrder) -> None:
        gateway = self._gateways.get(order.channel)
        if gateway is None:
            await self._wanted.lost(order.id, "no channel")
            return
        try:
            file = await gateway.fetch_media(order.media_id)
        except PlatformError as error:
            await self._missed(order, error)
            return
        content_type = content_type_of(order.kind, file.content)
        if content_type is None:
            log.warning("media_not_what_it_says", file=order.id, kind=order.kind.value)
            await self._wanted.lost(order.id, "not a file of its kind")
            return
        digest = await self._files.put(file.content)
        await self._wanted.kept(order.id, digest, content_type, len(file.content))
        if order.ticket_id is not None:
            self._bus.ring([ticket_topic(order.ticket_id)])

    async def _missed(self, order: FetchOrder, error: PlatformError) -> None:
        final = error.verdict in {Verdict.CONTENT, Verdict.GONE} or order.attempts >= MOST_TRIES
        log.warning(
            "media_missed", file=order.id, verdict=error.verdict.value, code=error.code, rid=error.rid, final=final
        )
        if final:
            await self._wanted.lost(order.id, str(error))
        else:
            pause = min(_FIRST_PAUSE * 2 ** (order.attempts - 1), _LONGEST_PAUSE)
            await self._wanted.retry(order.id, self._clock.now() + pause, str(error))
