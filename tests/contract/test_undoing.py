"""`cards undo` on the real databases: whole or not at all, once, with rankings, followers and documents."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.cli.base import NotPossible
from bot.cli.cards import undo
from handlers.calendar.policy import TERMS
from handlers.repairs.undo_cards import REASON
from handlers.tickets.events.grades import Rated
from handlers.tickets.events.work import Accepted, Replied
from handlers.tickets.ticket import NO_CARDS, State
from storage.schema.tables import rounds
from storage.transactions import directory, undo_cards
from tests.contract.test_chasing import HANDLER, HEAD, NOTICE, Town, answered, joined
from tests.support import samples
from tests.support.samples import CITIZEN, HOUSING, START

DAY = timedelta(days=1)
TOLD = START + DAY


@pytest.fixture
async def town(engine: AsyncEngine) -> Town:
    known = samples.directory()
    await directory.replace(engine, list(known.units.values()), [], known.dispatch_id)
    await directory.save_staff(engine, list(Town(engine).context().directory.staff.values()))
    return Town(engine, page=300)


async def typed(town: Town, *, dry: bool = False, first: timedelta = timedelta(), status: int = 0) -> list[str]:
    said: list[str] = []
    done = await undo(town.engine, NOTICE + first, NOTICE, terms=TERMS, now=TOLD, dry=dry, say=said.append)
    assert done == status
    return said


async def counted(town: Town) -> int:
    async with town.engine.connect() as db:
        return int((await db.execute(select(func.count()).select_from(rounds))).scalar_one())


async def test_forty_tickets_under_a_wrong_clock_are_as_before(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undo_cards, "PAGE", 7)
    monkeypatch.setattr(undo_cards, "_touched", undo_cards._touched.limit(7))
    before = {one.id: one for one in await town.file(40, (Accepted(), HOUSING))}
    assert await counted(town) == 0
    await town.tick(NOTICE)
    assert (await town.kinds())["carded"] == 80
    assert await counted(town) == 40
    pushed = len(await town.pushes(HANDLER))
    kinds = await town.kinds()
    said = await typed(town, dry=True)
    assert "要撤回 40 件：黄牌 40、红牌 40、催办通知单 40（只是看看，没有改动）" in said[-1]
    assert await town.kinds() == kinds
    said = await typed(town)
    assert said[-1] == "已撤回 40 件：黄牌 40、红牌 40、催办通知单 40"
    assert len(said) == 41
    now = await town.tickets()
    assert all(now[number].cards == NO_CARDS for number in before)
    assert await counted(town) == 0
    assert await town.kinds() == kinds + Counter({"undone": 120})
    assert await town.differences() == []
    (document,) = await town.notices()
    assert all(f"{REASON}，已撤回" in line.done for line in document.lines)
    # One word a page to the desk and its head; citizens read it on the page.
    told = (await town.pushes(HANDLER))[pushed:]
    assert len(told) == 6
    assert "7 件" in told[0].text
    assert REASON in told[0].text
    assert len(await town.pushes(HEAD)) >= 6
    assert all(REASON not in push.text for push in await town.pushes(before[1].person_id))
    assert await typed(town) == [said_nothing()]
    # What is truly due is given at its time.
    assert (await town.tick(NOTICE)).steps == {"carded": 80, "noticed": 40}
    assert await town.differences() == []


def said_nothing() -> str:
    return "5月4日（周一）18:00 到 5月4日（周一）18:00，时钟没有记下可以撤回的"


async def test_a_run_that_is_broken_off_goes_on_where_it_was(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undo_cards, "_touched", undo_cards._touched.limit(4))
    await town.file(10)
    await town.tick(NOTICE)
    real, calls = undo_cards._mark_documents, iter(range(100))

    def dies(*given: object) -> None:
        real(*given)  # type: ignore[arg-type]
        if next(calls) == 5:
            raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(undo_cards, "_mark_documents", dies)
        with pytest.raises(KeyboardInterrupt):
            await typed(town)
    assert (await town.kinds())["undone"] == 12
    assert (await typed(town))[-1].startswith("已撤回 6 件")
    assert (await town.kinds())["undone"] == 30
    assert await town.differences() == []


async def test_followers_stand_where_the_ticket_stands_again(town: Town) -> None:
    main, *joiners = await town.file(4)
    main, crowd = await joined(town, main, joiners)
    await town.tick(NOTICE)
    assert (await town.tickets())[crowd[0].id].cards.notice
    before = len(await town.pushes(crowd[0].person_id))
    await typed(town)
    now = await town.tickets()
    assert all(now[one.id].cards == NO_CARDS for one in (main, *crowd))
    assert len(await town.pushes(crowd[0].person_id)) == before
    assert await town.differences() == []


async def test_what_is_a_followers_own_is_taken_back_too_unless_it_left(town: Town) -> None:
    main, *joiners = await town.file(3)
    main, (silent, low) = await joined(town, main, joiners)
    await answered(town, main)
    town.now = START + 6 * DAY
    await town.happen((await town.tickets())[low.id], Rated(1, redo_by=town.now + DAY), CITIZEN)
    await town.tick(NOTICE)
    said = await typed(town, status=1)
    now = await town.tickets()
    assert (now[main.id].state, now[silent.id].chase.silent) == (State.REPLIED, False)
    assert now[silent.id].state is State.REPLIED
    assert (now[low.id].state, now[low.id].joined_to) == (State.REWORK, None)
    assert any(line.startswith(low.number) and "留给人看：自动重办" in line for line in said)
    assert "1 件在那以后有人接着办了" in said[-1]
    assert await town.differences() == []


async def test_an_answer_given_meanwhile_stays(town: Town) -> None:
    (ticket,) = await town.file(1)
    await town.tick(NOTICE)
    town.now = TOLD
    await town.happen((await town.tickets())[ticket.id], Replied("换好了。", rate_by=TOLD + 7 * DAY), HOUSING)
    await typed(town)
    now = (await town.tickets())[ticket.id]
    assert (now.state, now.cards, now.reply) == (State.REPLIED, NO_CARDS, "换好了。")
    assert await counted(town) == 1
    assert await town.differences() == []


async def test_times_the_wrong_way_round_are_refused(town: Town) -> None:
    with pytest.raises(NotPossible, match="写反"):
        await typed(town, first=DAY)
