"""Folding the log gives the very ticket that the online path gave; steps are taken back only while that is sensible."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.errors import Broken, Refused
from handlers.messages import MediaKind
from handlers.tickets import lifecycle
from handlers.tickets.events import Actor, By, Event, Happening
from handlers.tickets.events.clock import Urged
from handlers.tickets.events.desks import CoHandled, Transferred
from handlers.tickets.events.filing import Amended, Supplemented, Withdrawn
from handlers.tickets.events.grades import Rated
from handlers.tickets.events.joining import Merged
from handlers.tickets.events.work import Accepted, Extended, Noted, Replied, Undone
from handlers.tickets.ticket import Attachment, Place, State
from tests.support import samples
from tests.support.samples import CITIZEN, DISPATCHER, HOUSING, START

MINUTE = timedelta(minutes=1)

steps = st.lists(
    st.tuples(
        st.sampled_from([what for kind, what in samples.SAMPLES.items() if kind is not type(samples.filed())]),
        st.sampled_from([CITIZEN, HOUSING, DISPATCHER, samples.CLOCK, samples.SYSTEM]),
        st.integers(0, 3 * 24 * 60),
        st.booleans(),
    ),
    max_size=40,
)


@given(steps)
def test_fold_is_the_online_path(script: list[tuple[Happening, Actor, int, bool]]) -> None:
    """Random events, what is refused left out, some taken back at once: bit for bit the same ticket."""
    first = samples.start()
    ticket, history, now = first.ticket, [first.event], START
    for what, actor, minutes, regret in script:
        now += minutes * MINUTE
        moved = what
        if isinstance(what, Extended):
            moved = msgspec.structs.replace(what, reply_by=max(now, ticket.promise.reply_by) + timedelta(days=1))
        try:
            change = lifecycle.apply(ticket, moved, actor, now)
        except Refused:
            continue
        ticket, history = change.ticket, [*history, change.event]
        assert ticket.version == len(history)
        if regret and lifecycle.can(ticket, Undone, actor.by):
            before = lifecycle.fold(history[:-1])
            change = lifecycle.undo(history, len(history), actor, now)
            ticket, history = change.ticket, [*history, change.event]
            assert ticket == msgspec.structs.replace(before, version=len(history))
    folded = lifecycle.fold(history)
    assert folded == ticket
    assert msgspec.json.encode(folded) == msgspec.json.encode(ticket)


@given(steps)
def test_a_log_survives_being_stored(script: list[tuple[Happening, Actor, int, bool]]) -> None:
    first = samples.start()
    ticket, history = first.ticket, [first.event]
    for number, (what, actor, _, _) in enumerate(script):
        try:
            change = lifecycle.apply(ticket, what, actor, START + number * MINUTE)
        except Refused:
            continue
        ticket, history = change.ticket, [*history, change.event]
    stored = [msgspec.json.decode(msgspec.json.encode(event), type=Event) for event in history]
    assert lifecycle.fold(stored) == ticket


@pytest.mark.parametrize("pick", [slice(0, 0), slice(1, None), slice(0, None, 2)], ids=["empty", "headless", "gap"])
def test_a_damaged_log_is_broken(pick: slice) -> None:
    history = samples.events(samples.log((Accepted(), HOUSING), (Replied("好了"), HOUSING)))
    with pytest.raises(Broken):
        lifecycle.fold(history[pick])


def test_undo_gives_the_ticket_back_as_it_was() -> None:
    changes = samples.log((Accepted(), HOUSING), (Transferred("water", "手滑"), HOUSING))
    done = lifecycle.undo(samples.events(changes), 3, HOUSING, changes[-1].event.at + MINUTE)
    assert done.event.what == Undone(3)
    assert done.ticket == msgspec.structs.replace(changes[1].ticket, version=4)


@pytest.mark.parametrize(
    ("later", "seq", "actor", "after", "say"),
    [
        ((), 2, HOUSING, timedelta(minutes=6), "超过 5 分钟"),
        ((), 2, DISPATCHER, MINUTE, "只能撤销自己"),
        ((), 1, HOUSING, MINUTE, "没有可以撤销"),
        ((), 9, HOUSING, MINUTE, "没有可以撤销"),
        ((), 0, HOUSING, MINUTE, "没有可以撤销"),
        (((Urged(), CITIZEN),), 2, HOUSING, MINUTE, "市民在这之后"),
        (((Replied("好了"), DISPATCHER),), 2, HOUSING, MINUTE, "新动作"),
        (((Replied("好了"), HOUSING),), 2, HOUSING, MINUTE, "新动作"),
        ((), 2, CITIZEN, MINUTE, "只能由承办单位"),
    ],
)
def test_undo_has_its_limits(later: Any, seq: int, actor: Actor, after: timedelta, say: str) -> None:
    changes = samples.log((Accepted(), HOUSING), *later, every=timedelta(seconds=1))
    with pytest.raises(Refused, match=say):
        lifecycle.undo(samples.events(changes), seq, actor, changes[-1].event.at + after)


def test_a_note_of_others_does_not_hinder_undo_and_nothing_is_undone_twice() -> None:
    changes = samples.log((Accepted(), HOUSING), (Noted("看过"), DISPATCHER), every=timedelta(seconds=1))
    history = samples.events(changes)
    done = lifecycle.undo(history, 2, HOUSING, START + MINUTE)
    assert done.ticket.state is State.SUBMITTED
    for seq in (2, 4):
        with pytest.raises(Refused, match="没有可以撤销"):
            lifecycle.undo((*history, done.event), seq, HOUSING, START + MINUTE)


def test_after_one_undo_the_step_before_can_be_undone() -> None:
    changes = samples.log((Accepted(), HOUSING), (Replied("好了"), HOUSING), every=timedelta(seconds=1))
    history = samples.events(changes)
    once = lifecycle.undo(history, 3, HOUSING, START + MINUTE)
    twice = lifecycle.undo((*history, once.event), 2, HOUSING, START + MINUTE)
    assert twice.ticket == msgspec.structs.replace(changes[0].ticket, version=5)


@pytest.mark.parametrize(
    ("state", "what", "actor", "say"),
    [
        (State.SUBMITTED, Transferred("housing"), DISPATCHER, "已经在这个单位"),
        (State.ACCEPTED, CoHandled("housing"), HOUSING, "主办单位"),
        (State.ACCEPTED, Extended(3, "等料", START), HOUSING, "必须晚于"),
        (State.ACCEPTED, Extended(0, "等料", START + timedelta(days=90)), HOUSING, "必须晚于"),
        (State.ACCEPTED, Merged("26000010"), HOUSING, "并到它自己"),
        (State.REPLIED, Rated(0), CITIZEN, "1 到 5"),
        (State.REPLIED, Rated(6), CITIZEN, "1 到 5"),
    ],
)
def test_what_cannot_be_meant_is_refused(state: State, what: Happening, actor: Actor, say: str) -> None:
    with pytest.raises(Refused, match=say):
        lifecycle.apply(samples.ticket_in(state), what, actor, START + timedelta(days=1))


def test_urging_counts_once_a_day() -> None:
    ticket = lifecycle.apply(samples.ticket_in(State.ACCEPTED), Urged(), CITIZEN, START).ticket
    with pytest.raises(Refused, match="一天之内"):
        lifecycle.apply(ticket, Urged(), CITIZEN, START + timedelta(hours=23, minutes=59))
    assert lifecycle.apply(ticket, Urged(), CITIZEN, START + timedelta(hours=24)).ticket.urges == 2


def test_a_third_extension_and_a_second_helper_of_the_same_name_are_refused() -> None:
    ticket = samples.ticket_in(State.ACCEPTED)
    for days in (20, 30):
        ticket = lifecycle.apply(ticket, Extended(1, "等料", START + timedelta(days=days)), HOUSING, START).ticket
    with pytest.raises(Refused, match="不能再延"):
        lifecycle.apply(ticket, Extended(1, "等料", START + timedelta(days=40)), HOUSING, START)
    helped = lifecycle.apply(ticket, CoHandled("water"), HOUSING, START).ticket
    with pytest.raises(Refused, match="已经在协办"):
        lifecycle.apply(helped, CoHandled("water"), HOUSING, START)


def test_a_correction_moves_the_desk_only_until_it_is_taken_up() -> None:
    moved = Amended(place=Place("五一路", "五一街道"), category="交通运输", unit_id="may")
    early = lifecycle.apply(samples.ticket_in(State.SUBMITTED), moved, CITIZEN, START)
    late = lifecycle.apply(samples.ticket_in(State.ACCEPTED), moved, CITIZEN, START)
    assert (early.ticket.unit_id, late.ticket.unit_id) == ("may", "housing")
    assert late.event.what == msgspec.structs.replace(moved, unit_id=None)
    assert late.ticket.category == "交通运输"


def test_what_the_citizen_adds_is_kept() -> None:
    photo = Attachment(3, MediaKind.IMAGE)
    more = Supplemented("门口那盏", (photo,), Place("东湖路20号", "东湖区"))
    ticket = lifecycle.apply(samples.ticket_in(State.SUBMITTED), more, CITIZEN, START).ticket
    assert (ticket.attachments, ticket.place, ticket.state) == ((photo,), more.place, State.SUBMITTED)
    assert ticket.promise == samples.PROMISE


def test_rework_starts_afresh() -> None:
    rework = samples.ticket_in(State.REWORK)
    assert (rework.reply, rework.replied_at, rework.accepted_at, rework.rating) == ("", None, None, None)
    assert rework.reworks == 1


def test_withdrawing_ends_a_pause() -> None:
    waiting = samples.ticket_in(State.WAITING)
    ended = lifecycle.apply(waiting, Withdrawn(), CITIZEN, START).ticket
    assert (ended.question, ended.waiting_since, ended.closed_at) == ("", None, START)


def test_start_carries_everything_that_was_filed() -> None:
    change = samples.start()
    given_fields = msgspec.structs.asdict(samples.filed())
    ticket_fields = msgspec.structs.asdict(change.ticket)
    assert {name: ticket_fields[name] for name in given_fields if name not in {"routed", "keywords"}} == {
        name: value for name, value in given_fields.items() if name not in {"routed", "keywords"}
    }
    assert (change.ticket.version, change.event.seq, change.event.actor.by) == (1, 1, By.CITIZEN)
