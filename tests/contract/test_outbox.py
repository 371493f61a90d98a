"""Pushes wait in order, go to one worker at a time, and none is lost: whatever happens to it, somebody hears of it."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.ext.asyncio import AsyncEngine

from handlers.people import Reach
from handlers.pushes import Push
from storage.outbox import Outbox
from storage.reading import Archive
from storage.tables import OutboxState, people
from tests.contract.rules import NOW, Process

LEASE = timedelta(minutes=2)


@pytest.fixture
def outbox(engine: AsyncEngine) -> Outbox:
    return Outbox(engine)


@pytest.fixture
async def persons(process: Process, engine: AsyncEngine) -> list[int]:
    """Two people who have written."""
    for openid in ("o1", "o2"):
        await process.say(openid, "hello")
    async with engine.connect() as db:
        return list((await db.execute(select(people.c.id).order_by(people.c.openid))).scalars())


async def queued(outbox: Outbox, *rows: tuple[int, int, int | None]) -> None:
    """Pushes of (id, person, ticket)."""
    await outbox.add([Push(push, person, ticket, f"text {push}") for push, person, ticket in rows], NOW)


async def claimed(outbox: Outbox, now: datetime = NOW, most: int = 16) -> list[int]:
    return [one.push.id for one in await outbox.claim(now, most, LEASE)]


async def states(outbox: Outbox) -> dict[int, str]:
    return {letter.id: letter.state.value for state in OutboxState for letter in await outbox.list(state)}


async def test_each_lane_gives_its_first_push_only(outbox: Outbox, persons: list[int]) -> None:
    one, two = persons
    await queued(outbox, (1, one, 70), (2, one, 70), (3, two, 70), (4, one, 71), (5, one, None), (6, one, None))
    assert await claimed(outbox) == [1, 3, 4, 5]
    assert await claimed(outbox) == []
    await outbox.sent(1, None)
    await outbox.dead(5, "refused")
    assert await claimed(outbox) == [2, 6]


async def test_no_more_than_asked_for(outbox: Outbox, persons: list[int]) -> None:
    await queued(outbox, *((n, persons[0], n) for n in range(1, 9)))
    assert await claimed(outbox, most=3) == [1, 2, 3]


async def test_a_retry_holds_its_lane_and_no_other(outbox: Outbox, persons: list[int]) -> None:
    await queued(outbox, (1, persons[0], 70), (2, persons[0], 70), (3, persons[0], 71))
    assert await claimed(outbox) == [1, 3]
    await outbox.retry(1, NOW + timedelta(seconds=15), "busy")
    assert await claimed(outbox, NOW + timedelta(seconds=14)) == []
    again = await outbox.claim(NOW + timedelta(seconds=15), 16, LEASE)
    assert [(one.push.id, one.attempts) for one in again] == [(1, 2)]


async def test_a_dead_workers_push_is_taken_again_after_its_lease(outbox: Outbox, persons: list[int]) -> None:
    await queued(outbox, (1, persons[0], 70))
    assert await claimed(outbox) == [1]
    assert await claimed(outbox, NOW + LEASE - timedelta(seconds=1)) == []
    assert await claimed(outbox, NOW + LEASE) == [1]


async def test_two_claimers_share_without_overlap(
    outbox: Outbox, second_engine: AsyncEngine, persons: list[int]
) -> None:
    await queued(outbox, *((n, persons[0], n) for n in range(1, 41)))
    other = Outbox(second_engine)
    taken = await asyncio.gather(*(claimed(box, most=5) for _ in range(4) for box in (outbox, other)))
    everything = [push for share in taken for push in share]
    assert sorted(everything) == list(range(1, 41))


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
async def test_a_claimer_passes_over_what_another_is_taking(
    outbox: Outbox, second_engine: AsyncEngine, persons: list[int]
) -> None:
    """And waits for nobody; the lane of what is being taken stays closed."""
    await queued(outbox, (1, persons[0], 70), (2, persons[0], 70), (3, persons[0], 71))
    async with second_engine.begin() as db:
        await db.exec_driver_sql("SELECT 1 FROM outbox WHERE id = 1 FOR UPDATE")
        async with asyncio.timeout(5):
            assert await claimed(outbox) == [3]
    assert await claimed(outbox) == [1]


async def test_an_added_push_is_added_once(outbox: Outbox, persons: list[int]) -> None:
    await queued(outbox, (1, persons[0], None))
    await queued(outbox, (1, persons[0], None), (2, persons[0], None))
    assert await claimed(outbox) == [1]
    await outbox.sent(1, "m")
    assert await claimed(outbox) == [2]


async def test_what_is_parked_is_told_at_the_next_message(
    process: Process, outbox: Outbox, persons: list[int], engine: AsyncEngine
) -> None:
    await queued(outbox, (1, persons[0], 70), (2, persons[0], 71), (3, persons[1], 72))
    for push_id, person_id in ((1, persons[0]), (2, persons[0]), (3, persons[1])):
        await outbox.park(push_id, person_id, "no way")
    assert await claimed(outbox) == []
    assert await process.say("o1", "x hello") == "text 1|text 2|hello"
    assert await process.say("o1", "x hello") == "hello"
    assert await states(outbox) == {1: "told", 2: "told", 3: "parked"}
    person = await Archive(engine).person(persons[0])
    assert person is not None
    assert person.parked == 0


async def test_a_message_that_fails_tells_nothing_and_loses_nothing(
    process: Process, outbox: Outbox, persons: list[int]
) -> None:
    await queued(outbox, (1, persons[0], 70))
    await outbox.park(1, persons[0], "no way")
    await process.say("o1", "boom")
    assert await process.say("o1", "x hello") == "text 1|hello"


async def test_the_dead_are_listed_and_rise_by_requeue(outbox: Outbox, persons: list[int]) -> None:
    await queued(outbox, (1, persons[0], 70), (2, persons[0], 71), (3, persons[0], 72))
    await claimed(outbox)
    await outbox.dead(1, "bad " * 100)
    await outbox.dead(2, "bad")
    await outbox.sent(3, None)
    letters = await outbox.list(None)
    assert [(letter.id, letter.state, letter.ticket_id) for letter in letters] == [
        (1, OutboxState.DEAD, 70),
        (2, OutboxState.DEAD, 71),
    ]
    assert len(letters[0].error) <= 200
    assert await outbox.backlog() == {OutboxState.DEAD: 2}
    assert await outbox.requeue(NOW, [1, 3]) == 1
    assert await outbox.requeue(NOW) == 1
    assert [one.attempts for one in await outbox.claim(NOW, 16, LEASE)] == [1, 1]


async def test_reach_is_spent_one_by_one_and_never_below_none(
    process: Process, outbox: Outbox, persons: list[int], engine: AsyncEngine
) -> None:
    await process.say("o1", "file")
    one, two = persons
    assert [await outbox.spend_reach(one, NOW) for _ in range(6)] == [True] * 5 + [False]
    assert not await outbox.spend_reach(two, NOW)
    await outbox.refund_reach(one)
    assert await outbox.spend_reach(one, NOW)
    await outbox.refund_reach(one)
    await outbox.empty_reach(one)
    assert not await outbox.spend_reach(one, NOW)
    person = await Archive(engine).person(one)
    assert person is not None
    assert person.reach == Reach(NOW.replace(year=2030), 0)


async def test_reach_ends_with_its_time(process: Process, outbox: Outbox, persons: list[int]) -> None:
    await process.say("o1", "file")
    assert not await outbox.spend_reach(persons[0], NOW.replace(year=2030))
    assert await outbox.spend_reach(persons[0], NOW.replace(year=2030) - timedelta(seconds=1))


async def test_two_workers_never_spend_more_than_there_is(
    process: Process, outbox: Outbox, second_engine: AsyncEngine, persons: list[int]
) -> None:
    await process.say("o1", "file")
    other = Outbox(second_engine)
    spent = await asyncio.gather(*(box.spend_reach(persons[0], NOW) for _ in range(5) for box in (outbox, other)))
    assert sum(spent) == 5


@pytest.mark.parametrize("arrived", [True, False])
async def test_the_platforms_later_verdict(arrived: bool, process: Process, outbox: Outbox, persons: list[int]) -> None:
    await queued(outbox, (1, persons[0], 70))
    await claimed(outbox)
    await outbox.sent(1, "2000123")
    for _ in range(2):
        await outbox.delivered("2000123", arrived, "failed:user block")
        await outbox.delivered("unknown", arrived, "failed")
    assert await states(outbox) == {1: "sent" if arrived else "parked"}
    assert await process.say("o1", "x hello") == ("hello" if arrived else "text 1|hello")


async def test_a_claim_is_one_statement_that_writes(outbox: Outbox, persons: list[int], engine: AsyncEngine) -> None:
    """Between a look and a taking somebody else could take."""
    await queued(outbox, (1, persons[0], 70))
    statements: list[str] = []
    event.listen(engine.sync_engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    await claimed(outbox)
    assert [said for said in statements if "outbox" in said and not said.startswith("UPDATE outbox")] == []


async def test_the_demo_takes_its_past_as_told(outbox: Outbox, persons: list[int]) -> None:
    await queued(outbox, (1, persons[0], 70))
    await outbox.skip_waiting()
    assert await claimed(outbox) == []
