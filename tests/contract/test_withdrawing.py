"""`public withdraw` on the real databases: once, by what the words say, with columns and followers; `--dry-run` changes nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.cli.contexts import contexts
from bot.cli.public import withdraw
from handlers.calendar.policy import TERMS
from handlers.tickets.events.filing import Shown, Supplemented
from handlers.tickets.events.work import Replied
from handlers.tickets.publishing import is_public
from storage.schema.tables import tickets
from storage.transactions import directory
from storage.transactions import withdraw as withdrawing
from tests.contract.test_chasing import Town
from tests.support import samples
from tests.support.reading import understand
from tests.support.samples import CITIZEN, HOUSING, START

SECRET = "村支书贪污低保款，请查处"
OPEN = (Replied("已经处理。"), HOUSING), (Shown(False, True), CITIZEN)


@pytest.fixture
async def town(engine: AsyncEngine) -> Town:
    known = samples.directory()
    await directory.replace(engine, list(known.units.values()), [], known.dispatch_id)
    return Town(engine, page=300)


async def typed(town: Town, *, dry: bool = False) -> list[str]:
    said: list[str] = []
    await withdraw(town.engine, understand, terms=TERMS, now=START, dry=dry, say=said.append)
    return said


async def test_what_should_not_be_public_is_withdrawn_once(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(withdrawing, "PAGE", 2)
    lamp, secret, hidden, later = [
        (await town.file(1, *steps, text=text, kind="咨询", title="标题", public=False))[0]
        for text, steps in (
            ("请问路灯什么时候修", OPEN),
            (SECRET, OPEN),
            (SECRET, ()),
            ("请问路灯什么时候修", (*OPEN, (Supplemented("我怕打击报复，请替我保密"), CITIZEN))),
        )
    ]
    before = await town.tickets()
    said = await typed(town, dry=True)
    assert said == [
        f"{secret.number}\t公开过\t举报人保密",
        f"{hidden.number}\t没公开\t举报人保密",
        f"{later.number}\t公开过\t举报人保密",
        "要收回公开 2 件；另有 1 件没公开过，不再供附议、热点和整改（只是看看，没有改动）",
    ]
    assert await town.tickets() == before
    assert (await typed(town))[-1] == "已收回公开 2 件；另有 1 件没公开过，不再供附议、热点和整改"
    now = await town.tickets()
    assert [is_public(now[one.id]) for one in (lamp, secret, hidden, later)] == [True, False, False, False]
    assert (await town.kinds())["sealed"] == 3
    async with town.engine.connect() as db:
        published = set((await db.execute(select(tickets.c.id).where(tickets.c.published_at.is_not(None)))).scalars())
    assert published == {lamp.id}
    assert await typed(town) == ["没有要收回的"]
    assert await town.differences() == []


async def test_a_run_that_is_broken_off_goes_on(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    await town.file(7, *OPEN, text=SECRET, kind="咨询")
    count = 0
    async for _ in withdrawing.withdraw(
        town.engine, contexts(samples.directory(), TERMS, START, understand=understand), dry=False, page=3
    ):
        count += 1
        if count == 3:
            break
    assert (await town.kinds())["sealed"] == 3
    assert (await typed(town))[-1].startswith("已收回公开 4 件")
    assert (await town.kinds())["sealed"] == 7
