"""The page with the phones in a real browser, with an echo bot behind it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from aiohttp.test_utils import TestServer, unused_port
from playwright.async_api import Browser, Page, Route, async_playwright, expect

from bot.sandbox.control import create_sandbox
from bot.sandbox.platform.model import Account, Menu, MenuLine, TextBubble
from bot.sandbox.platform.world import World
from bot.sandbox.town.town import PERSONAS, TEMPLATES
from tests.integration.sandbox.conftest import EchoBot
from tests.support import services

WANG = "o_citizen_wang"
SHOTS = Path(__file__).parents[3] / "artifacts" / "screenshots"
KEEP_STREAM = (
    "window.EventSource = class extends EventSource { constructor(url) { super(url); window.stream = this; } };"
)
"""Makes the stream of changes known to a test, under the name `stream`."""
DESKTOP, NARROW = (1440, 900), (390, 844)


@pytest.fixture
def world() -> World:
    account = Account("wx0123456789abcdef", "s" * 32, "sandboxtoken", "A" * 43)
    return World(
        account=account,
        personas=PERSONAS,
        clock=lambda: datetime(2026, 3, 2, 1, 0, tzinfo=UTC),
        rng=Random(7),
        templates=TEMPLATES,
    )


@pytest.fixture
async def site(world: World) -> AsyncIterator[str]:
    async def advance(_: timedelta) -> None:
        """The echo bot has no clock."""

    port = unused_port()
    origin = f"http://127.0.0.1:{port}"
    root = EchoBot(world.account).app()
    sandbox = create_sandbox(world=world, callback_url=f"{origin}/wechat", public_url=origin, advance=advance)
    root.add_subapp("/sandbox", sandbox)
    async with TestServer(root, port=port):
        yield f"{origin}/sandbox/"


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=services.chromium(), args=["--no-sandbox"])
        yield browser
        await browser.close()


async def opened(browser: Browser, site: str, size: tuple[int, int], script: str = "") -> tuple[Page, list[str]]:
    """The page, before which `script` runs, and what its console will complain of."""
    page = await browser.new_page(viewport={"width": size[0], "height": size[1]}, locale="zh-CN")
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if line.type in {"error", "warning"} else None)
    await page.add_init_script(script)
    await page.goto(site)
    await expect(page.locator("#link")).to_have_class("dot live")
    return page, complaints


async def keep(page: Page, name: str) -> None:
    """A picture for whoever looks at a run afterwards."""
    await page.screenshot(path=SHOTS / f"sandbox-{name}.png")


async def test_a_conversation_on_the_desktop(browser: Browser, site: str, world: World) -> None:
    page, complaints = await opened(browser, site, DESKTOP)
    assert await page.locator(".bezel:visible").count() == 5
    phone = page.locator(f"#phone-{WANG}")
    await phone.get_by_label("输入消息").fill("路灯 <b>坏了</b>")
    await phone.get_by_label("输入消息").press("Enter")
    await expect(phone.locator(".theirs .words")).to_have_text("你说的是：路灯 <b>坏了</b>")

    await phone.get_by_label("更多").click()
    await phone.get_by_text("位置", exact=True).click()
    await phone.locator(".spots").get_by_text("和平菜市场").click()
    await phone.locator(".locate").get_by_text("发送").click()
    await expect(phone.locator(".card.place strong")).to_have_text("云溪县和平菜市场")

    await phone.get_by_label("更多").click()
    await phone.get_by_text("图片", exact=True).click()
    await phone.get_by_text("路灯不亮").click()
    await expect(phone.locator(".shot img")).to_be_visible()

    world.show(WANG, Menu("满意吗", (MenuLine("5", "满意"),), ""))
    world.show(WANG, TextBubble('<a href="javascript:alert(1)">坏</a><img src=x onerror=alert(1)>'))
    await expect(phone.locator(".theirs .words").last).to_contain_text("<img src=x onerror=alert(1)>")
    assert await phone.locator(".words a, .words img").count() == 0
    await phone.get_by_role("button", name="满意", exact=True).click()
    await expect(phone.locator(".mine .words").last).to_have_text("满意")

    await page.get_by_text("三天后").click()
    await expect(page.locator("#clock")).to_contain_text("3月5日")
    await page.locator("#backstage-button").click()
    await expect(page.locator(".calls li").first).to_contain_text("HTTP 200")
    await page.get_by_text("系统繁忙").click()
    await expect(page.locator(".faults .on small")).to_have_text("还有 3 次")
    await keep(page, "desktop")
    assert complaints == []


async def test_one_phone_at_a_time_on_a_narrow_screen(browser: Browser, site: str, world: World) -> None:
    page, complaints = await opened(browser, site, NARROW)
    assert await page.locator(".screen:visible").count() == 1
    world.show("o_official_chen", TextBubble("有一件新工单"))
    tab = page.locator("#tab-o_official_chen")
    await expect(tab.locator(".badge")).to_be_visible()
    await tab.click()
    await expect(page.locator("#phone-o_official_chen .words")).to_have_text("有一件新工单")
    await expect(tab.locator(".badge")).to_be_hidden()
    assert await page.evaluate("document.documentElement.scrollWidth") == NARROW[0]
    await keep(page, "narrow")
    assert complaints == []


async def test_a_reconnection_during_a_slow_load_loses_nothing(browser: Browser, site: str, world: World) -> None:
    page, complaints = await opened(browser, site, NARROW, script=KEEP_STREAM)
    first_asked, second_answered, slow = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def answer(route: Route) -> None:
        """The first answer is made at once and arrives last."""
        held = not first_asked.is_set()
        response = await route.fetch()
        first_asked.set()
        if held:
            await slow.wait()
        await route.fulfill(response=response)
        if not held:
            second_answered.set()

    await page.route("**/sandbox/state", answer)
    reconnect = "stream.dispatchEvent(new Event('open'))"
    await page.evaluate(reconnect)
    await first_asked.wait()
    world.show(WANG, TextBubble("断开时来的"))
    await page.evaluate(reconnect)
    await second_answered.wait()
    words = page.locator(f"#phone-{WANG} .words")
    await expect(words).to_have_text(["断开时来的"])
    world.show(WANG, TextBubble("连上后来的"))
    await expect(words).to_have_text(["断开时来的", "连上后来的"])
    await page.evaluate("document.getElementById('link').className = 'dot'")
    slow.set()
    await expect(page.locator("#link")).to_have_class("dot live")
    await expect(words).to_have_text(["断开时来的", "连上后来的"])
    assert complaints == []


async def test_the_menu_and_the_sheets_by_keyboard(browser: Browser, site: str, world: World) -> None:
    world.set_menu([{"name": "查进度", "sub_button": [{"type": "click", "name": "我的", "key": "mine"}]}])
    page, complaints = await opened(browser, site, DESKTOP)
    phone = page.locator(f"#phone-{WANG}")
    await phone.get_by_text("查进度").press("Enter")
    await expect(phone.get_by_text("我的", exact=True)).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(phone.get_by_text("我的", exact=True)).to_be_hidden()
    settings = phone.get_by_label("公众号资料与设置")
    await settings.press("Enter")
    await expect(phone.locator(".profile")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(phone.locator(".profile")).to_be_hidden()
    await expect(settings).to_be_focused()
    assert complaints == []
