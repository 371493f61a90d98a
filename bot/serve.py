"""Runs web, worker and scheduler, together or each in its own process, and stops them without losing anything."""

from __future__ import annotations

import asyncio
import signal
from contextlib import AsyncExitStack

import structlog
from aiohttp import web

from bot.app import create_app, create_health_app
from bot.background.deeds import follow_directory, loops
from bot.config import Unusable
from bot.inbound.door import DOOR, KEEPALIVE, DoorSite
from bot.wiring import Parts
from scheduler.clock import Ticker
from scheduler.jobs import ServicePart, jobs

log = structlog.get_logger()


_DRAIN_SECONDS = 8.0
"""How long open requests may take when the process is asked to stop. Container platforms kill it after ten."""


class Service:
    """One running process. Every process has a ticker: spool and directory are each process's own."""

    def __init__(self, parts: Parts, which: frozenset[ServicePart], app: web.Application | None = None) -> None:
        self.parts = parts
        self._which = which
        self.app = app or create_app(parts)
        time = parts.background.time
        self.ticker = Ticker(jobs(which, parts.deeds), time.leases, time.timekeeper)
        self._stack = AsyncExitStack()
        self.port = 0

    async def start(self) -> None:
        """Listen, and start the parts."""
        settings = self.parts.process.settings
        if ServicePart.WEB in self._which:
            self.port = await self._listen(self.app, settings.port, "PORT")
        elif settings.health_port:
            await self._listen(create_health_app(self.parts), settings.health_port, "HEALTH_PORT")
        if ServicePart.WORKER in self._which:
            for loop in loops(self.parts.outbound, self.parts.process.shared.bus):
                task = asyncio.create_task(loop.run())
                self._stack.push_async_callback(asyncio.wait, {task})
                self._stack.callback(loop.stop)
        self.ticker.start()
        self._stack.push_async_callback(self.ticker.stop)
        follower = asyncio.create_task(follow_directory(self.parts.process.shared.bus, self.parts.rules.directory))
        self._stack.push_async_callback(asyncio.wait, {follower})
        self._stack.callback(follower.cancel)

    async def _listen(self, app: web.Application, port: int, setting: str) -> int:
        """Serve `app` until the end. Returns the port it listens on."""
        host = self.parts.process.settings.host
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=_DRAIN_SECONDS, keepalive_timeout=KEEPALIVE)
        await runner.setup()
        self._stack.push_async_callback(runner.cleanup)
        site = DoorSite(runner, app[DOOR], host, port)
        try:
            await site.start()
        except OSError as error:
            await self._stack.aclose()
            raise Unusable(f"{setting}: cannot listen on {host}:{port} ({error.strerror})") from None
        return int(runner.addresses[0][1])

    async def stop(self) -> None:
        """Take no more work, and finish what was taken."""
        await self._stack.aclose()
        await self.parts.inbound.batcher.drain()


async def run_until_stopped(service: Service) -> None:
    """Start, wait for SIGTERM or SIGINT, stop."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    await service.start()
    log.info("started", port=service.port)
    try:
        await stopped.wait()
    finally:
        log.info("stopping")
        await service.stop()
        log.info("stopped")
