"""A stranger with number and query code sees the journey and nobody's data; guessing leads nowhere."""

from __future__ import annotations

from datetime import timedelta

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.pages import wording
from handlers.tickets.events.work import Accepted, Asked, Replied
from handlers.tickets.ticket import Ticket
from tests.integration.pages.world import CODE, Client, World


async def look(client: Client, number: str, code: str) -> tuple[int, str]:
    response = await client.post("/track", data={"number": number, "code": code}, allow_redirects=False)
    return response.status, response.headers.get("Location") or await response.text()


@pytest.mark.parametrize("typed", ["26000010", " 2600 0010 ", "２６０００010", "编号：26000010。"])
async def test_number_and_code_lead_to_an_address_of_its_own(client: Client, ticket: Ticket, typed: str) -> None:
    status, address = await look(client, typed, CODE)
    assert status == 303
    assert address.startswith("/track/")
    assert ticket.token not in address
    text = await (await client.get(address)).text()
    assert ticket.token not in text
    assert "已提交" in text
    assert "市路灯管理所" in text


async def test_a_stranger_reads_no_personal_data_and_finds_no_buttons(
    client: Client, world: World, ticket: Ticket
) -> None:
    world.happen(ticket, Accepted(), Asked("您家门牌几号？"))
    _, address = await look(client, ticket.number, CODE)
    text = await (await client.get(address)).text()
    for hidden in ("13912345678", "8 号", "您家门牌", 'class="bar"', "<form", "/file/"):
        assert hidden not in text
    assert "这里不显示个人信息" in text
    assert (await client.post(address, data={"verb": "urge"})).status == 405


async def test_what_is_not_public_is_not_shown(client: Client, world: World) -> None:
    ticket = world.file(public=False, title="邻居半夜吵闹")
    world.happen(ticket, Accepted(), Replied("已上门劝说住户王某"))
    _, address = await look(client, ticket.number, CODE)
    text = await (await client.get(address)).text()
    assert "吵闹" not in text
    assert "王某" not in text


async def test_wrong_code_and_unknown_number_get_the_same_answer(client: Client, ticket: Ticket) -> None:
    wrong = await look(client, ticket.number, "000000")
    unknown = await look(client, "26000029", CODE)
    assert wrong[0] == unknown[0] == 422
    assert wording.NOT_FOUND in wrong[1]
    assert wrong[1].replace(f'value="{ticket.number}"', "") == unknown[1].replace('value="26000029"', "")


async def test_a_slip_of_the_finger_is_recognised(client: Client, ticket: Ticket) -> None:
    assert wording.MISTYPED.format(number="26000016") in (await look(client, "26000016", CODE))[1]


@pytest.mark.parametrize(("number", "code"), [("", ""), ("26000010", ""), ("", CODE)])
async def test_both_are_needed(client: Client, ticket: Ticket, number: str, code: str) -> None:
    assert wording.FILL_BOTH in (await look(client, number, code))[1]


@pytest.mark.parametrize("number", ["你好", "0" * 500, "<script>", "' OR 1=1", "\x00\x01", "9" * 10_000])
async def test_nonsense_is_not_found(client: Client, ticket: Ticket, number: str) -> None:
    status, text = await look(client, number, CODE)
    assert status == 422
    assert "<script>" not in text


async def test_guessing_codes_ends_soon_whoever_guesses(world: World, ticket: Ticket) -> None:
    async with TestClient(TestServer(world.app(proxies=1))) as client:

        async def guess(n: int, code: str = "000000") -> int:
            headers = {"X-Forwarded-For": f"203.0.113.{n}"}
            fields = {"number": ticket.number, "code": code}
            response = await client.post("/track", data=fields, headers=headers, allow_redirects=False)
            return response.status

        assert await guess(250, CODE) == 303
        assert [await guess(1) for _ in range(6)] == [422] * 5 + [429]
        assert [await guess(n) for n in range(2, 12)] == [422] * 10
        assert await guess(11) == 429, "many guess at it: one try each"
        assert await guess(1, CODE) == 429
        assert await guess(251, CODE) == 303, "whoever did not guess opens it"
        assert [await guess(n) for n in range(20, 40)] == [422] * 15 + [429] * 5
        assert await guess(252, CODE) == 429
        assert await guess(250, CODE) == 303, "whoever opened it before opens it still"
        world.clock.advance(timedelta(hours=1))
        assert await guess(1, CODE) == 303
        for _ in range(4):
            world.clock.advance(timedelta(hours=1))
            for n in range(100, 130):
                await guess(n)
        world.clock.advance(timedelta(hours=1))
        assert [await guess(253, CODE), await guess(250, CODE)] == [429, 303], "so many a day and no more"


async def test_one_address_may_not_try_many_numbers(world: World, ticket: Ticket) -> None:
    async with TestClient(TestServer(world.app())) as client:
        others = ("26000029", "26000032", "26000041", "26000055")
        statuses = [(await look(client, number, f"{n:06d}"))[0] for number in others for n in range(5)]
        assert set(statuses) == {422}
        assert (await look(client, ticket.number, CODE))[0] == 429


async def test_the_address_ends_after_a_day(client: Client, world: World, ticket: Ticket) -> None:
    _, address = await look(client, ticket.number, CODE)
    world.clock.advance(timedelta(days=1))
    response = await client.get(address)
    assert response.status == 410
    assert wording.TROUBLES[410].title in await response.text()


async def test_the_front_page_leads_to_the_look_up_and_to_the_sandbox_if_there_is_one(world: World) -> None:
    for sandbox in (False, True):
        async with TestClient(TestServer(world.app(sandbox=sandbox))) as client:
            text = await (await client.get("/")).text()
            assert 'href="/track"' in text
            assert ('href="/sandbox/"' in text) is sandbox
