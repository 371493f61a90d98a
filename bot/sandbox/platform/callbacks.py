"""The simulated platform's callbacks: push, wait five seconds, retry, show the answer.

Source: "5 秒" and "重试三次" in Passive_user_reply_message. In practice the account's server sees three deliveries in all
(about 15 s), which is the default here; a test may ask for more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Literal, Protocol

import aiohttp
from msgspec import Struct

from bot.sandbox.platform import replies
from bot.sandbox.platform.envelopes import BadReply, open_reply, seal, signature
from bot.sandbox.platform.events import RawPush
from bot.sandbox.platform.faults import LOST_REPLY
from bot.sandbox.platform.model import Account, Notice, PhoneMessage
from bot.sandbox.platform.world import World

OUT_OF_ORDER = "该公众号提供的服务出现故障，请稍后再试"
LARGEST_REPLY = 1024 * 1024


class CallbackTransport(Protocol):
    """Carries one request. Raises TimeoutError or OSError when there was no answer."""

    async def __call__(self, method: str, query: Mapping[str, str], body: bytes, seconds: float) -> tuple[int, bytes]:
        """Returns HTTP status and body."""
        ...


class HttpTransport:
    """Real HTTP to the callback address, without cookies and without following redirects. Must be closed."""

    def __init__(self, url: str) -> None:
        self._session: aiohttp.ClientSession | None = None
        self._url = url

    async def close(self) -> None:
        """Let go of the connections."""
        if self._session is not None:
            await self._session.close()

    async def __call__(self, method: str, query: Mapping[str, str], body: bytes, seconds: float) -> tuple[int, bytes]:
        """See Transport."""
        self._session = self._session or aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        limit = aiohttp.ClientTimeout(total=seconds)
        headers = {"Content-Type": "text/xml", "User-Agent": "Mozilla/4.0", "Accept": "*/*"}
        try:
            async with self._session.request(
                method,
                self._url,
                params=query,
                data=body or None,
                headers=headers,
                timeout=limit,
                allow_redirects=False,
            ) as response:
                return response.status, await response.content.read(LARGEST_REPLY)
        except aiohttp.ClientError as error:
            raise ConnectionError(type(error).__name__) from error


class Patience(Struct, frozen=True):
    """How long one delivery may take, and the pauses in seconds before each further delivery."""

    timeout: float = 5.0
    pauses: tuple[float, ...] = (0.0, 0.0)


class PushReport(Struct, frozen=True):
    """How a push went: deliveries made, what became of it, what the phone then showed, and what was wrong."""

    attempts: int
    outcome: Literal["shown", "nothing", "fault"]
    message: PhoneMessage | None = None
    problem: str = ""


class Pusher:
    """Sends pushes to one callback address. `close` must be awaited at the end."""

    def __init__(
        self, world: World, account: Account, transport: CallbackTransport, patience: Patience | None = None
    ) -> None:
        self._world = world
        self._account = account
        self._transport = transport
        self._patience = patience or Patience()
        self._running: set[asyncio.Task[PushReport]] = set()

    async def verify(self) -> bool:
        """The GET by which the platform asks whether the address belongs to the account."""
        timestamp, nonce, echo = self._stamp(), self._world.nonce(), self._world.nonce()
        query = {
            "signature": signature(self._account.token, timestamp, nonce),
            "timestamp": timestamp,
            "nonce": nonce,
            "echostr": echo,
        }
        try:
            status, body = await self._transport("GET", query, b"", self._patience.timeout)
        except (TimeoutError, OSError):
            return False
        return status == 200 and body == echo.encode()

    def deliver_soon(self, push: RawPush) -> asyncio.Task[PushReport]:
        """Deliver in the background."""
        task = asyncio.get_running_loop().create_task(self.deliver(push))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def deliver(self, push: RawPush) -> PushReport:
        """Deliver, again when there was no usable answer in time, and show the reply or the failure notice."""
        attempts = 0
        problem = ""
        for pause in (0.0, *self._patience.pauses):
            if pause:
                await asyncio.sleep(pause)
            attempts += 1
            try:
                body = await self._attempt(push, attempts)
            except (TimeoutError, OSError) as error:
                problem = str(error) or "5 秒内没有应答"
                continue
            return self._take(push, body, attempts)
        return self._fail(push, attempts, problem)

    async def settle(self) -> None:
        """Wait until nothing is under way, including what was started meanwhile."""
        while self._running:
            await asyncio.gather(*self._running)

    async def close(self) -> None:
        """Give up whatever is still under way."""
        for task in tuple(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _attempt(self, push: RawPush, attempt: int) -> bytes:
        # Each delivery is signed afresh; the message inside, with its MsgId, stays the same.
        sealed = seal(self._account, push, self._stamp(), self._world.nonce())
        lost = self._world.take_fault(LOST_REPLY) is not None
        loop = asyncio.get_running_loop()
        began = loop.time()
        status, note = 0, f"第 {attempt} 次" if attempt > 1 else ""
        try:
            status, body = await self._transport("POST", sealed.query, sealed.body, self._patience.timeout)
        finally:
            if lost:
                note = f"{note} 应答被丢弃".strip()
            self._world.record("out", push.label, status, round((loop.time() - began) * 1000), note)
        if lost:
            raise ConnectionError("应答丢失")
        if status != 200:
            raise ConnectionError(f"HTTP {status}")
        return body

    def _take(self, push: RawPush, body: bytes, attempts: int) -> PushReport:
        try:
            reply = open_reply(self._account, body)
            if reply is None:
                return PushReport(attempts, "nothing")
            content = replies.read(self._world, self._account, push, reply)
        except BadReply as problem:
            return self._fail(push, attempts, str(problem))
        if not push.answerable:
            return PushReport(attempts, "nothing")
        return PushReport(attempts, "shown", self._world.show(push.openid, content))

    def _fail(self, push: RawPush, attempts: int, problem: str) -> PushReport:
        self._world.record("out", push.label, 0, 0, problem)
        if not push.answerable:
            return PushReport(attempts, "fault", problem=problem)
        return PushReport(attempts, "fault", self._world.show(push.openid, Notice(OUT_OF_ORDER)), problem)

    def _stamp(self) -> str:
        return str(int(self._world.now.timestamp()))
