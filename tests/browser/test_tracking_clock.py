"""What the clock and the last word put on the tracking page: cards, the reasons of a date, promises, returns, opinions."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from handlers.tickets.events.grades import OpinionGiven, Rated
from handlers.tickets.events.work import Accepted, Reopened
from tests.browser import scenes
from tests.browser.conftest import OpenPhone
from tests.browser.readable import faults, settle
from tests.integration.pages.world import World


@pytest.mark.parametrize("scene", scenes.SCENES)
@pytest.mark.parametrize(("big", "scheme"), [("0", "light"), ("1", "dark")])
async def test_every_state_can_be_read_and_hit_by_everybody(
    phone: OpenPhone, world: World, screenshots: Path, scene: str, big: str, scheme: str
) -> None:
    ticket = scenes.SCENES[scene](world)
    page = await phone(f"/t/{ticket.token}?big={big}", color_scheme=scheme)
    for folded in await page.locator("summary").all():
        await folded.click()
    assert await faults(page) == {}
    await page.screenshot(path=screenshots / f"tracking-{scene}-{scheme}.png", full_page=True)


async def test_cards_promises_and_returns_are_told(phone: OpenPhone, world: World) -> None:
    made = {name: scene(world) for name, scene in scenes.SCENES.items() if name in ("red", "bounced", "answered")}
    page = await phone(f"/t/{made['red'].token}")
    await expect(page.locator(".snags")).to_contain_text(scenes.NOTICE)
    await expect(page.locator(".snags .red")).to_contain_text("红牌")
    await page.goto(f"/t/{made['bounced'].token}")
    await expect(page.locator(".bounces > li")).to_have_count(3)
    await page.goto(f"/t/{made['answered'].token}")
    await expect(page.locator(".promises b")).to_have_text(["已兑现", "待兑现", "到期未兑现"])
    await expect(page.locator(".promises b.broken")).to_have_text("到期未兑现")


@pytest.mark.parametrize("script", [True, False])
async def test_the_reasons_of_a_date_open_by_thumb(phone: OpenPhone, world: World, script: bool) -> None:
    ticket = scenes.yellow(world)
    page = await phone(f"/t/{ticket.token}", has_touch=True, java_script_enabled=script)
    await expect(page.locator(".why li").first).to_be_hidden()
    await page.get_by_text("为什么是这天").tap()
    await expect(page.locator(".why li").first).to_contain_text("提交")


async def test_the_reasons_stay_open_when_news_arrives(phone: OpenPhone, world: World) -> None:
    ticket = world.file()
    page = await phone(f"/t/{ticket.token}")
    await expect(page.locator("#live")).to_be_visible()
    await page.get_by_text("为什么是这天").click()
    world.happen(ticket, Accepted(), after=timedelta(hours=1))
    await expect(page.get_by_role("heading", level=1)).to_have_text("已受理")
    await expect(page.locator(".why li").first).to_be_visible()
    await expect(page.locator(".why")).to_contain_text("受理")


@pytest.mark.parametrize("script", [True, False])
async def test_a_whole_opinion_by_thumb(phone: OpenPhone, world: World, script: bool) -> None:
    ticket = scenes.answered(world)
    page = await phone(f"/t/{ticket.token}#rate", has_touch=True, java_script_enabled=script)
    for words in ("不满意", "没解决", "没说到点上", "态度一般"):
        await page.locator(".sheet:target").get_by_text(words, exact=True).tap()
    await settle(page)
    assert await faults(page) == {}
    await page.get_by_role("button", name="提交评价").tap()
    await expect(page.locator("#said")).to_be_visible()
    said = [event.what for event in world.history[ticket.id]][-5:]
    assert isinstance(said[0], Rated)
    assert said[0].score == 2
    assert set(said[1:4]) == {OpinionGiven(solved=False), OpinionGiven(to_point=False), OpinionGiven(attitude=2)}
    assert isinstance(said[4], Reopened), "not solved is done again at once"
    await expect(page.get_by_role("heading", level=1)).to_have_text("重新办理")


async def press(page: Page, *keys: str) -> None:
    for key in keys:
        await page.keyboard.press(key)


async def test_a_whole_opinion_by_keyboard(phone: OpenPhone, world: World) -> None:
    ticket = scenes.answered(world)
    page = await phone(f"/t/{ticket.token}")
    await page.locator(".bar").get_by_role("link", name="评价").focus()
    await press(page, "Enter")
    await expect(page.get_by_label("非常满意", exact=True)).to_be_focused()
    await press(page, "Space", "ArrowDown", "Tab", "Space", "Tab", "Space", "ArrowRight", "Tab", "Space", "Tab")
    await expect(page.get_by_label("想说的话")).to_be_focused()
    await page.keyboard.type("来得很快")
    await press(page, "Tab", "Enter")
    await expect(page.locator("#said")).to_contain_text("满意")
    rated, *opinions = [event.what for event in world.history[ticket.id]][-4:]
    assert isinstance(rated, Rated)
    assert (rated.score, rated.words) == (4, "来得很快")
    assert opinions == [OpinionGiven(solved=True), OpinionGiven(to_point=False), OpinionGiven(attitude=3)]


async def test_what_need_not_be_said_need_not_be_said(phone: OpenPhone, world: World) -> None:
    ticket = scenes.answered(world)
    page = await phone(f"/t/{ticket.token}#rate", has_touch=True)
    await page.get_by_text("非常满意", exact=True).tap()
    await page.get_by_role("button", name="提交评价").tap()
    await expect(page.locator("#said")).to_be_visible()
    last = world.history[ticket.id][-1].what
    assert isinstance(last, Rated)
    assert last.score == 5
