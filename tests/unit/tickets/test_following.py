"""What followers learn of the ticket they follow, step by step, and what is kept from them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from handlers import followers
from handlers.notifications import notify
from handlers.outcome import Outcome
from handlers.tickets import lifecycle, states
from handlers.tickets.events import Actor, By, Event, Happening
from handlers.tickets.events.filing import Filed, Supplemented, Withdrawn
from handlers.tickets.events.grades import Appealed, Decided
from handlers.tickets.events.joining import Backed, Followed, Joined, Merged
from handlers.tickets.events.work import Accepted, Asked, Noted, Reopened, Replied, Undone
from handlers.tickets.lifecycle import Change
from handlers.tickets.ticket import State, Ticket
from handlers.tracking import checkpoints, timeline
from handlers.tracking.model import Audience
from tests.support import samples
from tests.support.samples import CITIZEN, HOUSING, START

OTHER = Actor(By.CITIZEN, 8)
LATER = START + timedelta(days=2)
PRIVATE = "电话13900001111，3单元502室"


def pair(state: State = State.SUBMITTED) -> tuple[Ticket, list[Event]]:
    """A ticket in this state that one other follows, and the follower's log."""
    backed = lifecycle.apply(samples.ticket_in(State.SUBMITTED), Backed("26000028"), OTHER, START).ticket
    own = lifecycle.start(50, samples.filed(number="26000028", person_id=8), OTHER, START)
    joined = lifecycle.apply(own.ticket, followers.joined(backed), OTHER, START)
    log, main = [own.event, joined.event], backed
    for what, actor in samples.PATHS[state]:
        change = lifecycle.apply(main, what, actor, START)
        log += [event for event in taken_along(change, log).events if event.ticket_id == 50]
        main = change.ticket
    return main, log


def taken_along(change: Change, log: list[Event]) -> Outcome:
    follower = lifecycle.fold(log)
    crowd = {change.ticket.id: [follower] if follower.joined_to == change.ticket.id else []}
    into = {"26000028": replace(samples.start().ticket, id=77, number="26000028", person_id=9)}
    outcome = Outcome(tickets=(change.ticket,), events=(change.event,))
    return followers.propagate(outcome, crowd, into, samples.context())


@pytest.mark.parametrize("what", sorted(set(states.WHATS) - {Filed, Undone, Followed, Joined}, key=repr))
@pytest.mark.parametrize("state", State)
def test_whatever_happens_in_whichever_state_the_follower_stands_alike(what: type[Happening], state: State) -> None:
    main, log = pair(state)
    assert lifecycle.fold(log).version == len(log)
    for actor in samples.ACTORS.values():
        if not lifecycle.can(main, what, actor.by):
            continue
        ends_pause = what is Supplemented and state is State.WAITING
        step = Supplemented("这盏", reply_by=LATER) if ends_pause else samples.SAMPLES[what]
        change = lifecycle.apply(main, step, actor, LATER)
        more = taken_along(change, log)
        follower = lifecycle.fold([*log, *(event for event in more.events if event.ticket_id == 50)])
        if what in {Withdrawn, Merged}:
            assert follower.joined_to != main.id
        elif follower.joined_to == main.id:
            assert (follower.state, follower.unit_id) == (change.ticket.state, change.ticket.unit_id)
            assert follower.promise == change.ticket.promise


@pytest.mark.parametrize("state", State)
def test_the_unit_works_on_the_followed_ticket_only(state: State) -> None:
    follower = replace(samples.ticket_in(state), joined_to=9, joined_number="26000028")
    for what in states.WHATS:
        if lifecycle.can(follower, what, By.STAFF):
            assert what in {Noted, Undone, Followed, Appealed, Decided}


def test_what_was_taken_back_is_taken_back_for_all() -> None:
    main, log = pair(State.ACCEPTED)
    replied = lifecycle.apply(main, Replied("换了新灯。"), HOUSING, START)
    log += taken_along(replied, log).events
    assert lifecycle.fold(log).reply == "换了新灯。"
    taken_back = Event(main.id, replied.ticket.version + 1, START, HOUSING, Undone(replied.event.seq))
    undone = Change(replace(main, version=taken_back.seq), taken_back)
    more = taken_along(undone, log)
    log += more.events
    follower = lifecycle.fold(log)
    assert (follower.state, follower.reply) == (State.ACCEPTED, "")
    assert "弄错了" in more.pushes[0].text
    titles = [stop.title for stop in checkpoints.of(follower, log, samples.directory(), Audience.CITIZEN)]
    assert titles == ["更正", "已受理", "一起推动", "已提交"]


def test_nothing_of_the_authors_own_reaches_followers() -> None:
    for what in (
        Asked(PRIVATE),
        Replied(PRIVATE),
        Reopened(PRIVATE, samples.PROMISE),
        replace(samples.SAMPLES[Accepted]),
    ):
        shared = followers.shared(what, By.CITIZEN)
        assert "13900001111" not in repr(shared)
        assert "502" not in repr(shared)
    stands = followers.standing(replace(samples.ticket_in(State.REPLIED), reply=PRIVATE, reason=PRIVATE))
    assert "13900001111" not in repr(stands)
    assert followers.shared(Noted(PRIVATE), By.STAFF) is None


def test_the_clock_of_others_is_told_as_such() -> None:
    main, log = pair(State.WAITING)
    follower = lifecycle.fold(log)
    view = timeline.view(follower, log, samples.directory(), START, Audience.CITIZEN, main=main)
    assert "在等另一位反映人补充" in view.says
    assert view.big == "等待补充"
    assert view.question == ""
    assert view.together == 1


def test_a_follower_is_told_once_and_the_desk_only_of_the_followed() -> None:
    main, log = pair()
    change = lifecycle.apply(main, Accepted(), HOUSING, START)
    assert [push.person_id for push in taken_along(change, log).pushes] == [8]
    first = lifecycle.apply(samples.start().ticket, Backed("26000028"), OTHER, START)
    assert {push.person_id for push in notify.notices(samples.context(), first, samples.start().ticket)} == {102, 107}
    second = lifecycle.apply(first.ticket, Backed("26000036"), OTHER, START)
    assert notify.notices(samples.context(), second, first.ticket) == ()


def test_somebody_who_joins_does_not_hinder_taking_back() -> None:
    changes = samples.log((Accepted(), HOUSING), (Backed("26000028"), CITIZEN), every=timedelta(seconds=1))
    done = lifecycle.undo(samples.events(changes), 2, HOUSING, START + timedelta(minutes=1))
    assert (done.ticket.state, done.ticket.crowd) == (State.SUBMITTED, 1)
