"""The tracking page as a person meets it: with and without JavaScript, by thumb, by keyboard, in large type, in the dark."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import expect

from handlers.messages import MediaKind
from handlers.tickets.events.desks import Returned, Transferred
from handlers.tickets.events.filing import Supplemented, Withdrawn
from handlers.tickets.events.work import Accepted, Asked, OnSite, Replied
from handlers.tickets.ticket import Ticket
from tests.browser.conftest import OpenPhone
from tests.browser.readable import faults, settle
from tests.integration.pages.world import CODE, World, photo


async def travelled(world: World) -> Ticket:
    """A ticket that has been about, with pictures."""
    pictures = [await world.keep(n, MediaKind.IMAGE, photo(str(n)), "image/jpeg") for n in (101, 102, 103)]
    ticket = world.file(attachments=tuple(pictures[:2]))
    world.happen(
        ticket,
        Returned("city", "是市政处的线路"),
        Transferred("roads", "线路归市政"),
        Accepted(),
        OnSite("两个人到了，正在查地下线路。", (pictures[2], world.expect(104, MediaKind.IMAGE))),
        after=timedelta(hours=3),
    )
    return ticket


def staged(world: World) -> dict[str, Ticket]:
    """Tickets in every mood."""
    waiting, done = world.file("26000029"), world.file("26000032")
    world.happen(waiting, Accepted(), Asked("坏的是单号一侧还是双号一侧？"))
    world.happen(done, Accepted(), Replied("六盏灯都换好了，当晚全部亮起。"))
    return {"going": world.file("26000041"), "waiting": waiting, "done": done}


async def test_without_javascript_everything_can_be_seen_and_done(
    phone: OpenPhone, world: World, screenshots: Path
) -> None:
    ticket = await travelled(world)
    page = await phone(f"/t/{ticket.token}", java_script_enabled=False)
    await expect(page.get_by_role("heading", level=1)).to_have_text("现场处理")
    await expect(page.locator(".stops > li")).to_have_count(5)
    await page.screenshot(path=screenshots / "tracking.png")
    await page.get_by_role("link", name="补充").click()
    await page.get_by_label("要补充的内容").fill("又坏了一盏")
    await page.get_by_role("button", name="提交补充").click()
    await expect(page.get_by_text(f"已补充到 {ticket.number}")).to_be_visible()
    await expect(page.locator(".newest")).to_contain_text("又坏了一盏")
    await page.get_by_role("link", name="撤回").click()
    await page.get_by_label("查询码").fill("000000")
    await page.get_by_role("button", name="确认撤回").click()
    await expect(page.get_by_role("alert")).to_contain_text("查询码不对")
    await page.get_by_label("查询码").fill(CODE)
    await page.get_by_role("button", name="确认撤回").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("已撤回")
    assert isinstance(world.history[ticket.id][-1].what, Withdrawn)


async def test_news_arrives_by_itself_and_leaves_what_is_typed_alone(phone: OpenPhone, world: World) -> None:
    ticket = world.file()
    page = await phone(f"/t/{ticket.token}")
    await expect(page.locator("#live")).to_be_visible()
    await page.get_by_role("link", name="补充").click()
    field = page.get_by_label("要补充的内容")
    await field.press_sequentially("晚上")
    world.happen(ticket, Accepted())
    await expect(page.get_by_role("heading", level=1)).to_have_text("已受理")
    await expect(page.locator("#news")).to_have_text("有新进展：已受理")
    await expect(field).to_be_focused()
    await field.press_sequentially("很黑")
    await expect(field).to_have_value("晚上很黑")
    await page.get_by_role("button", name="提交补充").click()
    await expect(page.locator("#said")).to_be_visible()
    assert world.history[ticket.id][-1].what == Supplemented("晚上很黑")


async def test_a_new_button_comes_with_its_form(phone: OpenPhone, world: World) -> None:
    ticket = world.file()
    page = await phone(f"/t/{ticket.token}")
    await expect(page.locator("#live")).to_be_visible()
    world.happen(ticket, Accepted(), Replied("换好了"))
    await page.locator(".bar").get_by_role("link", name="评价").click()
    await page.get_by_text("非常满意", exact=True).click()
    await page.get_by_role("button", name="提交评价").click()
    await expect(page.locator("#said")).to_contain_text("非常满意")
    await expect(page.locator("body")).to_have_class("done")


async def test_pressing_twice_files_once(phone: OpenPhone, world: World) -> None:
    ticket = world.file()
    page = await phone(f"/t/{ticket.token}#supplement")
    await page.get_by_label("要补充的内容").fill("又坏了一盏")
    button = page.get_by_role("button", name="提交补充")
    await button.dblclick()
    await expect(page.locator("#said")).to_be_visible()
    # And without the script's help: the same form, sent again from history.
    page = await phone(f"/t/{ticket.token}#supplement", java_script_enabled=False)
    await page.get_by_label("要补充的内容").fill("第二句")
    await page.get_by_role("button", name="提交补充").dblclick()
    await expect(page.locator("#said")).to_be_visible()
    added = [event.what for event in world.history[ticket.id] if isinstance(event.what, Supplemented)]
    assert added == [Supplemented("又坏了一盏"), Supplemented("第二句")]


async def test_a_sheet_takes_keeps_and_returns_the_focus(phone: OpenPhone, world: World) -> None:
    ticket = world.file()
    page = await phone(f"/t/{ticket.token}")
    opener = page.get_by_role("link", name="补充")
    await opener.focus()
    await page.keyboard.press("Enter")
    field = page.get_by_label("要补充的内容")
    await expect(field).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await expect(page.locator("#supplement .close")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(opener).to_be_focused()


@pytest.mark.parametrize("mood", ["going", "waiting", "done"])
@pytest.mark.parametrize(("big", "scheme"), [("0", "light"), ("1", "dark")])
async def test_it_can_be_read_and_hit_by_everybody(
    phone: OpenPhone, world: World, screenshots: Path, mood: str, big: str, scheme: str
) -> None:
    ticket = staged(world)[mood]
    page = await phone(f"/t/{ticket.token}?big={big}", color_scheme=scheme)
    assert await faults(page) == {}
    await page.screenshot(path=screenshots / f"tracking-{mood}-{scheme}{'-big' if big == '1' else ''}.png")
    for opener in await page.locator(".bar a").all():
        await opener.click()
        await settle(page)
        assert await faults(page) == {}
        button = page.locator(".sheet:target button")
        await button.scroll_into_view_if_needed()
        await expect(button).to_be_in_viewport()
        await page.locator(".sheet:target .close").click()


async def test_large_type_needs_no_reload_and_stays(phone: OpenPhone, world: World) -> None:
    ticket = world.file()
    page = await phone(f"/t/{ticket.token}#supplement")
    await page.get_by_label("要补充的内容").fill("写到一半")
    await page.evaluate("location.hash = '#part'")
    before = await page.evaluate("getComputedStyle(document.body).fontSize")
    await page.get_by_role("link", name="换成大字").click()
    assert await page.evaluate("getComputedStyle(document.body).fontSize") != before
    await expect(page.locator("#supplement-text")).to_have_value("写到一半")
    await page.goto("/track")
    await expect(page.locator("html")).to_have_class("big")
    await page.get_by_role("link", name="换回标准字号").click()
    await page.goto("/track")
    await expect(page.locator("html")).not_to_have_class("big")


async def test_the_first_load_is_below_100_kb(phone: OpenPhone, world: World) -> None:
    ticket = await travelled(world)
    page = await phone("/track")
    session = await page.context.new_cdp_session(page)
    await session.send("Network.enable")
    await session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    await page.goto(f"/t/{ticket.token}")
    await page.locator(".files img").last.scroll_into_view_if_needed()
    await page.evaluate("Promise.all(Array.from(document.images, image => image.decode()))")
    assert len(sizes) >= 6, "page, style, script, logo and pictures"
    assert sum(sizes) < 100_000


async def test_the_sandbox_may_show_it_in_a_frame(phone: OpenPhone, world: World) -> None:
    ticket = world.file()
    page = await phone("/track")
    await page.route("**/sandbox/", lambda route: route.fulfill(body=f"<iframe src='/t/{ticket.token}'></iframe>"))
    await page.goto("/sandbox/")
    await expect(page.frame_locator("iframe").get_by_role("heading", level=1)).to_be_attached()


async def test_looking_up_by_number_and_code(phone: OpenPhone, world: World, screenshots: Path) -> None:
    ticket = await travelled(world)
    page = await phone("/")
    await page.screenshot(path=screenshots / "front.png")
    assert await faults(page) == {}
    await page.get_by_role("link", name="用编号查进度").click()
    await page.get_by_label("编号").fill(ticket.number)
    await page.get_by_label("查询码").fill(CODE)
    await page.screenshot(path=screenshots / "track.png")
    assert await faults(page) == {}
    await page.get_by_role("button", name="查一查").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("现场处理")
    await expect(page.locator(".bar")).to_have_count(0)
    await expect(page.locator("#live")).to_be_visible()
    world.happen(ticket, Replied("修好了"))
    await expect(page.get_by_role("heading", level=1)).to_have_text("已答复")


async def test_a_page_left_open_asks_again_when_it_is_looked_at(phone: OpenPhone, world: World) -> None:
    ticket = world.file()
    page = await phone(f"/t/{ticket.token}")
    await expect(page.locator("#live")).to_be_visible()
    hide = "function (h) { Object.defineProperty(document, 'hidden', {value: h, configurable: true}); document.dispatchEvent(new Event('visibilitychange')); }"
    await page.evaluate(f"({hide})(true)")
    async with asyncio.timeout(5):
        world.happen(ticket, Accepted())
        await expect(page.get_by_role("heading", level=1)).to_have_text("已提交")
        await page.evaluate(f"({hide})(false)")
        await expect(page.get_by_role("heading", level=1)).to_have_text("已受理")
