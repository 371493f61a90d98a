"""Figures as the databases add them up are those that follow from the tickets themselves, whatever happened to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

import pytest
from msgspec.structs import replace
from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncEngine

from handlers.outcome import Outcome
from handlers.rankings.figures import Figures, median
from handlers.rankings.periods import Period, month
from handlers.rankings.records import Record, records
from handlers.tickets import lifecycle, numbers
from handlers.tickets.events import Actor, Happening
from handlers.tickets.events.clock import CardColour, Carded, ChaseNoticeIssued
from handlers.tickets.events.desks import Transferred
from handlers.tickets.events.filing import Withdrawn
from handlers.tickets.events.grades import Appealed, Decided, OpinionGiven, Rated, RatingLapsed
from handlers.tickets.events.work import Accepted, Asked, Closed, Reopened, Replied
from handlers.tickets.lifecycle import Change
from handlers.tickets.states import OPEN
from handlers.tickets.ticket import Promise, State, Ticket, Timing
from storage.queries import rankings
from storage.schema.tables import rounds
from storage.transactions import rebuild, writing
from storage.transactions.rebuild import Difference
from tests.support import samples
from tests.support.samples import CITIZEN, CLOCK, HOUSING, START

UNITS = ("housing", "water", "may")
NOW = START + timedelta(days=60)


def happen(ticket: Ticket, chance: Random, at: datetime) -> Change | None:
    """Something that may happen to the ticket now."""
    promise = Promise(at + timedelta(days=1), at + timedelta(days=chance.randint(1, 9)), "重办")
    in_time = at <= ticket.promise.reply_by
    steps: list[tuple[Happening, object]] = [
        (Accepted(), HOUSING),
        (Transferred(chance.choice(UNITS)), HOUSING),
        (Asked("哪一盏？"), HOUSING),
        (Replied("好了", timing=Timing(in_time, chance.random() < 0.7, chance.randint(0, 900_000))), HOUSING),
        (Replied("好了"), HOUSING),
        (Closed("好了"), HOUSING),
        (Withdrawn(), CITIZEN),
        (Rated(chance.randint(1, 5)), CITIZEN),
        (OpinionGiven(solved=chance.random() < 0.5), CITIZEN),
        (RatingLapsed(), CLOCK),
        (Reopened("没好", promise), CITIZEN),
        (Carded(chance.choice(list(CardColour)), ticket.promise.reply_by), CLOCK),
        (ChaseNoticeIssued("催〔2026〕0001号", ticket.promise.reply_by), CLOCK),
        (Appealed("评错了"), HOUSING),
        (Decided(chance.random() < 0.5, "看过了"), samples.DISPATCHER),
    ]
    what, actor = chance.choice(steps)
    assert isinstance(actor, Actor)
    if isinstance(what, Transferred) and what.unit_id == ticket.unit_id:
        return None
    return lifecycle.apply(ticket, what, actor, at) if lifecycle.can(ticket, type(what), actor.by) else None


def life(number: int, chance: Random) -> list[Change]:
    """A ticket and what became of it, by chance."""
    filed = samples.filed(
        number=numbers.make(number + 1, START),
        token=f"t{number}",
        unit_id=chance.choice(UNITS),
        promise=Promise(START + timedelta(days=1), START + timedelta(days=chance.randint(2, 40)), "投诉"),
    )
    changes = [lifecycle.start(number + 1, filed, CITIZEN, START)]
    at = START
    for _ in range(chance.randint(0, 9)):
        at += timedelta(hours=chance.randint(1, 200))
        change = happen(changes[-1].ticket, chance, at)
        if change is not None:
            changes.append(change)
    return changes


def told(changes: Sequence[Change]) -> list[Outcome]:
    return [Outcome(tickets=(change.ticket,), events=(change.event,)) for change in changes]


async def store(engine: AsyncEngine, outcomes: Sequence[Outcome]) -> None:
    async with engine.begin() as db:
        for outcome in outcomes:
            await db.run_sync(writing.write_happened, [outcome], START)


async def wrong(engine: AsyncEngine, *, repair: bool = False) -> list[Difference]:
    """Tickets whose rows or rounds differ; the 催办通知单 that the lives by chance name were never written."""
    return [one async for one in rebuild.differences(engine, repair) if one.columns != ("chase_notices",)]


@pytest.fixture
async def town(engine: AsyncEngine) -> list[Ticket]:
    """Eighty tickets, stored step by step."""
    chance = Random(7)
    lives = [life(number, chance) for number in range(80)]
    await store(engine, [outcome for changes in lives for outcome in told(changes)])
    return [changes[-1].ticket for changes in lives]


def counted(town: Sequence[Ticket], unit: str, period: Period) -> Figures:
    """The same figures, the long way."""
    own = [record for ticket in town for record in records(ticket) if record.unit_id == unit]
    of = [record for record in own if period.starts <= record.reply_by < period.ends]
    answered = [record for record in of if record.replied_at is not None and not record.joined]
    graded = [record for record in of if record.rating is not None and not record.void]
    said = [record for record in of if record.solved is not None and not record.void]
    on_desk = [t for t in town if t.unit_id == unit and t.state in OPEN and t.joined_to is None]
    running = [t for t in on_desk if t.state is not State.WAITING]
    owed = [t for t in running if period.starts <= t.promise.reply_by < min(period.ends, NOW)]
    hours: dict[int, int] = {}
    for record in answered:
        assert record.seconds is not None
        hours[record.seconds // 3600] = hours.get(record.seconds // 3600, 0) + 1
    return Figures(
        unit,
        open=len(on_desk),
        overdue=sum(t.promise.reply_by < NOW for t in running),
        due=len(answered) + len(owed),
        answered=len(answered),
        on_time=sum(bool(record.on_time) for record in answered),
        fair=sum(bool(record.fair) for record in answered),
        graded=len(graded),
        satisfied=sum((record.rating or 0) >= 3 for record in graded),
        silent=sum(record.silent and record.rating is None for record in of),
        void=sum(record.void for record in of),
        asked_solved=len(said),
        solved=sum(bool(record.solved) for record in said),
        again=sum(record.again for record in answered),
        yellow=_cards(of, "yellow"),
        red=_cards(of, "red"),
        noticed=_cards(of, "noticed"),
        median_hours=median(hours),
    )


def _cards(of: Sequence[Record], name: str) -> int:
    return sum(bool(getattr(record, name)) for record in of if not record.joined)


@pytest.mark.parametrize("period", [month(2026, 4), month(2026, 5)], ids=lambda period: period.key)
async def test_sums_are_those_of_the_tickets(town: list[Ticket], engine: AsyncEngine, period: Period) -> None:
    async with engine.connect() as db:
        found = await db.run_sync(rankings.figures, UNITS, period, NOW)
        together = await db.run_sync(rankings.hours, UNITS, period)
    expected = [counted(town, unit, period) for unit in sorted(UNITS)]
    assert [replace(one, median_hours=None) for one in found] == [replace(one, median_hours=None) for one in expected]
    assert [one.median_hours for one in found] == [pytest.approx(one.median_hours) for one in expected]
    assert sum(together.values()) == sum(one.answered for one in expected)
    assert sum(one.answered + one.graded + one.again for one in found), "there was something to count"


async def test_a_tampered_round_is_found_and_repaired(town: list[Ticket], engine: AsyncEngine) -> None:
    assert await wrong(engine) == []
    graded = next(t for t in town if t.rating is not None)
    lost = next(t for t in town if records(t) and t.id != graded.id)
    async with engine.begin() as db:
        await db.execute(
            update(rounds).where(rounds.c.ticket_id == graded.id).values(rating=5, fair=True, on_time=None)
        )
        await db.execute(delete(rounds).where(rounds.c.ticket_id == lost.id))
    expected = sorted(
        (Difference(t.number, ("rounds",), repaired=True) for t in (graded, lost)), key=lambda one: one.number
    )
    found = await wrong(engine, repair=True)
    assert sorted(found, key=lambda one: one.number) == expected
    assert await wrong(engine) == []


async def test_what_was_taken_back_counts_no_more(engine: AsyncEngine) -> None:
    changes = samples.log((Replied("好了"), HOUSING), every=timedelta(minutes=1))
    history = samples.events(changes)
    undone = lifecycle.undo(history, 2, HOUSING, START + timedelta(minutes=2))
    await store(engine, told([*changes, undone]))
    assert [one async for one in rebuild.differences(engine)] == []
    async with engine.connect() as db:
        assert await db.run_sync(rankings.kept, [5]) == {5: []}
