"""HTTP side of the callbacks: one address for each channel, answered within the platform's five seconds.

A genuine push is answered 200 whatever it holds: with the passive reply after the commit, or with `success` when 4.5
seconds were not enough; the message is then in the spool, and its answer follows as a customer message. The answer is
503, so that the platform retries, only when neither the database nor the disk can keep the message.

`Admission` checks a request before its signature: the sender's address, the query's fields, the timestamp. These rules are
this service's own (docs/adr/0016-the-front-door.md); the platform's are in `bot/channels/wechat/push.py`.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from hashlib import blake2b
from typing import Final

import structlog
from aiohttp import web
from msgspec import Struct
from multidict import MultiMapping

from bot.addresses import Network, peer_address
from bot.channels.wechat.callback import Callback, Received, replayed
from bot.channels.wechat.crypto import RANDOM_BYTES
from bot.channels.wechat.push import MAX_BODY, WINDOW, PushError
from bot.inbound.batcher import TakenMessage
from bot.inbound.door import body_of
from bot.inbound.open import Inbound
from bot.outbound.render import reply_text
from bot.process import Process
from handlers.errors import Unavailable
from handlers.messages import Consent, Delivery, Incoming, Silent, Unread
from handlers.outcome import Reply
from storage.schema.errors import DATABASE_ERRORS
from storage.transactions.messages import Answer

_SECONDS = re.compile(r"[0-9]{1,12}", re.ASCII)


class Admission(Struct, frozen=True):
    """The rules of one callback address."""

    window: int = WINDOW
    """Seconds that a push's timestamp may differ from our clock."""

    addresses: tuple[Network, ...] = ()
    """Networks that pushes may come from. Empty allows any."""

    proxies: int = 0
    """Number of our own proxies in front. The address that the outermost of them saw counts."""

    def check_address(self, remote: str | None, forwarded: Sequence[str]) -> None:
        """Raises PushError(403) unless the request comes from an allowed network."""
        if not self.addresses:
            return
        address = peer_address(remote, forwarded, self.proxies)
        if address is None or not any(address in network for network in self.addresses):
            raise PushError(403, f"from {address}, which is not in WECHAT_CALLBACK_ADDRESSES")

    def check_query(self, query: Mapping[str, str], now: datetime) -> dict[str, str]:
        """Returns the query's fields. Raises PushError: 400 when one is missing or comes twice, 403 for the timestamp."""
        if isinstance(query, MultiMapping) and len(set(query)) < len(query):
            raise PushError(400, "a query field is there twice")
        if "timestamp" not in query:
            raise PushError(400, "the query lacks timestamp")
        if not _SECONDS.fullmatch(query["timestamp"]):
            raise PushError(403, "the timestamp is none")
        off = int(query["timestamp"]) - int(now.timestamp())
        if abs(off) > self.window:
            raise PushError(403, f"the timestamp is off by {off} seconds: is this machine's clock right?")
        return dict(query)


log = structlog.get_logger()

_ANY: Final = ("utf-8", "surrogatepass")

PATIENCE = 4.5
"""Seconds until a request is answered without the commit; the platform hangs up after five (docs/wechat.md A4)."""

_NOTE_PATIENCE = 0.5
"""Seconds for an event that needs no answer. After that it is taken up from the spool."""

_HOLDING = Reply("您的消息已收到，系统这会儿有点忙。办好了马上在这里回复您，不用重发。")


class Webhook:
    """Serves one callback. `platform_now` is the platform's time, which timestamps are compared with."""

    def __init__(
        self,
        callback: Callback,
        admission: Admission,
        process: Process,
        inbound: Inbound,
        *,
        platform_now: Callable[[], datetime],
        patience: float = PATIENCE,
    ) -> None:
        self._callback = callback
        self._admission = admission
        self._stamps = process.shared.stamps
        self._batcher = inbound.batcher
        self._spool = inbound.spool
        self._clock = process.clock
        self._platform_now = platform_now
        self._metrics = process.metrics
        self._note = inbound.receipts.note
        self._late = inbound.late
        self._patience = patience

    async def greet(self, request: web.Request) -> web.Response:
        """Handle GET: the platform checks that the address is ours."""
        try:
            return web.Response(text=self._callback.greet(self._admit(request)))
        except PushError as refused:
            return self._refuse(refused)

    async def receive(self, request: web.Request) -> web.Response:
        """Handle POST: one message or event."""
        try:
            query = self._admit(request)
            received = self._callback.receive(query, await _body(request), self._clock.now())
        except PushError as refused:
            return self._refuse(refused)
        if received.opened.key is None and not await self._comes_first(query, received):
            received = replayed(received)
        try:
            return await self._answer(received)
        except OSError as error:
            # Our disk was the last place where it could be kept.
            log.exception("push_not_kept", error=type(error).__name__)
            self._metrics.messages.answered("lost")
            return web.Response(status=503)

    def _admit(self, request: web.Request) -> dict[str, str]:
        """Returns the query's fields. Raises PushError when the request is refused before its signature is checked."""
        self._admission.check_address(request.remote, request.headers.getall("X-Forwarded-For", []))
        return self._admission.check_query(request.query, self._platform_now())

    async def _comes_first(self, query: Mapping[str, str], received: Received) -> bool:
        """Returns whether this unencrypted push is the first with its timestamp and nonce, or a repetition of that one."""
        stamp = "\n".join((received.incoming.channel.value, query["timestamp"], query["nonce"]))
        marks = [blake2b(part, digest_size=16).hexdigest() for part in (stamp.encode(*_ANY), received.opened.raw)]
        return await self._stamps.first(marks[0], marks[1], 2 * self._admission.window)

    def _refuse(self, refused: PushError) -> web.Response:
        log.warning("push_refused", status=refused.status, why=str(refused))
        self._metrics.messages.refused(refused.status)
        return web.Response(status=refused.status)

    async def _answer(self, received: Received) -> web.Response:
        incoming = received.incoming
        if isinstance(incoming.body, Silent | Delivery | Consent):
            await self._take_note(incoming)
            return await self._reply(received, None)
        taken = self._batcher.submit(incoming)
        try:
            answer = await self._await(taken)
        except Unavailable:
            # The database is away. The message is safe on this disk and is filed as soon as it is back.
            await asyncio.to_thread(self._spool.save, incoming)
            self._metrics.messages.answered("spooled")
            return await self._reply(received, _HOLDING)
        if answer is None:
            self._metrics.messages.answered("late")
            return await self._reply(received, None)
        self._metrics.messages.answered(_how(incoming, answer))
        return await self._reply(received, answer.reply)

    async def _take_note(self, incoming: Incoming) -> None:
        noting = asyncio.ensure_future(self._note(incoming))
        done, _ = await asyncio.wait({noting}, timeout=_NOTE_PATIENCE)
        try:
            if done:
                noting.result()
                return
            # A verdict on a push of which we have no note yet. Taking note twice does no harm.
            noting.add_done_callback(_hear)
        except DATABASE_ERRORS as error:
            log.warning("note_kept_for_later", error=type(error).__name__)
        await asyncio.to_thread(self._spool.save, incoming)

    async def _await(self, taken: TakenMessage) -> Answer | None:
        """Returns the answer. None when patience ended first: the message is then in the spool and its answer comes
        later.
        """
        done, _ = await asyncio.wait({taken.answer}, timeout=self._patience)
        if done:
            return taken.answer.result()
        taken.late = True
        try:
            await asyncio.to_thread(self._spool.save, taken.incoming)
        except OSError:
            # The platform will ask again, and that request is given the answer.
            taken.late = False
            raise
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


async def _body(request: web.Request) -> bytes:
    """Returns the whole body. Raises PushError: 413 when it is too large, 400 when it breaks off or is badly encoded."""
    if (request.content_length or 0) > MAX_BODY:
        raise PushError(413, "the body is too large")
    try:
        return await body_of(request)
    except web.HTTPRequestEntityTooLarge:
        raise PushError(413, "the body is too large") from None
    except web.HTTPBadRequest:
        raise PushError(400, "the body is not whole") from None


def _hear(task: asyncio.Future[None]) -> None:
    """Take the error of a task that nobody awaits: the message is in the spool."""
    if not task.cancelled():
        task.exception()


def _how(incoming: Incoming, answer: Answer) -> str:
    """Returns how the message was answered, as a label for the metrics."""
    if isinstance(incoming.body, Unread):
        return "unread"
    return "failed" if answer.failed else "repeated" if answer.repeated else "answered"
