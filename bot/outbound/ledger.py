"""Writes the results of pushes into the database, and keeps them while it cannot be written.

A result that is kept is never asked of the platform again. The rule: docs/adr/0019-what-may-have-been-sent.md.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import structlog

from bot.clock import Clock
from bot.monitoring.metrics import Metrics
from bot.outbound.journal import Journal
from storage.queues.outbox import Became, Outbox
from storage.schema.errors import WriteError, classify

log = structlog.get_logger()

_FIRST_PAUSE = timedelta(seconds=1)
_LONGEST_PAUSE = timedelta(seconds=15)


class Ledger:
    """Writes results of pushes. Keeps at most one batch of the worker, which claims nothing while any is kept."""

    def __init__(self, outbox: Outbox, journal: Journal, clock: Clock, metrics: Metrics) -> None:
        self._outbox = outbox
        self._journal = journal
        self._clock = clock
        self._metrics = metrics
        self._held: list[Became] = []
        self._opened = False
        self._pause = _FIRST_PAUSE
        self._again_at: datetime | None = None

    async def write(self, became: Became) -> None:
        """Write the result, or keep it until it can be written."""
        self._keep(became)
        if not await self._settle(became):
            self._hold(became)
            await self._sync()

    async def up_to_date(self) -> bool:
        """Returns whether every result is written. Tries again what is kept, with growing pauses."""
        if not self._opened:
            self._open()
        if self._held and self._waits():
            return False
        while self._held:
            if not await self._settle(self._held[0]):
                self._wait()
                return False
            self._held.pop(0)
            self._metrics.pushes.unwritten(len(self._held))
        self._pause, self._again_at = _FIRST_PAUSE, None
        self._clear()
        return True

    def close(self) -> None:
        """Leave kept results to the next worker on this disk."""
        self._journal.close(self._held)
        self._opened = False

    def _open(self) -> None:
        self._opened = True
        try:
            left = self._journal.open()
        except OSError:
            # Without it a crash while the database is away leaves pushes uncertain: worse, but no reason to stand still.
            log.exception("push_journal_not_opened")
            return
        if left:
            log.warning("pushes_taken_over", count=len(left))
            self._held.extend(left)
            self._metrics.pushes.unwritten(len(self._held))

    async def _settle(self, became: Became) -> bool:
        """Returns whether the result is settled: written, or refused for good."""
        try:
            await self._outbox.settle(became)
        except Exception as error:
            if classify(error) in (WriteError.REFUSED, WriteError.BROKEN):
                # It would be refused for ever, and everybody's pushes with it. The row stays claimed and is set aside.
                log.exception("push_note_refused", push=became.push_id)
                return True
            log.warning("push_note_waits", push=became.push_id, error=type(error).__name__)
            return False
        return True

    def _hold(self, became: Became) -> None:
        self._held.append(became)
        self._metrics.pushes.unwritten(len(self._held))

    def _waits(self) -> bool:
        """Returns whether the pause lasts. A pause longer than the longest comes from a clock that was set back: it is
        over.
        """
        if self._again_at is None:
            return False
        return timedelta(0) < self._again_at - self._clock.now() <= _LONGEST_PAUSE

    def _wait(self) -> None:
        self._again_at = self._clock.now() + self._pause
        self._pause = min(self._pause * 2, _LONGEST_PAUSE)

    def _keep(self, became: Became) -> None:
        try:
            self._journal.note(became)
        except OSError:
            log.exception("push_journal_not_written")

    async def _sync(self) -> None:
        try:
            await asyncio.to_thread(self._journal.sync)
        except OSError:
            log.exception("push_journal_not_written")

    def _clear(self) -> None:
        try:
            self._journal.clear()
        except OSError:
            log.exception("push_journal_not_cleared")
