"""Answered tickets with a promise that is due, on the real databases: found by unit and day, never the others."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from handlers.tickets.ticket import Commitment, State, Ticket
from storage.queries import batch_loading
from storage.schema import rows
from storage.schema.tables import tickets
from tests.support.samples import START, ticket_in

SOON, LATER = START + timedelta(days=1), START + timedelta(days=30)


def answered(
    place: int, *vows: Commitment, unit: str = "housing", state: State = State.REPLIED, **fields: object
) -> Ticket:
    """One of several tickets that differ in what they promised."""
    return replace(ticket_in(state), id=place, number=f"n{place}", token=f"t{place}", unit_id=unit, vows=vows, **fields)


async def test_what_is_due_is_found_soonest_first(engine: AsyncEngine) -> None:
    town = [
        answered(1, Commitment("换灯泡", SOON), Commitment("换电缆", LATER)),
        answered(2, Commitment("换灯泡", SOON, broken_at=SOON)),
        answered(3, Commitment("换灯泡", START), state=State.CLOSED),
        answered(4, Commitment("换电缆", LATER)),
        answered(5, Commitment("换灯泡", SOON, kept_at=START)),
        answered(6, Commitment("换灯泡", SOON), unit="water"),
        answered(7, Commitment("换灯泡", SOON), state=State.REWORK),
        answered(8, Commitment("换灯泡", SOON), joined_to=1),
        answered(9),
    ]
    async with engine.begin() as db:
        await db.execute(insert(tickets), [rows.ticket_row(ticket) for ticket in town])
        found = await db.run_sync(batch_loading.owing, ["housing", "pine"], SOON)
    assert [ticket.id for ticket in found] == [3, 1, 2]
    assert found[1] == town[0]
