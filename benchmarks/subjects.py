"""What is measured: each subject is a program, the kind of request it is sent, and how much of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TypeAlias

import asyncpg
from msgspec import Struct
from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from benchmarks.bots.account import AES_KEY, APP_ID, TOKEN
from benchmarks.processes import free_port, parent_of, pin, running
from bot.cli.directory import load_directory
from bot.clock import SystemClock
from bot.config import Settings
from bot.wiring import open_database
from handlers.directory.directory import Role, Staff
from handlers.directory.person import Person
from handlers.messages import Channel
from storage.migrations import migrate
from storage.schema import rows
from storage.schema.tables import events, inbox, outbox, people, staff, tickets
from storage.transactions import directory
from tests.support import services

SEED = Path(__file__).parents[1] / "deploy" / "seed" / "yunxi.toml"
_TABLES = (tickets, events, inbox, outbox, people)


class Started(Struct, frozen=True):
    """A running subject. `database_pid` is its database server's, where there is one on this machine."""

    port: int
    pid: int
    settings: Settings | None = None
    database_pid: int | None = None


class Place(Struct, frozen=True):
    """Where a subject runs: its folder, its core, and the core of everything else."""

    folder: Path
    core: int
    other_core: int


Start: TypeAlias = Callable[[Place], AbstractContextManager[Started]]


class Subject(Struct, frozen=True):
    """One line of the table. `safe`: requests are encrypted. `files`: every message must become a ticket."""

    name: str
    title: str
    start: Start
    safe: bool = False
    files: bool = False


def _bot(*arguments: str) -> Start:
    @contextmanager
    def start(place: Place) -> Iterator[Started]:
        port = free_port()
        filled = [argument.format(port=port) for argument in arguments]
        with running(filled, port, place.core, place.folder / "log") as pid:
            yield Started(port, pid)

    return start


def _gunicorn(application: str) -> Start:
    # One worker, as for every other subject. Its threads keep connections open, which its default worker cannot.
    return _bot(
        "-m", "gunicorn", "--workers", "1", "--threads", "8", "--keep-alive", "30", "--log-level", "warning",
        "--bind", "127.0.0.1:{port}", application,
    )  # fmt: skip


@contextmanager
def _sqlite(place: Place) -> Iterator[tuple[str, int | None]]:
    yield f"sqlite:///{place.folder / 'minsheng.db'}", None


@contextmanager
def _postgres(place: Place) -> Iterator[tuple[str, int | None]]:
    with services.postgres(durable=True) as server, services.database(server) as url:
        server_pid = _server_pid(asyncio.run(_backend_pid(url)))
        if server_pid is not None:
            pin(server_pid, place.other_core)
        yield url, server_pid


async def _backend_pid(url: str) -> int:
    connection = await asyncpg.connect(url)
    try:
        return int(await connection.fetchval("SELECT pg_backend_pid()"))
    finally:
        await connection.close()


def _server_pid(backend: int) -> int | None:
    """The database server's process, None when it runs elsewhere."""
    name = Path(f"/proc/{backend}/comm")
    return parent_of(backend) if name.exists() and "postgres" in name.read_text() else None


def _filing(database: Callable[[Place], AbstractContextManager[tuple[str, int | None]]]) -> Start:
    @contextmanager
    def start(place: Place) -> Iterator[Started]:
        port = free_port()
        with database(place) as (url, database_pid):
            settings = _settings(url, place.folder, port)
            asyncio.run(_prepare(settings))
            environment = {
                name.upper(): str(value) for name, value in settings.model_dump(exclude_unset=True, mode="json").items()
            }
            arguments = ("-m", "bot", "serve", "--only", "web")
            with running(arguments, port, place.core, place.folder / "log", environment) as pid:
                yield Started(port, pid, settings, database_pid)

    return start


def _settings(url: str, folder: Path, port: int) -> Settings:
    return Settings.model_validate(
        {
            "host": "127.0.0.1",
            "port": port,
            "public_url": "https://ms.example.gov.cn",
            "data_dir": folder,
            "database_url": url,
            "redis_url": "",
            "sandbox": False,
            "secret_key": "benchmark" * 4,
            "wechat_app_id": APP_ID,
            "wechat_app_secret": "benchmark",
            "wechat_token": TOKEN,
            "wechat_aes_key": AES_KEY,
            "wechat_mode": "safe",
        }
    )


async def _prepare(settings: Settings) -> None:
    """A county with an official at every desk, so that each filing also queues a push."""
    async with open_database(settings) as engine:
        await migrate.upgrade(engine)
        await load_directory(engine, SEED)
        units = (await directory.load(engine)).units
        now = SystemClock().now()
        officials = [Person(number, Channel.WECHAT, f"oOfficial{number}", now) for number in range(1, len(units) + 1)]
        desks = [
            Staff(official.id, unit_id, Role.HANDLER, "", official.id)
            for official, unit_id in zip(officials, units, strict=True)
        ]
        async with engine.begin() as db:
            await db.execute(insert(people), [rows.person_row(each, rows.EMPTY_TALK) for each in officials])
            await db.execute(insert(staff), [rows.staff_row(each) for each in desks])


class Filed(Struct, frozen=True):
    """What the database holds: rows by table, without the officials', and the numbers of all tickets."""

    rows: dict[str, int]
    numbers: frozenset[str]


async def filed(settings: Settings) -> Filed:
    """What the messages left behind."""
    async with open_database(settings) as engine:
        counted = await _counted(engine)
        async with engine.connect() as db:
            numbers = frozenset((await db.execute(select(tickets.c.number))).scalars())
    return Filed(counted, numbers)


async def _counted(engine: AsyncEngine) -> dict[str, int]:
    async with engine.connect() as db:
        counted = {
            table.name: int((await db.execute(select(func.count()).select_from(table))).scalar_one())
            for table in _TABLES
        }
        counted["people"] -= int((await db.execute(select(func.count()).select_from(staff))).scalar_one())
    return counted


SUBJECTS: tuple[Subject, ...] = (
    Subject("bare", "aiohttp, constant text", _bot("-m", "benchmarks.bots.bare", "{port}")),
    Subject("wechatpy", "wechatpy echo on aiohttp", _bot("-m", "benchmarks.bots.wechatpy_aiohttp", "{port}", "plain")),
    Subject(
        "wechatpy-safe",
        "wechatpy echo on aiohttp, safe mode",
        _bot("-m", "benchmarks.bots.wechatpy_aiohttp", "{port}", "safe"),
        safe=True,
    ),
    Subject("werobot", "WeRoBot echo on gunicorn", _gunicorn("benchmarks.bots.werobot_wsgi:application")),
    Subject("flask", "flask + wechatpy echo on gunicorn", _gunicorn("benchmarks.bots.flask_wsgi:application")),
    Subject("sqlite", "a ticket filed, SQLite", _filing(_sqlite), safe=True, files=True),
    Subject("postgres", "a ticket filed, PostgreSQL", _filing(_postgres), safe=True, files=True),
)
"""In the table's order; the first is what ratios refer to."""
