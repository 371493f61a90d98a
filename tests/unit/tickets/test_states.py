"""The table of moves is complete, and every pair of state, event and actor does what the table says."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
from msgspec.structs import replace

from handlers.errors import Broken, Refused
from handlers.tickets import lifecycle, states, wording
from handlers.tickets.events import By
from handlers.tickets.events.filing import Filed, Supplemented
from handlers.tickets.events.joining import Alone
from handlers.tickets.events.work import Asked, Closed, Reopened, Undone
from handlers.tickets.states import Move, Target, What
from handlers.tickets.ticket import State, Ticket
from tests.support import samples

LATER = samples.START + timedelta(days=9)
TRIPLES = list(product(states.WHATS, State, By))


def test_every_kind_of_event_has_a_row() -> None:
    assert {row.what for row in states.TABLE} == set(states.WHATS)


def test_no_two_rows_claim_the_same_pair() -> None:
    pairs = [(row.what, state) for row in states.TABLE for state in row.starts]
    assert len(pairs) == len(set(pairs))


def test_every_state_is_reached_and_only_the_ended_ones_cannot_be_left() -> None:
    arrows = list(states.arrows())
    assert {goal for _, goal, _ in arrows} == set(State)
    assert set(State) - {start for start, _, _ in arrows if start} == {State.WITHDRAWN, State.MERGED}


def test_every_state_can_be_come_to_in_the_samples() -> None:
    assert {state: samples.ticket_in(state).state for state in State} == {state: state for state in State}


@pytest.mark.parametrize(("what", "state", "by"), TRIPLES)
def test_matrix(what: What, state: State, by: By) -> None:
    """Allowed: the state becomes what the table says. Not allowed: one clear sentence, and `can` says the same."""
    ticket = _given(what, state)
    row = states.row(what, state)
    if row is None or by not in row.by:
        _is_refused(what, state, by)
        return
    assert lifecycle.can(ticket, what, by)
    if what is Undone:
        return
    change = lifecycle.apply(ticket, samples.SAMPLES[what], samples.ACTORS[by], LATER)
    assert change.ticket.state is _goal(row, state)
    assert change.ticket.version == ticket.version + 1 == change.event.seq
    assert change.ticket.since == (LATER if change.ticket.state is not state else change.ticket.since)
    assert ticket == _given(what, state), "apply must not touch what it was given"


def _given(what: What, state: State) -> Ticket:
    """A ticket in this state; one that follows another where only such a one can be meant."""
    ticket = samples.ticket_in(state)
    return replace(ticket, joined_to=99, joined_number="26000028") if what is Alone else ticket


def _goal(row: Move, state: State) -> State:
    if isinstance(row.to, State):
        return row.to
    return state if row.to is Target.STAY else State.ACCEPTED  # also where samples.STANDING stands


def _is_refused(what: What, state: State, by: By) -> None:
    ticket = samples.ticket_in(state)
    assert not lifecycle.can(ticket, what, by)
    with pytest.raises(Refused) as refused:
        lifecycle.check_can(ticket, what, by)
    say = refused.value.say
    assert say.endswith("。")
    assert "{" not in say
    assert 8 <= len(say) <= 60
    if what not in {Undone, Filed}:
        with pytest.raises(Refused):
            lifecycle.apply(ticket, samples.SAMPLES[what], samples.ACTORS[by], LATER)


def test_better_sentences_belong_to_refused_pairs() -> None:
    for what, state in states.BETTER:
        assert any(states.refusal(what, state, by) == states.BETTER[what, state] for by in By), (what, state)


def test_filing_and_taking_back_do_not_go_through_apply() -> None:
    ticket = samples.ticket_in(State.SUBMITTED)
    for what in (samples.filed(), Undone(2)):
        with pytest.raises(Broken):
            lifecycle.apply(ticket, what, samples.HOUSING, LATER)


@pytest.mark.parametrize("state", [state for state in State if states.row(Asked, state)])
def test_an_answer_leads_back_to_where_the_question_was_asked(state: State) -> None:
    ticket = samples.ticket_in(state)
    asked = lifecycle.apply(ticket, samples.SAMPLES[Asked], samples.HOUSING, LATER).ticket
    answered = lifecycle.apply(asked, Supplemented("这盏", reply_by=LATER), samples.CITIZEN, LATER).ticket
    assert (asked.state, answered.state) == (State.WAITING, state)
    assert (answered.question, answered.waiting_since, answered.paused_in) == ("", None, None)
    assert answered.promise == replace(ticket.promise, reply_by=LATER)


def test_a_refused_ticket_is_reopened_by_officials_only() -> None:
    assert states.refusal(Reopened, State.REFUSED, By.STAFF) is None
    assert states.refusal(Reopened, State.REFUSED, By.CITIZEN) == states.BETTER[Reopened, State.REFUSED]


def test_closing_needs_an_answer() -> None:
    with pytest.raises(Refused, match="还没有答复"):
        lifecycle.apply(samples.ticket_in(State.ACCEPTED), Closed(" "), samples.HOUSING, LATER)
    closed = lifecycle.apply(samples.ticket_in(State.ACCEPTED), Closed("修好了"), samples.HOUSING, LATER).ticket
    assert (closed.reply, closed.replied_at, closed.closed_at) == ("修好了", LATER, LATER)


def test_diagram_names_every_state_and_ends_where_nothing_more_is_expected() -> None:
    diagram = states.mermaid(wording.STATES)
    assert diagram.startswith("stateDiagram-v2\n")
    assert "    [*] --> submitted: 提交\n" in diagram
    assert "    waiting --> accepted: 补充 / 恢复计时\n" in diagram
    assert all(f"    {state.value}: {name}\n" in diagram for state, name in wording.STATES.items())
    assert sum(line.endswith("--> [*]") for line in diagram.splitlines()) == len(states.ENDED)
