"""Running: web, worker and scheduler in one process or each in its own, and stopping without losing anything."""

from __future__ import annotations

import asyncio
import signal
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from enum import StrEnum

import structlog
from aiohttp import web

from bot.app import create_app
from bot.config import Unusable
from bot.late import take_up
from bot.wechat.errors import PlatformError
from bot.wechat.menu import Button, Press
from bot.wiring import Parts
from handlers.citizen import menu
from scheduler.clock import Ticker
from scheduler.jobs import Job
from storage.inbox import INBOX_LASTS, forget_old
from storage.tables import OutboxState

log = structlog.get_logger()


class Part(StrEnum):
    """What one process can be asked to run alone."""

    WEB = "web"
    WORKER = "worker"
    SCHEDULER = "scheduler"


EVERYTHING = frozenset(Part)

_DRAIN_SECONDS = 8.0
"""How long open requests may finish when the process is asked to stop; container platforms kill after ten."""


class Service:
    """One running process. `ticker` is there in every one: spool and directory concern each process alone."""

    def __init__(self, parts: Parts, which: frozenset[Part], app: web.Application | None = None) -> None:
        self.parts = parts
        self._which = which
        self.app = app or create_app(parts)
        self.ticker = Ticker(jobs(parts, which), parts.leases, parts.clock.now)
        self._stack = AsyncExitStack()
        self.port = 0

    async def start(self) -> None:
        """Begin to listen and to work."""
        settings = self.parts.settings
        if Part.WEB in self._which:
            runner = web.AppRunner(self.app, access_log=None, shutdown_timeout=_DRAIN_SECONDS)
            await runner.setup()
            self._stack.push_async_callback(runner.cleanup)
            site = web.TCPSite(runner, settings.host, settings.port, backlog=1024)
            try:
                await site.start()
            except OSError as error:
                await runner.cleanup()
                raise Unusable(f"PORT: cannot listen on {settings.host}:{settings.port} ({error.strerror})") from None
            self.port = runner.addresses[0][1]
        if Part.WORKER in self._which:
            for loop in (self.parts.worker, self.parts.fetcher):
                task = asyncio.create_task(loop.run())
                self._stack.push_async_callback(asyncio.wait, {task})
                self._stack.callback(loop.stop)
        self.ticker.start()
        self._stack.push_async_callback(self.ticker.stop)

    async def stop(self) -> None:
        """Take no more, finish what was taken."""
        await self._stack.aclose()
        await self.parts.batcher.drain()


def jobs(parts: Parts, which: frozenset[Part]) -> tuple[Job, ...]:
    """What this process does from time to time."""
    chores = Chores(parts)
    every = [Job("directory", timedelta(seconds=5), chores.refresh_directory, alone=False)]
    if Part.WEB in which:
        every.append(Job("spool", timedelta(seconds=3), chores.take_up_spool, alone=False))
        # Only this part can be asked for figures when each runs in a process of its own.
        every.append(Job("backlog", timedelta(seconds=15), chores.count_backlog, alone=False))
    if Part.SCHEDULER in which:
        every.append(Job("menu", timedelta(hours=12), chores.create_menu))
        every.append(Job("inbox", timedelta(hours=6), chores.tidy_inbox))
    return tuple(every)


class Chores:
    """The small repeated tasks of a process."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def refresh_directory(self, _now: datetime) -> None:
        """Units or staff may have changed elsewhere."""
        await self._parts.directory.refresh()

    async def take_up_spool(self, _now: datetime) -> None:
        """Messages may wait on this disk for the database."""
        await take_up(self._parts.spool, self._parts.batcher, self._parts.late, self._parts.noted.note)
        self._parts.metrics.spooled(self._parts.spool.count())

    async def count_backlog(self, _now: datetime) -> None:
        """The gauge of the outbox."""
        rows = await self._parts.outbox.backlog()
        for state in (OutboxState.PENDING, OutboxState.SENDING, OutboxState.DEAD):
            self._parts.metrics.outbox(state.value, rows.get(state, 0))

    async def tidy_inbox(self, now: datetime) -> None:
        """Old messages need not be kept: their tickets hold what matters."""
        await forget_old(self._parts.engine, now - INBOX_LASTS)

    async def create_menu(self, _now: datetime) -> None:
        """The account's menu, as the citizens' dialogue defines it."""
        if self._parts.wechat is None:
            return
        try:
            await self._parts.wechat.create_menu(menu_buttons())
        except PlatformError as error:
            log.warning("menu_not_created", verdict=error.verdict.value, code=error.code, rid=error.rid)


_PRESS = {menu.Press.TELL: Press.CLICK, menu.Press.PICTURE: Press.PHOTO_OR_ALBUM, menu.Press.POINT: Press.LOCATION}


def menu_buttons() -> tuple[Button, ...]:
    """The dialogue's menu in the platform's terms."""
    return tuple(
        Button(
            column.name,
            below=tuple(Button(one.name, press=_PRESS[one.press], key=one.key) for one in column.buttons),
        )
        for column in menu.MENU
    )


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
