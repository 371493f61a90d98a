"""A policy is rehearsed on logs: the same policy changes nothing, another changes what it should and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.cli.policy import PolicySide, Tally, table
from handlers.calendar.policy import FIRST, TERMS, CrowdRule, Edition, Rule, Span, Terms
from handlers.calendar.zone import SHANGHAI
from handlers.deadlines import deadlines
from handlers.deadlines.dry_run import Projection, RoundComparison, as_from, rehearse
from handlers.errors import Refused
from handlers.tickets import lifecycle
from handlers.tickets.events import By, Event, Happening
from handlers.tickets.events.filing import Supplemented, Withdrawn
from handlers.tickets.events.joining import Backed, Joined
from handlers.tickets.events.work import Accepted, Asked, Extended, Reopened, Replied
from handlers.tickets.lifecycle import Change
from handlers.tickets.ticket import Ticket
from tests.support import samples

BEGIN = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI).astimezone(UTC)
DAY = timedelta(days=1)
Make = Callable[[Ticket, datetime], Happening]


def would(edition: Edition) -> Terms:
    return Terms(as_from(edition, BEGIN.date()))


def quicker(days: int) -> Edition:
    """Complaints are answered sooner; all else is as it was."""
    rows = tuple(
        replace(row, name="快办", reply=Span(workdays=days)) if row.name == "投诉" else row for row in FIRST.rules
    )
    return replace(FIRST, rules=rows)


def asked(_ticket: Ticket, at: datetime) -> Happening:
    return Asked("哪一盏？", deadlines.later(at, FIRST.wait))


def supplemented(ticket: Ticket, at: datetime) -> Happening:
    return Supplemented("左边", reply_by=deadlines.resume(ticket, at).reply_by if ticket.awaited else None)


def extended(ticket: Ticket, at: datetime) -> Happening:
    return Extended(2, "等配件", deadlines.extend(ticket, 2, at).reply_by)


def reopened(ticket: Ticket, at: datetime) -> Happening:
    return Reopened("又坏了", deadlines.promise(ticket.kind, ticket.category, ticket.urgent, at))


STEPS: dict[str, tuple[Make, By]] = {
    "accept": (lambda _ticket, _at: Accepted(), By.STAFF),
    "ask": (asked, By.STAFF),
    "supplement": (supplemented, By.CITIZEN),
    "extend": (extended, By.STAFF),
    "reply": (lambda _ticket, _at: Replied("修好了。"), By.STAFF),
    "reopen": (reopened, By.CITIZEN),
    "withdraw": (lambda _ticket, _at: Withdrawn(), By.CITIZEN),
}
ACTORS = {By.STAFF: samples.HOUSING, By.CITIZEN: samples.CITIZEN}


def lived(*steps: tuple[str, float], kind: str = "投诉") -> tuple[Event, ...]:
    """The log of a ticket to which these happened, so many days after filing; what may not happen does not."""
    begun = lifecycle.start(
        5, samples.filed(promise=deadlines.promise(kind, "城乡建设", False, BEGIN), kind=kind), samples.CITIZEN, BEGIN
    )
    log: list[Change] = [begun]
    for name, days in steps:
        make, by = STEPS[name]
        ticket, at = log[-1].ticket, BEGIN + DAY * days
        try:
            log.append(lifecycle.apply(ticket, make(ticket, at), ACTORS[by], at))
        except Refused:
            continue
    return samples.events(log)


def tried(log: tuple[Event, ...], edition: Edition, *, after: float = 60) -> list[RoundComparison]:
    return rehearse(log, BEGIN + DAY * after, was=TERMS, would=would(edition), directory=samples.directory())


@given(
    st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.integers(1, 300)), max_size=12),
    st.sampled_from(["投诉", "咨询", "感谢"]),
    st.integers(0, 80),
)
def test_the_same_policy_changes_nothing(steps: list[tuple[str, int]], kind: str, after: int) -> None:
    at = 0.0
    timed = []
    for name, hours in steps:
        at += hours / 24
        timed.append((name, at))
    log = lived(*timed, kind=kind)
    # A pause longer than we wait ends by itself; these logs are made without the clock that would have ended it.
    assume(not _waited_too_long(log))
    goes = tried(log, FIRST, after=at + after)
    assert goes
    assert all(go.before == go.after for go in goes)


def _waited_too_long(log: tuple[Event, ...]) -> bool:
    until: datetime | None = None
    for event in log:
        if until is not None and event.at > until and isinstance(event.what, Supplemented | Replied):
            return True
        until = event.what.until if isinstance(event.what, Asked) else until
        until = None if isinstance(event.what, Supplemented | Replied) else until
    return False


def test_a_quicker_rule_makes_the_same_answer_late() -> None:
    (go,) = tried(lived(("accept", 0.1), ("reply", 4)), quicker(2))
    assert go.rule == "快办"
    assert go.before.slack is not None
    assert go.after.slack is not None
    assert go.before.slack > timedelta() > go.after.slack
    assert (go.before.cards, go.after.cards) == ((False, False, False), (True, False, False))


def test_every_go_is_counted_and_each_has_its_rule() -> None:
    goes = tried(lived(("reply", 2), ("reopen", 10), ("reply", 12)), quicker(1))
    assert [go.rule for go in goes] == ["快办", "快办"]
    assert all(go.after.slack is not None and go.before.slack is not None for go in goes)


def test_an_open_ticket_has_the_cards_of_today_and_no_slack() -> None:
    (go,) = tried(lived(), FIRST, after=20)
    assert go.before == Projection(None, (True, True, False)) == go.after


def test_a_card_that_came_before_an_extension_is_counted() -> None:
    log = lived(("accept", 0.1), ("extend", 8.1), ("reply", 8.5))
    (go,) = tried(log, quicker(4))
    assert go.after.cards[0]
    assert go.after.slack is not None


def test_a_shorter_wait_ends_the_pause_sooner() -> None:
    log = lived(("accept", 0.1), ("ask", 1), ("supplement", 4), ("reply", 9))
    (go,) = tried(log, replace(FIRST, wait=Span(hours=1)))
    assert go.before.slack is not None
    assert go.after.slack is not None
    assert go.after.slack < go.before.slack


def test_a_crowd_is_judged_by_the_other_policys_row() -> None:
    log = list(lived())
    ticket = lifecycle.fold(log)
    for place in range(3):
        change = lifecycle.apply(ticket, Backed(f"2600{place}"), samples.CITIZEN, BEGIN + timedelta(hours=place + 1))
        ticket = change.ticket
        log.append(change.event)
    edition = replace(FIRST, crowd=(CrowdRule(3, Span(hours=12), "3 人以上 12 小时"),))
    (go,) = tried(tuple(log), edition, after=1)
    assert go.before.cards == (False, False, False)
    assert go.after.cards[0]


def test_who_follows_another_is_not_counted_twice() -> None:
    ticket = lifecycle.fold(lived())
    joined = lifecycle.apply(ticket, samples.SAMPLES[Joined], samples.CITIZEN, BEGIN + DAY)
    assert tried((*lived(), joined.event), FIRST) == []


def test_a_longer_extension_than_the_policy_lets_is_cut() -> None:
    log = lived(("accept", 0.1), ("extend", 1), ("reply", 9))
    (go,) = tried(log, replace(FIRST, extension=1))
    assert go.before.slack is not None
    assert go.after.slack is not None
    assert go.before.slack - go.after.slack == DAY


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        ([], "—"),
        ([5], "5 小时"),
        ([-30], "晚 1 天"),
        ([-3, 2, 100], "2 小时"),
        ([1, 2, 3, 4], "2 小时"),
        ([0], "1 分钟"),
    ],
)
def test_the_median_in_words(hours: list[int], words: str) -> None:
    side = PolicySide()
    for each in hours:
        side.add(Projection(timedelta(hours=each), (False, False, False)))
    assert side.median() == words
    assert side.on_time == sum(each >= 0 for each in hours)


def test_a_tally_stays_small_however_many_goes() -> None:
    side = PolicySide()
    for each in range(20_000):
        side.add(Projection(timedelta(hours=each), (True, False, False)))
    assert len(side._slack) <= 5_001
    assert (side.answered, side.cards) == (20_000, [20_000, 0, 0])


def test_the_table_stands_straight() -> None:
    tally = Tally()
    tally.add(
        RoundComparison(
            "投诉", Projection(timedelta(days=1), (False,) * 3), Projection(-timedelta(hours=2), (True, False, False))
        )
    )
    assert tally.cells("投诉") == ("投诉", "1", "1", "1 → 0", "0 → 1", "0 → 0", "0 → 0", "1 天 → 晚 2 小时")
    assert table([("规定", "件"), ("a", "10")]) == ["规定  件", "a     10"]


def test_the_rule_of_a_new_name_is_the_one_that_is_told() -> None:
    rest = Rule("全部", "3 天内答复", "试", Span(days=1), Span(days=3), None)
    (go,) = tried(lived(("reply", 4)), replace(FIRST, rules=(rest,)))
    assert (go.rule, go.after.slack, go.after.cards) == ("全部", -DAY, (False, False, False))
