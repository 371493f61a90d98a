"""Taking back what a wrong clock did: the ticket is as it would have been, and what people did meanwhile stays."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from handlers.chasing import due_steps
from handlers.errors import Broken
from handlers.notifications import wording
from handlers.rankings.records import records
from handlers.repairs import undo_cards
from handlers.repairs.undo_cards import REASON, TakenBack, take_back
from handlers.tickets import lifecycle
from handlers.tickets.events import By, Event
from handlers.tickets.events.clock import CardColour, Carded, ChaseNoticeIssued, Reminded, Resumed, Uncarded
from handlers.tickets.events.grades import Rated
from handlers.tickets.events.work import Accepted, Asked, Closed, Noted, Reopened, Undone
from handlers.tickets.lifecycle import Change
from handlers.tickets.ticket import State
from handlers.tracking import checkpoints
from handlers.tracking.model import Audience
from tests.support import chasing_walks, samples
from tests.support.chasing_walks import DAY, DEEDS
from tests.support.samples import CITIZEN, HOUSING, START

HOUR = timedelta(hours=1)
WRONG = START + 60 * DAY
"""What the clock showed while it was wrong."""
TOLD = START + 2 * DAY


def log(*deeds: str) -> list[Change]:
    """These deeds, an hour after one another."""
    changes = [chasing_walks.filed()]
    for number, name in enumerate(deeds, 1):
        chasing_walks.do(changes, name, START + number * HOUR)
    return changes


def undo(changes: list[Change], first: datetime = WRONG, last: datetime = WRONG) -> TakenBack:
    return take_back([change.event for change in changes], first, last, TOLD)


def whats(taken: TakenBack) -> set[type]:
    return {type(event.what) for event in taken.steps}


@given(st.lists(st.sampled_from(sorted(DEEDS)), max_size=6))
def test_what_only_the_clock_did_is_undone_without_a_trace(deeds: list[str]) -> None:
    changes = log(*deeds)
    before = changes[-1].ticket
    taken_steps = chasing_walks.tick(changes, WRONG)
    taken = undo(changes)
    reminded = any(isinstance(change.event.what, Reminded) for change in taken_steps)
    if not (taken.left or reminded or before.chase.revisit_at):
        assert replace(taken.after, version=before.version) == before
        assert records(taken.after) == records(before)
    assert not any(event.actor.by is not By.CLOCK for event in taken.steps)
    # What is truly due is found again, and taking back is done once.
    whole = [*(change.event for change in changes), *(change.event for change in taken.changes)]
    assert lifecycle.fold(whole) == taken.after
    assert take_back(whole, WRONG, WRONG, TOLD).changes == ()


@given(
    st.lists(st.sampled_from(sorted(DEEDS)), max_size=5),
    st.lists(st.sampled_from(sorted(DEEDS)), min_size=1, max_size=4),
)
def test_what_people_did_since_stays_and_the_log_still_folds(before: list[str], since: list[str]) -> None:
    changes = log(*before)
    chasing_walks.tick(changes, WRONG)
    for number, name in enumerate(since, 1):
        chasing_walks.do(changes, name, START + DAY + number * HOUR)
    taken = undo(changes)
    after = taken.after
    assert after.cards.notice == ""
    assert (after.cards.yellow_at, after.cards.red_at) == (None, None)
    assert not any(each.cards.yellow_at or each.cards.red_at or each.cards.notice for each in after.rounds)
    done_by_people = [change.event for change in changes if change.event.actor.by is not By.CLOCK]
    gone = checkpoints.undone([change.event for change in (*changes, *taken.changes)])
    assert not any(event.seq in gone for event in done_by_people if not isinstance(event.what, Uncarded))
    for step in taken.left:
        assert isinstance(step.what, undo_cards.MOVES)


def test_a_card_is_due_again_at_its_rightful_time() -> None:
    changes = log("accept")
    chasing_walks.tick(changes, WRONG)
    taken = undo(changes)
    assert set(due_steps.ladder(taken.after)) == {CardColour.YELLOW, CardColour.RED, None}
    due = taken.after.promise.reply_by
    again = [Change(taken.after, changes[-1].event)]
    assert [type(change.event.what) for change in chasing_walks.tick(again, due)] == [Carded]


def test_a_wrong_end_of_a_pause_lets_it_go_on() -> None:
    changes = log("accept", "ask")
    chasing_walks.tick(changes, WRONG)
    assert changes[-1].ticket.state is not State.WAITING
    taken = undo(changes)
    assert Resumed in whats(taken)
    assert (taken.after.state, taken.after.question) == (State.WAITING, "哪一盏？")


def test_a_wrong_end_of_a_pause_on_which_somebody_built_is_left() -> None:
    changes = log("accept", "ask")
    chasing_walks.tick(changes, WRONG)
    changes.append(lifecycle.apply(changes[-1].ticket, Asked("几号楼？"), HOUSING, START + DAY))
    taken = undo(changes)
    assert [type(event.what) for event in taken.left] == [Resumed]
    assert Carded in whats(taken)
    assert taken.after.state is State.WAITING


@pytest.mark.parametrize("noted", [False, True])
def test_silence_and_the_closing_that_came_of_it(noted: bool) -> None:
    changes = log("accept", "reply")
    chasing_walks.tick(changes, WRONG)
    assert changes[-1].ticket.chase.silent
    if noted:
        changes.append(lifecycle.apply(changes[-1].ticket, Noted("记一下"), HOUSING, TOLD))
    taken = undo(changes)
    assert (taken.after.state, taken.after.chase.silent, taken.left) == (State.REPLIED, False, ())
    assert taken.after.chase.rate_by == START + 2 * HOUR + 7 * DAY


def test_who_rated_since_keeps_the_grade_and_the_closing() -> None:
    changes = log("accept", "reply")
    chasing_walks.tick(changes, WRONG)
    changes.append(lifecycle.apply(changes[-1].ticket, Rated(5), CITIZEN, TOLD))
    taken = undo(changes)
    assert (taken.after.state, taken.after.rating) == (State.CLOSED, 5)
    assert [type(event.what) for event in taken.left] == [Closed]


def test_a_wrong_rework_is_undone_unless_the_unit_has_begun() -> None:
    changes = log("accept", "reply", "rate low")
    chasing_walks.tick(changes, WRONG)
    assert changes[-1].ticket.state is State.REWORK
    taken = undo(changes)
    assert (taken.after.rating, taken.after.reworks, taken.after.rounds) == (1, 0, ())
    changes.append(lifecycle.apply(changes[-1].ticket, Accepted(), HOUSING, TOLD))
    assert Reopened in {type(event.what) for event in undo(changes).left}


def test_a_card_that_a_supervisor_took_off_is_no_card_that_was_ever_given() -> None:
    changes = log("accept")
    chasing_walks.tick(changes, WRONG)
    chasing_walks.do(changes, "uncard", START + DAY)
    taken = undo(changes)
    assert Uncarded in whats(taken)
    assert taken.after.cards.withdrawn == ()
    assert CardColour.YELLOW in due_steps.ladder(taken.after)


def test_only_the_clocks_steps_of_that_time_are_taken_back() -> None:
    changes = log("accept")
    due = changes[-1].ticket.promise.reply_by
    chasing_walks.tick(changes, due)
    chasing_walks.tick(changes, WRONG)
    taken = undo(changes)
    assert (taken.after.cards.yellow_at, taken.after.cards.red_at) == (due, None)
    assert undo(changes, WRONG + HOUR, WRONG + DAY).changes == ()
    assert undo(changes, START, due - HOUR).changes == ()


def test_what_everybody_reads_of_it() -> None:
    changes = log("accept")
    chasing_walks.tick(changes, WRONG)
    taken = undo(changes)
    history = [change.event for change in (*changes, *taken.changes)]
    for audience in Audience:
        stops = checkpoints.of(taken.after, history, samples.directory(), audience)
        assert not any(stop.title == "亮牌" for stop in stops)
        assert sum(f"「亮牌」：{REASON}，已撤回" in stop.detail for stop in stops) == 2
        assert any(f"「催办通知」：{REASON}，已撤回" in stop.detail for stop in stops)


def test_taking_back_of_officials_is_told_as_before() -> None:
    old = lifecycle.undo([change.event for change in log("accept")], 2, HOUSING, START + HOUR)
    assert old.event.what == Undone(2) == Undone(2, "")


def test_nothing_is_taken_back_twice_nor_what_is_no_event() -> None:
    history = [change.event for change in log("accept")]
    for seqs in ([1], [3], [2, 2]):
        with pytest.raises(Broken):
            lifecycle.take_back(history, seqs, undo_cards.SYSTEM, TOLD, REASON)


def test_every_step_that_may_be_taken_back_has_a_name() -> None:
    assert {*undo_cards.MARKS, *undo_cards.MOVES, Uncarded} - wording.TAKEN_BACK.keys() == {Carded, ChaseNoticeIssued}
    event = Event(1, 2, START, undo_cards.SYSTEM, Carded(CardColour.RED, START))
    assert undo_cards.called(event.what) == "红牌"
