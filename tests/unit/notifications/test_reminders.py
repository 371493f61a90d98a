"""What a reminder says to whom: what is owed, by when or since when, and the words to type."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from handlers.notifications import notify
from handlers.tickets import lifecycle
from handlers.tickets.events.clock import Owed, Reminded
from handlers.tickets.ticket import Commitment, State, Ticket
from tests.support import samples
from tests.support.samples import CLOCK, START

DAY = timedelta(days=1)
DUE = START + 5 * DAY
CASE = "26000010「东湖路的路灯坏了半个月」"
DESK, SUPERVISOR = {102, 107}, {103}
FENCE = Commitment("加装护栏", DUE)


def owing(state: State, *vows: Commitment) -> Ticket:
    return replace(samples.ticket_in(state), vows=vows)


@pytest.mark.parametrize(
    ("owed", "ticket", "after", "people", "text"),
    [
        (
            Owed.ACCEPT, owing(State.SUBMITTED), 2 * DAY, DESK,
            f"{CASE}还没有人受理。受理期限 4月2日（周四）09:12 已过，请马上受理，4月9日（周四）09:12 前答复。\n回复：受理 26000010",
        ),
        (
            Owed.ACCEPT, owing(State.SUBMITTED), 9 * DAY, DESK,
            f"{CASE}还没有人受理。答复期限 4月9日（周四）09:12 已过，请马上办理、尽快答复。\n回复：受理 26000010",
        ),
        (
            Owed.REPLY, owing(State.ACCEPTED), 5 * DAY, DESK,
            f"快到期了：{CASE}要在 4月6日（周一）09:12 前答复市民。\n回复：答复 26000010 正文",
        ),
        (
            Owed.REPLY, owing(State.ACCEPTED), 5 * DAY + timedelta(seconds=1), DESK,
            f"{CASE}应在 4月6日（周一）09:12 前答复市民，已经过了。\n请尽快：答复 26000010 正文",
        ),
        (
            Owed.RULING, owing(State.RETURNED), 2 * DAY, SUPERVISOR,
            f"{CASE}被多次退回，等您裁定归谁办，4月6日（周一）09:12 前要定。\n回复：裁定 26000010 单位 理由",
        ),
        (
            Owed.VOW, owing(State.REPLIED, FENCE), 2 * DAY, DESK,
            f"{CASE}的答复里答应过「加装护栏」，4月6日（周一）09:12 到期。\n办好了请回复：兑现 26000010 说明",
        ),
        (
            Owed.VOW, owing(State.REPLIED, replace(FENCE, kept_at=START), Commitment("补种树", DUE)), 2 * DAY, DESK,
            f"{CASE}的答复里答应过「补种树」，4月6日（周一）09:12 到期。\n办好了请回复：兑现 26000010 说明",
        ),
        (
            Owed.VOW, owing(State.REPLIED, replace(FENCE, by=DUE + DAY)), 2 * DAY, DESK,
            f"{CASE}的答复里答应过，4月6日（周一）09:12 到期。\n办好了请回复：兑现 26000010 说明",
        ),
    ],
)  # fmt: skip
def test_the_reminder_names_what_is_owed(
    owed: Owed, ticket: Ticket, after: timedelta, people: set[int], text: str
) -> None:
    change = lifecycle.apply(ticket, Reminded(owed, DUE), CLOCK, START + after)
    pushes = notify.notices(samples.context(), change, ticket)
    assert {push.person_id for push in pushes} == people
    assert {push.text for push in pushes} == {text}
