"""Every state with every date that the clock may find on a ticket, at every hour of ten weeks: nothing loops, nothing is refused."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
from msgspec.structs import replace

from handlers.calendar.policy import TERMS
from handlers.chasing import actions
from handlers.chasing.actions import StepContext
from handlers.chasing.due_steps import next_look
from handlers.deadlines import deadlines
from handlers.tickets.ticket import Cards, Chase, Commitment, State, Ticket
from tests.support import samples
from tests.support.samples import START

DAY = timedelta(days=1)
EVERYTHING = Chase(
    answer_by=START + 2 * DAY,
    wait_until=START + 4 * DAY,
    rule_by=START + 6 * DAY,
    rate_by=START + 9 * DAY,
    redo_by=START + 12 * DAY,
    revisit_at=START + 15 * DAY,
    look_by=START + 18 * DAY,
)
VOWS = (Commitment("加装护栏", START + 3 * DAY), Commitment("补种树", START + 20 * DAY))
CARDS = (
    Cards(),
    Cards(yellow_at=START + DAY),
    Cards(yellow_at=START + DAY, withdrawn=("yellow",)),
    Cards(yellow_at=START + DAY, red_at=START + 30 * DAY, notice="催〔2026〕0001号", notice_at=START + 40 * DAY),
)


def ticket_in(state: State, urgent: bool, follows: bool, cards: Cards) -> Ticket:
    """A ticket of this state on which everything is set, whether it could be or not."""
    promise = deadlines.promise("投诉", "城乡建设", urgent, START)
    plain = replace(samples.ticket_in(state), promise=promise, chase=EVERYTHING, vows=VOWS, cards=cards)
    return replace(plain, joined_to=99, joined_number="26000028") if follows else plain


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("follows", [False, True], ids=["alone", "follows"])
def test_the_clock_moves_on_from_anything(state: State, follows: bool) -> None:
    for urgent, cards, hours in product((False, True), CARDS, range(0, 24 * 70, 11)):
        ticket, now = ticket_in(state, urgent, follows, cards), START + timedelta(hours=hours)
        tick = StepContext(now, TERMS, notice="催〔2026〕0002号", directory=samples.directory())
        taken = actions.steps(ticket, tick)
        after = taken[-1].ticket if taken else ticket
        look = next_look(after)
        assert look is None or look > now
        assert actions.steps(after, tick) == ()


@pytest.mark.parametrize("state", State)
def test_late_and_in_time_lead_to_the_same_cards(state: State) -> None:
    """Whoever looks every hour and whoever comes once at the end find the same ladder climbed, as far as both see it."""
    often = once = ticket_in(state, False, False, Cards())
    end = START + 60 * DAY
    for hours in range(24 * 60 + 1):
        now = START + timedelta(hours=hours)
        taken = actions.steps(often, StepContext(now, TERMS, notice="n", directory=samples.directory()))
        often = taken[-1].ticket if taken else often
    taken = actions.steps(once, StepContext(end, TERMS, notice="n", directory=samples.directory()))
    once = taken[-1].ticket if taken else once
    if once.began == often.began:  # 重办 begins when the clock comes
        assert (once.state, bool(once.cards.yellow_at), bool(once.cards.red_at), once.cards.notice) == (
            often.state,
            bool(often.cards.yellow_at),
            bool(often.cards.red_at),
            often.cards.notice,
        )
        assert [(vow.broken_at is None) for vow in once.vows] == [(vow.broken_at is None) for vow in often.vows]
        assert once.chase.silent == often.chase.silent
