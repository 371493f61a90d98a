"""Answers that were too late or too long for the passive reply. They are queued as pushes in the outbox."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence

from bot.channels.wechat.replies import split
from bot.clock import Clock
from bot.ids import BELOW_MILLIS, START
from bot.inbound.batcher import Batcher
from bot.inbound.spool import Spool
from bot.outbound.render import reply_text
from handlers.errors import Unavailable
from handlers.messages import Delivery, Incoming
from handlers.pushes import Push
from storage.queries.journeys import Archive
from storage.queues.outbox import Outbox
from storage.schema.errors import DATABASE_ERRORS
from storage.shared.signals import OUTBOX, Bus
from storage.transactions.messages import Answer

Note = Callable[[Incoming], Awaitable[None]]


class LateAnswers:
    """Queues late and overlong answers as pushes. Idempotent."""

    def __init__(self, outbox: Outbox, archive: Archive, spool: Spool, clock: Clock, bus: Bus) -> None:
        self._outbox = outbox
        self._bus = bus
        self._archive = archive
        self._spool = spool
        self._clock = clock

    async def answer(self, incoming: Incoming, answer: Answer) -> None:
        """Queue the answer of a message whose request has ended, then delete the message's copy in the spool."""
        text = reply_text(answer.reply, incoming.channel)
        if text:
            first, rest = split(text)
            await self._queue(incoming, (first, *rest), 0)
        await asyncio.to_thread(self._spool.drop, incoming)

    async def rest(self, incoming: Incoming, parts: tuple[str, ...]) -> None:
        """Queue the parts after the first, which went into the passive reply."""
        await self._queue(incoming, parts, 1)

    async def _queue(self, incoming: Incoming, parts: tuple[str, ...], first: int) -> None:
        person = await self._archive.account(incoming.channel, incoming.openid)
        if person is None:
            return
        numbers = range(first, first + len(parts))
        old_ids = [_push_id(incoming, n, (incoming.channel, incoming.key)) for n in numbers]
        # Version 0.1 left the sender out of these ids: what it queued before it was replaced is not queued once more.
        queued = await self._outbox.of(person.id, old_ids)
        pushes = [
            Push(_push_id(incoming, n, incoming.identity), person.id, None, part)
            for n, old_id, part in zip(numbers, old_ids, parts, strict=True)
            if old_id not in queued
        ]
        if pushes:
            await self._outbox.add(pushes, self._clock.now())
        self._bus.ring([OUTBOX])


_PART_BITS = 5
_HASH_BITS = 27


def _push_id(incoming: Incoming, part: int, identity: Sequence[str]) -> int:
    """Returns the same id for the same part of the same answer, so that the primary key refuses a second copy.

    Like all ids (bot/ids.py) it grows with time, because pushes are sent in order of ids: the second the message was
    sent, then 27 bits of hash and 5 of part number.
    """
    millis = max(0, int((incoming.sent_at - START).total_seconds())) * 1000
    digest = hashlib.sha256("\n".join(identity).encode("utf-8", "surrogatepass")).digest()
    mark = int.from_bytes(digest[:4], "big") >> (32 - _HASH_BITS)
    return (millis << BELOW_MILLIS) + (mark << _PART_BITS | min(part, (1 << _PART_BITS) - 1))


async def take_up(spool: Spool, batcher: Batcher, late: LateAnswers, note: Note) -> int:
    """Decide the messages in the spool. `note` takes those that need no answer. Returns the number settled.

    Called at the start and every few seconds. Returns early when the database is still away.
    """
    settled = 0
    for incoming in await asyncio.to_thread(lambda: list(spool.waiting())):
        if batcher.holds(incoming):
            continue
        try:
            if isinstance(incoming.body, Delivery):
                await note(incoming)
                await asyncio.to_thread(spool.drop, incoming)
            else:
                await late.answer(incoming, await asyncio.shield(batcher.submit(incoming).answer))
        except (Unavailable, *DATABASE_ERRORS):
            return settled
        settled += 1
    return settled
