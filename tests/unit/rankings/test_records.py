"""What of a ticket counts in figures: each round with an answer or a card."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from handlers.rankings.records import records
from handlers.tickets.events.work import Reopened, Replied
from handlers.tickets.ticket import Cards, State
from tests.support import samples
from tests.support.samples import CITIZEN, HOUSING, START


@pytest.mark.parametrize(
    ("cards", "marks"),
    [
        (Cards(yellow_at=START), (True, False, False)),
        (Cards(yellow_at=START, red_at=START), (True, True, False)),
        (Cards(yellow_at=START, red_at=START, notice="催〔2026〕0001号"), (True, True, True)),
        (Cards(red_at=START), (False, True, False)),
    ],
)
def test_cards_count_before_there_is_an_answer(cards: Cards, marks: tuple[bool, bool, bool]) -> None:
    (record,) = records(replace(samples.ticket_in(State.ACCEPTED), cards=cards))
    assert (record.yellow, record.red, record.noticed) == marks
    assert (record.replied_at, record.on_time, record.fair, record.seconds) == (None, None, None, None)


@pytest.mark.parametrize("state", [State.SUBMITTED, State.ACCEPTED, State.WAITING])
def test_without_answer_and_card_nothing_counts(state: State) -> None:
    assert records(samples.ticket_in(state)) == ()


@pytest.mark.parametrize(("after", "in_time"), [(timedelta(days=8), True), (timedelta(days=8, seconds=1), False)])
def test_an_answer_that_nobody_judged_counts_against_the_promise(after: timedelta, in_time: bool) -> None:
    ticket = replace(samples.ticket_in(State.REPLIED), replied_at=START + after, timing=None)
    (record,) = records(ticket)
    assert (record.on_time, record.fair, record.seconds) == (in_time, in_time, int(after.total_seconds()))
    assert (record.yellow, record.red, record.noticed, record.joined) == (False, False, False, False)


def test_every_answer_after_a_rework_is_a_round_of_its_own() -> None:
    answered = samples.SAMPLES[Replied], HOUSING
    changes = samples.log(answered, (samples.SAMPLES[Reopened], CITIZEN), answered)
    assert [(record.number, record.again) for record in records(changes[-1].ticket)] == [(0, False), (1, True)]
