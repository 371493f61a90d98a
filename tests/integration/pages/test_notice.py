"""催办通知单: a page by a sealed link, which ends, cannot be forged, and leads from the ticket's page to the document."""

from __future__ import annotations

from datetime import timedelta

from bot.pages.keys import NOTICE_LASTS
from handlers.chasing.chase_notice import ChaseNotice, OpenNotices, number
from handlers.tickets.events import Actor, By
from handlers.tickets.events.clock import ChaseNoticeIssued
from handlers.tickets.events.desks import Recused
from handlers.tickets.ticket import Ticket
from tests.integration.pages.world import DIRECTORY, Client, World

NUMBER = number(2026, 12)


def sent(world: World, *tickets: Ticket) -> ChaseNotice:
    ledger = OpenNotices(2026, 11)
    for ticket in tickets:
        ledger = ledger.with_line(ticket, DIRECTORY, world.clock.now())
    (document,) = ledger.all().values()
    world.notices[document.number] = document
    return document


async def test_the_sheet_names_unit_superior_and_tickets_and_no_citizen(client: Client, world: World) -> None:
    ticket = world.file(title="幸福路 8 号的路灯不亮，我的电话 13912345678")
    world.clock.advance(timedelta(days=40))
    document = sent(world, ticket)
    assert document.number == NUMBER == "催〔2026〕0012号"
    answer = await client.get(world.notice_path(NUMBER))
    text = await answer.text()
    for told in (NUMBER, "市路灯管理所", "抄送：青河市民服务中心", ticket.number, "35 天", "没有受理"):
        assert told in text
    for hidden in ("13912345678", ticket.token, ticket.code, "<form", "style="):
        assert hidden not in text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


async def test_the_link_ends_and_cannot_be_forged_or_used_elsewhere(client: Client, world: World) -> None:
    sent(world, world.file())
    address = world.notice_path(NUMBER)
    assert (await client.get(address)).status == 200
    assert (await client.post(address)).status == 405
    assert (await client.get(address[:-2] + "AA")).status == 404
    assert (await client.get(address.replace("/notice/", "/desk/"))).status == 404
    world.clock.advance(NOTICE_LASTS)
    assert (await client.get(address)).status == 410


async def test_a_number_that_nobody_gave_is_gone(client: Client, world: World) -> None:
    assert (await client.get(world.notice_path(number(2026, 99)))).status == 410


async def test_officials_find_it_from_the_ticket_and_citizens_read_its_number(client: Client, world: World) -> None:
    ticket = world.file()
    world.clock.advance(timedelta(days=40))
    sent(world, ticket)
    world.happen(ticket, ChaseNoticeIssued(NUMBER, ticket.promise.reply_by), by=Actor(By.CLOCK))
    desk = await (await client.get(world.desk_path(ticket))).text()
    (link,) = {part.split('"')[0] for part in desk.split('href="')[1:] if part.startswith("/notice/")}
    assert (await client.get(link)).status == 200
    own = await (await client.get(f"/t/{ticket.token}")).text()
    assert NUMBER in own
    assert "/notice/" not in own


async def test_it_is_for_the_unit_and_those_above_and_one_person(client: Client, world: World) -> None:
    sent(world, world.file())
    address = world.notice_path(NUMBER)
    assert (await client.get(world.notice_path(NUMBER, 8))).status == 410
    world.moved(8, "city")
    assert (await client.get(world.notice_path(NUMBER, 8))).status == 200
    world.without(7)
    assert (await client.get(address)).status == 410


async def test_what_accuses_the_reader_is_not_on_their_sheet(client: Client, world: World) -> None:
    one, other = world.file(title="路灯不亮"), world.file("26000028", title="所长收红包")
    sent(world, one, other)
    address = world.notice_path(NUMBER)
    assert "所长收红包" in await (await client.get(address)).text()
    world.happen(other, Recused(("lights",)), by=Actor(By.SYSTEM))
    text = await (await client.get(address)).text()
    assert "所长收红包" not in text
    assert "路灯不亮" in text
    world.happen(one, Recused(("lights",)), by=Actor(By.SYSTEM))
    assert (await client.get(address)).status == 410
