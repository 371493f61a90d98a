"""催办通知单: a page by a sealed link, which ends, cannot be forged, and leads from the ticket's page to the document."""

from __future__ import annotations

from datetime import timedelta

from bot.pages.notice import NOTICE_LASTS, notice_path
from bot.pages.routes import desk_path
from handlers.chasing.notice import ChaseNotice, Ledger, number
from handlers.tickets.events import Actor, By
from handlers.tickets.steps import Noticed
from handlers.tickets.ticket import Ticket
from tests.integration.pages.world import DIRECTORY, SECRET, Client, World

NUMBER = number(2026, 12)


def sent(world: World, *tickets: Ticket) -> ChaseNotice:
    ledger = Ledger(2026, 11)
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
    answer = await client.get(notice_path(SECRET, NUMBER, world.clock.now()))
    text = await answer.text()
    for told in (NUMBER, "市路灯管理所", "抄送：青河市民服务中心", ticket.number, "35 天", "没有受理"):
        assert told in text
    for hidden in ("13912345678", ticket.token, ticket.code, "<form", "style="):
        assert hidden not in text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


async def test_the_link_ends_and_cannot_be_forged_or_used_elsewhere(client: Client, world: World) -> None:
    sent(world, world.file())
    address = notice_path(SECRET, NUMBER, world.clock.now())
    assert (await client.get(address)).status == 200
    assert (await client.post(address)).status == 405
    assert (await client.get(address[:-2] + "AA")).status == 404
    assert (await client.get(address.replace("/notice/", "/desk/"))).status == 404
    world.clock.advance(NOTICE_LASTS)
    assert (await client.get(address)).status == 410


async def test_a_number_that_nobody_gave_is_gone(client: Client, world: World) -> None:
    assert (await client.get(notice_path(SECRET, number(2026, 99), world.clock.now()))).status == 410


async def test_officials_find_it_from_the_ticket_and_citizens_read_its_number(client: Client, world: World) -> None:
    ticket = world.file()
    world.clock.advance(timedelta(days=40))
    sent(world, ticket)
    world.happen(ticket, Noticed(NUMBER, ticket.promise.reply_by), by=Actor(By.CLOCK))
    desk = await (await client.get(desk_path(SECRET, ticket.number, world.clock.now()))).text()
    (link,) = {part.split('"')[0] for part in desk.split('href="')[1:] if part.startswith("/notice/")}
    assert (await client.get(link)).status == 200
    own = await (await client.get(f"/t/{ticket.token}")).text()
    assert NUMBER in own
    assert "/notice/" not in own
