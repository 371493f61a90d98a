"""Pushes wait in order, go to one worker at a time, and none is lost: whatever happens to it, somebody hears of it."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from handlers.directory.person import PushQuota
from handlers.pushes import Push
from storage.queries.journeys import Archive
from storage.queues.outbox import LEFT_BEHIND, Became, Begun, Claimed, Outbox, Reserved
from storage.schema.tables import OutboxState, people
from tests.contract.rules import NOW, Process

LEASE = timedelta(minutes=2)


@pytest.fixture
def outbox(engine: AsyncEngine) -> Outbox:
    return Outbox(engine)


@pytest.fixture
async def persons(process: Process, engine: AsyncEngine) -> list[int]:
    """Two people who have written; the first may be sent five customer messages."""
    for openid in ("o1", "o2"):
        await process.say(openid, "hello")
    async with engine.begin() as db:
        allowed = update(people).where(people.c.openid == "o1")
        await db.execute(allowed.values(reach_left=5, reach_until=NOW.replace(year=2030)))
    async with engine.connect() as db:
        return list((await db.execute(select(people.c.id).order_by(people.c.openid))).scalars())


async def queued(outbox: Outbox, *rows: tuple[int, int, int | None]) -> None:
    """Pushes of (id, person, ticket)."""
    await outbox.add([Push(push, person, ticket, f"text {push}") for push, person, ticket in rows], NOW)


async def claimed(outbox: Outbox, now: datetime = NOW, most: int = 16) -> list[int]:
    return [one.push.id for one in await outbox.claim(now, most, LEASE)]


async def became(outbox: Outbox, push_id: int, state: OutboxState, attempts: int = 1, **given: Any) -> bool:
    """Write what became of a push that was claimed so many times."""
    person_id = given.pop("person_id", 0)
    return await outbox.settle(Became(push_id, person_id, attempts, state, **given))


async def spend(outbox: Outbox, claimed_one: Claimed, now: datetime = NOW) -> bool:
    return await outbox.begin(claimed_one, now, LEASE, metered=True) is Begun.YES


async def states(outbox: Outbox) -> dict[int, str]:
    return {letter.id: letter.state.value for state in OutboxState for letter in await outbox.list(state)}


async def test_each_lane_gives_its_first_push_only(outbox: Outbox, persons: list[int]) -> None:
    one, two = persons
    await queued(outbox, (1, one, 70), (2, one, 70), (3, two, 70), (4, one, 71), (5, one, None), (6, one, None))
    assert await claimed(outbox) == [1, 3, 4, 5]
    assert await claimed(outbox) == []
    await became(outbox, 1, OutboxState.SENT)
    await became(outbox, 5, OutboxState.DEAD, error="refused")
    assert await claimed(outbox) == [2, 6]


async def test_no_more_than_asked_for(outbox: Outbox, persons: list[int]) -> None:
    await queued(outbox, *((n, persons[0], n) for n in range(1, 9)))
    assert await claimed(outbox, most=3) == [1, 2, 3]


async def test_a_retry_holds_its_lane_and_no_other(outbox: Outbox, persons: list[int]) -> None:
    await queued(outbox, (1, persons[0], 70), (2, persons[0], 70), (3, persons[0], 71))
    assert await claimed(outbox) == [1, 3]
    await became(outbox, 1, OutboxState.PENDING, due_at=NOW + timedelta(seconds=15), error="busy")
    assert await claimed(outbox, NOW + timedelta(seconds=14)) == []
    again = await outbox.claim(NOW + timedelta(seconds=15), 16, LEASE)
    assert [(one.push.id, one.attempts) for one in again] == [(1, 2)]


async def test_what_a_dead_worker_had_not_begun_is_taken_again_after_its_lease(
    outbox: Outbox, persons: list[int]
) -> None:
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
    await became(outbox, 1, OutboxState.SENT, message_id="m")
    assert await claimed(outbox) == [2]


async def test_what_is_parked_is_told_at_the_next_message(
    process: Process, outbox: Outbox, persons: list[int], engine: AsyncEngine
) -> None:
    await queued(outbox, (1, persons[0], 70), (2, persons[0], 71), (3, persons[1], 72))
    await claimed(outbox)
    for push_id, person_id in ((1, persons[0]), (2, persons[0]), (3, persons[1])):
        for _ in range(2):
            await became(outbox, push_id, OutboxState.PARKED, person_id=person_id, error="no way")
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
    await claimed(outbox)
    await became(outbox, 1, OutboxState.PARKED, person_id=persons[0], error="no way")
    await process.say("o1", "boom")
    assert await process.say("o1", "x hello") == "text 1|hello"


async def test_the_dead_are_listed_and_rise_by_requeue(outbox: Outbox, persons: list[int]) -> None:
    await queued(outbox, (1, persons[0], 70), (2, persons[0], 71), (3, persons[0], 72))
    await claimed(outbox)
    await became(outbox, 1, OutboxState.DEAD, error="bad\0 " * 100)
    await became(outbox, 2, OutboxState.DEAD, error="bad")
    await became(outbox, 3, OutboxState.SENT)
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
    one, two = persons
    await queued(outbox, *((n, one, n) for n in range(1, 8)), (8, two, 8))
    taken = {each.push.id: each for each in await outbox.claim(NOW, 16, LEASE)}
    assert [await spend(outbox, taken[n]) for n in range(1, 7)] == [True] * 5 + [False]
    assert not await spend(outbox, taken[8])
    again: dict[str, Any] = {"person_id": one, "reach": Reserved.RETURNED, "due_at": NOW}
    for _ in range(2):
        await became(outbox, 1, OutboxState.PENDING, **again)
    assert [await spend(outbox, taken[n]) for n in (6, 7)] == [True, False]
    await became(outbox, 2, OutboxState.PENDING, **again)
    await became(outbox, 3, OutboxState.SENT, person_id=one, reach=Reserved.EMPTY)
    assert not await spend(outbox, taken[7])
    person = await Archive(engine).person(one)
    assert person is not None
    assert person.reach == PushQuota(NOW.replace(year=2030), 0)


async def test_reach_ends_with_its_time(process: Process, outbox: Outbox, persons: list[int]) -> None:
    await queued(outbox, (1, persons[0], 1))
    end = NOW.replace(year=2030)
    (one,) = await outbox.claim(end - timedelta(seconds=2), 1, LEASE)
    assert not await spend(outbox, one, end)
    assert await spend(outbox, one, end - timedelta(seconds=1))


async def test_two_workers_never_spend_more_than_there_is(
    process: Process, outbox: Outbox, second_engine: AsyncEngine, persons: list[int]
) -> None:
    other = Outbox(second_engine)
    await queued(outbox, *((n, persons[0], n) for n in range(1, 11)))
    taken = await outbox.claim(NOW, 16, LEASE)
    spent = await asyncio.gather(*(spend((outbox, other)[n % 2], one) for n, one in enumerate(taken)))
    assert sum(spent) == 5


async def test_what_a_dead_worker_had_begun_is_set_aside_and_its_lane_goes_on(
    process: Process, outbox: Outbox, persons: list[int]
) -> None:
    await queued(outbox, (1, persons[0], 70), (2, persons[0], 70), (3, persons[0], 71))
    first, third = await outbox.claim(NOW, 16, LEASE)
    assert await spend(outbox, first, NOW + timedelta(seconds=90))
    assert await outbox.set_aside(NOW + LEASE) == 0, "the lease was renewed when it began"
    later = NOW + timedelta(seconds=90) + LEASE
    assert await claimed(outbox, later) == [third.push.id], "what may have left is nobody's to send"
    assert await outbox.set_aside(later) == 1
    assert await claimed(outbox, later) == [2]
    assert (await states(outbox))[1] == "uncertain"
    assert (await outbox.backlog())[OutboxState.UNCERTAIN] == 1
    assert (await outbox.list(None))[0].error == LEFT_BEHIND


async def test_nothing_begins_whose_lease_is_over(process: Process, outbox: Outbox, persons: list[int]) -> None:
    """Nor costs it a message of the allowance."""
    await queued(outbox, (1, persons[0], 70), *((n, persons[0], n) for n in range(2, 7)))
    taken = await outbox.claim(NOW, 16, LEASE)
    assert await outbox.begin(taken[0], NOW + LEASE, LEASE, metered=True) is Begun.LOST
    (second,) = await outbox.claim(NOW + LEASE, 1, LEASE)
    assert second.push.id == 1
    assert await outbox.begin(taken[0], NOW + LEASE, LEASE, metered=True) is Begun.LOST
    assert [await spend(outbox, one) for one in taken[1:]] == [True] * 5


@pytest.mark.parametrize("meanwhile", ["claimed", "set aside", "taken by another", "sent by another"])
async def test_whoever_hears_the_platforms_yes_may_say_so_late(
    meanwhile: str, process: Process, outbox: Outbox, second_engine: AsyncEngine, persons: list[int]
) -> None:
    await queued(outbox, (1, persons[0], 70))
    (one,) = await outbox.claim(NOW, 1, LEASE)
    other = Outbox(second_engine)
    if meanwhile == "set aside":
        assert await spend(outbox, one)
        assert await other.set_aside(NOW + LEASE) == 1
    elif meanwhile != "claimed":
        assert await claimed(other, NOW + LEASE) == [1]
        if meanwhile == "sent by another":
            assert await became(other, 1, OutboxState.SENT, 2)
    assert await became(outbox, 1, OutboxState.SENT) is (meanwhile != "sent by another")
    assert not await became(outbox, 1, OutboxState.SENT)
    assert await states(outbox) == {1: "sent"}


@pytest.mark.parametrize("state", [OutboxState.PENDING, OutboxState.PARKED, OutboxState.DEAD, OutboxState.UNCERTAIN])
async def test_whoever_lost_it_says_nothing_else_of_it(
    state: OutboxState, process: Process, outbox: Outbox, persons: list[int], engine: AsyncEngine
) -> None:
    await queued(outbox, (1, persons[0], 70))
    await claimed(outbox)
    assert await claimed(outbox, NOW + LEASE) == [1]
    late: dict[str, Any] = {"person_id": persons[0], "due_at": NOW, "reach": Reserved.EMPTY}
    assert not await became(outbox, 1, state, **late)
    assert await states(outbox) == {1: "sending"}
    person = await Archive(engine).person(persons[0])
    assert person is not None
    assert (person.parked, person.reach.left) == (0, 5)


async def test_what_is_forgotten_is_gone(outbox: Outbox, persons: list[int]) -> None:
    await queued(outbox, (1, persons[0], 70))
    await claimed(outbox)
    assert await outbox.settle(Became(1, persons[0], 1, None))
    assert await states(outbox) == {}


async def test_the_uncertain_rise_or_are_taken_as_sent_by_name_only(outbox: Outbox, persons: list[int]) -> None:
    await queued(outbox, (1, persons[0], 70), (2, persons[0], 71), (3, persons[0], 72))
    await claimed(outbox)
    for push_id in (1, 2, 3):
        await became(outbox, push_id, OutboxState.UNCERTAIN, error="no answer", unsure_at=NOW)
    assert await outbox.requeue(NOW) == 0
    assert await outbox.arrived([1, 7]) == 1
    assert await outbox.requeue(NOW, [1, 2]) == 1
    assert await states(outbox) == {1: "sent", 2: "pending", 3: "uncertain"}
    assert [(one.push.id, one.unsure_at) for one in await outbox.claim(NOW, 16, LEASE)] == [(2, None)]


@pytest.mark.parametrize("arrived", [True, False])
async def test_the_platforms_later_verdict(arrived: bool, process: Process, outbox: Outbox, persons: list[int]) -> None:
    await queued(outbox, (1, persons[0], 70))
    await claimed(outbox)
    await became(outbox, 1, OutboxState.SENT, message_id="2000123")
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
