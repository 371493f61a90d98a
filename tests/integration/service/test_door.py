"""Connections that come too slowly or too many, over real sockets; the limits are fractions of a second here."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from bot.inbound.door import DOOR, Door, DoorSite, body_of, room_for

FAST, NEVER = 0.05, 60.0
"""Seconds: a limit that is reached within the test, and one that is not."""
WITHIN = 5.0
"""Seconds after which a test fails instead of hanging."""

HEAD = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n"
SHORT = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Place:
    """A server behind a door, which answers with the body it was sent; `gate` holds its answers back."""

    def __init__(self, door: Door) -> None:
        self.door = door
        self.gate = asyncio.Event()
        self.gate.set()
        self.port = 0

    async def answer(self, request: web.Request) -> web.Response:
        body = await body_of(request)
        await self.gate.wait()
        return web.Response(body=body)

    async def connect(self) -> Streams:
        return await asyncio.open_connection("127.0.0.1", self.port)


@asynccontextmanager
async def opened(door: Door) -> AsyncIterator[Place]:
    place = Place(door)
    app = web.Application(client_max_size=1000, middlewares=[door.middleware])
    app[DOOR] = door
    app.router.add_route("*", "/", place.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    site = DoorSite(runner, door, "127.0.0.1", 0)
    await site.start()
    place.port = runner.addresses[0][1]
    try:
        async with asyncio.timeout(WITHIN):
            yield place
    finally:
        place.gate.set()
        await runner.cleanup()


async def ended(streams: Streams) -> bytes:
    """What came until the other side ended the connection."""
    reader, writer = streams
    try:
        return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


async def answered(streams: Streams, request: bytes) -> bytes:
    """The status line, with the whole answer read."""
    reader, writer = streams
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")
    )
    await reader.readexactly(length)
    return head.split(b"\r\n")[0]


@pytest.mark.parametrize("begun", [b"", b"P", b"POST / HTTP/1.1\r\n", HEAD, HEAD + b"X-A: b"])
async def test_headers_that_do_not_come_are_cut(begun: bytes) -> None:
    async with opened(Door(slowest=FAST)) as place:
        streams = await place.connect()
        streams[1].write(begun)
        assert await ended(streams) == b""
        assert place.door.connections == 0


async def test_headers_that_trickle_are_cut() -> None:
    async with opened(Door(slowest=FAST)) as place:
        reader, writer = await place.connect()
        reading = asyncio.create_task(ended((reader, writer)))
        while not reading.done():
            writer.write(b"X-A: b\r\n" if writer.transport.get_write_buffer_size() == 0 else b"")
            await asyncio.sleep(0)
        assert b" 200 " not in await reading


@pytest.mark.parametrize(
    "begun",
    [
        HEAD + b"Content-Length: 10\r\n\r\n",
        HEAD + b"Content-Length: 10\r\n\r\nabc",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab",
    ],
)
async def test_a_body_that_does_not_come_is_cut(begun: bytes) -> None:
    async with opened(Door(slowest=FAST)) as place:
        streams = await place.connect()
        streams[1].write(begun)
        assert b" 200 " not in await ended(streams)
        assert place.door.connections == 0


async def test_after_an_answer_the_next_request_has_its_time_too() -> None:
    async with opened(Door(slowest=FAST)) as place:
        streams = await place.connect()
        for _ in range(3):
            assert await answered(streams, SHORT) == b"HTTP/1.1 200 OK"
        streams[1].write(b"GET /")
        assert await ended(streams) == b""


async def test_an_answer_may_take_longer_than_headers_may() -> None:
    async with opened(Door(slowest=FAST)) as place:
        place.gate.clear()
        slow = await place.connect()
        slow[1].write(SHORT)
        # Another connection's headers are cut meanwhile: the time has passed for both.
        other = await place.connect()
        assert await ended(other) == b""
        place.gate.set()
        assert (await slow[0].readuntil(b"\r\n")).startswith(b"HTTP/1.1 200")
        slow[1].close()


async def test_a_newcomer_takes_the_place_of_who_has_been_silent_longest() -> None:
    async with opened(Door(slowest=NEVER, most=2)) as place:
        first, second = await place.connect(), await place.connect()
        assert await answered(first, SHORT) == b"HTTP/1.1 200 OK"
        third = await place.connect()
        assert await ended(second) == b""
        assert await answered(third, SHORT) == b"HTTP/1.1 200 OK"
        assert await answered(first, SHORT) == b"HTTP/1.1 200 OK"
        assert place.door.connections == 2
        for streams in (first, third):
            streams[1].close()


async def test_when_all_are_being_served_a_newcomer_is_refused() -> None:
    async with opened(Door(slowest=NEVER, most=2)) as place:
        place.gate.clear()
        served = [await place.connect() for _ in range(2)]
        for _, writer in served:
            writer.write(SHORT)
        while place.door._resting:  # noqa: ASYNC110 - until both are being served
            await asyncio.sleep(0)
        assert await ended(await place.connect()) == b""
        place.gate.set()
        for streams in served:
            assert (await streams[0].readuntil(b"\r\n")).startswith(b"HTTP/1.1 200")
            streams[1].close()


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (HEAD + b"Content-Length: 1001\r\n\r\n" + b"x" * 1001, b"413"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n3e9\r\n" + b"x" * 1001 + b"\r\n0\r\n\r\n", b"413"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", b"400"),
        (HEAD + b"Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc", b"400"),
        (HEAD + b"Content-Length: x\r\n\r\n", b"400"),
        (HEAD + b"Content-Length: 3\r\n\r\nabc", b"200"),
        (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", b"400"),
    ],
)
async def test_what_is_no_body_is_told_so(request_: bytes, status: bytes) -> None:
    async with opened(Door(slowest=NEVER)) as place:
        streams = await place.connect()
        assert (await answered(streams, request_)).split()[1] == status
        streams[1].close()


def test_the_process_may_open_as_many_files_as_it_lets_connections_in() -> None:
    assert 1 <= room_for(100) <= 100
