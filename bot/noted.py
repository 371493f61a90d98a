"""What is done with pushes that answer nobody."""

from __future__ import annotations

import structlog

from handlers.messages import Delivery, Incoming
from storage.outbox import Outbox

log = structlog.get_logger()


class Noted:
    """A template message's fate goes into the outbox; everything else is only logged."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    async def note(self, incoming: Incoming) -> None:
        """Take note. Raises what the database raises; doing it once more does no harm."""
        body = incoming.body
        if isinstance(body, Delivery):
            await self._outbox.delivered(body.message_id, body.delivered, body.status)
        else:
            log.info("push_noted", kind=getattr(body, "name", type(body).__name__))
