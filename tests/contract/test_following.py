"""Tickets that follow another, on the real databases: taken along in the same transaction, nobody lost, on no desk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import count

import msgspec
import pytest
from sqlalchemy import event as sql_event
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from handlers import dispatch
from handlers.context import Context, Fresh, Links, Lookups, Sought, TextReader
from handlers.messages import Channel, Incoming, Text
from handlers.outcome import Outcome
from handlers.rankings.periods import month
from handlers.tickets.ticket import Place, State, Ticket
from storage.queries import batch_loading, rankings
from storage.queries.journeys import Archive
from storage.queries.neighbours import Similar
from storage.queues.serials import Serials
from storage.schema.tables import tickets
from storage.transactions import rebuild
from storage.transactions.messages import UnitOfWork
from tests.support.citizens_town import directory
from tests.support.reading import understand
from tests.unit.storage.test_neighbours import Words

FOLLOWERS = 30
NOW = datetime.fromisoformat("2026-05-04T10:00:00+08:00")
LAMP = "河东区解放路12号的路灯坏了三天，晚上很黑"


class House:
    """The real rules on the database, with the neighbours as a process keeps them."""

    def __init__(self, engine: AsyncEngine, node: int = 0) -> None:
        self.engine = engine
        self.now = NOW
        self.similar = Similar(engine, Words())
        self._ids = count(node * 1_000_000 + 1000)
        self._keys = count(1)
        self._node = node
        self.work = UnitOfWork(engine, dispatch, self._context, Serials(engine), self._committed)

    def _committed(self, outcomes: Sequence[Outcome]) -> None:
        for outcome in outcomes:
            self.similar.take(outcome.tickets)

    def _context(self, next_serial: Callable[[], int]) -> Context:
        return Context(
            now=self.now,
            directory=directory(),
            reader=TextReader(understand=understand),
            fresh=Fresh(
                id=lambda: next(self._ids),
                serial=next_serial,
                token=lambda: f"token{self._node}-{next(self._ids)}",
                code=lambda: "482913",
            ),
            links=Links(citizen=str),
            lookups=Lookups(hash_invite=str, similar=self.similar.find),
        )

    def message(self, openid: str, words: str) -> Incoming:
        return Incoming(f"{self._node}-{next(self._keys)}", Channel.WECHAT, openid, self.now, self.now, Text(words))

    async def say(self, openid: str, words: str) -> str:
        answer = (await self.work.run([self.message(openid, words)]))[0]
        assert not answer.failed
        return answer.reply.text if answer.reply else ""

    async def all(self) -> list[Ticket]:
        async with self.engine.connect() as db:
            docs = (await db.execute(select(tickets.c.doc).order_by(tickets.c.id))).scalars().all()
        return [msgspec.json.decode(doc, type=Ticket) for doc in docs]

    async def whole(self) -> bool:
        return [one async for one in rebuild.differences(self.engine)] == []


@pytest.fixture
def house(engine: AsyncEngine) -> House:
    return House(engine)


@pytest.fixture
async def crowd(house: House) -> list[Ticket]:
    """One ticket and those who joined it, in batches as they came."""
    await house.say("o0", LAMP)
    number = (await house.all())[0].number
    await house.say("o0", "公开")
    await house.work.run([house.message(f"o{n}", f"确认附议 {number}") for n in range(1, FOLLOWERS + 1)])
    return await house.all()


async def test_joining_in_one_batch_counts_everybody(house: House, crowd: list[Ticket]) -> None:
    main, *followers = crowd
    assert (main.crowd, len(followers)) == (FOLLOWERS, FOLLOWERS)
    assert {one.joined_to for one in followers} == {main.id}
    assert await house.whole()


async def test_what_happens_to_the_followed_costs_no_more_statements_for_many(
    house: House, crowd: list[Ticket]
) -> None:
    selects: list[str] = []
    sync = house.engine.sync_engine
    sql_event.listen(sync, "before_cursor_execute", lambda *a: selects.append(a[2]) if a[2].startswith("SELECT") else 0)
    await house.say("o0", "撤回")
    selects.clear()
    await house.say("o0", "确认")
    if sync.dialect.name == "postgresql":  # SQLite's are carried on a thread where nobody listens
        assert 1 < len(selects) <= 6, "the number of statements does not grow with the crowd"
    main, heir, *others = await house.all()
    assert (main.state, heir.joined_to, heir.crowd) == (State.WITHDRAWN, None, FOLLOWERS - 1)
    assert {one.joined_to for one in others} == {heir.id}
    assert await house.whole()


async def test_followers_are_on_no_desk_and_count_once(house: House, crowd: list[Ticket]) -> None:
    unit = crowd[0].unit_id
    async with house.engine.connect() as db:
        desk = await db.run_sync(batch_loading.desk, [unit])
        figures = await db.run_sync(rankings.figures, [unit], month(2026, 5), NOW)
    assert [one.id for one in desk] == [crowd[0].id]
    assert figures[0].open == 1


async def test_the_page_of_a_follower_knows_the_others(house: House, crowd: list[Ticket]) -> None:
    journey = await Archive(house.engine).by_token(crowd[5].token)
    assert journey is not None
    assert journey.main is not None
    assert journey.main.crowd == FOLLOWERS


async def test_a_follower_leaves_while_the_unit_answers(
    house: House, crowd: list[Ticket], second_engine: AsyncEngine
) -> None:
    """Two processes want the same tickets at the same time: one after the other, in whichever order."""
    other = House(second_engine, node=1)
    main = crowd[0]
    steps = [house.say("o0", "补充 又灭了一盏")]
    steps += [other.say(f"o{n}", "单独办") for n in range(1, 4)]
    steps += [house.say(f"o{n}", "补充 我家门口也是") for n in range(4, 7)]
    await asyncio.gather(*steps)
    now = {one.id: one for one in await house.all()}
    assert now[main.id].crowd == FOLLOWERS - 3 == sum(one.joined_to == main.id for one in now.values())
    assert await house.whole()


async def test_who_is_offered_to_join_comes_from_the_database(house: House, second_engine: AsyncEngine) -> None:
    """Another process learns of tickets by looking, of its own at once; a restart forgets nothing."""
    await house.say("o0", LAMP)
    assert "要一起推动吗" in await house.say("o1", "河东区解放路12号的路灯坏了，晚上很黑很黑")
    other = House(second_engine, node=1)
    await other.similar.refresh(NOW)
    assert "要一起推动吗" in await other.say("o2", "河东区解放路12号的路灯坏了，晚上很黑很黑")
    await house.say("o0", "撤回")
    await house.say("o0", "确认")
    await other.similar.refresh(NOW + timedelta(seconds=10))
    assert "编号" in await other.say("o3", "河东区解放路12号的路灯坏了，晚上很黑很黑")


async def test_what_was_filed_while_nobody_looked_is_found(house: House, second_engine: AsyncEngine) -> None:
    other = House(second_engine, node=1)
    await other.similar.refresh(NOW)
    for number in range(7):
        await house.say(f"o{number}", f"河东区建设路{number}号的路灯坏了三天，晚上很黑")
    await other.similar.refresh(NOW + timedelta(seconds=10))
    sought = Sought("城乡建设", "路灯坏了", "建设路3号的路灯坏了三天，晚上很黑", Place("建设路3号"), ("路灯",))
    found = other.similar.find(sought)
    assert len(found) == 1
    late = Similar(second_engine, Words())
    await late.refresh(NOW + timedelta(days=91))
    assert late.find(sought) == ()
