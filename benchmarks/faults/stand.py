"""The stand: database, Redis, platform, and the bot's three parts as processes of their own that can be killed."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from random import Random
from tempfile import mkdtemp
from urllib.parse import urlsplit, urlunsplit

import aiohttp
import asyncpg
from redis.asyncio import Redis

from benchmarks.bots.account import AES_KEY, APP_ID, TOKEN
from benchmarks.faults.drive import Drive
from benchmarks.faults.phones import Platform
from benchmarks.faults.proxy import Wire
from benchmarks.processes import family, free_port
from tests.support import services

ROOT = Path(__file__).parents[2]
PARTS = ("web", "worker", "scheduler")
READY_SECONDS = 60.0
_MOVED = Path(__file__).parent / "moved.py"


class Process:
    """One part of the bot, started, killed and started again at the same port."""

    def __init__(self, part: str, build: Path, folder: Path, environment: Mapping[str, str]) -> None:
        self.port = free_port()
        self._part = part
        self._build = build
        self._log = folder / f"{part}.log"
        name = "PORT" if part == "web" else "HEALTH_PORT"
        self._environment = {**environment, name: str(self.port)}
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it, and wait until it says that it can serve."""
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-P", str(_MOVED), "serve", "--only", self._part,
                cwd=self._build, env=self._environment, stdout=log, stderr=log,
            )  # fmt: skip
        async with asyncio.timeout(READY_SECONDS):
            while not await self._ready():
                if self._process.returncode is not None:
                    raise RuntimeError(f"{self._part} does not start: {self._log.read_text(errors='replace')[-2000:]}")
                await asyncio.sleep(0.05)

    async def kill(self) -> None:
        """Kill -9."""
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(signal.SIGKILL)
            await self._process.wait()

    async def _ready(self) -> bool:
        return await self.get("/readyz") is not None

    async def get(self, path: str) -> str | None:
        """What it answers with 200; None otherwise."""
        try:
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=3)) as http,
                http.get(f"http://127.0.0.1:{self.port}{path}") as answer,
            ):
                return await answer.text() if answer.status == 200 else None
        except (aiohttp.ClientError, TimeoutError, OSError):
            return None


class Stand:
    """Everything that runs, and how to take it away. Addresses that the bot is given lead through wires."""

    def __init__(self, build: Path, folder: Path, server: str, redis: str) -> None:
        self.build = build
        self.folder = folder
        self.dice = Random(8)
        self.platform = Platform(self.dice)
        self.server = server
        self.database = _path(server, "faults")
        self.redis = redis
        self.to_database = Wire(urlsplit(server).port or 5432)
        self.to_redis = Wire(urlsplit(redis).port or 6379)
        self.parts: dict[str, Process] = {}
        self.officials: dict[str, str] = {}
        self.data_drive = Drive(folder / "web", 32, os.geteuid())
        self.database_drive: Drive

    async def open(self) -> None:
        """Start everything, on an empty town with an official at every desk."""
        self.move(0, PARTS)
        await self.platform.start()
        await self.to_database.join()
        await self.to_redis.join()
        await self._create_database()
        for command in (("migrate",), ("directory", "load", str(self.build / "deploy" / "seed" / "yunxi.toml"))):
            await self.run(*command)
        await self._hire()
        for part in PARTS:
            self.parts[part] = Process(part, self.build, self.folder, self._environment(part))
        await asyncio.gather(*(part.start() for part in self.parts.values()))

    async def close(self) -> None:
        """End everything."""
        for part in self.parts.values():
            await part.kill()
        await self.to_database.cut()
        await self.to_redis.cut()
        await self.platform.stop()
        self.data_drive.close()

    async def run(self, *command: str) -> tuple[int, str]:
        """`python -m bot COMMAND` of the build, past the wires: exit status and what it printed."""
        environment = {**self._environment("web"), "DATABASE_URL": self.database}
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", *command, cwd=self.build, env=environment,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        said, _ = await process.communicate()
        assert process.returncode is not None
        return process.returncode, said.decode()

    def move(self, seconds: float, parts: Sequence[str] = PARTS[1:]) -> None:
        """Set the clocks of these parts, and the database's as they see it, so many seconds ahead; below 0 behind.

        The web part is left out by default: it refuses messages that are not of its time, and the traffic would stop.
        """
        for part in parts:
            fresh = self._clock(part).with_suffix(".new")
            fresh.write_text(str(seconds), "ascii")
            fresh.replace(self._clock(part))

    def _clock(self, part: str) -> Path:
        return self.folder / f"{part}.clock"

    async def beat(self) -> object:
        """Something that changes with each beat of the clock: who holds its lease, and until when."""
        connection = await asyncpg.connect(self.database)
        try:
            return [
                tuple(row) for row in await connection.fetch("SELECT name, holder, until FROM leases ORDER BY name")
            ]
        finally:
            await connection.close()

    def stop_database(self) -> list[int]:
        """SIGSTOP to the server and all its backends; who was stopped."""
        stopped = family(self._server_pid)
        for pid in stopped:
            _signal(pid, signal.SIGSTOP)
        return stopped

    def crash_database(self) -> None:
        """Kill -9 of a backend: the server ends all others and recovers from its log."""
        backends = [pid for pid in family(self._server_pid) if b"faults" in Path(f"/proc/{pid}/cmdline").read_bytes()]
        if backends:
            _signal(self.dice.choice(backends), signal.SIGKILL)

    async def redis_pid(self) -> int:
        """The process of Redis."""
        async with Redis.from_url(self.redis) as client:
            return int((await client.info("server"))["process_id"])

    async def redis_memory(self, size: str) -> None:
        """Redis takes no more than that, and then refuses writes."""
        async with Redis.from_url(self.redis) as client:
            await client.config_set("maxmemory-policy", "noeviction")
            await client.config_set("maxmemory", size)

    async def _create_database(self) -> None:
        connection = await asyncpg.connect(self.server)
        space = self._small_disk(Path(await connection.fetchval("SHOW data_directory")))
        await connection.execute(f"CREATE TABLESPACE small LOCATION '{space}'")
        await connection.execute("CREATE DATABASE faults TEMPLATE template0 TABLESPACE small")
        await connection.close()

    def _small_disk(self, data: Path) -> Path:
        """A folder for the database on a disk of its own, which belongs to the server's account."""
        self._server_pid = int((data / "postmaster.pid").read_text().split()[0])
        owner = data.stat().st_uid
        self.database_drive = Drive(self.folder / "database", 256, owner)
        space = self.database_drive.folder / "space"
        space.mkdir(mode=0o700)
        os.chown(space, owner, -1)
        return space

    async def drop_database(self) -> None:
        """Before its disk goes away."""
        connection = await asyncpg.connect(self.server)
        await connection.execute("DROP DATABASE faults WITH (FORCE)")
        await connection.execute("DROP TABLESPACE small")
        await connection.close()
        self.database_drive.close()

    async def _hire(self) -> None:
        """An official at every desk, written as rows so that any build can be tried."""
        connection = await asyncpg.connect(self.database)
        units = [row["id"] for row in await connection.fetch("SELECT id FROM units ORDER BY id")]
        for number, unit in enumerate(units, 1):
            self.officials[unit] = openid = f"oOfficial{number:03d}"
            await connection.execute(
                "INSERT INTO people (id, channel, openid, since, following, called, reach_left, parked, minute, in_minute)"
                " VALUES ($1, 'wechat', $2, $3, true, '', 0, 0, 0, 0)",
                number,
                openid,
                int(time.time() * 1_000_000),
            )
            await connection.execute(
                "INSERT INTO staff (id, unit_id, role, name, person_id, invite_until) VALUES ($1, $2, 'handler', '', $1, 0)",
                number,
                unit,
            )
        await connection.close()

    def _environment(self, part: str) -> dict[str, str]:
        template = "t" * 43
        return {
            "PATH": os.defpath,
            "PYTHONPATH": str(self.build),
            "FAULT_CLOCK": str(self._clock(part)),
            "DATA_DIR": str(self.folder / part if part == "web" else self.folder / "rest"),
            "DATABASE_URL": _port(self.database, self.to_database.port),
            "REDIS_URL": _port(self.redis, self.to_redis.port),
            "SECRET_KEY": "fault-table" * 4,
            "WECHAT_APP_ID": APP_ID,
            "WECHAT_APP_SECRET": "fault-table",
            "WECHAT_TOKEN": TOKEN,
            "WECHAT_AES_KEY": AES_KEY,
            "WECHAT_API_BASE": f"http://127.0.0.1:{self.platform.port}",
            "WECHAT_TEMPLATE_PROGRESS": template,
            "WECHAT_TEMPLATE_TASK": template,
            "WECHAT_TEMPLATE_REMINDER": template,
        }


@asynccontextmanager
async def opened(build: Path) -> AsyncIterator[Stand]:
    """The stand, running; nothing of it is left afterwards but its logs, in the folder that it names."""
    async with AsyncExitStack() as stack:
        server = stack.enter_context(services.postgres(durable=True))
        redis = stack.enter_context(services.redis())
        stand = Stand(build, _folder(), server, redis)
        stack.push_async_callback(stand.drop_database)
        stack.push_async_callback(stand.close)
        await stand.open()
        yield stand


def _folder() -> Path:
    folder = Path(mkdtemp(prefix="minsheng-faults-", dir="/tmp"))
    # The database server's account must reach its disk below.
    folder.chmod(0o711)
    return folder


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def go_on(pids: list[int]) -> None:
    """SIGCONT, to the last that was stopped first."""
    for pid in reversed(pids):
        _signal(pid, signal.SIGCONT)


def _path(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _port(url: str, port: int) -> str:
    parts = urlsplit(url)
    account, _, _ = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{account}@127.0.0.1:{port}"))
