"""The one place that opens things: connects, and hands every part what it needs."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from pathlib import Path
from time import perf_counter

import aiohttp
import structlog
from msgspec import Struct
from redis.asyncio import Redis
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from bot import ids
from bot.background.caches import Knowledge, gather
from bot.background.monthly_report import MonthlyReport
from bot.background.timekeeper import Timekeeper
from bot.channels.port import Gateway
from bot.channels.wechat.client import OfficialAccount
from bot.clock import Clock
from bot.config import Settings, Unusable
from bot.directory import CurrentDirectory
from bot.files import private
from bot.files.policy import read_terms
from bot.inbound.batcher import Batcher, Run
from bot.inbound.late_answers import LateAnswers
from bot.inbound.query_codes import CodeTries, guarded
from bot.inbound.receipts import Receipts
from bot.inbound.spool import Spool
from bot.monitoring.metrics import Metrics
from bot.outbound.channels import gateways, official_account
from bot.outbound.journal import Journal
from bot.outbound.ledger import Ledger
from bot.outbound.media import MediaFetcher
from bot.outbound.templates import read_templates
from bot.outbound.worker import Worker
from bot.pages.keys import links
from bot.pages.seals import Sealer
from handlers import dispatch
from handlers.calendar.policy import Terms
from handlers.context import Context, Fresh
from handlers.errors import Unavailable
from handlers.messages import Channel, Incoming
from handlers.outcome import Outcome
from nlp.places.divisions import region_code
from nlp.understand import Reader
from nlp.understand import load as load_reader
from storage.migrations import migrate
from storage.queries.journeys import Archive
from storage.queries.moment import DatabaseTime
from storage.queries.newest import newest_id
from storage.queues.leases import Leases
from storage.queues.media import FileStore, MediaList
from storage.queues.outbox import Outbox
from storage.queues.serials import Serials
from storage.schema import revision
from storage.schema.engine import open_engine, sqlite_file
from storage.schema.errors import DATABASE_ERRORS
from storage.shared.rate_limits import Limiter, MemoryLimiter, RedisLimiter
from storage.shared.signals import DIRECTORY, OUTBOX, Bus, RedisBus, ticket_topic
from storage.shared.stamps import FileStamps, RedisStamps, Stamps
from storage.transactions.chase import Chaser
from storage.transactions.messages import Answer, UnitOfWork
from storage.transactions.rectify import RectificationClock

log = structlog.get_logger()

_KEEPALIVE_SECONDS = 15
"""Shorter than the platform's: a connection that it closed while idle would make a send look uncertain."""


class Parts(Struct, frozen=True):
    """Everything of one process, opened and connected."""

    settings: Settings
    clock: Clock
    timekeeper: Timekeeper
    terms: Terms
    metrics: Metrics
    engine: AsyncEngine
    redis: Redis | None
    directory: CurrentDirectory
    hash_invite: Callable[[str], str]
    ids: ids.Ids
    work_under: Callable[[Clock], UnitOfWork]
    batcher: Batcher
    monthly: MonthlyReport
    chaser: Chaser
    chaser_under: Callable[[Clock], Chaser]
    rectification_clock: RectificationClock
    late: LateAnswers
    receipts: Receipts
    spool: Spool
    bus: Bus
    limiter: Limiter
    stamps: Stamps
    leases: Leases
    archive: Archive
    knowledge: Knowledge
    outbox: Outbox
    files: FileStore
    media: MediaList
    gateways: dict[Channel, Gateway]
    wechat: OfficialAccount | None
    worker: Worker
    fetcher: MediaFetcher
    secret_key: str


def secret_key(settings: Settings) -> str:
    """The installation's secret: from the settings, otherwise made once and kept in the data folder."""
    if settings.secret_key:
        return settings.secret_key
    path = settings.data_dir / "secret_key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        # Written whole, then linked: of two processes that start together both read what the first one linked.
        part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(part, path)
        part.unlink()
    return path.read_text("ascii")


def make_folder(folder: Path, setting: str) -> None:
    """Make the folder that this setting names, or raise `Unusable`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unusable(f"{setting}: the folder {folder} cannot be made ({error.strerror})") from None


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[AsyncEngine]:
    """The database alone, for commands."""
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
    """Everything a process needs, closed in order at the end. `reader` saves loading the dictionaries once more."""
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
        bus: Bus = RedisBus(redis) if redis else Bus()
        if isinstance(bus, RedisBus):
            carrier = asyncio.create_task(bus.run())
            stack.push_async_callback(_cancel, carrier)
        if reader is None:
            reader = await asyncio.to_thread(load_reader, region_code(settings.home_region))
        parts = await _assemble(
            settings, clock, terms=terms, reader=reader, engine=engine, redis=redis, session=session, bus=bus
        )
        stack.callback(parts.worker.close)
        stack.push_async_callback(parts.knowledge.learning.stop)
        stack.push_async_callback(parts.batcher.drain)
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


async def _assemble(
    settings: Settings,
    clock: Clock,
    *,
    terms: Terms,
    reader: Reader,
    engine: AsyncEngine,
    redis: Redis | None,
    session: aiohttp.ClientSession,
    bus: Bus,
) -> Parts:
    metrics = Metrics()
    key = secret_key(settings)
    directory = CurrentDirectory(engine)
    await directory.refresh()
    fresh = ids.Ids(clock.now, secrets.randbelow(1 << 10), await newest_id(engine))
    knowledge = await gather(settings, engine, directory, reader, metrics)
    context = _context_maker(settings.site, key, directory, terms=terms, knowledge=knowledge, fresh=fresh)
    serials = Serials(engine)
    announce = _announcer(bus, metrics, knowledge)

    def work_under(time: Clock) -> UnitOfWork:
        return UnitOfWork(engine, dispatch, lambda next_serial: context(time.now(), next_serial), serials, announce)

    leases = Leases(engine, f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}")
    timekeeper = Timekeeper(clock, DatabaseTime(engine, clock), leases, metrics)

    def chaser_under(time: Clock) -> Chaser:
        moment = DatabaseTime(engine, time)
        return Chaser(engine, lambda db: context(moment.at(db), serials.next), announce)

    def trusted_context(db: Connection) -> Context:
        now = DatabaseTime(engine, clock).at(db)
        if not timekeeper.admits(now):
            raise Unavailable("clock")
        return context(now, serials.next)

    outbox, archive = Outbox(engine), Archive(engine)
    spool = Spool(settings.data_dir / "spool")
    spool.open()
    late = LateAnswers(outbox, archive, spool, clock, bus)
    flights = 1 if engine.dialect.name == "sqlite" else 2
    limiter: Limiter = RedisLimiter(redis, clock.now) if redis else MemoryLimiter(clock.now)
    tries = CodeTries(limiter, ids.keyed_hash(key))
    batcher = Batcher(guarded(_timed(work_under(clock).run, metrics), tries), late.answer, flights=flights)
    metrics.watch_oldest(batcher.oldest)
    wechat = official_account(settings, clock, session, redis)
    ways = gateways(settings, clock, session, redis, wechat)
    files, media = FileStore(settings.data_dir / "media"), MediaList(engine)
    worker = Worker(
        outbox=outbox,
        ledger=Ledger(outbox, Journal(settings.data_dir / "pushes"), clock, metrics),
        gateways=ways,
        templates=read_templates(settings),
        site=settings.site,
        clock=timekeeper.shared,
        metrics=metrics,
    )
    fetcher = MediaFetcher(wanted=media, files=files, gateways=ways, clock=timekeeper.shared, bus=bus)
    return Parts(
        settings=settings,
        clock=clock,
        timekeeper=timekeeper,
        terms=terms,
        metrics=metrics,
        engine=engine,
        redis=redis,
        directory=directory,
        hash_invite=ids.keyed_hash(key),
        ids=fresh,
        work_under=work_under,
        batcher=batcher,
        monthly=MonthlyReport(
            engine=engine,
            directory=lambda: directory.now,
            calendar=terms.calendar,
            new_id=fresh.next,
            bus=bus,
            site=settings.site,
        ),
        chaser=Chaser(engine, trusted_context, announce),
        chaser_under=chaser_under,
        rectification_clock=RectificationClock(engine, trusted_context, announce),
        late=late,
        receipts=Receipts(outbox),
        spool=spool,
        bus=bus,
        limiter=limiter,
        leases=leases,
        stamps=RedisStamps(redis, clock.now) if redis else FileStamps(settings.data_dir / "stamps", clock.now),
        archive=archive,
        knowledge=knowledge,
        outbox=outbox,
        files=files,
        media=media,
        gateways=ways,
        wechat=wechat,
        worker=worker,
        fetcher=fetcher,
        secret_key=key,
    )


def _context_maker(
    site: str,
    key: str,
    directory: CurrentDirectory,
    *,
    terms: Terms,
    knowledge: Knowledge,
    fresh: ids.Ids,
) -> Callable[[datetime, Callable[[], int]], Context]:
    reader = knowledge.text_reader()
    lookups = knowledge.lookups(ids.keyed_hash(key))
    sealer = Sealer(key)

    def make(now: datetime, next_serial: Callable[[], int]) -> Context:
        return Context(
            now=now,
            directory=directory.now,
            reader=reader,
            fresh=Fresh(id=fresh.next, serial=next_serial, token=ids.new_token, code=ids.new_code),
            links=links(site, sealer, now),
            lookups=lookups,
            terms=terms,
        )

    return make


def _announcer(bus: Bus, metrics: Metrics, knowledge: Knowledge) -> Callable[[Sequence[Outcome]], None]:
    """What is told to everybody after a commit: that there is something to push, and which tickets changed."""

    def announce(outcomes: Sequence[Outcome]) -> None:
        topics: dict[str, None] = {}
        for outcome in outcomes:
            if outcome.pushes or outcome.media:
                topics[OUTBOX] = None
            if outcome.staff:
                topics[DIRECTORY] = None
            knowledge.neighbours.take(outcome.tickets)
            for event in outcome.events:
                topics[ticket_topic(event.ticket_id)] = None
                knowledge.published.forget(event.ticket_id)
                metrics.event(str(event.what.__struct_config__.tag))
        if topics:
            bus.ring(topics)

    return announce


def _timed(run: Run, metrics: Metrics) -> Run:
    async def timed(batch: Sequence[Incoming]) -> list[Answer]:
        begun = perf_counter()
        answers = await run(batch)
        metrics.batch(len(batch), perf_counter() - begun)
        return answers

    return timed


async def ready_database(engine: AsyncEngine) -> None:
    """Raise unless the database answers and is of this program's revision."""
    found = await migrate.current(engine)
    if found != revision.newest():
        raise Unusable(f"DATABASE_URL: the database is at revision {found}")
