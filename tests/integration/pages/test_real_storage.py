"""The pages on the real database, batcher and rules: what is pressed on a page is committed once, and seen at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.clock import SteppedClock
from bot.ids import Ids, new_token
from bot.inbound.batcher import Batcher
from bot.pages.context import Present, Site, protect
from bot.pages.routes import PageParts, Sources, add_pages
from handlers import dispatch
from handlers.context import Context, Fresh, Links, Lookups, TextReader
from handlers.dispatch import Reading
from handlers.messages import Channel, Incoming, PageAction, Text
from handlers.outcome import Outcome, Reply, Who
from handlers.queries import Found, Needs
from handlers.tickets import lifecycle
from handlers.tickets.events import Actor, By
from handlers.tickets.events.filing import Filed, Supplemented
from handlers.tickets.ticket import Promise
from storage.migrations import migrate
from storage.queries.journeys import Archive
from storage.queries.rankings import Rankings
from storage.queries.rectifications import Rectifications
from storage.queues.media import FileStore
from storage.queues.serials import Serials
from storage.schema.engine import open_engine
from storage.shared.rate_limits import MemoryLimiter
from storage.shared.signals import Bus, ticket_topic
from storage.transactions import directory
from storage.transactions.messages import Answer, UnitOfWork
from tests.integration.pages.world import CODE, DIRECTORY, SITE, START, Client, next_line, reader

TOKEN = "token-in-the-real-database"


class Rules:
    """Text files a ticket without being understood; a page's buttons are decided by the real rules."""

    propagate = staticmethod(dispatch.propagate)
    changed_leaders = staticmethod(dispatch.changed_leaders)
    merged_into = staticmethod(dispatch.merged_into)

    def read(self, incoming: Incoming, who: Who) -> Reading:
        return dispatch.read(incoming, who) if isinstance(incoming.body, PageAction) else Reading(incoming, who)

    def needs(self, reading: Reading, ctx: Context) -> Needs:
        return dispatch.needs(reading, ctx)

    def handle(self, reading: Reading, found: Found, ctx: Context) -> Outcome:
        if isinstance(reading.incoming.body, PageAction):
            return dispatch.handle(reading, found, ctx)
        who = reading.who
        filed = Filed(
            number="26000010",
            token=TOKEN,
            code=CODE,
            person_id=who.person.id,
            kind="求助",
            category="城建交通",
            subcategory=None,
            title="路灯不亮",
            text="路灯坏了三天",
            place=None,
            urgent=False,
            leader=None,
            named=False,
            public=True,
            unit_id="lights",
            routed="",
            promise=Promise(START, START, "5 个工作日内答复"),
        )
        change = lifecycle.start(ctx.fresh.id(), filed, Actor(By.CITIZEN, who.person.id), ctx.now)
        return Outcome(reply=Reply("报上了"), person=who.person, tickets=(change.ticket,), events=(change.event,))

    def apology(self, incoming: Incoming) -> Reply | None:
        return dispatch.apology(incoming)


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    """Pages over a fresh SQLite database with one ticket."""
    clock, bus = SteppedClock(START), Bus()
    engine = open_engine(f"sqlite:///{tmp_path / 'pages.db'}")
    await migrate.upgrade(engine)
    await directory.replace(engine, tuple(DIRECTORY.units.values()), (), "city")
    ids = Ids(clock.now, 1)

    def context(new_serial: Callable[[], int]) -> Context:
        return Context(
            now=clock.now(),
            directory=DIRECTORY,
            reader=TextReader(understand=reader().understand),
            fresh=Fresh(id=ids.next, serial=new_serial, token=new_token, code=lambda: CODE),
            links=Links(citizen=lambda token: f"{SITE}/t/{token}"),
            lookups=Lookups(hash_invite=str),
        )

    unit = UnitOfWork(
        engine,
        Rules(),
        context,
        Serials(engine),
        lambda outcomes: bus.ring(ticket_topic(ticket.id) for outcome in outcomes for ticket in outcome.tickets),
    )

    async def late(_incoming: Incoming, _answer: Answer) -> None:
        raise AssertionError("nobody was let go")

    batcher = Batcher(unit.run, late)
    app = web.Application()
    pages = PageParts(
        Sources(
            Archive(engine),
            Rankings(engine),
            Rectifications(engine),
            files=FileStore(tmp_path / "files"),
            pictures=tmp_path / "pictures",
        ),
        submit=lambda incoming: asyncio.shield(batcher.submit(incoming).answer),
        bus=bus,
        present=Present(clock, lambda: DIRECTORY),
        site=Site(SITE, proxies=0, sandbox=False),
        protection=protect("a secret of at least thirty-two characters", MemoryLimiter(clock.now)),
    )
    add_pages(app, pages)
    await batcher.submit(Incoming("1", Channel.WECHAT, "openid", START, START, Text("路灯坏了"))).answer
    async with TestClient(TestServer(app)) as started:
        yield started
    await batcher.drain()
    await engine.dispose()


async def test_ten_presses_at_once_are_one_event(client: Client, tmp_path: Path) -> None:
    stream = await client.get(f"/t/{TOKEN}/live")
    await next_line(stream, "data: ")
    fields = {"verb": "supplement", "nonce": "n" * 16, "text": "又坏了一盏"}

    async def press() -> int:
        return (await client.post(f"/t/{TOKEN}", data=fields, allow_redirects=False)).status

    assert set(await asyncio.gather(*(press() for _ in range(10)))) == {303}
    engine = open_engine(f"sqlite:///{tmp_path / 'pages.db'}")
    journey = await Archive(engine).by_token(TOKEN)
    await engine.dispose()
    assert journey is not None
    assert [event.what for event in journey.history[1:]] == [Supplemented("又坏了一盏")]
    assert lifecycle.fold(journey.history) == journey.ticket
    await next_line(stream, "data: ")
    stream.close()
    text = await (await client.get(f"/t/{TOKEN}")).text()
    assert "已补充到 26000010" in text
    assert "您补充" in text
