"""催办通知单 on a phone and on paper: nothing sticks out sideways, and what is printed is one sheet of A4."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser import scenes
from tests.browser.conftest import OpenPhone
from tests.browser.readable import faults, sheets_of_paper
from tests.integration.pages.world import World


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("script", [True, False])
async def test_it_is_read_on_a_phone(
    phone: OpenPhone, world: World, screenshots: Path, scheme: str, script: bool
) -> None:
    page = await phone(scenes.noticed(world, 6), color_scheme=scheme, java_script_enabled=script)
    assert await faults(page) == {}
    assert await page.locator("tbody tr").count() == 6
    await page.screenshot(path=screenshots / f"notice-{scheme}.png", full_page=True)
    await page.locator("#size").click()
    await expect(page.locator("html")).to_have_class("big")
    assert await faults(page) == {}


@pytest.mark.parametrize(("count", "sheets"), [(6, 1), (60, 4)])
async def test_it_prints_on_a4(phone: OpenPhone, world: World, count: int, sheets: int) -> None:
    page = await phone(scenes.noticed(world, count), color_scheme="dark")
    assert await sheets_of_paper(page) <= sheets
    await expect(page.get_by_text("由系统按公开的期限规定自动发出")).to_be_visible()
    await expect(page.get_by_text("这个链接仅供")).to_be_hidden()


async def test_an_official_opens_it_from_the_ticket_by_thumb(phone: OpenPhone, world: World) -> None:
    ticket = scenes.red(world)
    scenes.chased(world, ticket)
    page = await phone(world.desk_path(ticket), has_touch=True)
    assert await faults(page) == {}
    await page.get_by_role("link", name="看催办通知单").tap()
    await expect(page.get_by_role("heading", level=1)).to_have_text("催办通知单")
    await expect(page.get_by_text(ticket.number)).to_be_visible()
