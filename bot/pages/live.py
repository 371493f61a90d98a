"""Server-sent events that tell an open page that its ticket changed. The page then fetches the content.

The stream carries only the mark of the page's content, so it reveals nothing.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress

from aiohttp import web

from bot.pages.context import PageContext
from bot.pages.keys import DESK_PATH
from bot.pages.security import HEADERS
from bot.pages.ticket_view import TicketPages
from bot.pages.tracking import STRANGER_PATH, Tracking
from handlers.directory.directory import Staff
from handlers.tracking.model import Audience
from storage.queries.journeys import Journey
from storage.shared.signals import Signal, ticket_topic

HEARTBEAT = 20.0
"""Seconds between heartbeats: proxies cut a stream that is silent for longer, and a phone that left is noticed."""

BEATS_PER_LOOK = 3
"""Heartbeats after which the ticket is loaded without a signal: a signal may get lost, and dates pass without one."""

PER_TICKET = 8
PER_ADDRESS = 40
IN_ALL = 2000
RECONNECT_MS = 3000

_FULL = 204
"""Status that ends the browser's own reconnecting. The page then polls."""


class Live:
    """Handlers of `…/live`, and the open streams."""

    def __init__(
        self, context: PageContext, ticket_pages: TicketPages, tracking: Tracking, heartbeat: float = HEARTBEAT
    ) -> None:
        self._context = context
        self._ticket_pages = ticket_pages
        self._tracking = tracking
        self._heartbeat = heartbeat
        self._open: set[Signal] = set()
        self._held: Counter[str] = Counter()
        self._closing = asyncio.Event()

    async def citizen(self, request: web.Request) -> web.StreamResponse:
        """Handle GET of the stream of a page with a token."""
        journey = await self._tracking.by_token(request)

        async def again() -> Journey | None:
            return await self._context.archive.by_token(journey.ticket.token)

        return await self._stream(request, journey, again, Audience.CITIZEN, f"/t/{journey.ticket.token}")

    async def stranger(self, request: web.Request) -> web.StreamResponse:
        """Handle GET of the stream of a looked-up page."""
        journey = await self._tracking.by_seal(request)

        async def again() -> Journey | None:
            return await self._context.archive.by_number(journey.ticket.number)

        base = STRANGER_PATH + request.match_info["sealed"]
        return await self._stream(request, journey, again, Audience.STRANGER, base)

    async def desk(self, request: web.Request) -> web.StreamResponse:
        """Handle GET of the stream of an official's page."""
        journey, reader = await self._tracking.by_key(request)

        async def again() -> Journey | None:
            return await self._tracking.still(request)

        return await self._stream(
            request, journey, again, Audience.STAFF, DESK_PATH + request.match_info["sealed"], reader=reader
        )

    async def close(self, _app: web.Application) -> None:
        """End every stream. Browsers reconnect, to whichever process is there."""
        self._closing.set()
        for signal in self._open:
            signal.ring()

    async def _stream(
        self,
        request: web.Request,
        journey: Journey,
        again: Callable[[], Awaitable[Journey | None]],
        audience: Audience,
        base: str,
        *,
        reader: Staff | None = None,
    ) -> web.StreamResponse:
        caps = {f"ticket:{journey.ticket.id}": PER_TICKET, f"from:{self._context.client(request)}": PER_ADDRESS}
        if (
            self._closing.is_set()
            or len(self._open) >= IN_ALL
            or any(self._held[key] >= most for key, most in caps.items())
        ):
            return web.Response(status=_FULL)
        response = web.StreamResponse(
            headers={**HEADERS, "Content-Type": "text/event-stream; charset=utf-8", "X-Accel-Buffering": "no"}
        )
        with self._ear(journey, caps) as signal, suppress(ConnectionResetError):
            await response.prepare(request)
            await response.write(f"retry: {RECONNECT_MS}\n\n".encode())
            # What happened between the page and this stream is seen by looking once more, with the ear already open.
            told, silent, now = "", 0, await again()
            while now is not None and not self._closing.is_set():
                mark = (await self._ticket_pages.show(now, audience, base, reader)).mark
                if mark != told:
                    await response.write(f"event: mark\ndata: {mark}\n\n".encode())
                    told = mark
                while not await signal.wait(self._heartbeat) and not self._closing.is_set():
                    await response.write(b": here\n\n")
                    silent += 1
                    if silent % BEATS_PER_LOOK == 0:
                        break
                now = None if self._closing.is_set() else await again()
        return response

    @contextmanager
    def _ear(self, journey: Journey, keys: dict[str, int]) -> Iterator[Signal]:
        with self._context.bus.listen(ticket_topic(journey.ticket.id)) as signal:
            self._open.add(signal)
            self._held.update(keys.keys())
            try:
                yield signal
            finally:
                self._open.discard(signal)
                for key in keys:
                    self._held[key] -= 1
                    if not self._held[key]:
                        del self._held[key]
