"""Alive, able to serve, and the figures: what a container platform and an operator's monitor ask for."""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from bot.monitoring.metrics import Metrics

CHECK_SECONDS = 2.0
STUCK_SECONDS = 15.0
"""A message that is on its way for so long is stuck: three times what the platform waits for an answer."""


def stuck(oldest: float) -> str:
    """What is wrong with messages of which the oldest has been on its way for so many seconds, "" for nothing."""
    return f"stuck: one has been on its way for {oldest:.0f} s" if oldest > STUCK_SECONDS else ""


class Health:
    """Answers /healthz, /readyz and /metrics. `checks` are what serving needs, by name; each raises when it is not so.

    `faults` say by name why this process must not be sent more, "" where nothing is wrong. `notes` are what an operator
    should know and serving does not need, by name: a word each, "" for nothing to say.
    """

    def __init__(
        self,
        checks: Mapping[str, Callable[[], Awaitable[None]]],
        metrics: Metrics,
        metrics_token: str,
        *,
        faults: Mapping[str, Callable[[], str]] | None = None,
        notes: Mapping[str, Callable[[], str]] | None = None,
    ) -> None:
        self._checks = checks
        self._faults = faults or {}
        self._notes = notes or {}
        self._metrics = metrics
        self._token = metrics_token

    async def alive(self, _: web.Request) -> web.Response:
        """The loop turns."""
        return web.Response(text="ok")

    async def ready(self, _: web.Request) -> web.Response:
        """Everything that serving needs answers and nothing is wrong: 200, otherwise 503 with the names and what is wrong."""
        names = list(self._checks)
        results = await asyncio.gather(*(self._passes(self._checks[name]) for name in names))
        state = {name: "ok" if good else "away" for name, good in zip(names, results, strict=True)}
        faults = _said(self._faults)
        return web.json_response(
            state | faults | _said(self._notes), status=200 if all(results) and not faults else 503
        )

    async def _passes(self, check: Callable[[], Awaitable[None]]) -> bool:
        try:
            async with asyncio.timeout(CHECK_SECONDS):
                await check()
        except Exception:
            # Whatever it is that fails, the answer is the same: not ready.
            return False
        return True

    async def metrics(self, request: web.Request) -> web.Response:
        """The figures, for whoever has the token, or for this machine when there is none."""
        if not self._may_read(request):
            return web.Response(status=403)
        return web.Response(
            body=self._metrics.text(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
        )

    def _may_read(self, request: web.Request) -> bool:
        if self._token:
            given = request.headers.get("Authorization", "").removeprefix("Bearer ")
            return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), self._token.encode())
        # A proxy on this machine makes everybody look local, but it says so.
        if "X-Forwarded-For" in request.headers or not request.remote:
            return False
        return ipaddress.ip_address(request.remote).is_loopback


def _said(words: Mapping[str, Callable[[], str]]) -> dict[str, str]:
    """By name, without those that say nothing."""
    return {name: word for name, say in words.items() if (word := say())}
