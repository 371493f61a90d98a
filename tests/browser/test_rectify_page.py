"""整改 on a phone and on paper: nothing sticks out sideways at 360 px, in large type, in the dark, or when printed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import ViewportSize

from handlers.calendar.policy import TERMS
from handlers.items import events
from handlers.rectification import dates
from tests.browser.conftest import OpenPhone
from tests.integration.pages.test_rectify import happen, planned
from tests.integration.pages.world import START, World

NARROW: ViewportSize = {"width": 360, "height": 740}


def filled(world: World) -> None:
    """One that is late, one that is done, one that has just begun."""
    sign = dates.within(START, dates.SIGN, TERMS)
    done = events.Progressed("12 根灯杆电缆已全部换新，当晚试灯全部点亮", measure=1, done=True)
    happen(world, key="Z26001")
    happen(world, planned(), done, events.Progressed("警示牌已到货，正在安装", told=False), key="Z26003")
    happen(
        world,
        planned(),
        done,
        events.SubmittedForSignOff("幸福路 12 根灯杆电缆已全部换新，路灯当晚全部点亮；再熄灭请打值班电话。", sign),
        events.SignedOff("夜里现场看过，全部点亮，同意销号"),
        key="Z26002",
    )
    world.clock.advance(timedelta(days=9))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/rectify", "/rectify/Z26001", "/rectify/Z26002", "/rectify/Z26003"])
async def test_on_a_narrow_phone(phone: OpenPhone, world: World, screenshots: Path, path: str, scheme: str) -> None:
    filled(world)
    page = await phone(path, color_scheme=scheme)
    await page.set_viewport_size(NARROW)
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    await page.screenshot(path=screenshots / f"{path[1:].replace('/', '-')}-{scheme}.png", full_page=True)
    for card in await page.locator(".card").all():
        assert await card.is_visible()
    await page.locator("#size").click()
    await page.wait_for_load_state()
    assert await page.evaluate("document.documentElement.classList.contains('big')")
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    if path.endswith("3") and scheme == "light":
        await page.screenshot(path=screenshots / "rectify-big.png", full_page=True)


async def test_on_paper(phone: OpenPhone, world: World, screenshots: Path) -> None:
    filled(world)
    page = await phone("/rectify/Z26003", color_scheme="dark")
    await page.emulate_media(media="print", color_scheme="dark")
    assert await page.locator(".top").is_hidden()
    await page.pdf(path=screenshots / "rectify.pdf")
