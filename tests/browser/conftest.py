"""Real pages in a real browser: phones of 360 × 740 on which any error in the console fails the test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, ConsoleMessage, Error, Page, ViewportSize, async_playwright

from tests.integration.pages.world import World

_HERE = Path(__file__).parent

PHONE: ViewportSize = {"width": 360, "height": 740}

OpenPhone = Callable[..., Awaitable[Page]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if _HERE in item.path.parents:
            item.add_marker(pytest.mark.judge("Chromium's layout, printing and scripts"))


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.fixture
async def site(world: World) -> AsyncIterator[str]:
    """The address of the world's pages, without a slash at the end."""
    async with TestServer(world.app(sandbox=True), host="127.0.0.1") as server:
        yield str(server.make_url("")).rstrip("/")


@pytest.fixture
async def browser(chromium_path: Path) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=chromium_path, args=["--no-sandbox"])
        yield started
        await started.close()


@pytest.fixture
async def phone(browser: Browser, site: str) -> AsyncIterator[OpenPhone]:
    """Opens a page on a phone of its own; options as of a browser context."""
    problems: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        # A form that comes back unfinished is an answer, though Chromium reports its status as an error.
        if message.type in {"error", "warning"} and "status of 422" not in message.text:
            problems.append(message.text)

    def fail(error: Error) -> None:
        problems.append(str(error))

    async with AsyncExitStack() as phones:

        async def open_phone(path: str, **options: Any) -> Page:
            context = await browser.new_context(viewport=PHONE, device_scale_factor=2, base_url=site, **options)
            phones.push_async_callback(context.close)
            page = await context.new_page()
            page.on("console", hear)
            page.on("pageerror", fail)
            await page.goto(path)
            return page

        yield open_phone
    assert problems == []
