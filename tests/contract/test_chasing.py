"""The clock on the real databases: everything due is chased once, whole or not at all, whoever else is at work."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from itertools import count

import msgspec
import pytest
import structlog
from msgspec.structs import replace
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from handlers import followers
from handlers.chasing import actions, chase_notice
from handlers.chasing.actions import StepContext
from handlers.chasing.chase_notice import ChaseNotice
from handlers.context import Context, Fresh, Links, Lookups, TextReader
from handlers.deadlines import deadlines
from handlers.directory.directory import Role, Staff
from handlers.outcome import Outcome
from handlers.pushes import Push
from handlers.tickets import lifecycle, numbers
from handlers.tickets.events import Actor, Event, Happening
from handlers.tickets.events.grades import Rated
from handlers.tickets.events.joining import Backed
from handlers.tickets.events.work import Accepted, Replied
from handlers.tickets.lifecycle import Change
from handlers.tickets.ticket import State, Ticket
from nlp.understand import Understanding
from storage.queries import batch_loading
from storage.schema import rows
from storage.schema.tables import chase_notices, events, outbox, tickets
from storage.schema.transaction import runner, writing
from storage.transactions import chase, rebuild
from storage.transactions.chase import Chased, Chaser
from storage.transactions.writing import write_happened
from tests.support import samples
from tests.support.samples import CITIZEN, HOUSING, START

DAY = timedelta(days=1)
PAGE = 4
DUE = datetime.fromisoformat("2026-04-09T18:00:00+08:00")
RED = DUE + 10 * DAY
NOTICE = DUE + 25 * DAY
STAFF = (
    *samples.STAFF,
    Staff(8, "housing", Role.LEADER, "郑局", 108),
    Staff(9, "city", Role.LEADER, "方市长", 109),
)
HANDLER, HEAD, SUPERVISOR, LEADER = 102, 108, 103, 109


class Town:
    """Tickets on a database, and a process whose clock is set by hand."""

    def __init__(self, engine: AsyncEngine, node: int = 0, page: int = PAGE) -> None:
        self.engine = engine
        self.now = START
        self.committed: list[Outcome] = []
        self._ids = count(node * 1_000_000 + 1000)
        self._serials = count(1)
        self.chaser = Chaser(engine, lambda _db: self.context(), self.committed.extend, page=page)

    def context(self) -> Context:
        return Context(
            now=self.now,
            directory=samples.directory(STAFF),
            reader=TextReader(understand=_unread),
            fresh=Fresh(id=lambda: next(self._ids), serial=lambda: 0, token=lambda: "", code=lambda: ""),
            links=Links(
                citizen=lambda token: f"https://town.example/t/{token}",
                notice=lambda number, _staff: f"https://town.example/notice/{number}",
            ),
            lookups=Lookups(hash_invite=str),
        )

    async def file(self, many: int, *whats: tuple[Happening, Actor], **changes: object) -> list[Ticket]:
        """So many tickets filed at START, to which these happened an hour later."""
        made = [self._filed(whats, changes) for _ in range(many)]
        await self.write(Outcome(tickets=tuple(log[-1].ticket for log in made), events=_events(made)))
        return [log[-1].ticket for log in made]

    def _filed(self, whats: tuple[tuple[Happening, Actor], ...], changes: dict[str, object]) -> list[Change]:
        serial = next(self._serials)
        given = {
            "number": numbers.make(serial, START),
            "token": f"token{serial}",
            "person_id": 10_000 + serial,
            "promise": deadlines.promise("投诉", "城乡建设", False, START),
        } | changes
        log = [lifecycle.start(serial, samples.filed(**given), CITIZEN, START)]
        for what, actor in whats:
            log.append(lifecycle.apply(log[-1].ticket, what, actor, START + timedelta(hours=1)))
        return log

    async def write(self, outcome: Outcome) -> None:
        await runner(self.engine).run(lambda db: write_happened(db, [outcome], self.now))

    async def happen(self, ticket: Ticket, what: Happening, actor: Actor) -> Ticket:
        change = lifecycle.apply(ticket, what, actor, self.now)
        await self.write(Outcome(tickets=(change.ticket,), events=(change.event,)))
        return change.ticket

    async def tick(self, at: datetime) -> Chased:
        self.now = at
        return await self.chaser.tick()

    async def tickets(self) -> dict[int, Ticket]:
        async with self.engine.connect() as db:
            docs = (await db.execute(select(tickets.c.doc).order_by(tickets.c.id))).scalars()
            return {ticket.id: ticket for ticket in map(rows.ticket, docs)}

    async def kinds(self) -> Counter[str]:
        async with self.engine.connect() as db:
            return Counter((await db.execute(select(events.c.kind).where(events.c.seq > 1))).scalars())

    async def notices(self) -> list[ChaseNotice]:
        query = select(chase_notices.c.doc).order_by(chase_notices.c.year, chase_notices.c.serial)
        async with self.engine.connect() as db:
            return [rows.chase_notice(doc) for doc in (await db.execute(query)).scalars()]

    async def pushes(self, person_id: int) -> list[Push]:
        query = select(outbox.c.doc).where(outbox.c.person_id == person_id).order_by(outbox.c.id)
        async with self.engine.connect() as db:
            return [rows.push(doc) for doc in (await db.execute(query)).scalars()]

    async def differences(self) -> list[rebuild.Difference]:
        return [one async for one in rebuild.differences(self.engine)]


def _unread(text: str) -> Understanding:
    raise AssertionError("the clock reads no text")


def _events(logs: Iterable[list[Change]]) -> tuple[Event, ...]:
    return tuple(change.event for log in logs for change in log)


@pytest.fixture
def town(engine: AsyncEngine) -> Town:
    return Town(engine)


@pytest.fixture
def other(second_engine: AsyncEngine) -> Town:
    return Town(second_engine, node=1)


async def test_everything_due_is_chased_page_by_page_and_nothing_else(town: Town) -> None:
    await town.file(10)
    await town.file(3, (Accepted(), HOUSING))
    done = await town.tick(START + timedelta(hours=33))
    assert done.steps == {"reminded": 10}
    assert (done.pages, done.tickets, done.lag, done.aside, done.over) == (3, 10, timedelta(minutes=12), 0, True)
    assert (await town.tick(START + timedelta(hours=33))).steps == {}
    assert (await town.tick(DUE)).steps == {"carded": 13}
    assert {ticket.cards.yellow_at for ticket in (await town.tickets()).values()} == {DUE}
    assert await town.differences() == []


async def test_a_tick_stops_when_its_time_is_over_and_goes_on_with_the_next(town: Town) -> None:
    await town.file(10)
    town.now = DUE
    done = await town.chaser.tick(lambda: False)
    assert (done.over, done.steps) == (False, {"carded": PAGE})
    assert (await town.chaser.tick()).steps == {"carded": 10 - PAGE}


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("where", ["_write_summaries", "_write_notices", "write_happened"])
async def test_a_page_that_dies_half_way_leaves_nothing_and_is_taken_again(
    town: Town, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    await town.file(6)
    calls = count(1)
    real: Callable[..., None] = getattr(chase, where)

    def dies(*given: object) -> None:
        real(*given)
        if next(calls) == 2:
            raise Killed

    with monkeypatch.context() as broken:
        broken.setattr(chase, where, dies)
        with pytest.raises(Killed):
            await town.tick(NOTICE)
    assert await town.kinds() == {"carded": 8, "noticed": 4}
    assert [len(one.lines) for one in await town.notices()] == [4]
    await town.tick(NOTICE)
    assert await town.kinds() == {"carded": 12, "noticed": 6}
    assert [(one.number, len(one.lines)) for one in await town.notices()] == [
        ("催〔2026〕0001号", 4),
        ("催〔2026〕0002号", 2),
    ]
    assert await town.differences() == []


async def test_two_clocks_at_once_take_each_step_once(town: Town, other: Town) -> None:
    await town.file(40, unit_id="housing")
    await town.file(20, unit_id="water")
    town.now = other.now = NOTICE
    both = await asyncio.gather(town.chaser.tick(), other.chaser.tick())
    await town.tick(NOTICE)
    assert await town.kinds() == {"carded": 120, "noticed": 60}
    assert sum((done.steps for done in both), Counter[str]())["noticed"] <= 60
    documents = await town.notices()
    assert [one.serial for one in documents] == list(range(1, len(documents) + 1))
    listed = Counter(line.number for one in documents for line in one.lines)
    assert set(listed.values()) == {1}
    assert len(listed) == 60
    assert await town.differences() == []


async def test_a_clock_that_was_set_back_takes_nothing_twice(town: Town) -> None:
    await town.file(3)
    await town.tick(RED)
    before = await town.kinds()
    for at in (DUE, START, RED - timedelta(seconds=1), RED):
        assert (await town.tick(at)).steps == {}
    assert await town.kinds() == before == {"carded": 6}
    assert await town.differences() == []


async def test_tickets_whose_rule_fails_hold_up_nobody_and_are_tried_again_later(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They fill the first page and more."""
    bad = {ticket.id for ticket in await town.file(PAGE + 1)}
    await town.file(6)
    real = actions.steps

    def fails(ticket: Ticket, tick: StepContext) -> tuple[Change, ...]:
        if ticket.id in bad:
            raise KeyError("a bug in a rule")
        return real(ticket, tick)

    with monkeypatch.context() as broken, structlog.testing.capture_logs() as log:
        broken.setattr(actions, "steps", fails)
        town.now = DUE
        pages = count(1)
        first = await town.chaser.tick(lambda: next(pages) < 9)
        again = await town.tick(DUE + timedelta(minutes=1))
    assert (first.steps, first.aside, first.over) == ({"carded": 6}, len(bad), True)
    assert (again.steps, again.aside) == ({}, len(bad))
    assert {(line["event"], line["ticket_id"]) for line in log} == {("ticket_not_chased", one) for one in bad}
    assert len(log) == len(bad)
    assert (await town.tick(DUE + timedelta(minutes=5))).steps == {}
    later = await town.tick(DUE + chase.ASIDE)
    assert (later.steps, later.aside) == ({"carded": len(bad)}, 0)


async def test_a_ticket_that_cannot_be_written_holds_up_nobody(town: Town, engine: AsyncEngine) -> None:
    """Its log has an event that its row does not know of: it collides for ever."""
    bad, *_ = await town.file(6)
    async with writing(engine) as db:
        stray = replace(samples.start().event, ticket_id=bad.id, seq=2)
        await db.execute(insert(events).values(**rows.event_row(stray)))
    with structlog.testing.capture_logs():
        done = await town.tick(DUE)
    assert (done.steps, done.aside) == ({"carded": 5}, 1)


async def test_a_row_that_cannot_be_read_holds_up_nobody(town: Town, engine: AsyncEngine) -> None:
    bad, *_ = await town.file(6)
    async with writing(engine) as db:
        await db.execute(update(tickets).where(tickets.c.id == bad.id).values(doc='{"id": "no"}'))
    with structlog.testing.capture_logs():
        done = await town.tick(DUE)
    assert (done.steps, done.aside) == ({"carded": 5}, 1)
    assert await chase.overdue(engine, DUE + DAY) == (1, bad.promise.accept_by)


async def test_the_documents_of_a_tick(town: Town) -> None:
    """One a unit however many pages, numbered without a gap within China's year, in the order in which they were begun."""
    await town.file(6, unit_id="housing")
    await town.file(3, unit_id="water")
    await town.tick(NOTICE)
    await town.file(2, unit_id="water")
    await town.tick(datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC))
    await town.file(1, unit_id="may")
    await town.tick(datetime(2026, 12, 31, 16, tzinfo=UTC))
    told = [(one.number, one.unit, one.superior, len(one.lines)) for one in await town.notices()]
    assert told == [
        ("催〔2026〕0001号", "市住建局", "江城市政府", 6),
        ("催〔2026〕0002号", "市水务局", "江城市政府", 3),
        ("催〔2026〕0003号", "市水务局", "江城市政府", 2),
        ("催〔2027〕0001号", "五一街道办", "东湖区政府", 1),
    ]
    line = (await town.notices())[0].lines[0]
    assert (line.late, line.done) == ("25 天", ("没有受理", "05-04 18:00 黄牌", "05-04 18:00 红牌"))
    assert {ticket.cards.notice for ticket in (await town.tickets()).values()} == {row[0] for row in told}
    assert await town.differences() == []


async def test_a_document_takes_so_many_lines(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chase_notice, "MOST_LINES", 5)
    await town.file(13)
    await town.tick(NOTICE)
    assert [len(one.lines) for one in await town.notices()] == [5, 5, 3]
    assert await town.differences() == []


async def test_a_document_that_is_lost_is_found(town: Town, engine: AsyncEngine) -> None:
    one, two = await town.file(2)
    await town.tick(NOTICE)
    (document,) = await town.notices()
    async with writing(engine) as db:
        shorter = rows.to_json(replace(document, lines=document.lines[:1]))
        await db.execute(update(chase_notices).values(doc=shorter))
    assert await town.differences() == [rebuild.Difference(two.number, ("chase_notices",))]
    async with writing(engine) as db:
        await db.execute(chase_notices.delete())
    assert [found.number for found in await town.differences()] == [one.number, two.number]


async def test_few_are_told_one_by_one_and_many_in_one_push(engine: AsyncEngine) -> None:
    town = Town(engine, page=100)
    await town.file(3, unit_id="may")
    await town.file(11, unit_id="housing")
    await town.tick(DUE)
    assert len(await town.pushes(106)) == 3  # the street's secretary is its desk and its head, told once
    for person in (HANDLER, HEAD):
        (push,) = await town.pushes(person)
        assert push.text.startswith("有 11 件到期没有答复市民，亮了黄牌")
        assert len(numbers.find(push.text)) == 8
        assert "还有 3 件" in push.text
        assert push.card is not None
        assert push.card.title.startswith("11 件：")
    assert await town.pushes(SUPERVISOR) == []
    citizens = {ticket.person_id for ticket in (await town.tickets()).values()}
    assert [len(await town.pushes(person)) for person in citizens] == [1] * 14


async def test_a_summary_grows_from_page_to_page_and_waits_for_the_last(town: Town, engine: AsyncEngine) -> None:
    await town.file(2, unit_id="may")
    await town.file(12, unit_id="housing")
    await town.tick(DUE)
    first, second, summary = await town.pushes(HANDLER)
    assert "有 10 件" in summary.text
    assert all("有" not in single.text[:2] for single in (first, second))
    async with engine.connect() as db:
        assert (await db.execute(select(outbox.c.due_at).where(outbox.c.id == summary.id))).scalar_one() == DUE
    town.now = DUE + DAY
    await town.file(PAGE * 2, unit_id="housing")
    await town.chaser.tick(lambda: False)
    *_, later = await town.pushes(HANDLER)
    async with engine.connect() as db:
        due_at = (await db.execute(select(outbox.c.due_at).where(outbox.c.id == later.id))).scalar_one()
    assert due_at == town.now + chase.SETTLES


async def test_a_document_is_one_push_to_everybody_whom_it_concerns(town: Town) -> None:
    first = await town.file(2)
    await town.tick(RED)
    before = {person: len(await town.pushes(person)) for person in (HANDLER, HEAD, SUPERVISOR, LEADER)}
    assert before == {HANDLER: 4 - 2, HEAD: 2, SUPERVISOR: 2, LEADER: 0}
    await town.tick(NOTICE)
    for person, had in before.items():
        *_, push = await town.pushes(person)
        assert len(await town.pushes(person)) == had + 1
        assert "催〔2026〕0001号：市住建局有 2 件" in push.text
        assert "https://town.example/notice/" in push.text
        assert push.card is not None
        assert push.card.path.startswith("/notice/")
    told = await town.pushes(first[0].person_id)
    assert "催〔2026〕0001号" in told[-1].text
    assert "/notice/" not in told[-1].text


async def test_heat_and_crowds_raise_a_step(town: Town, engine: AsyncEngine) -> None:
    hot, _ = await town.file(2)
    town.chaser = Chaser(engine, lambda _db: town.context())
    with pytest.MonkeyPatch.context() as heated:
        heated.setattr(chase, "_hot_numbers", lambda db: frozenset({hot.number}))
        await town.tick(DUE)
    (push,) = await town.pushes(SUPERVISOR)
    assert hot.number in push.text


ANSWER = Replied("换了新灯。", rate_by=START + 7 * DAY)


async def test_followers_are_chased_through_the_one_they_follow(town: Town) -> None:
    main, *joiners = await town.file(4)
    main, crowd = await joined(town, main, joiners)
    await town.tick(DUE)
    now = await town.tickets()
    assert {now[one.id].cards.yellow_at for one in crowd} == {DUE}
    assert await town.kinds() == {"backed": 3, "joined": 3, "carded": 1, "followed": 3}
    assert "黄牌" in (await town.pushes(crowd[0].person_id))[0].text
    assert await town.differences() == []


async def test_what_is_a_followers_own_happens_to_it_alone(town: Town) -> None:
    """One says nothing, one gives a low grade and leaves; the one they follow is closed, and hears who left."""
    main, *joiners = await town.file(3)
    main, (silent, low) = await joined(town, main, joiners)
    main = await answered(town, main)
    town.now = START + 7 * DAY - timedelta(hours=20)
    low = await town.happen((await town.tickets())[low.id], Rated(1, redo_by=town.now + DAY), CITIZEN)
    done = await town.tick(START + 8 * DAY)
    assert done.steps == {"silent": 2, "closed": 1, "followed": 2, "reopened": 1, "parted": 1}
    now = await town.tickets()
    assert (now[main.id].state, now[main.id].crowd) == (State.CLOSED, 1)
    assert (now[silent.id].state, now[silent.id].chase.silent) == (State.CLOSED, True)
    assert (now[low.id].state, now[low.id].joined_to) == (State.REWORK, None)
    assert "不算满意也不算不满意" in (await town.pushes(silent.person_id))[-1].text
    assert await town.differences() == []


async def joined(town: Town, main: Ticket, joiners: list[Ticket]) -> tuple[Ticket, list[Ticket]]:
    """They follow it from now on."""
    crowd = []
    for one in joiners:
        backed = lifecycle.apply(main, Backed(one.number), CITIZEN, town.now)
        follows = lifecycle.apply(one, followers.joined(backed.ticket), CITIZEN, town.now)
        await town.write(Outcome(tickets=(backed.ticket, follows.ticket), events=(backed.event, follows.event)))
        main = backed.ticket
        crowd.append(follows.ticket)
    return main, crowd


async def answered(town: Town, main: Ticket) -> Ticket:
    """The unit answers, and those who follow hear of it."""
    change = lifecycle.apply(main, ANSWER, HOUSING, town.now)
    outcome = Outcome(tickets=(change.ticket,), events=(change.event,))
    crowd = await runner(town.engine).run(lambda db: batch_loading.followers(db, [main.id]))
    more = followers.propagate(outcome, {main.id: crowd}, {}, town.context())
    await town.write(Outcome(tickets=outcome.tickets + more.tickets, events=outcome.events + more.events))
    return change.ticket


async def test_what_somebody_holds_is_left_to_them_and_taken_later(town: Town, second_engine: AsyncEngine) -> None:
    held, *_ = await town.file(3)
    if second_engine.dialect.name == "sqlite":
        return  # one writer at a time: whoever comes later waits
    async with writing(second_engine) as db:
        await db.execute(select(tickets.c.id).where(tickets.c.id == held.id).with_for_update())
        assert (await town.tick(DUE)).steps == {"carded": 2}
    assert (await town.tick(DUE)).steps == {"carded": 1}


def test_documents_are_plain_json() -> None:
    assert msgspec.json.decode(rows.to_json(ChaseNotice("催〔2026〕0001号", 2026, 1, "housing", "市住建局", "", START)))
