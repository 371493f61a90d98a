"""The tracking page: what it shows, what its buttons do, and what it never lets through."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from aiohttp import ClientResponse

from bot.pages import wording
from handlers.errors import Unavailable
from handlers.messages import Channel, PageAction, PageVerb
from handlers.tickets import lifecycle
from handlers.tickets.events import Actor, By
from handlers.tickets.events.desks import Returned
from handlers.tickets.events.filing import Supplemented, Withdrawn
from handlers.tickets.events.work import Accepted, Asked, Noted, Replied
from handlers.tickets.ticket import State, Ticket
from tests.integration.pages.world import CODE, Client, World


def path(ticket: Ticket) -> str:
    return f"/t/{ticket.token}"


async def post(client: Client, ticket: Ticket, **fields: str) -> ClientResponse:
    return await client.post(path(ticket), data={"nonce": "n" * 16, **fields}, allow_redirects=False)


async def body(client: Client, address: str) -> str:
    response = await client.get(address)
    assert response.status == 200
    return await response.text()


async def test_a_page_tells_where_it_is_by_when_and_on_whose_desk(client: Client, world: World, ticket: Ticket) -> None:
    world.happen(ticket, Accepted(), Returned("city", "不是我们的灯"), after=timedelta(hours=1))
    text = await body(client, path(ticket))
    for shown in (
        "重新派单",
        "11月27日（周五）18:00",
        "求助类，5 个工作日内答复",
        "青河市民服务中心",
        "tel:0550-12345",
    ):
        assert shown in text
    assert "退回 1 次" in text
    assert text.index("退回") < text.index("已提交</h3>"), "newest first"
    assert "已受理" in text


async def test_a_page_explains_the_promised_date(client: Client, world: World, ticket: Ticket) -> None:
    world.happen(ticket, Accepted(), Asked("门口左边还是右边？"), after=timedelta(hours=1))
    text = await body(client, path(ticket))
    told = re.search(r'<details class="why">(.*?)</details>', text, re.DOTALL)
    assert told is not None
    for shown in ("为什么是这天", "您提交", "求助类，5 个工作日内答复", "请您补充，时钟停", "现在还在等您补充"):
        assert shown in told[1]


async def test_notes_of_officials_stay_among_them(client: Client, world: World, ticket: Ticket) -> None:
    world.happen(ticket, Noted("这家人上次也反映过"))
    assert "上次也反映过" not in await body(client, path(ticket))


async def test_markup_in_words_is_only_words(client: Client, world: World) -> None:
    ticket = world.file(text="<script>alert(1)</script>{{ 7*7 }}", title="<img src=x>")
    text = await body(client, path(ticket))
    assert "<script>alert" not in text
    assert "&lt;script&gt;" in text
    assert "{{ 7*7 }}" in text
    assert "<img src=x>" not in text


async def test_every_page_is_protected(client: Client, ticket: Ticket) -> None:
    for address, status in (
        (path(ticket), 200),
        ("/", 200),
        ("/track", 200),
        ("/t/unknown", 404),
        ("/track/unknown", 404),
    ):
        response = await client.get(address)
        assert response.status == status
        assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Cache-Control"] == "no-store"
        assert "noindex" in response.headers["X-Robots-Tag"]


async def test_static_files_may_be_kept_forever(client: Client) -> None:
    text = await body(client, "/")
    for address in re.findall(r'(?:href|src)="(/assets/[^"]+)"', text):
        response = await client.get(address)
        assert response.status == 200
        assert "immutable" in response.headers["Cache-Control"]
    assert (await client.get("/assets/page.css")).status == 404
    assert (await client.get("/assets/..%2f..%2fconfig.py")).status == 404


async def test_a_supplement_is_filed_and_answered_once(client: Client, world: World, ticket: Ticket) -> None:
    for _ in range(2):
        response = await post(client, ticket, verb="supplement", text="又坏了一盏")
        assert response.status == 303
        assert response.headers["Location"] == f"{path(ticket)}#top"
    added = [event.what for event in world.history[ticket.id] if isinstance(event.what, Supplemented)]
    assert added == [Supplemented("又坏了一盏")]
    assert world.received[0].channel is Channel.WECHAT, "in order with the person's other messages"
    assert world.received[0].body == PageAction(ticket.id, PageVerb.SUPPLEMENT, "又坏了一盏")
    assert f"已补充到 {ticket.number}" in await body(client, path(ticket))
    assert f"已补充到 {ticket.number}" not in await body(client, path(ticket)), "told once"


async def test_other_words_from_the_same_form_are_another_message(client: Client, world: World, ticket: Ticket) -> None:
    await post(client, ticket, verb="supplement", text="又坏了一盏")
    await post(client, ticket, verb="supplement", text="不对，是两盏")
    assert len({incoming.key for incoming in world.received}) == 2


async def test_a_part_keeps_the_answer_for_the_page(client: Client, ticket: Ticket) -> None:
    await post(client, ticket, verb="supplement", text="又坏了一盏")
    assert "已补充到" not in await body(client, f"{path(ticket)}?part=1")
    assert "已补充到" in await body(client, path(ticket))


async def test_an_answer_ends_the_waiting(client: Client, world: World, ticket: Ticket) -> None:
    world.happen(ticket, Accepted(), Asked("单号还是双号？"))
    assert "单号还是双号？" in await body(client, path(ticket))
    await post(client, ticket, verb="supplement", text="双号")
    assert lifecycle.fold(world.history[ticket.id]).state is State.ACCEPTED


async def test_urging_twice_a_day_is_refused_in_words(client: Client, world: World, ticket: Ticket) -> None:
    await post(client, ticket, verb="urge", text="请快一点")
    assert 'href="#urge"' not in await body(client, path(ticket))
    response = await post(client, ticket, verb="urge", text="再快一点")
    assert response.status == 303
    assert "一天之内已经催过" in await body(client, path(ticket))


@pytest.mark.parametrize("code", ["", "000000", "40271", f"{CODE}0"])
async def test_withdrawing_needs_the_code(client: Client, world: World, ticket: Ticket, code: str) -> None:
    response = await post(client, ticket, verb="withdraw", text="已经<好>了", code=code)
    assert response.status == 422
    text = await response.text()
    assert wording.WRONG_CODE in text
    assert "已经&lt;好&gt;了" in text, "what was typed is still there"
    assert world.received == []


@pytest.mark.parametrize("code", [CODE, " 402 718 ", "４０２７１８"])
async def test_the_code_may_be_typed_wide_or_spaced(client: Client, world: World, ticket: Ticket, code: str) -> None:
    assert (await post(client, ticket, verb="withdraw", code=code)).status == 303
    assert isinstance(world.history[ticket.id][-1].what, Withdrawn)


async def test_guessing_the_code_ends_soon(client: Client, world: World, ticket: Ticket) -> None:
    for guess in range(5):
        assert (await post(client, ticket, verb="withdraw", code=f"{guess:06d}")).status == 422
    response = await post(client, ticket, verb="withdraw", code=CODE)
    assert response.status == 429
    assert wording.TOO_MANY_CODES in await response.text()
    assert world.received == []


async def test_a_rating_carries_score_box_and_words(client: Client, world: World, ticket: Ticket) -> None:
    world.happen(ticket, Accepted(), Replied("换好了"))
    text = await body(client, path(ticket))
    assert 'href="#rate"' in text
    await post(client, ticket, verb="rate", score="2", solved="没解决", text="晚上还是黑的")
    assert world.received[0].body == PageAction(ticket.id, PageVerb.RATE, "2|没解决 晚上还是黑的")
    assert lifecycle.fold(world.history[ticket.id]).state is State.REWORK


async def test_a_low_rating_says_what_can_be_said_in_the_chat(client: Client, world: World, ticket: Ticket) -> None:
    world.happen(ticket, Accepted(), Replied("换好了"))
    await post(client, ticket, verb="rate", score="1")
    text = await body(client, path(ticket))
    assert wording.IN_CHAT in text
    assert f"评价 {ticket.number} 1 没解决" in text


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"verb": "supplement", "text": "  \r\n "}, wording.TYPE_SOMETHING),
        ({"verb": "supplement", "text": "字" * 1001}, wording.TOO_LONG.format(most=1000)),
        ({"verb": "rate", "score": "6"}, wording.PICK_GRADE),
        ({"verb": "rate", "text": "好"}, wording.PICK_GRADE),
    ],
)
async def test_an_unfinished_form_comes_back(
    client: Client, world: World, ticket: Ticket, fields: dict[str, str], says: str
) -> None:
    world.happen(ticket, Accepted(), Replied("换好了"))
    response = await post(client, ticket, **fields)
    assert response.status == 422
    assert says in await response.text()
    assert world.received == []


async def test_line_breaks_as_browsers_send_them_are_not_counted_twice(
    client: Client, world: World, ticket: Ticket
) -> None:
    words = "\n".join("字" * 500)
    response = await post(client, ticket, verb="supplement", text=words.replace("\n", "\r\n"))
    assert response.status == 303


async def test_while_the_database_is_away_words_and_key_are_kept(client: Client, world: World, ticket: Ticket) -> None:
    world.error = Unavailable("database")
    response = await post(client, ticket, verb="supplement", text="又坏了一盏")
    assert response.status == 503
    text = await response.text()
    assert "又坏了一盏" in text
    assert "n" * 16 in text
    world.error = None
    assert (await post(client, ticket, verb="supplement", text="又坏了一盏")).status == 303
    assert len({incoming.key for incoming in world.received}) == 1


async def test_our_own_mistake_is_a_friendly_page(client: Client, world: World, ticket: Ticket) -> None:
    world.error = RuntimeError("broken")
    response = await post(client, ticket, verb="supplement", text="又坏了一盏")
    assert response.status == 500
    assert wording.TROUBLES[500].title in await response.text()


async def test_somebody_who_left_can_be_looked_at_but_not_acted_for(
    client: Client, world: World, ticket: Ticket
) -> None:
    world.people.clear()
    await body(client, path(ticket))
    response = await post(client, ticket, verb="urge")
    assert response.status == 409
    assert wording.NOBODY in await response.text()


@pytest.mark.parametrize(
    ("content", "content_type", "status"),
    [
        (b"verb=explode", "application/x-www-form-urlencoded", 400),
        (b"", "application/x-www-form-urlencoded", 400),
        (b"\xff\xfe%ff=%00", "application/x-www-form-urlencoded", 400),
        (b"&".join(b"a=1" for _ in range(100)), "application/x-www-form-urlencoded", 400),
        (b"verb=supplement&text=" + b"a" * 70_000, "application/x-www-form-urlencoded", 413),
        (b"{}", "application/json", 415),
        (b"--x\r\n\r\n--x--", "multipart/form-data; boundary=x", 415),
        (b"verb=supplement&text=%ed%a0%80&text=b", "application/x-www-form-urlencoded; charset=nonsense", 303),
    ],
)
async def test_odd_bodies_get_one_clear_answer(
    client: Client, ticket: Ticket, content: bytes, content_type: str, status: int
) -> None:
    response = await client.post(
        path(ticket), data=content, headers={"Content-Type": content_type}, allow_redirects=False
    )
    assert response.status == status


async def test_control_characters_do_not_reach_the_rules(client: Client, world: World, ticket: Ticket) -> None:
    data = urlencode({"verb": "supplement", "text": "a\x00\x1b\ufffeb\r\nc"}).encode()
    await client.post(path(ticket), data=data, headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert world.received[0].body == PageAction(ticket.id, PageVerb.SUPPLEMENT, "ab\nc")


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}])
async def test_another_site_cannot_press_our_buttons(
    client: Client, world: World, ticket: Ticket, headers: dict[str, str]
) -> None:
    response = await client.post(path(ticket), data={"verb": "urge"}, headers=headers)
    assert response.status == 403
    assert world.received == []


async def test_pressing_again_and_again_is_slowed_down(client: Client, world: World, ticket: Ticket) -> None:
    statuses = [(await post(client, ticket, verb="supplement", text=f"第{n}句")).status for n in range(11)]
    assert statuses == [303] * 10 + [429]


async def test_an_answer_of_another_ticket_is_not_shown_here(client: Client, world: World, ticket: Ticket) -> None:
    other = world.file("26000029")
    response = await post(client, ticket, verb="supplement", text="又坏了一盏")
    sealed = response.cookies["said"].value
    page = await client.get(path(other), headers={"Cookie": f"said={sealed}"})
    assert "已补充到" not in await page.text()


async def test_large_type_is_remembered_and_leaves_a_clean_address(client: Client, ticket: Ticket) -> None:
    response = await client.get(f"{path(ticket)}?big=1", allow_redirects=False)
    assert (response.status, response.headers["Location"]) == (303, path(ticket))
    assert 'class="big"' in await body(client, path(ticket))
    assert 'class="big"' in await body(client, "/track")
    await client.get(f"{path(ticket)}?big=0")
    assert 'class="big"' not in await body(client, path(ticket))


async def test_nobody_but_a_browser_gets_a_page_for_an_unknown_address(client: Client) -> None:
    assert "<html" in await (await client.get("/nowhere", headers={"Accept": "text/html"})).text()
    assert "<html" not in await (await client.get("/nowhere", headers={"Accept": "*/*"})).text()


async def test_a_citizens_own_deed_is_theirs(client: Client, world: World, ticket: Ticket) -> None:
    await post(client, ticket, verb="urge")
    actor = world.history[ticket.id][-1].actor
    assert actor == Actor(By.CITIZEN, 1, channel=Channel.WECHAT)


async def test_what_is_late_says_so_once(client: Client, world: World, ticket: Ticket) -> None:
    world.happen(ticket, Accepted())
    world.clock.advance(timedelta(days=9))
    text = await body(client, path(ticket))
    assert 'class="late"' in text
    assert text.count("逾期 4 天") == 1


async def test_nobody_taking_it_up_in_time_is_said_too(client: Client, world: World, ticket: Ticket) -> None:
    world.clock.advance(timedelta(days=2))
    assert "受理逾期 1 天" in await body(client, path(ticket))
