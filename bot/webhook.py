"""The callbacks' HTTP side: one address per channel, in at the door and out within the platform's five seconds.

A genuine push is always answered 200: a passive reply after the commit, or `success` when 4.5 seconds were not enough.
In the second case the message is on our disk first, and its answer follows as a customer message.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web

from bot.batcher import Batcher, Taken
from bot.clock import Clock
from bot.late import LateAnswers
from bot.metrics import Metrics
from bot.render import reply_text
from bot.spool import Spool
from bot.wechat.callback import Callback, Received
from bot.wechat.crypto import RANDOM_BYTES
from bot.wechat.push import MAX_BODY, PushError
from handlers.errors import Unavailable
from handlers.messages import Consent, Delivery, Incoming, Silent
from handlers.outcome import Reply
from storage.faults import DATABASE_ERRORS
from storage.unit_of_work import Answer

log = structlog.get_logger()

PATIENCE = 4.5
"""Seconds we let the platform wait; it hangs up after five (wechat.md A4)."""

_HOLDING = Reply("您的消息已收到，系统这会儿有点忙。办好了马上在这里回复您，不用重发。")

Note = Callable[[Incoming], Awaitable[None]]


class Webhook:
    """Serves one callback. `note` hears of events that answer nobody; `late` sends what did not fit a passive reply."""

    def __init__(
        self,
        *,
        callback: Callback,
        batcher: Batcher,
        spool: Spool,
        clock: Clock,
        metrics: Metrics,
        note: Note,
        late: LateAnswers,
        patience: float = PATIENCE,
    ) -> None:
        self._callback = callback
        self._batcher = batcher
        self._spool = spool
        self._clock = clock
        self._metrics = metrics
        self._note = note
        self._late = late
        self._patience = patience

    async def greet(self, request: web.Request) -> web.Response:
        """GET: the platform checks that the address is ours."""
        try:
            return web.Response(text=self._callback.greet(request.query))
        except PushError as refused:
            return self._refuse(refused)

    async def receive(self, request: web.Request) -> web.Response:
        """POST: one message or event."""
        if (request.content_length or 0) > MAX_BODY:
            return self._refuse(PushError(413, "the body is too large"))
        try:
            received = self._callback.receive(request.query, await request.read(), self._clock.now())
        except PushError as refused:
            return self._refuse(refused)
        return await self._answer(received)

    def _refuse(self, refused: PushError) -> web.Response:
        log.warning("push_refused", status=refused.status, why=str(refused))
        self._metrics.refused(refused.status)
        return web.Response(status=refused.status)

    async def _answer(self, received: Received) -> web.Response:
        incoming = received.incoming
        if not incoming.openid or isinstance(incoming.body, Silent | Delivery | Consent):
            await self._take_note(incoming)
            return await self._reply(received, None)
        taken = self._batcher.submit(incoming)
        try:
            answer = await self._await(taken)
        except Unavailable:
            # The database is away. The message is safe on this disk and is filed as soon as it is back.
            await asyncio.to_thread(self._spool.save, incoming)
            self._metrics.answered("spooled")
            return await self._reply(received, _HOLDING)
        if answer is None:
            self._metrics.answered("late")
            return await self._reply(received, None)
        self._metrics.answered("failed" if answer.failed else "repeated" if answer.repeated else "answered")
        return await self._reply(received, answer.reply)

    async def _take_note(self, incoming: Incoming) -> None:
        try:
            await self._note(incoming)
        except DATABASE_ERRORS as error:
            log.warning("note_kept_for_later", error=type(error).__name__)
            await asyncio.to_thread(self._spool.save, incoming)

    async def _await(self, taken: Taken) -> Answer | None:
        """The answer, or None when patience ended first: then the message is on disk and its answer comes later."""
        done, _ = await asyncio.wait({taken.answer}, timeout=self._patience)
        if done:
            return taken.answer.result()
        taken.late = True
        await asyncio.to_thread(self._spool.save, taken.incoming)
        return None

    async def _reply(self, received: Received, reply: Reply | None) -> web.Response:
        incoming = received.incoming
        answer = self._callback.answer(
            received,
            reply_text(reply, incoming.channel),
            timestamp=int(self._clock.now().timestamp()),
            randomness=secrets.token_bytes(RANDOM_BYTES),
        )
        if answer.rest:
            await self._send_rest(incoming, answer.rest)
        return web.Response(body=answer.body, content_type=answer.content_type)

    async def _send_rest(self, incoming: Incoming, parts: tuple[str, ...]) -> None:
        try:
            await self._late.rest(incoming, parts)
        except DATABASE_ERRORS as error:
            # Taken up from the spool, the message is recognised, and the parts that are not queued yet are queued then.
            log.warning("rest_kept_for_later", error=type(error).__name__)
            await asyncio.to_thread(self._spool.save, incoming)
