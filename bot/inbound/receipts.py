"""Platform events that need no answer: delivery reports of template messages go to the outbox, others to the log."""

from __future__ import annotations

import asyncio

import structlog

from handlers.messages import Delivery, Incoming
from storage.queues.outbox import Outbox

log = structlog.get_logger()

_PAUSES = (0.05, 0.2, 0.75, 2.0)
"""Seconds between tries to find the push of a report. Together less than the platform's patience."""


class Receipts:
    """Records events that need no answer."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    async def note(self, incoming: Incoming) -> None:
        """Record one event. Idempotent. Raises what the database raises."""
        body = incoming.body
        if isinstance(body, Delivery):
            await self._note_fate(body)
        else:
            log.info("push_noted", kind=getattr(body, "name", type(body).__name__))

    async def _note_fate(self, fate: Delivery) -> None:
        # The platform's verdict may be here before our own note that it took the message.
        for pause in _PAUSES:
            if await self._outbox.delivered(fate.message_id, fate.delivered, fate.status):
                return
            await asyncio.sleep(pause)
        await self._outbox.delivered(fate.message_id, fate.delivered, fate.status)
