"""An open ticket leaves the desk of the unit that it accuses, and no other ticket moves."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from handlers.directory.directory import Directory
from handlers.repairs.recuse import recuse
from handlers.tickets.events.desks import Recused
from handlers.tickets.ticket import State, Ticket
from tests.support import samples
from tests.support.samples import START

TOWN = samples.directory()
ACCUSING = "举报市住建局局长收受老板的红包"


def accusing(state: State = State.SUBMITTED, **changes: object) -> Ticket:
    return replace(samples.ticket_in(state), **({"text": ACCUSING, "title": ACCUSING} | changes))


@pytest.mark.parametrize("state", [State.SUBMITTED, State.ACCEPTED, State.WAITING, State.REWORK])
def test_what_accuses_its_own_desk_moves_to_the_dispatcher(state: State) -> None:
    change = recuse(accusing(state), TOWN, START)
    assert change is not None
    assert change.event.what == Recused(("housing",), "dispatch")
    assert change.ticket.unit_id == "dispatch"


@pytest.mark.parametrize(
    "ticket",
    [
        accusing(text="东湖路的路灯坏了", title="路灯坏了"),
        accusing(unit_id="water"),
        accusing(State.CLOSED),
        accusing(State.WITHDRAWN),
        accusing(joined_to=99),
    ],
)
def test_nothing_else_moves(ticket: Ticket) -> None:
    assert recuse(ticket, TOWN, START) is None


def test_a_desk_with_nowhere_to_go_keeps_it() -> None:
    alone = Directory((samples.UNITS[2],), (), (), "housing")
    assert recuse(accusing(), alone, START) is None
