"""`python -m benchmarks fuzz [SEED …] [--inputs N]`: hostile inputs on webhook, chat and pages, through the real application.

Everything runs in this process, on SQLite and over loopback sockets: three callbacks (one for each mode) with the pages. An input
is right when its answer is one that it may have, is not a 5xx, and takes less than a second. Ends with status 1 otherwise. The
same seed makes the same inputs, but for the numbers and links that it learns from the answers.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import re
import resource
import tempfile
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from time import perf_counter

import structlog
import uvloop
from aiohttp import web
from msgspec import Struct, field
from sqlalchemy import insert

from benchmarks.bots.account import AES_KEY, APP_ID, TOKEN
from benchmarks.hostile import OFFICIALS, PARTS, STEP, Known, Sent
from bot.app import create_app
from bot.channels.wechat.crypto import AesKey
from bot.channels.wechat.push import Mode
from bot.channels.wechat.xml import XmlError, parse
from bot.cli.directory import load_directory
from bot.clock import MovableClock
from bot.config import Settings
from bot.inbound.door import DOOR, DoorSite
from bot.wiring import Parts, open_database, open_parts
from handlers.directory.directory import Role, Staff
from handlers.directory.person import Person
from handlers.messages import Channel
from handlers.tickets import numbers
from nlp.understand import Reader, load
from storage.migrations import migrate
from storage.schema import rows
from storage.schema.tables import people, staff
from storage.transactions import directory

INPUTS = 100_000
SLOWEST = 1.0
"""Seconds for one input."""

_SEED = Path(__file__).parents[1] / "deploy" / "seed" / "yunxi.toml"
_SHARES = {"webhook": 4, "chat": 3, "pages": 3}
_SENDERS = 4
_LINK = re.compile(r"/t/([A-Za-z0-9_-]{8,64})")
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_key = AesKey(AES_KEY)


class Tally(Struct):
    """What came of one part's inputs."""

    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    slow: list[str] = field(default_factory=list)


class _Line:
    """One connection that is opened again whenever the other side has ended it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, raw: bytes) -> tuple[int, bytes]:
        """The status (0 when the connection ended without one) and the body of the answer."""
        for _ in range(2):
            fresh = self._streams is None
            if self._streams is None:
                self._streams = await asyncio.open_connection("127.0.0.1", self._port, limit=1 << 20)
            try:
                return await self._asked(raw, *self._streams)
            except (asyncio.IncompleteReadError, ConnectionError):
                self.close()
                if fresh:
                    break
        return 0, b""

    async def _asked(self, raw: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> tuple[int, bytes]:
        writer.write(raw)
        head = await reader.readuntil(b"\r\n\r\n")
        if head.startswith(b"HTTP/1.1 100"):
            head = await reader.readuntil(b"\r\n\r\n")
        status = int(head[9:12])
        length = _LENGTH.search(head)
        if raw.startswith(b"HEAD ") or status in {204, 304}:
            return status, b""
        # Without a length it is a stream or chunked: enough has been seen.
        body = await reader.readexactly(int(length[1])) if length else b""
        if length is None or b"\r\nconnection: close" in head.lower():
            self.close()
        return status, body

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


class _Fuzz:
    def __init__(self, seed: int, inputs: int, ports: dict[Mode, int], clock: MovableClock) -> None:
        self._seed = seed
        self._ports = ports
        self._clock = clock
        self._known = Known([], [])
        parts = [part for part, share in _SHARES.items() for _ in range(share)]
        self._todo = iter([(number, parts[number % len(parts)]) for number in range(inputs)])
        self.tallies: dict[str, Tally] = defaultdict(Tally)

    async def run(self) -> None:
        """Send all inputs over a few connections."""
        await asyncio.gather(*(self._send_all() for _ in range(_SENDERS)))

    async def _send_all(self) -> None:
        lines = {mode: _Line(port) for mode, port in self._ports.items()}
        for number, part in self._todo:
            self._clock.advance(STEP)
            made = PARTS[part](Random(f"{self._seed}:{part}:{number}"), number, self._clock.now(), self._known)
            begun = perf_counter()
            status, body = await lines[made.mode].ask(made.raw)
            self._take(part, number, made, status, perf_counter() - begun)
            if made.mode is Mode.SAFE:
                # Whose numbers and links the pages and the chat can be asked for.
                self._learn(body)
        for line in lines.values():
            line.close()

    def _take(self, part: str, number: int, made: Sent, status: int, seconds: float) -> None:
        tally = self.tallies[part]
        tally.statuses[status] += 1
        tally.seconds.append(seconds)
        shown = f"{self._seed}:{part}:{number} {status} {seconds:.2f} s {made.mode.value} {made.raw[:300]!r}"
        # An HTTP parser that cannot make sense of a request may hang up.
        if status not in made.right and not (part == "pages" and status == 0):
            tally.wrong.append(shown)
        if seconds > SLOWEST:
            tally.slow.append(shown)

    def _learn(self, body: bytes) -> None:
        try:
            sealed = parse(body).get("Encrypt", "") if body.startswith(b"<xml><Encrypt>") else ""
        except XmlError:
            return
        if isinstance(sealed, str) and sealed:
            words = _key.decrypt(sealed, APP_ID.encode()).decode("utf-8", "replace")
            self._known.numbers = [*self._known.numbers, *numbers.find(words)[:2]][-500:]
            self._known.tokens = (self._known.tokens + _LINK.findall(words)[:2])[-500:]


@asynccontextmanager
async def _opened(folder: Path, mode: Mode, reader: Reader, clock: MovableClock) -> AsyncIterator[int]:
    """The port of one real service in this mode, with an official at each of the first desks."""
    settings = Settings.model_validate({
        "port": 0, "public_url": "https://ms.example.gov.cn", "data_dir": folder, "database_url": "", "redis_url": "",
        "sandbox": False, "secret_key": "benchmark" * 4, "wechat_app_id": APP_ID, "wechat_app_secret": "benchmark",
        "wechat_token": TOKEN, "wechat_aes_key": AES_KEY, "wechat_mode": mode.value,
        "wechat_callback_addresses": "127.0.0.1",
    })  # fmt: skip
    async with open_database(settings) as engine:
        await migrate.upgrade(engine)
        await load_directory(engine, _SEED)
        units = sorted((await directory.load(engine)).units)[:OFFICIALS]
        bound = [Person(n, Channel.WECHAT, f"oOfficial{n}", datetime.now(UTC)) for n in range(1, len(units) + 1)]
        roles = list(Role)
        async with engine.begin() as db:
            await db.execute(insert(people), [rows.person_row(one, rows.EMPTY_TALK) for one in bound])
            await db.execute(
                insert(staff),
                [
                    rows.staff_row(Staff(one.id, unit, roles[one.id % len(roles)], "", one.id))
                    for one, unit in zip(bound, units, strict=True)
                ],
            )
    async with open_parts(settings, clock, reader) as parts, _listening(parts) as port:
        yield port


@asynccontextmanager
async def _listening(parts: Parts) -> AsyncIterator[int]:
    app = create_app(parts)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await DoorSite(runner, app[DOOR], "127.0.0.1", 0).start()
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


async def _run(seed: int, inputs: int, folder: Path, reader: Reader) -> dict[str, Tally]:
    clock = MovableClock()
    async with AsyncExitStack() as stack:
        ports = {
            mode: await stack.enter_async_context(_opened(folder / mode.value, mode, reader, clock)) for mode in Mode
        }
        fuzz = _Fuzz(seed, inputs, ports, clock)
        await fuzz.run()
    return fuzz.tallies


def _print(seed: int, tallies: dict[str, Tally]) -> bool:
    """Print the table; whether everything was right."""
    print(f"\nseed {seed}")
    print(f"{'part':<9}{'inputs':>8}{'median':>10}{'p99':>10}{'worst':>10}{'5xx':>5}{'> 1 s':>7}{'wrong':>7}  statuses")
    for part, tally in tallies.items():
        times = sorted(tally.seconds)
        median, p99, worst = times[len(times) // 2], times[int(len(times) * 0.99)], times[-1]
        broken = sum(count for status, count in tally.statuses.items() if status >= 500)
        statuses = " ".join(f"{status}:{count}" for status, count in sorted(tally.statuses.items()))
        print(
            f"{part:<9}{len(times):>8}{median * 1000:>7.1f} ms{p99 * 1000:>7.1f} ms{worst * 1000:>7.0f} ms"
            f"{broken:>5}{len(tally.slow):>7}{len(tally.wrong):>7}  {statuses}"
        )
    for tally in tallies.values():
        for line in (*tally.wrong[:5], *tally.slow[:5]):
            print(f"  {line}")
    return not any(tally.wrong or tally.slow for tally in tallies.values())


def main(arguments: list[str]) -> int:
    """Run the fuzz for each seed; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks fuzz", description=__doc__)
    parser.add_argument("seeds", nargs="*", type=int, default=[1], metavar="SEED")
    parser.add_argument("--inputs", type=int, default=INPUTS, help="of each seed")
    chosen = parser.parse_args(arguments)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    logging.disable(logging.CRITICAL)
    reader = load()
    good = True
    for seed in chosen.seeds:
        begun = perf_counter()
        with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
            for mode in Mode:
                (Path(folder) / mode.value).mkdir()
            tallies = uvloop.run(_run(seed, chosen.inputs, Path(folder), reader))
        good = _print(seed, tallies) and good
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"{chosen.inputs} inputs in {perf_counter() - begun:.0f} s, at most {memory} MB")
    return 0 if good else 1
