"""HTTP endpoints /healthz, /readyz and /metrics, for a container platform and a monitor."""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from bot.monitoring.metrics import Metrics

CHECK_SECONDS = 2.0
STUCK_SECONDS = 15.0
"""A message in flight for so long is stuck: three times the platform's patience."""


def stuck(oldest: float) -> str:
    """Returns the complaint about messages whose oldest has been in flight for so many seconds. Empty when all is well."""
    return f"stuck: one has been on its way for {oldest:.0f} s" if oldest > STUCK_SECONDS else ""


class Health:
    """Answers /healthz, /readyz and /metrics. `checks`: what serving needs, by name; each raises when it fails.

    `faults`: reasons why this process must get no traffic, by name, empty when all is well. `notes`: what an operator
    should know although serving does not need it, by name, empty for nothing.
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
        """Handle /healthz: the event loop runs."""
        return web.Response(text="ok")

    async def ready(self, _: web.Request) -> web.Response:
        """Handle /readyz: 200 when every check passes and there is no fault, otherwise 503 with the names and reasons."""
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
        """Handle /metrics, for a caller with the token, or for this machine when there is no token."""
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
    """Returns what is not empty, by name."""
    return {name: word for name, say in words.items() if (word := say())}
