"""整改 on the real databases: written whole with what its tickets hear, proved from events, warned of once, told of once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import count
from time import perf_counter

import pytest
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from handlers import dispatch
from handlers.calendar.policy import TERMS
from handlers.context import Context, Fresh, Links, Lookups, TextReader
from handlers.directory.directory import Role, Staff
from handlers.directory.person import Person
from handlers.hot import HotIssue
from handlers.items import events
from handlers.items.item import Item, Measure, Origin
from handlers.items.lifecycle import apply, start
from handlers.messages import Channel, Incoming, Text
from handlers.outcome import Outcome
from handlers.rectification import covering, dates
from handlers.tickets import lifecycle, numbers
from handlers.tickets.events import Actor, By, Happening
from handlers.tickets.events.grades import Informed, Rated
from handlers.tickets.events.work import Replied
from handlers.tickets.lifecycle import Change
from handlers.tickets.ticket import Ticket
from nlp.understand import Understanding
from storage.queries import hot_issues, rectifications
from storage.queues.serials import Serials
from storage.schema import rows
from storage.schema.tables import events as ticket_events
from storage.schema.tables import outbox, people, rectification_events, staff, tickets
from storage.schema.tables import rectifications as table
from storage.schema.transaction import runner
from storage.transactions import rebuild
from storage.transactions.messages import UnitOfWork
from storage.transactions.rectify import RectificationClock
from storage.transactions.writing import write_happened
from tests.support import samples
from tests.support.samples import CITIZEN, HOUSING, START

SUPERVISOR = Actor(By.STAFF, 3, "老郑", "city")


def unread(_text: str) -> Understanding:
    raise AssertionError("nobody reads plain words here")


class Town:
    """Tickets and an item on a database, with a clock set by hand."""

    def __init__(self, engine: AsyncEngine, node: int = 0) -> None:
        self.engine = engine
        self.now = START
        self._ids = count(node * 1_000_000 + 500_000)
        self._serials = count(node * 10_000 + 1)
        self.clock = RectificationClock(engine, lambda _db: self.context())
        self.work = UnitOfWork(engine, dispatch, lambda _serial: self.context(), Serials(engine))

    def context(self) -> Context:
        return Context(
            now=self.now,
            directory=samples.directory(),
            reader=TextReader(understand=unread),
            fresh=Fresh(id=lambda: next(self._ids), serial=lambda: 0, token=lambda: "", code=lambda: ""),
            links=Links(citizen=lambda token: f"https://town.example/t/{token}"),
            lookups=Lookups(hash_invite=str),
        )

    async def file(self, many: int) -> list[Ticket]:
        changes = [self._filed(next(self._serials)) for _ in range(many)]
        await self.write(Outcome(tickets=tuple(c.ticket for c in changes), events=tuple(c.event for c in changes)))
        return [change.ticket for change in changes]

    def _filed(self, serial: int) -> Change:
        filed = samples.filed(number=numbers.make(serial, START), token=f"t{serial}", person_id=10_000 + serial)
        return lifecycle.start(serial, filed, CITIZEN, self.now)

    async def happen(self, ticket: Ticket, *whats: Happening) -> Ticket:
        for what in whats:
            actor = CITIZEN if isinstance(what, Rated) else HOUSING
            change = lifecycle.apply(ticket, what, actor, self.now)
            await self.write(Outcome(tickets=(change.ticket,), events=(change.event,)))
            ticket = change.ticket
        return ticket

    async def write(self, outcome: Outcome) -> None:
        await runner(self.engine).run(lambda db: write_happened(db, [outcome], self.now))

    async def open(self, covered: list[Ticket], serial: int = 1) -> Item:
        opened = events.Opened(
            f"整〔2026〕{serial:04d}号", f"Z26{serial:03d}", 2026, serial, Origin.HOT, "housing", "漏水",
            tuple(ticket.id for ticket in covered), len(covered), dates.within(self.now, dates.PLAN, TERMS),
        )  # fmt: skip
        change = start(next(self._ids), opened, SUPERVISOR, self.now)
        await self.write(covering.of(change, covered, self.context()))
        return change.item

    async def step(self, item: Item, what: events.What, actor: Actor = HOUSING) -> Item:
        change = apply(item, what, actor, self.now)
        await self.write(covering.of(change, await self.tickets(), self.context()))
        return change.item

    async def tickets(self) -> list[Ticket]:
        async with self.engine.connect() as db:
            return [
                rows.ticket(doc) for doc in (await db.execute(select(tickets.c.doc).order_by(tickets.c.id))).scalars()
            ]

    async def pushes(self) -> list[str]:
        async with self.engine.connect() as db:
            docs = (await db.execute(select(outbox.c.doc).order_by(outbox.c.id))).scalars()
            return [rows.push(doc).text for doc in docs]

    async def hire(self, staff_id: int, person_id: int) -> None:
        """A supervisor with a chat."""
        member = Staff(staff_id, "city", Role.SUPERVISOR, "老郑", person_id)
        person = Person(person_id, Channel.WECHAT, f"o-{person_id}", START)
        async with self.engine.begin() as db:
            await db.execute(insert(staff).values(**rows.staff_row(member)))
            await db.execute(insert(people).values(**rows.person_row(person, rows.EMPTY_TALK)))

    async def say(self, person_id: int, words: str) -> str:
        key = f"{words}-{next(self._ids)}"
        incoming = Incoming(key, Channel.WECHAT, f"o-{person_id}", self.now, self.now, Text(words))
        (answer,) = await self.work.run([incoming])
        assert answer.reply is not None
        return answer.reply.text

    async def items(self) -> list[Item]:
        return list(await rectifications.Rectifications(self.engine).listed())

    async def differences(self) -> list[rebuild.Difference]:
        return [one async for one in rebuild.differences(self.engine)]

    async def repaired(self) -> list[rebuild.Difference]:
        return [one async for one in rebuild.differences(self.engine, repair=True)]


@pytest.fixture
def town(engine: AsyncEngine) -> Town:
    return Town(engine)


async def test_it_is_written_whole_and_proved_from_its_events(town: Town) -> None:
    item = await town.open(await town.file(3))
    due = dates.on(datetime(2026, 4, 20, tzinfo=UTC).date(), town.now, TERMS)
    item = await town.step(item, events.Planned((Measure("换管", due),)))
    found = await rectifications.Rectifications(town.engine).one("Z26001")
    assert found is not None
    assert found[0] == item
    assert len(found[1]) == 2
    assert {ticket.rectified for ticket in await town.tickets()} == {"整〔2026〕0001号"}
    assert await town.differences() == []


async def test_a_tampered_row_and_a_lost_one_come_back(town: Town) -> None:
    await town.open(await town.file(1))
    async with town.engine.begin() as db:
        await db.execute(update(table).values(state="signed", look_at=None))
    assert await town.differences() == [rebuild.Difference("Z26001", ("state", "look_at"))]
    assert (await town.repaired())[0].repaired
    async with town.engine.begin() as db:
        await db.execute(delete(table))
    assert await town.repaired() == [rebuild.Difference("Z26001", ("id",), repaired=True)]
    assert await town.differences() == []
    async with town.engine.begin() as db:
        await db.execute(delete(rectification_events))
    assert await town.differences() == [rebuild.Difference("Z26001", ("events",))]


async def told(town: Town, first: int) -> list[int]:
    """Who was pushed something, after so many pushes."""
    async with town.engine.connect() as db:
        return list((await db.execute(select(outbox.c.person_id).order_by(outbox.c.id).offset(first))).scalars())


async def test_warnings_are_found_by_an_index_and_given_once(town: Town, second_engine: AsyncEngine) -> None:
    item = await town.open(await town.file(1))
    other = Town(second_engine, node=1)
    town.now = other.now = item.plan.by + timedelta(minutes=1)
    before = len(await town.pushes())
    await asyncio.gather(town.clock.tick(), other.clock.tick())
    await town.clock.tick()
    (now,) = await town.items()
    assert now.plan.late
    assert now.version == 2
    said = (await town.pushes())[before:]
    assert len(said) == len(set(await told(town, before)))
    assert all("整改措施应在" in text for text in said)
    assert await town.differences() == []


async def test_later_tickets_of_the_issue_are_taken_in_once(town: Town) -> None:
    first = await town.file(4)
    await town.open(first)
    town.now += timedelta(hours=2)
    later = await town.file(2)
    numbers_ = tuple(ticket.number for ticket in (*first, *later))
    issue = HotIssue("漏水", "", "居民", 9.0, 6, 2, 0, 1.0, START, town.now, (), numbers_, town.now)
    await hot_issues.save(town.engine, [issue])
    await town.clock.tick()
    await town.clock.tick()
    (item,) = await town.items()
    assert item.tickets == tuple(ticket.id for ticket in (*first, *later))
    assert item.people == 6
    assert item.version == 2
    assert all(ticket.rectified for ticket in await town.tickets())
    assert await town.differences() == []


async def test_a_series_of_bad_grades_is_told_once(town: Town) -> None:
    made = await town.file(5)
    for ticket in made[:4]:
        await town.happen(ticket, Replied("好了"), Rated(1))
    await town.clock.tick()
    assert not any("立项" in text for text in await town.pushes())
    await town.happen(made[4], Replied("好了"), Rated(2))
    for _ in range(2):
        await town.clock.tick()
        town.now += timedelta(minutes=5)
    (told,) = [text for text in await town.pushes() if "立项" in text]
    assert all(ticket.number in told for ticket in made)
    assert "5 件被评为不满意" in told
    for ticket in await town.file(4):
        await town.happen(ticket, Replied("好了"), Rated(1))
    await town.clock.tick()
    assert len([text for text in await town.pushes() if "立项" in text]) == 1
    (last,) = await town.file(1)
    await town.happen(last, Replied("好了"), Rated(1))
    await town.clock.tick()
    assert len([text for text in await town.pushes() if "立项" in text]) == 2


async def test_a_thousand_tickets_by_one_command(town: Town) -> None:
    """One message: the item, its tickets in pieces, and everybody's push, within the platform's patience."""
    covered = await town.file(1000)
    await town.hire(3, 103)
    issue = HotIssue(
        "漏水", "", "居民", 9.0, 1000, 2, 0, 1.0, START, START, (), tuple(t.number for t in covered), START
    )
    await hot_issues.save(town.engine, [issue])
    unit = samples.directory().name("housing")

    assert "涉及 1000 件" in await town.say(103, f"立项 热点1 {unit} 漏水")
    begun = perf_counter()
    assert "已立项" in await town.say(103, "确认")
    assert perf_counter() - begun < 4.5
    (item,) = await town.items()
    assert len(item.tickets) == 1000
    async with town.engine.connect() as db:
        told = select(func.count()).where(ticket_events.c.kind == Informed.__struct_config__.tag)
        assert (await db.execute(told)).scalar_one() == 1000


async def test_two_at_once_take_two_numbers_without_a_gap(town: Town, second_engine: AsyncEngine) -> None:
    covered = await town.file(2)
    other = Town(second_engine, node=1)
    await town.hire(3, 103)
    await town.hire(4, 104)
    unit = samples.directory().name("housing")
    for who, ticket in ((103, covered[0]), (104, covered[1])):
        assert "确认" in await town.say(who, f"立项 {ticket.number} {unit} 漏水")
    said = await asyncio.gather(town.say(103, "确认"), other.say(104, "确认"))
    assert all("已立项" in text for text in said)
    assert sorted(item.key for item in await town.items()) == ["Z26001", "Z26002"]
    assert await town.differences() == []
