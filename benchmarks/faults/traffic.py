"""Traffic: citizens who each file a matter of their own, and officials who accept it, delivered as the platform delivers."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import aiohttp
import asyncpg

from benchmarks.appeals import texts
from benchmarks.bots.account import ACCOUNT, AES_KEY, APP_ID, TOKEN
from benchmarks.faults.stand import Stand
from benchmarks.pushes import opened
from bot.channels.wechat.crypto import RANDOM_BYTES, AesKey, sign
from handlers.tickets import numbers

SENDERS = 4
_ATTEMPTS = 3
_PLATFORM_SECONDS = 5.0
_PAUSE_SECONDS = 1.0
"""Between deliveries of one message when the connection is refused at once."""
_THINKING_SECONDS = 0.15
_key = AesKey(AES_KEY)


@dataclass
class Tally:
    """What was seen of one fault. `sent`: the words of each message by its id; `answered`: its reply; seconds in `recoveries`."""

    number: int
    sent: dict[str, str] = field(default_factory=dict)
    answered: dict[str, str] = field(default_factory=dict)
    retries: int = 0
    recoveries: list[float] = field(default_factory=list)

    def openid(self, key: str) -> str:
        """Whose message it is."""
        return f"oFault{key}"


class Traffic:
    """All messages of a run; each fault has ids of its own."""

    def __init__(self, stand: Stand, number: int, words: Iterator[str]) -> None:
        self.tally = Tally(number)
        self.filed = asyncio.Event()
        self._stand = stand
        self._words = words
        self._count = 0
        self._accepted: set[str] = set()
        self._http: aiohttp.ClientSession

    @asynccontextmanager
    async def flowing(self) -> AsyncIterator[None]:
        """While this lasts people write and officials accept."""
        stopped = asyncio.Event()
        async with aiohttp.ClientSession() as self._http:
            work = [asyncio.create_task(self._citizen(stopped)) for _ in range(SENDERS)]
            work.append(asyncio.create_task(self._officials(stopped)))
            try:
                yield
            finally:
                stopped.set()
                await asyncio.gather(*work)
            await self._once_more()

    async def next_filed(self) -> None:
        """Wait for the next message that is answered with its number."""
        self.filed.clear()
        await self.filed.wait()

    async def recovers(self, *, push: bool = True, limit: float = 120.0) -> None:
        """From now until a message is filed at once again, and a push arrives."""
        begun = time.monotonic()
        async with asyncio.timeout(limit):
            await self.next_filed()
            if push:
                self._stand.platform.last.clear()
                await self._stand.platform.last.wait()
        self.tally.recoveries.append(time.monotonic() - begun)

    async def _citizen(self, stopped: asyncio.Event) -> None:
        while not stopped.is_set():
            self._count += 1
            key = f"{self.tally.number:02d}{self._count:06d}"
            self.tally.sent[key] = next(self._words)
            await self._file(key)
            await asyncio.sleep(_THINKING_SECONDS)

    async def _once_more(self) -> None:
        """What never got an answer is sent again until it does: the same message, as a person's phone has it."""
        async with asyncio.timeout(120):
            while late := [key for key in self.tally.sent if key not in self.tally.answered]:
                for key in late:
                    self.tally.retries += 1
                    await self._file(key)

    async def _file(self, key: str) -> None:
        reply = await self._deliver(self.tally.openid(key), key, self.tally.sent[key])
        if reply is not None:
            self.tally.answered[key] = reply
            if numbers.find(reply):
                self.filed.set()

    async def _officials(self, stopped: asyncio.Event) -> None:
        """Accept what is on the desks, so that citizens are told of it."""
        count = 0
        while not stopped.is_set():
            for number, unit in await self._on_desks():
                count += 1
                self._accepted.add(number)
                key = f"9{self.tally.number:02d}{count:06d}"
                await self._deliver(self._stand.officials[unit], key, f"受理 {number}")
            await asyncio.sleep(0.4)

    async def _on_desks(self) -> list[tuple[str, str]]:
        query = "SELECT number, unit_id FROM tickets WHERE state = 'submitted' ORDER BY id DESC LIMIT 20"
        with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
            async with asyncio.timeout(2):
                connection = await asyncpg.connect(self._stand.database)
                try:
                    found = await connection.fetch(query)
                finally:
                    connection.terminate()
            return [(row["number"], row["unit_id"]) for row in found if row["number"] not in self._accepted][:4]
        return []

    async def _deliver(self, openid: str, key: str, words: str) -> str | None:
        """As the platform: up to three deliveries of five seconds; the reply's words, None when there was none."""
        for attempt in range(_ATTEMPTS):
            if attempt:
                self.tally.retries += 1
                await asyncio.sleep(_PAUSE_SECONDS)
            url, body = _request(self._stand.parts["web"].port, openid, key, words)
            try:
                limit = aiohttp.ClientTimeout(total=_PLATFORM_SECONDS)
                async with self._http.post(url, data=body, timeout=limit) as answer:
                    raw = await answer.read()
                    if answer.status == 200:
                        return "success" if raw in {b"success", b""} else opened(raw)
            except (aiohttp.ClientError, TimeoutError, OSError):
                continue
        return None


def _request(port: int, openid: str, key: str, words: str) -> tuple[str, bytes]:
    nonce, sent_at = secrets.token_hex(6), str(int(time.time()))
    body = (
        f"<xml><ToUserName><![CDATA[{ACCOUNT}]]></ToUserName><FromUserName><![CDATA[{openid}]]></FromUserName>"
        f"<CreateTime>{sent_at}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        f"<Content><![CDATA[{words}]]></Content><MsgId>{key}</MsgId></xml>"
    ).encode()
    sealed = _key.encrypt(body, APP_ID.encode(), secrets.token_bytes(RANDOM_BYTES))
    query = (
        f"signature={sign(TOKEN, sent_at, nonce)}&timestamp={sent_at}&nonce={nonce}&openid={openid}&encrypt_type=aes"
        f"&msg_signature={sign(TOKEN, sent_at, nonce, sealed)}"
    )
    wrapped = f"<xml><ToUserName><![CDATA[{ACCOUNT}]]></ToUserName><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"
    return f"http://127.0.0.1:{port}/wechat?{query}", wrapped.encode()


def appeals() -> Iterator[str]:
    """Words for everybody."""
    return texts()
