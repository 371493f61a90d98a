"""The platform's side of pushes: takes everything after a moment, and counts what arrives on whose phone."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from random import Random
from typing import Any

from aiohttp import web

from benchmarks.processes import free_port

_SLOWEST = 0.12
"""Seconds that an answer may take: long enough for a kill to hit a send in the middle."""


class Platform:
    """Takes customer and template messages. `arrived`: how often each text came to each person."""

    def __init__(self, dice: Random) -> None:
        self.arrived: Counter[tuple[str, str]] = Counter()
        self.last = asyncio.Event()
        self.port = free_port()
        self._dice = dice
        self._copies: set[str] = set()
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen."""
        app = web.Application()
        app.router.add_post("/cgi-bin/stable_token", self._token)
        app.router.add_post("/cgi-bin/message/custom/send", self._custom)
        app.router.add_post("/cgi-bin/message/template/send", self._template)
        app.router.add_route("*", "/{path:.*}", self._anything)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()

    async def stop(self) -> None:
        """Hang up."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _token(self, _: web.Request) -> web.Response:
        return web.json_response({"access_token": "fault-table", "expires_in": 7200})

    async def _custom(self, request: web.Request) -> web.Response:
        body = await _body(request)
        return await self._arrives(body["touser"], str(body.get("text", body).get("content", "")))

    async def _template(self, request: web.Request) -> web.Response:
        body = await _body(request)
        # The documents: copies with the same client_msg_id within ten minutes are dropped.
        copy = body.get("client_msg_id", "")
        if copy and copy in self._copies:
            return web.json_response({"errcode": 0, "errmsg": "ok", "msgid": 1})
        self._copies.add(copy)
        return await self._arrives(body["touser"], json.dumps(body.get("data"), ensure_ascii=False, sort_keys=True))

    async def _anything(self, _: web.Request) -> web.Response:
        return web.json_response({"errcode": 0, "errmsg": "ok"})

    async def _arrives(self, openid: str, text: str) -> web.Response:
        """It is on the phone before the answer is on its way, as with the real one."""
        self.arrived[openid, text] += 1
        self.last.set()
        await asyncio.sleep(self._dice.uniform(0.0, _SLOWEST))
        return web.json_response({"errcode": 0, "errmsg": "ok", "msgid": 1})


async def _body(request: web.Request) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(await request.read())
    return found
