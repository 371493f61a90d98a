"""The rankings as people meet them: by thumb from a place to the tickets behind it and back, on paper, as a spreadsheet."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser import scenes
from tests.browser.conftest import OpenPhone
from tests.browser.readable import faults, sheets_of_paper
from tests.integration.pages.world import World

PAGES = {
    "rank": "/rank?period=2026-11",
    "unit": "/rank/unit/roads?period=2026-11",
    "late": "/rank/unit/lights/late?period=2026-11",
    "best": "/rank/replies/best?period=2026-11",
    "worst": "/rank/replies/worst?period=2026-11",
    "report": "/rank/report/2026-10",
}


@pytest.fixture
def world(world: World) -> World:
    scenes.ranked(world)
    return world


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_it_can_be_read_and_hit_by_everybody(phone: OpenPhone, screenshots: Path, name: str, scheme: str) -> None:
    page = await phone(PAGES[name], color_scheme=scheme)
    assert await faults(page) == {}
    await page.screenshot(path=screenshots / f"rank-{name}-{scheme}.png", full_page=True)
    await page.locator("#size").click()
    await expect(page.locator("html")).to_have_class("big")
    assert await faults(page) == {}


@pytest.mark.parametrize("name", ["rank", "unit", "best", "report"])
async def test_where_there_is_nothing_it_can_be_read_too(phone: OpenPhone, world: World, name: str) -> None:
    world.rankings.units, world.rankings.graded = {}, ()
    page = await phone(PAGES[name])
    assert await faults(page) == {}


async def walk(page: Page) -> None:
    """From the ranking to the tickets behind a rate and a figure, and back to where one came from."""
    heading = page.get_by_role("heading", level=1)
    await page.get_by_role("link", name="2026年10月").tap()
    await expect(heading).to_have_text("2026年10月排行")
    await page.get_by_role("link", name="市政工程处").tap()
    await expect(heading).to_have_text("市政工程处")
    await page.get_by_role("link", name="按时率").tap()
    await expect(heading).to_have_text("答复晚了")
    await expect(page.locator(".lines > li")).to_have_count(3)
    await page.get_by_role("link", name="回到市政工程处").tap()
    await page.locator(".counts").get_by_role("link", name="亮过牌").tap()
    await expect(heading).to_have_text("亮过牌")
    await page.get_by_role("link", name="回到市政工程处").tap()
    await page.get_by_role("link", name="回到排行").tap()
    await expect(heading).to_have_text("2026年10月排行")
    assert page.url.endswith("/rank?level=city&period=2026-10")
    await page.get_by_role("link", name="不满意回复榜").tap()
    await expect(page.locator(".replies > li")).to_have_count(2)
    await page.get_by_role("link", name="回到排行").tap()
    await expect(heading).to_have_text("2026年10月排行")


@pytest.mark.parametrize("script", [True, False])
async def test_one_walks_by_thumb_from_a_place_to_its_tickets_and_back(phone: OpenPhone, script: bool) -> None:
    await walk(await phone("/rank", has_touch=True, java_script_enabled=script))


async def test_the_table_of_the_report_scrolls_in_its_own_box_under_the_name_of_the_unit(phone: OpenPhone) -> None:
    page = await phone(PAGES["report"])
    box, unit = page.locator(".scroll"), page.get_by_role("rowheader", name="市政工程处")
    assert await box.evaluate("element => element.scrollWidth > element.clientWidth")
    await expect(page.get_by_text("左右滑动看全部")).to_be_visible()
    await expect(page.get_by_role("columnheader", name="黄/红")).not_to_be_in_viewport()
    await box.focus()
    await box.evaluate("element => { element.scrollLeft = element.scrollWidth; }")
    await expect(page.get_by_role("columnheader", name="黄/红")).to_be_in_viewport()
    await expect(unit).to_be_in_viewport(ratio=1)
    assert await page.evaluate("document.documentElement.scrollLeft") == 0


async def test_figures_of_the_report_stand_under_each_other(phone: OpenPhone) -> None:
    page = await phone(PAGES["report"])
    rights = await page.evaluate("""
        [...document.querySelectorAll('tbody tr')].map(row => [...row.cells].map(cell => {
          const range = document.createRange();
          range.selectNodeContents(cell);
          const end = cell.matches('th') ? 'left' : 'right';
          return Math.round(range.getBoundingClientRect()[end]);
        }))
    """)
    assert rights[0] == rights[1]


@pytest.mark.parametrize("name", ["rank", "unit", "report"])
async def test_it_prints_on_one_sheet(phone: OpenPhone, name: str) -> None:
    assert await sheets_of_paper(await phone(PAGES[name], color_scheme="dark")) == 1


async def test_the_spreadsheet_is_downloaded_and_opens(phone: OpenPhone, tmp_path: Path) -> None:
    page = await phone(PAGES["report"], accept_downloads=True)
    async with page.expect_download() as started:
        await page.get_by_role("link", name="下载表格").click()
    download = await started.value
    assert download.suggested_filename == "minsheng-2026-10.xlsx"
    await download.save_as(tmp_path / "report.xlsx")
    with zipfile.ZipFile(io.BytesIO((tmp_path / "report.xlsx").read_bytes())) as book:
        assert book.testzip() is None
        assert re.findall(r'<sheet name="([^"]+)"', book.read("xl/workbook.xml").decode()) == ["市级单位"]
        assert "市政工程处" in book.read("xl/sharedStrings.xml").decode()
        assert "<v>1280</v>" in book.read("xl/worksheets/sheet1.xml").decode()
