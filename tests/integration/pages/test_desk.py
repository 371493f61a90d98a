"""An official's link: shows a case with its files and notes for a week, and can do nothing."""

from __future__ import annotations

from datetime import timedelta

from bot.pages.routes import desk_path
from handlers.messages import MediaKind
from handlers.tickets.events import Accepted, Noted
from handlers.tickets.ticket import Ticket
from tests.integration.pages.world import SECRET, Client, World, photo


def path_of(world: World, ticket: Ticket) -> str:
    return desk_path(SECRET, ticket.number, world.clock.now())


async def test_an_official_sees_notes_and_pictures_and_no_button(client: Client, world: World) -> None:
    kept = await world.keep(101, MediaKind.IMAGE, photo(), "image/jpeg")
    inner = await world.keep(102, MediaKind.IMAGE, photo("note"), "image/jpeg")
    ticket = world.file(attachments=(kept,))
    world.happen(ticket, Accepted(), Noted("备料中，联系人 13800001111", (inner,)))
    address = path_of(world, ticket)
    text = await (await client.get(address)).text()
    assert "备料中" in text
    assert "仅供承办人员查看" in text
    for hidden in (ticket.token, ticket.code, "13912345678", "13800001111", "<form"):
        assert hidden not in text
    for file_id in (kept.id, inner.id):
        assert f"{address}/file/{file_id}" in text
        assert (await client.get(f"{address}/file/{file_id}")).status == 200
    assert (await client.post(address, data={"verb": "withdraw"})).status == 405


async def test_it_ends_after_a_week_and_cannot_be_forged(client: Client, world: World, ticket: Ticket) -> None:
    address = path_of(world, ticket)
    assert (await client.get(address)).status == 200
    assert (await client.get(address[:-2] + "AA")).status == 404
    assert (await client.get(address.replace("/desk/", "/track/"))).status == 404
    world.clock.advance(timedelta(days=7))
    assert (await client.get(address)).status == 410
    assert (await client.get(address + "/live")).status == 410
