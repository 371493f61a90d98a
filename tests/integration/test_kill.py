"""`kill -9` at any moment under load: every message that got its reply is there, once; every other is filed by its retry."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import socket
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import select

from bot.files.seed import read_seed
from bot.sandbox.town.demo import SEED
from handlers.tickets import numbers
from storage.schema.engine import open_engine
from storage.schema.tables import events, inbox, people, tickets
from storage.transactions import directory, rebuild
from tests.integration.service.stage import SECRET
from tests.support import wechat_pushes

ROOT = Path(__file__).parents[2]
ROUNDS = int(os.environ.get("KILL_ROUNDS", "2"))
SENDERS = 8
READY_SECONDS = 30.0
PLATFORM_SECONDS = 5.0
PLACES = ("五一路", "人民路", "解放路", "滨河路", "学府街", "新华街", "平安巷", "工业大道")


@dataclass
class Tally:
    """What was sent and what was seen. `answered`: the reply of each message that got one, by its id."""

    sent: set[str] = field(default_factory=set)
    answered: dict[str, str] = field(default_factory=dict)
    kills: int = 0
    retries: int = 0
    enough: int = 0
    reached: asyncio.Event = field(default_factory=asyncio.Event)

    def answer(self, key: str, reply: str) -> None:
        """This message got its reply."""
        self.answered[key] = reply
        if len(self.answered) >= self.enough:
            self.reached.set()

    async def more(self, count: int) -> None:
        """Wait until so many more have got theirs."""
        self.enough = len(self.answered) + count
        self.reached.clear()
        async with asyncio.timeout(READY_SECONDS):
            await self.reached.wait()


def message(openid: str, message_id: str, words: str) -> bytes:
    return (
        f"<xml><ToUserName>gh_ours</ToUserName><FromUserName>{openid}</FromUserName><CreateTime>1795396320</CreateTime>"
        f"<MsgType>text</MsgType><Content><![CDATA[{words}]]></Content><MsgId>{message_id}</MsgId></xml>"
    ).encode()


class Server:
    """`python -m bot serve --only web`, killed and started again at the same port."""

    def __init__(self, database_url: str, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self._folder = folder
        self._environment = {
            "PATH": os.defpath,
            "PYTHONPATH": str(ROOT),
            "PORT": str(self.port),
            "DATA_DIR": str(folder / "data"),
            "DATABASE_URL": database_url,
            "WECHAT_APP_ID": wechat_pushes.APP_ID,
            "WECHAT_APP_SECRET": SECRET,
            "WECHAT_TOKEN": wechat_pushes.TOKEN,
            "WECHAT_AES_KEY": wechat_pushes.KEY_TEXT,
            "WECHAT_API_BASE": "http://127.0.0.1:9",
        }
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        log = (self._folder / "log").open("ab")
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "serve", "--only", "web",
            cwd=self._folder, env=self._environment, stdout=log, stderr=log,
        )  # fmt: skip
        log.close()
        async with asyncio.timeout(READY_SECONDS), aiohttp.ClientSession() as http:
            while True:
                try:
                    async with http.get(f"http://127.0.0.1:{self.port}/readyz") as response:
                        if response.status == 200:
                            return
                except aiohttp.ClientError:
                    assert self._process.returncode is None, (self._folder / "log").read_text()[-2000:]
                await asyncio.sleep(0.02)

    async def kill(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        await self._process.wait()

    async def stop(self) -> int:
        """Ask politely; the exit status."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
        return await self._process.wait()


async def deliver(http: aiohttp.ClientSession, port: int, body: bytes, tally: Tally) -> str | None:
    """As the platform: up to three deliveries, again when there was no answer in time."""
    query, sealed = wechat_pushes.encrypted(body, at=datetime.now(UTC))
    for attempt in range(3):
        tally.retries += attempt > 0
        try:
            limit = aiohttp.ClientTimeout(total=PLATFORM_SECONDS)
            async with http.post(f"http://127.0.0.1:{port}/wechat", params=query, data=sealed, timeout=limit) as answer:
                assert answer.status == 200
                return _reply(await answer.read())
        except (aiohttp.ClientError, TimeoutError, ConnectionError):
            await asyncio.sleep(0)
    return None


def _reply(body: bytes) -> str:
    if body == b"success":
        return "success"
    encrypted = body.decode().partition("<Encrypt><![CDATA[")[2].partition("]]>")[0]
    plain = wechat_pushes.KEY.decrypt(encrypted, wechat_pushes.APP_ID.encode()).decode()
    return plain.partition("<Content><![CDATA[")[2].partition("]]>")[0]


async def sender(name: str, port: int, tally: Tally, stopped: asyncio.Event) -> None:
    """One person after another writes, each with a matter of their own."""
    async with aiohttp.ClientSession() as http:
        count = 0
        while not stopped.is_set():
            count += 1
            key = f"{name}{count:06d}"
            body = appeal(key)
            tally.sent.add(key)
            reply = await deliver(http, port, body, tally)
            if reply is not None:
                tally.answer(key, reply)
            else:
                await asyncio.sleep(0.02)


def appeal(key: str) -> bytes:
    number = int(key)
    words = f"{PLACES[number % len(PLACES)]}{number % 997}号门口的路灯坏了，晚上一片漆黑"
    return message(f"o{key}", key, words)


@asynccontextmanager
async def load(port: int, tally: Tally, round_: int) -> AsyncIterator[None]:
    stopped = asyncio.Event()
    senders = [asyncio.create_task(sender(f"7{round_}{n}", port, tally, stopped)) for n in range(SENDERS)]
    try:
        yield
    finally:
        stopped.set()
        await asyncio.gather(*senders)


async def test_kill_at_any_moment(database_url: str, backend: str, tmp_path: Path) -> None:
    engine = open_engine(database_url)
    seed = read_seed(SEED)
    await directory.replace(engine, seed.units, seed.routes, seed.dispatch_id)
    tally, dice, server = Tally(), random.Random(), Server(database_url, tmp_path)
    for round_ in range(ROUNDS):
        await server.start()
        async with load(server.port, tally, round_):
            await tally.more(10)
            await asyncio.sleep(dice.uniform(0.0, 0.4))
            await server.kill()
            tally.kills += 1
    promised = dict(tally.answered)
    async with engine.connect() as db:
        kept = {row.key: row for row in await db.execute(select(inbox.c.key, inbox.c.failed, inbox.c.reply))}
    lost = set(promised) - set(kept)
    await server.start()
    late = sorted(tally.sent - set(promised))
    async with aiohttp.ClientSession() as http:
        for key in late:
            reply = await deliver(http, server.port, appeal(key), tally)
            assert reply is not None
            tally.answered[key] = reply
        # The platform asks again for some that were answered, and gets what it got.
        for key in list(promised)[:20]:
            assert await deliver(http, server.port, appeal(key), tally) == promised[key]
    assert await server.stop() == 0
    async with engine.connect() as db:
        owners = Counter(
            (await db.execute(select(people.c.openid).join(tickets, tickets.c.person_id == people.c.id))).scalars()
        )
        stored = set((await db.execute(select(tickets.c.number))).scalars())
        messages = list((await db.execute(select(inbox.c.key))).scalars())
        filings = list((await db.execute(select(events.c.ticket_id).where(events.c.seq == 1))).scalars())
    print(
        f"\n{backend}: {tally.kills} kills, {len(tally.sent)} messages, {len(promised)} answered before a kill, "
        f"{len(late)} filed by a retry, {tally.retries} retries, lost {len(lost)}, doubled {len(filings) - len(owners)}"
    )
    assert lost == set()
    assert sorted(messages) == sorted(tally.sent)
    assert owners == Counter(f"o{key}" for key in tally.sent)
    assert len(filings) == len(stored) == len(tally.sent)
    for reply in tally.answered.values():
        assert set(numbers.find(reply)) <= stored
        assert numbers.find(reply)
    assert [difference async for difference in rebuild.differences(engine)] == []
    await engine.dispose()


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
async def test_a_polite_stop_finishes_what_was_taken(database_url: str, tmp_path: Path) -> None:
    server, tally = Server(database_url, tmp_path), Tally()
    engine = open_engine(database_url)
    seed = read_seed(SEED)
    await directory.replace(engine, seed.units, seed.routes, seed.dispatch_id)
    await server.start()
    async with load(server.port, tally, 0):
        await tally.more(20)
        assert await server.stop() == 0
    async with engine.connect() as db:
        kept = set((await db.execute(select(inbox.c.key))).scalars())
    await engine.dispose()
    # Nothing was kept whose sender was left without an answer, and nothing was answered that was not kept.
    assert kept == set(tally.answered)
