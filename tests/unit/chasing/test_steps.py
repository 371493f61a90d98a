"""The clock's steps: each when it is due, in order, once, however late or often somebody due_steps."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from handlers.calendar.policy import TERMS
from handlers.chasing import actions, due_steps
from handlers.chasing.actions import StepContext
from handlers.chasing.due_steps import DueKind, next_look
from handlers.errors import Broken
from handlers.tickets import lifecycle
from handlers.tickets.events import By
from handlers.tickets.events.clock import (
    Carded,
    ChaseNoticeIssued,
    CommitmentBroken,
    Owed,
    Reminded,
    Resumed,
    UrgeIgnored,
)
from handlers.tickets.events.desks import Returned
from handlers.tickets.events.grades import RatingLapsed, Revisited
from handlers.tickets.events.joining import Backed, Followed
from handlers.tickets.events.work import Closed, Replied
from handlers.tickets.lifecycle import Change
from handlers.tickets.ticket import State
from tests.support import samples
from tests.support.chasing_walks import DAY, DEEDS, do, filed, tick
from tests.support.samples import START

HOUR = timedelta(hours=1)


def walked(*names: str, every: timedelta = HOUR) -> list[Change]:
    """A ticket to which these happened, one after the other."""
    changes = [filed()]
    for number, name in enumerate(names, 1):
        before = len(changes)
        do(changes, name, START + number * every)
        assert len(changes) > before, name
    return changes


def said(changes: tuple[Change, ...]) -> list[str]:
    """The steps with what tells them apart."""
    told = []
    for change in changes:
        what = change.event.what
        tag = getattr(what, "colour", None) or getattr(what, "owed", None) or getattr(what, "vow", None)
        told.append(f"{type(what).__name__}{f' {tag}' if tag else ''}")
    return told


# Filed on Wednesday, 1 April; 4-6 April is 清明. Due in five working days: 9 April 18:00. Acceptance: 2 April 18:00.
DUE = datetime.fromisoformat("2026-04-09T18:00:00+08:00")


@pytest.mark.parametrize(
    ("at", "steps"),
    [
        ("2026-04-02T17:59:59+08:00", []),
        ("2026-04-02T18:00:00+08:00", ["Reminded accept"]),
        ("2026-04-08T09:00:00+08:00", ["Reminded accept", "Reminded reply"]),
        ("2026-04-09T17:59:59+08:00", ["Reminded accept", "Reminded reply"]),
        ("2026-04-09T18:00:00+08:00", ["Carded yellow"]),
        ("2026-04-19T18:00:00+08:00", ["Carded yellow", "Carded red"]),
        ("2026-05-04T18:00:00+08:00", ["Carded yellow", "Carded red", "ChaseNoticeIssued"]),
        ("2027-05-04T18:00:00+08:00", ["Carded yellow", "Carded red", "ChaseNoticeIssued"]),
    ],
)
def test_whatever_was_missed_is_caught_up_at_once(at: str, steps: list[str]) -> None:
    assert said(tick([filed()], datetime.fromisoformat(at))) == steps


def test_the_ladder_taken_in_time() -> None:
    changes, told = [filed()], []
    while (at := next_look(changes[-1].ticket)) is not None:
        told.append((at.astimezone(DUE.tzinfo).strftime("%m-%d %H:%M"), said(tick(changes, at))))
    assert told == [
        ("04-02 18:00", ["Reminded accept"]),
        ("04-08 09:00", ["Reminded reply"]),
        ("04-09 18:00", ["Carded yellow"]),
        ("04-19 18:00", ["Carded red"]),
        ("05-04 18:00", ["ChaseNoticeIssued"]),
    ]


@pytest.mark.parametrize(
    ("names", "after", "steps"),
    [
        (("accept",), 1.5 * DAY, []),
        (("accept", "ask"), 5.1 * DAY, ["Resumed"]),
        (("accept", "urge"), 1.2 * DAY, ["UrgeIgnored"]),
        (("accept", "urge", "state"), 1.2 * DAY, []),
        (("return",), 1.4 * DAY, ["Reminded ruling", "Reminded accept"]),
        (("return", "rule"), 1.4 * DAY, ["Reminded accept"]),
        (("reply",), 2.2 * DAY, ["Reminded vow"]),
        (("reply",), 3.2 * DAY, ["CommitmentBroken 1"]),
        (("reply", "keep"), 3.2 * DAY, []),
        (("reply", "rate high"), 22 * DAY, ["CommitmentBroken 1", "CommitmentBroken 2", "Revisited"]),
        (("reply",), 7.2 * DAY, ["CommitmentBroken 1", "RatingLapsed", "Closed"]),
        (("close",), 7.2 * DAY, ["RatingLapsed"]),
        (("close", "rate high"), 7.2 * DAY, []),
        (("close",), 21.2 * DAY, ["RatingLapsed", "Revisited"]),
        (("close", "rate low"), 1.2 * DAY, ["Reopened"]),
        (("close", "rate low", "leave it"), 1.2 * DAY, []),
        (("follow",), 60 * DAY, []),
    ],
)
def test_each_step_when_it_is_due(names: tuple[str, ...], after: timedelta, steps: list[str]) -> None:
    assert said(tick(walked(*names), START + after)) == steps


def test_a_pause_ends_where_it_may_end_however_late_the_tick() -> None:
    changes = walked("accept", "ask")
    (in_time,) = tick(list(changes), START + 2 * HOUR + 5 * DAY)
    late = tick(list(changes), START + 6 * DAY)[0]
    assert isinstance(in_time.event.what, Resumed)
    assert in_time.event.what == late.event.what
    assert in_time.ticket.state is State.ACCEPTED


def test_a_reminder_comes_again_for_a_date_that_was_moved() -> None:
    changes = walked("accept")
    assert said(tick(changes, DUE)) == ["Carded yellow"]
    do(changes, "extend", DUE + HOUR)
    moved = changes[-1].ticket.promise
    assert moved.remind_at is not None
    assert said(tick(changes, moved.remind_at)) == ["Reminded reply"]
    assert said(tick(changes, moved.reply_by + timedelta(days=10))) == ["Carded red"]


def test_a_card_that_was_withdrawn_is_not_given_again() -> None:
    changes = walked("accept")
    tick(changes, DUE)
    do(changes, "uncard", DUE + HOUR)
    assert said(tick(changes, DUE + 5 * DAY)) == []
    assert said(tick(changes, DUE + 10 * DAY)) == ["Carded red"]


def test_a_crowd_or_heat_raises_every_step() -> None:
    ticket = filed().ticket
    assert [_raised(change) for change in actions.steps(ticket, StepContext(DUE, TERMS))] == [False]
    hot = StepContext(DUE, TERMS, frozenset({ticket.number}))
    assert [_raised(change) for change in actions.steps(ticket, hot)] == [True]
    crowd = ticket
    for number in range(10):
        crowd = lifecycle.apply(crowd, Backed(f"2600{number:04d}"), samples.CITIZEN, START).ticket
    assert [_raised(change) for change in actions.steps(crowd, StepContext(DUE, TERMS))] == [True]


def _raised(change: Change) -> object:
    return change.event.what.raised if isinstance(change.event.what, Carded) else None


def test_a_follower_goes_its_own_way_only_afterwards_and_its_main_hears_when_it_leaves() -> None:
    changes = walked("follow")
    ticket = changes[-1].ticket
    assert next_look(ticket) is None
    main = lifecycle.apply(filed(number="26000028").ticket, Backed(ticket.number), samples.CITIZEN, START).ticket
    answered = replace(samples.STANDING, state=State.REPLIED, reply="换了新灯。", replied_at=START)
    answer = Followed(4, Replied("换了新灯。", rate_by=START + 7 * DAY), answered)
    changes.append(lifecycle.apply(ticket, answer, samples.HOUSING, START + 2 * HOUR))
    do(changes, "rate low", START + 3 * HOUR)
    before = changes[-1].ticket
    taken = tick(changes, START + 2 * DAY)
    assert said(taken) == ["Reopened"]
    assert changes[-1].ticket.joined_to is None
    (heard,) = actions.report_back(taken, before, main, START + 2 * DAY)
    assert (heard.ticket.crowd, heard.event.actor.by) == (0, By.CLOCK)


def test_silence_of_a_follower_outlives_the_closing_of_the_other() -> None:
    changes = walked("follow")
    answered = replace(samples.STANDING, state=State.REPLIED, reply="换了新灯。", replied_at=START)
    answer = Followed(4, Replied("换了新灯。", rate_by=START + 7 * DAY), answered)
    changes.append(lifecycle.apply(changes[-1].ticket, answer, samples.HOUSING, START + 2 * HOUR))
    assert said(tick(changes, START + 7 * DAY)) == ["RatingLapsed"]
    closing = Followed(6, Closed(), replace(answered, state=State.CLOSED))
    changes.append(lifecycle.apply(changes[-1].ticket, closing, samples.CLOCK, START + 7 * DAY))
    assert changes[-1].ticket.chase.silent
    assert next_look(changes[-1].ticket) is None


MOMENTS = st.integers(min_value=0, max_value=60 * 24)
"""Hours of two months."""


@settings(max_examples=400, deadline=None)
@example([(0, "return"), (24, "tick"), (0, "accept"), (0, "return"), (24, "tick")], False)
@given(
    st.lists(st.tuples(MOMENTS, st.sampled_from([*DEEDS, *["tick"] * 12])), max_size=40),
    st.booleans(),
)
def test_no_clock_loops_or_takes_a_step_twice(moves: list[tuple[int, str]], in_order: bool) -> None:
    """Out of order, the clock was set back between two due_steps."""
    changes = [filed()]
    for hours, name in sorted(moves, key=lambda move: move[0]) if in_order else moves:
        now = START + hours * HOUR
        if name != "tick":
            do(changes, name, now)
            continue
        tick(changes, now)
        ticket = changes[-1].ticket
        look = next_look(ticket)
        assert look is None or look > now
        for again in (now, now - DAY, now - 30 * DAY):
            assert tick(changes, again) == ()
    log = [change.event for change in changes]
    assert lifecycle.fold(log) == changes[-1].ticket
    assert _repeated(changes) == []


def _repeated(changes: list[Change]) -> list[object]:
    """Steps of the clock that were taken twice in one round for the same reason."""
    seen: Counter[object] = Counter()
    for number, change in enumerate(changes):
        what = change.event.what
        if change.event.actor.by is not By.CLOCK:
            continue
        before = changes[number - 1].ticket
        go, answer = len(before.rounds), before.replied_at
        match what:
            case Carded(colour=colour):
                seen[go, colour] += 1
            case ChaseNoticeIssued():
                seen[go, "notice"] += 1
            case Reminded(owed=owed, due=due):
                # With the clock set back, two desks may begin at the same instant.
                desks = sum(isinstance(earlier.event.what, Returned) for earlier in changes[:number])
                seen[go, desks, before.began, before.since, owed, due] += 1
            case CommitmentBroken(vow=vow):
                seen[go, answer, "vow", vow] += 1
            case UrgeIgnored(due=due):
                seen[before.urged_at, due] += 1
            case RatingLapsed():
                seen[go, answer, "silent"] += 1
            case Revisited():
                seen[go, before.closed_at, before.rating, len(changes[:number]), "revisited"] += 1
            case _:
                continue
    return [step for step, times in seen.items() if times > 1]


def test_everything_that_may_be_due_has_a_step() -> None:
    assert set(actions._DO) == set(DueKind)
    assert {due.kind for due in due_steps.steps_due(filed().ticket)} == {
        DueKind.ACCEPT,
        DueKind.REPLY,
        DueKind.YELLOW,
        DueKind.RED,
        DueKind.NOTICE,
    }


def test_a_clock_that_would_not_move_on_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    def stuck(ticket: object, due: object, tick: object) -> tuple[Reminded, ...]:
        return (Reminded(Owed.VOW, DUE),)

    monkeypatch.setitem(actions._DO, DueKind.YELLOW, stuck)
    with pytest.raises(Broken):
        tick([filed()], DUE)
