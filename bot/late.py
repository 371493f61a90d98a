"""Answers that could not go out as the passive reply: too late for it, or too long. They leave through the outbox."""

from __future__ import annotations

import asyncio
import hashlib

import structlog
from sqlalchemy.exc import IntegrityError

from bot.batcher import Batcher
from bot.clock import Clock
from bot.render import reply_text
from bot.spool import Spool
from bot.wechat.replies import split
from handlers.errors import Unavailable
from handlers.messages import Incoming
from handlers.pushes import Push
from storage.outbox import Outbox
from storage.reading import Archive
from storage.unit_of_work import Answer

log = structlog.get_logger()


class LateAnswers:
    """Queues late and overlong answers as pushes. Repeating a call queues nothing twice."""

    def __init__(self, outbox: Outbox, archive: Archive, spool: Spool, clock: Clock) -> None:
        self._outbox = outbox
        self._archive = archive
        self._spool = spool
        self._clock = clock

    async def answer(self, incoming: Incoming, answer: Answer) -> None:
        """Send the answer of a message whose connection had to be let go, then forget the message's spooled copy."""
        text = reply_text(answer.reply, incoming.channel)
        if text:
            first, rest = split(text)
            await self._queue(incoming, (first, *rest))
        await asyncio.to_thread(self._spool.drop, incoming)

    async def rest(self, incoming: Incoming, parts: tuple[str, ...]) -> None:
        """Send the parts that did not fit the passive reply."""
        await self._queue(incoming, parts)

    async def _queue(self, incoming: Incoming, parts: tuple[str, ...]) -> None:
        person = await self._archive.account(incoming.channel, incoming.openid)
        if person is None:
            return
        pushes = [Push(_push_id(incoming, n), person.id, None, part) for n, part in enumerate(parts)]
        try:
            await self._outbox.add(pushes, self._clock.now())
        except IntegrityError:
            log.info("late_answer_queued_before", key=incoming.key)


def _push_id(incoming: Incoming, part: int) -> int:
    """The same id for the same part of the same answer, so that the primary key refuses a second copy."""
    digest = hashlib.sha256(f"{incoming.channel.value}\n{incoming.key}\n{part}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1


async def take_up(spool: Spool, batcher: Batcher, late: LateAnswers) -> int:
    """Decide the messages that wait in the spool; how many were settled.

    Called at the start and every few seconds. Stops at the first sign that the database is still away.
    """
    settled = 0
    for incoming in await asyncio.to_thread(lambda: list(spool.waiting())):
        if batcher.holds(incoming):
            continue
        taken = batcher.submit(incoming)
        try:
            answer = await asyncio.shield(taken.answer)
        except Unavailable:
            return settled
        await late.answer(incoming, answer)
        settled += 1
    return settled
