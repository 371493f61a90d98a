"""An official's link: shows a case with its files and notes for a week, and can do nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.pages.seals import Sealer
from handlers.messages import MediaKind
from handlers.tickets.events import Actor, By
from handlers.tickets.events.desks import Recused, Transferred
from handlers.tickets.events.work import Accepted, Noted
from handlers.tickets.ticket import Ticket
from tests.integration.pages.world import SECRET, Client, World, photo


def path_of(world: World, ticket: Ticket) -> str:
    return world.desk_path(ticket)


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


async def test_it_is_one_persons_and_dies_with_their_place(client: Client, world: World, ticket: Ticket) -> None:
    address = path_of(world, ticket)
    for end in ("", "/live"):
        assert (await client.get(address + end)).status == 200
    world.without(7)
    for end in ("", "/live", "/file/101"):
        answer = await client.get(address + end)
        assert answer.status == 410
    text = await (await client.get(address)).text()
    assert "在公众号里重新打开" in text
    assert ticket.title not in text


async def test_it_ends_where_the_chat_would_not_show_it_either(client: Client, world: World, ticket: Ticket) -> None:
    address = path_of(world, ticket)
    assert (await client.get(world.desk_path(ticket, 8))).status == 410
    world.moved(7, "roads")
    assert (await client.get(address)).status == 410
    world.moved(7, "lights")
    assert (await client.get(address)).status == 200
    world.happen(ticket, Transferred("roads"))
    assert (await client.get(address)).status == 410
    assert (await client.get(world.desk_path(ticket, 8))).status == 200


async def test_it_ends_when_the_ticket_accuses_the_unit(client: Client, world: World, ticket: Ticket) -> None:
    address = path_of(world, ticket)
    world.happen(ticket, Recused(("lights",)), by=Actor(By.SYSTEM))
    assert (await client.get(address)).status == 410


@pytest.mark.parametrize(
    ("path", "purpose", "what"), [("/desk/", "desk", "26000010"), ("/notice/", "notice", "催〔2026〕0012号")]
)
async def test_links_of_before_that_belonged_to_nobody_open_nothing(
    client: Client, world: World, ticket: Ticket, path: str, purpose: str, what: str
) -> None:
    old = path + Sealer(SECRET).seal(purpose, what, world.clock.now() + timedelta(days=7))
    for _ in range(2):
        answer = await client.get(old)
        assert answer.status == 410
        text = await answer.text()
        assert "查看 编号" in text
        assert ticket.title not in text
        world.clock.advance(timedelta(days=8))
