"""The deeds of the jobs in `scheduler/jobs.py`: what each does. Also follows changes of the directory."""

from __future__ import annotations

import asyncio
from datetime import datetime
from functools import partial
from time import monotonic, perf_counter

import structlog
from msgspec import Struct

from bot.background.loop import PollingLoop
from bot.background.open import Background
from bot.background.sweeping import Sweeper
from bot.channels.wechat.errors import PlatformError
from bot.channels.wechat.menu import ApiButton, Press
from bot.decisions import CurrentDirectory, RuleInputs
from bot.inbound.late_answers import take_up
from bot.inbound.open import Inbound
from bot.outbound.channels import Channels
from bot.outbound.open import Outbound
from bot.process import Process
from handlers.calendar.zone import day_of
from handlers.citizen import words
from scheduler.jobs import Deed
from storage.queues.inbox import INBOX_LASTS, forget_old
from storage.schema.tables import OutboxState
from storage.shared.signals import DIRECTORY, Bus

log = structlog.get_logger()


_LOOK_ANYWAY_SECONDS = 60.0

PUSHES_IDLE_SECONDS = 2.0
"""How long the worker rests when nothing rings: a due retry is late by this at most."""
MEDIA_IDLE_SECONDS = 5.0

CHASE_SECONDS = 15.0
"""How long one tick may chase: shorter than the job's period."""


class Chores(Struct, frozen=True):
    """The deeds of one process that are not a method of another part."""

    process: Process
    rules: RuleInputs
    background: Background
    inbound: Inbound
    outbound: Outbound
    channels: Channels

    async def refresh_directory(self, _now: datetime) -> None:
        """Load units and staff again if another process changed them."""
        await self.rules.directory.refresh()

    async def look_at_calendar(self, now: datetime) -> None:
        """Warn daily while an official holiday calendar is missing that dates already need."""
        missing = self.rules.terms.calendar.warnings(day_of(now))
        self.process.metrics.upkeep.unannounced(len(missing))
        for line in missing:
            log.warning("calendar_not_announced", says=line)

    async def look_at_clock(self, _now: datetime) -> None:
        """Compare the clocks of this host and the database. The timekeeper warns when they differ."""
        await self.background.time.timekeeper.trusted()

    async def take_up_spool(self, _now: datetime) -> None:
        """Decide messages that wait on this disk for the database."""
        await take_up(self.inbound.spool, self.inbound.batcher, self.inbound.late, self.inbound.receipts.note)
        self.process.metrics.messages.spooled(self.inbound.spool.count())

    async def sweep(self, sweeper: Sweeper, _now: datetime) -> None:
        """Delete half-written files. Their writer is gone, and either wrote again or never reported success."""
        swept = await asyncio.to_thread(sweeper.sweep)
        self.process.metrics.upkeep.swept(swept)
        if swept:
            log.warning("left_overs_removed", files=swept)

    async def count_backlog(self, _now: datetime) -> None:
        """Set the metrics of the outbox."""
        rows = await self.outbound.outbox.backlog()
        for state in (OutboxState.PENDING, OutboxState.SENDING, OutboxState.DEAD, OutboxState.UNCERTAIN):
            self.process.metrics.pushes.rows(state.value, rows.get(state, 0))

    async def chase(self, _now: datetime) -> None:
        """Chase every due ticket. What does not fit into `CHASE_SECONDS` is due again at the next tick."""
        begun = perf_counter()
        done = await self.background.clockwork.chaser.tick(lambda: perf_counter() - begun < CHASE_SECONDS)
        seconds = perf_counter() - begun
        self.process.metrics.clock.chased(done.steps, done.lag.total_seconds(), done.aside, seconds)
        if not done.over:
            log.warning("chasing_goes_on", tickets=done.tickets, seconds=round(seconds, 1))

    async def bring_forward(self, now: datetime) -> None:
        """Make pushes and files due that a clock running ahead put off for days."""
        count = await self.outbound.outbox.bring_forward(now) + await self.outbound.media.bring_forward(now)
        if count:
            log.warning("brought_forward", count=count)

    async def rectify(self, _now: datetime) -> None:
        """Take the clock's steps in 整改: measures due, later tickets of a hot issue, series of bad grades."""
        await self.background.clockwork.rectifications.tick()

    async def tidy(self, now: datetime) -> None:
        """Delete old messages and pushes. Their tickets hold what matters."""
        await forget_old(self.process.engine, now - INBOX_LASTS)
        await self.outbound.outbox.forget_done(now - INBOX_LASTS)

    async def create_menu(self, _now: datetime) -> None:
        """Create the account's menu as the citizens' dialogue defines it."""
        if self.channels.wechat is None:
            return
        try:
            await self.channels.wechat.create_menu(menu_buttons())
        except PlatformError as error:
            log.warning("menu_not_created", verdict=error.verdict.value, code=error.code, rid=error.rid)


def deeds(chores: Chores) -> dict[str, Deed]:
    """Returns the deed of each job of `scheduler.jobs.TABLE`, by name, for this process."""
    knowledge = chores.background.knowledge
    sweeper = Sweeper(chores.process.settings.data_dir, monotonic)
    return {
        "directory": chores.refresh_directory,
        "calendar": chores.look_at_calendar,
        "sweep": partial(chores.sweep, sweeper),
        "spool": chores.take_up_spool,
        "backlog": chores.count_backlog,
        "neighbours": knowledge.neighbours.refresh,
        "model": knowledge.reader.refresh,
        "published": knowledge.published.refresh,
        "clock": chores.look_at_clock,
        "chase": chores.chase,
        "put off": chores.bring_forward,
        "monthly": chores.background.clockwork.monthly.tick,
        "rectifications": chores.rectify,
        "menu": chores.create_menu,
        "learning": knowledge.learning.tonight,
        "hot": knowledge.hot.refresh,
        "tidy": chores.tidy,
    }


def loops(outbound: Outbound, bus: Bus) -> tuple[PollingLoop, ...]:
    """Returns the loops of the worker's part: pushes out, files in."""
    return (
        PollingLoop("outbox", outbound.worker.once, bus, PUSHES_IDLE_SECONDS),
        PollingLoop("media", outbound.fetcher.once, bus, MEDIA_IDLE_SECONDS),
    )


_PRESS = {
    words.MenuAction.TELL: Press.CLICK,
    words.MenuAction.PICTURE: Press.PHOTO_OR_ALBUM,
    words.MenuAction.POINT: Press.LOCATION,
}


def menu_buttons() -> tuple[ApiButton, ...]:
    """Returns the dialogue's menu in the platform's types."""
    return tuple(
        ApiButton(
            column.name,
            below=tuple(ApiButton(one.name, press=_PRESS[one.press], key=one.key) for one in column.buttons),
        )
        for column in words.MENU
    )


async def follow_directory(bus: Bus, directory: CurrentDirectory) -> None:
    """Load units and staff again as soon as they change, until cancelled."""
    with bus.listen(DIRECTORY) as signal:
        while True:
            if await signal.wait(_LOOK_ANYWAY_SECONDS):
                try:
                    await directory.refresh()
                except Exception:
                    # The job of the same name looks again in a few seconds.
                    log.exception("directory_not_refreshed")
