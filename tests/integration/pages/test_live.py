"""An open page hears of what happens to its ticket, and nothing else."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta

from aiohttp.test_utils import TestClient, TestServer

from bot.pages import live
from handlers.tickets.events.work import Accepted
from handlers.tickets.ticket import Ticket
from tests.integration.pages.world import CODE, Client, World, next_line


def mark_of(page: str) -> str:
    found = re.search(r'data-mark="(\w+)"', page)
    assert found
    return found[1]


async def test_the_stream_tells_the_pages_mark_and_every_new_one(client: Client, world: World, ticket: Ticket) -> None:
    page = await (await client.get(f"/t/{ticket.token}")).text()
    stream = await client.get(f"/t/{ticket.token}/live")
    assert stream.content_type == "text/event-stream"
    assert await next_line(stream, "data: ") == f"data: {mark_of(page)}"
    world.happen(ticket, Accepted())
    told = await next_line(stream, "data: ")
    part = await (await client.get(f"/t/{ticket.token}?part=1")).text()
    assert told == f"data: {mark_of(part)}" != f"data: {mark_of(page)}"
    assert "<html" not in part
    stream.close()


async def test_it_shows_that_it_lives_and_sees_what_no_signal_told(
    client: Client, world: World, ticket: Ticket
) -> None:
    stream = await client.get(f"/t/{ticket.token}/live")
    await next_line(stream, "data: ")
    assert await next_line(stream, ":") == ": here"
    # The promised date passes by itself.
    world.clock.advance(timedelta(days=9))
    await next_line(stream, "data: ")
    stream.close()


async def test_a_stranger_hears_of_it_too(client: Client, world: World, ticket: Ticket) -> None:
    found = await client.post("/track", data={"number": ticket.number, "code": CODE}, allow_redirects=False)
    stream = await client.get(f"{found.headers['Location']}/live")
    await next_line(stream, "data: ")
    world.happen(ticket, Accepted())
    await next_line(stream, "data: ")
    stream.close()


async def test_too_many_streams_of_one_ticket_are_ended_for_good(client: Client, ticket: Ticket) -> None:
    streams = [await client.get(f"/t/{ticket.token}/live") for _ in range(live.PER_TICKET)]
    assert {stream.status for stream in streams} == {200}
    assert (await client.get(f"/t/{ticket.token}/live")).status == 204
    for stream in streams:
        stream.close()
    async with asyncio.timeout(5):
        # A heartbeat finds out that they left.
        while (again := await client.get(f"/t/{ticket.token}/live")).status == 204:
            await again.read()
    again.close()


async def test_every_stream_ends_when_we_do(world: World, ticket: Ticket) -> None:
    server = TestServer(world.app())
    async with TestClient(server) as client:
        stream = await client.get(f"/t/{ticket.token}/live")
        await next_line(stream, "data: ")
        assert server.app is not None
        async with asyncio.timeout(5):
            await server.app.shutdown()
            rest = await stream.content.read()
        assert stream.content.at_eof()
        assert b"data" not in rest
        assert (await client.get(f"/t/{ticket.token}/live")).status == 204


async def test_no_stream_without_a_ticket(client: Client) -> None:
    assert (await client.get("/t/unknown/live")).status == 404
