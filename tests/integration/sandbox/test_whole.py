"""What `make run` starts, as a whole process: the phones are answered, also after the clock was moved by its buttons."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from deploy.pictures import WANG, sandbox

FROM_PAGE = {"X-Sandbox": "1"}
PATIENCE = 20.0


async def test_the_phones_are_answered_after_the_clock_was_moved(tmp_path: Path) -> None:
    with sandbox(tmp_path) as site:
        async with ClientSession(f"{site}/sandbox/") as page:
            await hears(page, "解放路路灯坏了三天", "路灯")
            async with page.post("clock", json={"hours": 30}, headers=FROM_PAGE) as moved:
                assert moved.status == 200
            await hears(page, "学府街12号门口的井盖松了", "井盖松了")


async def hears(page: ClientSession, words: str, piece: str) -> None:
    """Type the words, and wait for a message that holds this piece."""
    async with asyncio.timeout(PATIENCE), page.get("events") as events:
        async with page.post("do", json={"do": "say", "openid": WANG, "text": words}, headers=FROM_PAGE) as done:
            assert done.status == 200, await done.text()
        async for line in events.content:
            if line.startswith(b"data: ") and piece in _theirs(json.loads(line[6:])):
                return
    raise AssertionError("the page closed its events")


def _theirs(change: dict[str, Any]) -> str:
    message = change.get("message") or {}
    return "" if message.get("mine", True) or message.get("openid") != WANG else json.dumps(message, ensure_ascii=False)
