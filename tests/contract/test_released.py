"""Who was released as an official, or must keep away, is told nothing more as one; what is theirs as a citizen still comes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from handlers.directory.directory import Level, Role, Staff, Unit
from handlers.messages import Channel, Incoming, Text
from handlers.official.commands import account
from handlers.official.talk import OfficialTalk
from handlers.outcome import Outcome, Who
from handlers.pushes import Card, CardKind, Push
from handlers.tickets import lifecycle
from handlers.tickets.events import Actor, By
from handlers.tickets.events.desks import Recused
from storage.queries import batch_loading
from storage.queues import released
from storage.queues.outbox import Outbox
from storage.schema import rows
from storage.schema.tables import OutboxState, people, staff, tickets
from storage.schema.tables import outbox as table
from storage.transactions import directory
from storage.transactions.batch import Case
from storage.transactions.writing import write, write_happened
from tests.contract.rules import NOW, Process
from tests.support import samples

LEASE = timedelta(minutes=2)
TASK = Card(CardKind.REMINDER, "26000010", "路灯", "快到期了", "", NOW)
PROGRESS = Card(CardKind.PROGRESS, "26000010", "路灯", "已受理", "", NOW, "/t/token")


@pytest.fixture
async def person(process: Process, engine: AsyncEngine) -> int:
    """Somebody bound as member of staff 5, with a ticket of their own (900) beside one of somebody else's (901)."""
    await process.say("o1", "hello")
    async with engine.connect() as db:
        found = (await db.execute(select(people.c.id).where(people.c.openid == "o1"))).scalar_one()
    await directory.save_staff(engine, [Staff(5, "roads", Role.HANDLER, "陈立", found)])
    async with engine.begin() as db:
        for number, owner in ((900, found), (901, found + 1)):
            filed = samples.filed()
            one = lifecycle.start(
                number,
                replace(filed, number=f"26000{number}", token=f"t{number}", person_id=owner),
                Actor(By.CITIZEN, owner),
                NOW,
            ).ticket
            await db.execute(insert(tickets).values(**rows.ticket_row(one)))
    return int(found)


def pushes(person: int) -> list[Push]:
    """By id: whether it is told as an official, and of which program."""
    return [
        Push(1, person, 900, "您的件已受理", PROGRESS),
        Push(2, person, None, "这是刚才那条的回答"),
        Push(3, person, 901, "旧：转来工单", TASK),
        Push(4, person, None, "旧：汇总", TASK),
        Push(5, person, 901, "新工单", TASK, staff_id=5),
        Push(6, person, None, "月报", TASK, staff_id=5),
        Push(7, person, 900, "您的件转到您的桌上", TASK, staff_id=5),
    ]


async def left(engine: AsyncEngine) -> set[int]:
    async with engine.connect() as db:
        return set((await db.execute(select(table.c.id))).scalars())


@pytest.mark.parametrize("state", [OutboxState.PENDING, OutboxState.PARKED, OutboxState.DEAD, OutboxState.UNCERTAIN])
async def test_release_deletes_what_waits_for_the_official(
    engine: AsyncEngine, person: int, state: OutboxState
) -> None:
    await Outbox(engine).add(pushes(person), NOW)
    async with engine.begin() as db:
        await db.execute(update(table).values(state=state.value))
        await db.execute(update(people).where(people.c.id == person).values(parked=7))
    member = (await directory.load(engine)).staff[5]
    before = await directory.version(engine)
    await directory.release(engine, member)
    assert await left(engine) == {1, 2}
    assert await directory.version(engine) > before
    async with engine.connect() as db:
        parked = (await db.execute(select(people.c.parked).where(people.c.id == person))).scalar_one()
        assert await db.run_sync(released.drop, person) == 0
    assert parked == (2 if state is OutboxState.PARKED else 0)


async def test_unbinding_in_the_chat_deletes_it_too(engine: AsyncEngine, person: int) -> None:
    await Outbox(engine).add(pushes(person), NOW)
    incoming = Incoming("unbind", Channel.WECHAT, "o1", NOW, NOW, Text("确认"))
    async with engine.begin() as db:
        (known,) = (await db.run_sync(batch_loading.known, [incoming])).values()
        assert known.staff is not None
        who = Who(known.person, known.talk, known.staff)
        outcome = Outcome(staff=(account.released(known.staff),), talk=OfficialTalk())
        await db.run_sync(write, [Case(incoming, who, outcome=outcome)], NOW)
    assert await left(engine) == {1, 2}


async def test_what_slips_in_after_the_release_is_not_sent(engine: AsyncEngine, person: int) -> None:
    box = Outbox(engine)
    member = (await directory.load(engine)).staff[5]
    await directory.release(engine, member)
    theirs, late = pushes(person)[:2], pushes(person)[4:6]
    # Each in a lane of its own: a lane gives its first push only.
    await box.add([*theirs, *(replace(push, ticket_id=902 + push.id) for push in late)], NOW)
    taken = {one.push.id: one.released for one in await box.claim(NOW, 16, LEASE)}
    assert taken == {1: False, 2: False, 5: True, 6: True}


async def test_what_was_parked_is_not_told_to_who_is_no_official_any_more(engine: AsyncEngine, person: int) -> None:
    await Outbox(engine).add(pushes(person)[4:6], NOW)
    async with engine.begin() as db:
        await db.execute(update(table).values(state=OutboxState.PARKED.value))
        await db.execute(update(people).where(people.c.id == person).values(parked=2))
    incoming = Incoming("again", Channel.WECHAT, "o1", NOW, NOW, Text("hello again"))
    async with engine.begin() as db:
        (known,) = (await db.run_sync(batch_loading.known, [incoming])).values()
    assert known.parked == ("新工单", "月报")
    async with engine.begin() as db:
        await db.run_sync(lambda sync: sync.execute(update(staff).values(person_id=None)))
        (known,) = (await db.run_sync(batch_loading.known, [incoming])).values()
    assert known.parked == ()


@pytest.mark.parametrize("state", [OutboxState.PENDING, OutboxState.PARKED, OutboxState.DEAD, OutboxState.UNCERTAIN])
@pytest.mark.parametrize(
    ("accused", "left_over"),
    [("roads", {1, 2, 4, 6, 7}), ("works", {1, 2, 4, 6, 7}), ("team", {1, 2, 3, 4, 5, 6, 7})],
    ids=["own unit", "unit above", "unit below"],
)
async def test_who_must_keep_away_is_told_nothing_more_of_the_ticket(
    engine: AsyncEngine, person: int, state: OutboxState, accused: str, left_over: set[int]
) -> None:
    tree = (
        Unit("county", "松江县人民政府", Level.COUNTY, None),
        Unit("works", "县建设局", Level.COUNTY, "county"),
        Unit("roads", "县城管局", Level.COUNTY, "works"),
        Unit("team", "城管中队", Level.STREET, "roads"),
    )
    await directory.replace(engine, tree, (), "county")
    await Outbox(engine).add(pushes(person), NOW)
    async with engine.begin() as db:
        await db.execute(update(table).values(state=state.value))
        await db.execute(update(people).where(people.c.id == person).values(parked=7))
        (doc,) = (await db.execute(select(tickets.c.doc).where(tickets.c.id == 901))).one()
        change = lifecycle.apply(rows.ticket(doc), Recused((accused,), "county"), Actor(By.SYSTEM), NOW)
        outcome = Outcome(tickets=(change.ticket,), events=(change.event,))
        await db.run_sync(write_happened, [outcome], NOW)
        parked = (await db.execute(select(people.c.parked).where(people.c.id == person))).scalar_one()
    assert await left(engine) == left_over
    if len(left_over) < 7:
        assert parked == (len(left_over) if state is OutboxState.PARKED else 0)
