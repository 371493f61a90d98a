"""What lay with a unit that it accuses before there was a rule is moved once, with its followers, and told to the new desk."""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec.structs import replace
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.cli.directory import recuse
from handlers.calendar.policy import TERMS
from handlers.directory.directory import Level, Role, Route, Staff, Unit
from handlers.outcome import Outcome
from handlers.tickets import lifecycle
from handlers.tickets.events import Actor, By
from storage.schema import rows
from storage.schema.tables import outbox, tickets
from storage.transactions import directory, rebuild
from storage.transactions.writing import write_happened
from tests.support import samples

NOW = datetime(2026, 11, 30, 1, 0, tzinfo=UTC)
UNITS = (
    Unit("county", "松江县人民政府", Level.COUNTY, None, "松江县"),
    Unit("dispatch", "县受理中心", Level.COUNTY, "county"),
    Unit("watch", "县纪委监委", Level.COUNTY, "county"),
    Unit("roads", "县城管局", Level.COUNTY, "county", aliases=("城管局",)),
    Unit("team", "城管中队", Level.STREET, "roads"),
)
STAFF = (Staff(1, "watch", Role.HANDLER, "罗检", 51), Staff(2, "roads", Role.HANDLER, "陈立", 52))


async def test_they_go_to_the_supervising_body_once(engine: AsyncEngine) -> None:
    await directory.replace(engine, UNITS, [Route("watch", "纪检监察")], "dispatch")
    await directory.save_staff(engine, STAFF)
    texts = {
        901: ("roads", "举报城管局局长收受夜市老板的红包"),
        902: ("team", "城管局的人吃拿卡要"),
        903: ("roads", "路灯坏了城管局不修"),
        904: ("watch", "举报城管局局长收受红包"),
    }
    made = [
        lifecycle.start(
            number,
            replace(samples.filed(), number=f"26000{number}", token=f"t{number}", unit_id=unit, text=text),
            Actor(By.CITIZEN, 7),
            NOW,
        )
        for number, (unit, text) in texts.items()
    ]
    outcome = Outcome(tickets=tuple(one.ticket for one in made), events=tuple(one.event for one in made))
    async with engine.begin() as db:
        await db.run_sync(lambda sync: write_happened(sync, [outcome], NOW))

    said: list[str] = []

    async def run(*, dry: bool) -> int:
        return await recuse(engine, site="https://s.example", terms=TERMS, now=NOW, dry=dry, say=said.append)

    assert await run(dry=True) == 2
    assert await run(dry=False) == 2
    assert await run(dry=False) == 0
    assert "没有要回避的件" in said
    assert not any("红包" in line for line in said)
    async with engine.connect() as db:
        docs = (await db.execute(select(tickets.c.doc).order_by(tickets.c.id))).scalars().all()
        told = {rows.push(doc).person_id for doc in (await db.execute(select(outbox.c.doc))).scalars()}
    assert [rows.ticket(doc).unit_id for doc in docs] == ["watch", "watch", "roads", "watch"]
    assert 51 in told
    assert 52 not in told
    assert [one async for one in rebuild.differences(engine, False)] == []
