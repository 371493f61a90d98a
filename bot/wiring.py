"""Assembles a process: opens the database, Redis and the HTTP session, then the parts of each folder."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

import aiohttp
from msgspec import Struct
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.background.caches import announcer, gather
from bot.background.deeds import Chores, deeds
from bot.background.open import Background, open_background
from bot.background.timekeeper import keep_time
from bot.clock import Clock
from bot.config import Settings, Unusable
from bot.decisions import CurrentDirectory, Decisions, RuleInputs, fresh_ids
from bot.files import private
from bot.files.policy import read_terms
from bot.ids import keyed_hash
from bot.inbound.open import Inbound, open_inbound
from bot.monitoring.metrics import Metrics
from bot.outbound.channels import Channels, open_channels
from bot.outbound.open import Outbound, open_outbound
from bot.pages.keys import links
from bot.pages.seals import Sealer
from bot.process import Process, Shared
from handlers.calendar.policy import Terms
from nlp.places.divisions import region_code
from nlp.understand import Reader
from nlp.understand import load as load_reader
from scheduler.jobs import Deed
from storage.migrations import migrate
from storage.schema import revision
from storage.schema.engine import open_engine, sqlite_file
from storage.schema.errors import DATABASE_ERRORS
from storage.shared.signals import RedisBus

_KEEPALIVE_SECONDS = 15
"""Shorter than the platform's: a connection that it closed while idle would make a send look uncertain."""


class Parts(Struct, frozen=True):
    """All parts of one process, opened and connected: a group for each folder."""

    process: Process
    rules: RuleInputs
    decisions: Decisions
    channels: Channels
    outbound: Outbound
    inbound: Inbound
    background: Background
    deeds: dict[str, Deed]
    """What each job of `scheduler.jobs.TABLE` does in this process."""


def make_folder(folder: Path, setting: str) -> None:
    """Make the folder that this setting names. Raises `Unusable` when that is not possible."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unusable(f"{setting}: the folder {folder} cannot be made ({error.strerror})") from None


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[AsyncEngine]:
    """Open the database alone, for operators' commands."""
    file = sqlite_file(settings.database)
    if file is not None:
        make_folder(file.parent, "DATABASE_URL" if settings.database_url else "DATA_DIR")
    engine = open_engine(settings.database)
    if file is not None:
        await asyncio.to_thread(private.tighten_database, file)
    try:
        yield engine
    finally:
        await engine.dispose()


@asynccontextmanager
async def open_parts(settings: Settings, clock: Clock, reader: Reader | None = None) -> AsyncIterator[Parts]:
    """Open everything a process needs, and close it in order at the end. `reader` avoids loading the dictionaries
    twice.
    """
    make_folder(settings.data_dir, "DATA_DIR")
    await asyncio.to_thread(private.tighten, settings.data_dir)
    terms = read_terms(settings)
    async with AsyncExitStack() as stack:
        engine = await stack.enter_async_context(open_database(settings))
        await _require_schema(engine)
        redis = await stack.enter_async_context(_open_redis(settings)) if settings.redis_url else None
        session = await stack.enter_async_context(
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(keepalive_timeout=_KEEPALIVE_SECONDS))
        )
        shared = Shared.through(redis, clock.now, settings.data_dir)
        if isinstance(shared.bus, RedisBus):
            stack.push_async_callback(_cancel, asyncio.create_task(shared.bus.run()))
        if reader is None:
            reader = await asyncio.to_thread(load_reader, region_code(settings.home_region))
        process = Process(settings, clock, engine, Metrics(), shared, private.secret_key(settings))
        parts = await _assemble(process, terms, reader, partial(open_channels, process, session, redis))
        stack.callback(parts.outbound.worker.close)
        stack.push_async_callback(parts.background.knowledge.learning.stop)
        stack.push_async_callback(parts.inbound.batcher.drain)
        yield parts


async def _require_schema(engine: AsyncEngine) -> None:
    try:
        found = await migrate.standing(engine)
    except DATABASE_ERRORS as error:
        raise Unusable(f"DATABASE_URL: the database does not answer ({type(error).__name__})") from None
    if found.complete:
        return
    wanted = revision.newest()
    if found.revision == wanted:
        raise Unusable("DATABASE_URL: the migration was broken off: run `python -m bot migrate` again, it goes on")
    raise Unusable(
        f"DATABASE_URL: the database is at revision {found.revision}, this program needs {wanted}: run `python -m bot migrate`"
    )


@asynccontextmanager
async def _open_redis(settings: Settings) -> AsyncIterator[Redis]:
    client: Redis = Redis.from_url(settings.redis_url, socket_timeout=2, socket_connect_timeout=2)
    try:
        yield client
    finally:
        await client.aclose()


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def _assemble(process: Process, terms: Terms, reader: Reader, connect: Callable[[], Channels]) -> Parts:
    directory = CurrentDirectory(process.engine)
    await directory.refresh()
    knowledge = await gather(process, directory, reader)
    rules = RuleInputs(
        directory=directory,
        terms=terms,
        reader=knowledge.text_reader(),
        links=partial(links, process.settings.site, Sealer(process.secret_key)),
        lookups=knowledge.lookups(keyed_hash(process.secret_key)),
        ids=await fresh_ids(process.engine, process.clock),
    )
    decisions = Decisions(process.engine, rules, announcer(process, knowledge))
    time = keep_time(process)
    channels = connect()
    outbound = open_outbound(process, channels.gateways, time.timekeeper.shared)
    inbound = open_inbound(process, decisions.messages(process.clock).run, outbound.outbox)
    background = open_background(process, rules, decisions, time, knowledge)
    chores = Chores(process, rules, background, inbound, outbound, channels)
    return Parts(process, rules, decisions, channels, outbound, inbound, background, deeds(chores))


async def ready_database(engine: AsyncEngine) -> None:
    """Raises when the database does not answer or is of another revision than this program's."""
    found = await migrate.current(engine)
    if found != revision.newest():
        raise Unusable(f"DATABASE_URL: the database is at revision {found}")
