"""催办通知单 on a phone and on paper: nothing sticks out sideways, and what is printed is one sheet of A4."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from bot.pages.notice import notice_path
from handlers.chasing.notice import Ledger
from handlers.tickets.ticket import Cards
from tests.browser.conftest import OpenPhone
from tests.integration.pages.world import DIRECTORY, SECRET, World

TITLES = (
    "幸福路路灯不亮",
    "学府街井盖松动，汽车一过就响，夜里睡不好",
    "平安巷垃圾箱三天没人清",
    "滨河路人行道地砖断裂绊人",
)


def sent(world: World, count: int) -> str:
    """The path of a document that lists so many tickets."""
    ledger = Ledger(2027, 11)
    tickets = [world.file(f"26000{serial:03d}", title=TITLES[serial % len(TITLES)]) for serial in range(count)]
    world.clock.advance(timedelta(days=40))
    now = world.clock.now()
    for ticket in tickets:
        carded = Cards(yellow_at=now - timedelta(days=30), red_at=now - timedelta(days=20))
        ledger = ledger.with_line(replace(ticket, cards=carded), DIRECTORY, now)
    (document,) = ledger.all().values()
    world.notices[document.number] = document
    return notice_path(SECRET, document.number, now)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_it_is_read_on_a_phone(phone: OpenPhone, world: World, screenshots: Path, scheme: str) -> None:
    page = await phone(sent(world, 6), color_scheme=scheme)
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert await page.locator("tbody tr").count() == 6
    await page.screenshot(path=screenshots / f"notice-{scheme}.png", full_page=True)


@pytest.mark.parametrize(("count", "sheets"), [(6, 1), (60, 4)])
async def test_it_prints_on_a4(phone: OpenPhone, world: World, screenshots: Path, count: int, sheets: int) -> None:
    page = await phone(sent(world, count), color_scheme="dark")
    await page.emulate_media(media="print", color_scheme="dark")
    assert await page.locator(".top").is_hidden()
    assert await page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    printed = await page.pdf(prefer_css_page_size=True, path=screenshots / f"notice-{count}.pdf")
    boxes = set(re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", printed))
    assert {(round(float(width)), round(float(height))) for width, height in boxes} == {(595, 842)}
    assert len(re.findall(rb"/Type /Page\b", printed)) <= sheets
