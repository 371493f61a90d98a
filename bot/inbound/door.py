"""Limits on HTTP connections: slow headers and bodies are cut, and the number of connections is bounded.

aiohttp waits for headers as long as a connection stays open (keep-alive, an hour by default), and for a body without
end. A few hundred sockets that send a byte now and then would block everybody else (slowloris).
"""

from __future__ import annotations

import asyncio
import resource
from collections.abc import Callable
from typing import Final

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

log = structlog.get_logger()

SLOWEST: Final = 10.0
"""Seconds for the headers of a request, and again for its body. The platform itself hangs up after five."""

MOST: Final = 4000
"""Connections of one process. Most of them are pages that wait for news."""

KEEPALIVE: Final = 75.0
"""Seconds that an idle connection stays open: longer than a proxy in front keeps its own (60 by default)."""

_SPARE = 256
"""File descriptors for everything else: databases, pictures, outgoing calls."""


class Door:
    """Watches the connections of one listener. `slowest`: seconds; `most`: connections at the same time.

    A new connection beyond `most` replaces the one that has been without a request longest. It is refused when every
    connection is serving a request.
    """

    def __init__(self, *, slowest: float = SLOWEST, most: int = MOST) -> None:
        self.slowest = slowest
        self._most = most
        self._all: dict[asyncio.BaseTransport, _Watched] = {}
        self._resting: dict[_Watched, None] = {}

    @property
    def connections(self) -> int:
        """Number of open connections."""
        return len(self._all)

    def watch(self, make: Callable[[], asyncio.Protocol]) -> Callable[[], asyncio.Protocol]:
        """Returns a protocol factory like `make` whose connections are watched."""
        return lambda: _Watched(self, make())

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Tell the door when a request's headers have arrived and when the request is finished."""
        watched = None if request.transport is None else self._all.get(request.transport)
        if watched is None:
            return await handler(request)
        watched.begin()
        self._resting.pop(watched, None)
        try:
            return await handler(request)
        finally:
            watched.end()
            if request.transport in self._all:
                self._resting[watched] = None

    async def body(self, request: web.Request) -> bytes:
        """Returns the request's whole body. Raises an aiohttp HTTPException when it comes too slowly, breaks off or is
        too large.
        """
        try:
            async with asyncio.timeout(self.slowest):
                return await request.read()
        except TimeoutError:
            log.warning("slow_body_cut", path=request.path)
            if request.transport is not None:
                request.transport.abort()
            raise web.HTTPRequestTimeout from None
        except web.RequestPayloadError:
            raise web.HTTPBadRequest from None

    def enter(self, watched: _Watched, transport: asyncio.BaseTransport) -> bool:
        """Returns whether there is room for a new connection, which is then counted."""
        if len(self._all) >= self._most and not self._make_room():
            log.warning("connection_refused", connections=len(self._all))
            return False
        self._all[transport] = watched
        self._resting[watched] = None
        return True

    def leave(self, watched: _Watched, transport: asyncio.BaseTransport) -> None:
        """Record that a connection has ended."""
        self._all.pop(transport, None)
        self._resting.pop(watched, None)

    def _make_room(self) -> bool:
        longest = next(iter(self._resting), None)
        if longest is not None:
            longest.cut()
        return longest is not None


DOOR: Final = web.AppKey("door", Door)


class _Watched(asyncio.Protocol):
    """A connection: aiohttp's protocol with a limit on how long the headers of a request may take."""

    __slots__ = ("_door", "_inner", "_serving", "_timer", "_transport")

    def __init__(self, door: Door, inner: asyncio.Protocol) -> None:
        self._door = door
        self._inner = inner
        self._transport: asyncio.BaseTransport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._serving = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if not self._door.enter(self, transport):
            _abort(transport)
            return
        self._transport = transport
        self._inner.connection_made(transport)
        self._limit()

    def data_received(self, data: bytes) -> None:
        if self._transport is None:
            return
        if not self._serving and self._timer is None:
            self._limit()
        self._inner.data_received(data)

    def eof_received(self) -> bool | None:
        return None if self._transport is None else self._inner.eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._transport is not None:
            self._stop_timer()
            self._door.leave(self, self._transport)
            self._inner.connection_lost(exc)

    def pause_writing(self) -> None:
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        self._inner.resume_writing()

    def begin(self) -> None:
        """The headers of a request have arrived."""
        self._serving = True
        self._stop_timer()

    def end(self) -> None:
        """The request is answered."""
        self._serving = False

    def cut(self) -> None:
        """End the connection at once."""
        self._stop_timer()
        if self._transport is not None:
            self._door.leave(self, self._transport)
            _abort(self._transport)

    def _limit(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(self._door.slowest, self._late)

    def _late(self) -> None:
        log.warning("slow_headers_cut")
        self.cut()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _abort(transport: asyncio.BaseTransport) -> None:
    if isinstance(transport, asyncio.WriteTransport):
        transport.abort()
    else:
        transport.close()


class DoorSite(web.BaseSite):
    """Listens at an address like `web.TCPSite`, through the door."""

    __slots__ = ("_door", "_host", "_port")

    def __init__(self, runner: web.AppRunner, door: Door, host: str, port: int) -> None:
        super().__init__(runner, backlog=1024)
        self._door = door
        self._host = host
        self._port = port

    @property
    def name(self) -> str:
        """The address, for log lines."""
        return f"http://{self._host}:{self._port}"

    async def start(self) -> None:
        """Listen. Raises OSError when the address is not available."""
        await super().start()
        server = self._runner.server
        if server is None:
            raise RuntimeError("the runner must be set up first")
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._door.watch(server), self._host, self._port, backlog=self._backlog)


def room_for(wanted: int) -> int:
    """Raise the process's limit of open files for `wanted` connections. Returns how many fit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return wanted
    needed = wanted + _SPARE
    if soft < needed:
        soft = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return max(1, min(wanted, soft - _SPARE))


async def body_of(request: web.Request) -> bytes:
    """Returns the request's whole body through its application's door. Raises as `Door.body`."""
    return await request.config_dict.get(DOOR, _DEFAULT).body(request)


_DEFAULT = Door()
