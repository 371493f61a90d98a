"""The deeds of the jobs in `scheduler/jobs.py`: what each does. Also follows changes of the directory."""

from __future__ import annotations

import asyncio
from datetime import datetime
from time import monotonic, perf_counter

import structlog

from bot.background.sweeping import Sweeper
from bot.channels.wechat.errors import PlatformError
from bot.channels.wechat.menu import Button, Press
from bot.inbound.late_answers import take_up
from bot.wiring import Parts
from handlers.calendar.zone import day_of
from handlers.citizen import menu
from scheduler.jobs import Deed
from storage.queues.inbox import INBOX_LASTS, forget_old
from storage.schema.tables import OutboxState
from storage.shared.signals import DIRECTORY

log = structlog.get_logger()


_LOOK_ANYWAY_SECONDS = 60.0

CHASE_SECONDS = 15.0
"""How long one tick may chase: shorter than the job's period."""


def deeds(parts: Parts) -> dict[str, Deed]:
    """Returns the deed of each job of `scheduler.jobs.TABLE`, by name, for this process."""
    chores = Chores(parts)
    return {
        "directory": chores.refresh_directory,
        "calendar": chores.look_at_calendar,
        "sweep": chores.sweep,
        "spool": chores.take_up_spool,
        "backlog": chores.count_backlog,
        "neighbours": parts.knowledge.neighbours.refresh,
        "model": parts.knowledge.reader.refresh,
        "published": parts.knowledge.published.refresh,
        "clock": chores.look_at_clock,
        "chase": chores.chase,
        "put off": chores.bring_forward,
        "monthly": parts.monthly.tick,
        "rectifications": chores.rectify,
        "menu": chores.create_menu,
        "learning": parts.knowledge.learning.tonight,
        "hot": parts.knowledge.hot.refresh,
        "tidy": chores.tidy,
    }


class Chores:
    """The deeds that are not a method of another part."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._sweeper = Sweeper(parts.settings.data_dir, monotonic)

    async def refresh_directory(self, _now: datetime) -> None:
        """Load units and staff again if another process changed them."""
        await self._parts.directory.refresh()

    async def look_at_calendar(self, now: datetime) -> None:
        """Warn daily while an official holiday calendar is missing that dates already need."""
        missing = self._parts.terms.calendar.warnings(day_of(now))
        self._parts.metrics.unannounced(len(missing))
        for line in missing:
            log.warning("calendar_not_announced", says=line)

    async def look_at_clock(self, _now: datetime) -> None:
        """Compare the clocks of this host and the database. The timekeeper warns when they differ."""
        await self._parts.timekeeper.trusted()

    async def take_up_spool(self, _now: datetime) -> None:
        """Decide messages that wait on this disk for the database."""
        await take_up(self._parts.spool, self._parts.batcher, self._parts.late, self._parts.receipts.note)
        self._parts.metrics.spooled(self._parts.spool.count())

    async def sweep(self, _now: datetime) -> None:
        """Delete half-written files. Their writer is gone, and either wrote again or never reported success."""
        swept = await asyncio.to_thread(self._sweeper.sweep)
        self._parts.metrics.swept(swept)
        if swept:
            log.warning("left_overs_removed", files=swept)

    async def count_backlog(self, _now: datetime) -> None:
        """Set the metrics of the outbox."""
        rows = await self._parts.outbox.backlog()
        for state in (OutboxState.PENDING, OutboxState.SENDING, OutboxState.DEAD, OutboxState.UNCERTAIN):
            self._parts.metrics.outbox(state.value, rows.get(state, 0))

    async def chase(self, _now: datetime) -> None:
        """Chase every due ticket. What does not fit into `CHASE_SECONDS` is due again at the next tick."""
        begun = perf_counter()
        done = await self._parts.chaser.tick(lambda: perf_counter() - begun < CHASE_SECONDS)
        seconds = perf_counter() - begun
        self._parts.metrics.chased(done.steps, done.lag.total_seconds(), done.aside, seconds)
        if not done.over:
            log.warning("chasing_goes_on", tickets=done.tickets, seconds=round(seconds, 1))

    async def bring_forward(self, now: datetime) -> None:
        """Make pushes and files due that a clock running ahead put off for days."""
        count = await self._parts.outbox.bring_forward(now) + await self._parts.media.bring_forward(now)
        if count:
            log.warning("brought_forward", count=count)

    async def rectify(self, _now: datetime) -> None:
        """Take the clock's steps in 整改: measures due, later tickets of a hot issue, series of bad grades."""
        await self._parts.rectification_clock.tick()

    async def tidy(self, now: datetime) -> None:
        """Delete old messages and pushes. Their tickets hold what matters."""
        await forget_old(self._parts.engine, now - INBOX_LASTS)
        await self._parts.outbox.forget_done(now - INBOX_LASTS)

    async def create_menu(self, _now: datetime) -> None:
        """Create the account's menu as the citizens' dialogue defines it."""
        if self._parts.wechat is None:
            return
        try:
            await self._parts.wechat.create_menu(menu_buttons())
        except PlatformError as error:
            log.warning("menu_not_created", verdict=error.verdict.value, code=error.code, rid=error.rid)


_PRESS = {menu.Press.TELL: Press.CLICK, menu.Press.PICTURE: Press.PHOTO_OR_ALBUM, menu.Press.POINT: Press.LOCATION}


def menu_buttons() -> tuple[Button, ...]:
    """Returns the dialogue's menu in the platform's types."""
    return tuple(
        Button(
            column.name,
            below=tuple(Button(one.name, press=_PRESS[one.press], key=one.key) for one in column.buttons),
        )
        for column in menu.MENU
    )


async def follow_directory(parts: Parts) -> None:
    """Load units and staff again as soon as they change, until cancelled."""
    with parts.bus.listen(DIRECTORY) as signal:
        while True:
            if await signal.wait(_LOOK_ANYWAY_SECONDS):
                try:
                    await parts.directory.refresh()
                except Exception:
                    # The job of the same name looks again in a few seconds.
                    log.exception("directory_not_refreshed")
