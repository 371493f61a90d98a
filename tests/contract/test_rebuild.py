"""`rebuild` finds every row that is not what its events say, repairs it, and leaves everything else alone."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.schema.tables import events, tickets
from storage.transactions import rebuild
from storage.transactions.rebuild import Difference
from tests.contract.rules import Process


async def differences(engine: AsyncEngine, *, repair: bool = False) -> list[Difference]:
    return [one async for one in rebuild.differences(engine, repair)]


async def changed(engine: AsyncEngine, statement: object) -> None:
    async with engine.begin() as db:
        await db.execute(statement)  # type: ignore[call-overload]


@pytest.fixture
async def numbers(process: Process) -> list[str]:
    """Four tickets, each with a note, on two pages."""
    filed = [await process.say(f"o{n}", "file") for n in range(4)]
    for number in filed:
        await process.say("o9", f"note {number} 配件已订")
    return filed


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuild, "PAGE", 2)
    monkeypatch.setattr(rebuild, "_page", rebuild._page.limit(2))
    monkeypatch.setattr(rebuild, "_orphans", rebuild._orphans.limit(2))


TAMPERED = {
    "unit_id": "elsewhere",
    "state": "closed",
    "rating": 5,
    "version": 1,
    "doc": "{}",
    "token": "guessed",
    "person_id": 1,
}


@pytest.mark.parametrize("column", TAMPERED)
async def test_a_tampered_row_is_found_and_repaired(column: str, numbers: list[str], engine: AsyncEngine) -> None:
    assert await differences(engine) == []
    await changed(engine, update(tickets).where(tickets.c.number == numbers[2]).values({column: TAMPERED[column]}))
    assert await differences(engine) == [Difference(numbers[2], (column,))]
    assert await differences(engine) == [Difference(numbers[2], (column,))]
    assert await differences(engine, repair=True) == [Difference(numbers[2], (column,), repaired=True)]
    assert await differences(engine) == []


async def test_lost_rows_come_back_from_their_events(numbers: list[str], engine: AsyncEngine) -> None:
    async with engine.connect() as db:
        before = (await db.execute(select(tickets).order_by(tickets.c.id))).mappings().all()
    await changed(engine, delete(tickets).where(tickets.c.number.in_(numbers[:3])))
    assert [one.number for one in await differences(engine)] == numbers[:3]
    assert all(one.repaired for one in await differences(engine, repair=True))
    async with engine.connect() as db:
        assert (await db.execute(select(tickets).order_by(tickets.c.id))).mappings().all() == before


async def test_a_damaged_log_is_told_and_not_repaired(numbers: list[str], engine: AsyncEngine) -> None:
    async with engine.connect() as db:
        ids = {row.number: row.id for row in await db.execute(select(tickets.c.number, tickets.c.id))}
    await changed(engine, delete(events).where(events.c.ticket_id == ids[numbers[0]], events.c.seq == 1))
    await changed(engine, delete(events).where(events.c.ticket_id == ids[numbers[1]]))
    for repair in (False, True):
        found = await differences(engine, repair=repair)
        assert found == [Difference(number, ("events",)) for number in numbers[:2]]


async def test_a_lost_row_with_a_damaged_log(numbers: list[str], engine: AsyncEngine) -> None:
    async with engine.connect() as db:
        first = (await db.execute(select(events).order_by(events.c.ticket_id, events.c.seq))).mappings().first()
    assert first is not None
    await changed(engine, insert(events).values(**{**first, "ticket_id": 5, "seq": 1}))
    await changed(engine, insert(events).values(**{**first, "ticket_id": 5, "seq": 3}))
    assert await differences(engine, repair=True) == [Difference("id 5", ("events",))]
