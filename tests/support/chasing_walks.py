"""Tickets as people and the clock leave them: every step anybody can take, with the dates that rules would give it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from handlers.calendar.policy import TERMS
from handlers.chasing import actions
from handlers.chasing.actions import StepContext
from handlers.deadlines import deadlines
from handlers.errors import Refused
from handlers.tickets import lifecycle
from handlers.tickets.events import Actor, Happening
from handlers.tickets.events.clock import CardColour, CommitmentKept, Uncarded, UrgeAnswered, Urged
from handlers.tickets.events.desks import Returned, Ruled, Transferred
from handlers.tickets.events.filing import Supplemented
from handlers.tickets.events.grades import LookedBack, OpinionGiven, Rated
from handlers.tickets.events.joining import Joined
from handlers.tickets.events.work import Accepted, Asked, Closed, Extended, OnSite, Reopened, Replied
from handlers.tickets.lifecycle import Change
from handlers.tickets.ticket import Commitment, Promise, Standing, State, Ticket
from tests.support import samples
from tests.support.samples import CITIZEN, DISPATCHER, HOUSING, START

DAY = timedelta(days=1)
NOTICE = "催〔2026〕0001号"

Deed = Callable[[Ticket, datetime], tuple[Happening, Actor]]


def promised(at: datetime = START, *, urgent: bool = False, kind: str = "投诉") -> Promise:
    """What the shipped policy promises."""
    return deadlines.promise(kind, "城乡建设", urgent, at)


def filed(**changes: object) -> Change:
    """A ticket just filed at START, under the shipped policy."""
    return samples.start(**({"promise": promised()} | changes))


def _replied(ticket: Ticket, at: datetime) -> Replied:
    # An answer after an answer keeps what the first one promised, as the officials' room does.
    vows = ticket.vows or (Commitment("加装护栏", at + 3 * DAY), Commitment("补种树", at + 20 * DAY))
    return Replied("已换新灯。", vows=vows, rate_by=at + 7 * DAY)


def _extended(ticket: Ticket, at: datetime) -> Extended:
    moved = deadlines.extend(ticket, 5, at)
    return Extended(5, "等配件", moved.reply_by, moved.remind_at)


def _supplemented(ticket: Ticket, at: datetime) -> Supplemented:
    if ticket.state is not State.WAITING:
        return Supplemented("补一句")
    moved = deadlines.resume(ticket, at)
    return Supplemented("是左边那盏", reply_by=moved.reply_by, remind_at=moved.remind_at)


def _standing(ticket: Ticket) -> Standing:
    return Standing(ticket.state, ticket.unit_id, ticket.promise)


DEEDS: dict[str, Deed] = {
    "accept": lambda ticket, at: (Accepted(), HOUSING),
    "transfer": lambda ticket, at: (Transferred("water"), DISPATCHER),
    "return": lambda ticket, at: (Returned("dispatch", "不归我们", rule_by=at + DAY), HOUSING),
    "rule": lambda ticket, at: (Ruled("housing", "归住建"), DISPATCHER),
    "ask": lambda ticket, at: (Asked("哪一盏？", at + 5 * DAY), HOUSING),
    "supplement": lambda ticket, at: (_supplemented(ticket, at), CITIZEN),
    "on site": lambda ticket, at: (OnSite("到了"), HOUSING),
    "extend": lambda ticket, at: (_extended(ticket, at), HOUSING),
    "urge": lambda ticket, at: (Urged("快些", at + DAY), CITIZEN),
    "state": lambda ticket, at: (UrgeAnswered("周五前", at + 2 * DAY), HOUSING),
    "uncard": lambda ticket, at: (Uncarded(CardColour.YELLOW, "停机"), HOUSING),
    "reply": lambda ticket, at: (_replied(ticket, at), HOUSING),
    "close": lambda ticket, at: (Closed("修好了", rate_by=at + 7 * DAY, revisit_at=at + 21 * DAY), HOUSING),
    "keep": lambda ticket, at: (CommitmentKept(1, "装好了"), HOUSING),
    "rate low": lambda ticket, at: (Rated(1, redo_by=at + DAY), CITIZEN),
    "rate high": lambda ticket, at: (Rated(5, revisit_at=at + 21 * DAY), CITIZEN),
    "leave it": lambda ticket, at: (OpinionGiven(again=False), CITIZEN),
    "again": lambda ticket, at: (Reopened("没修好", deadlines.promise("投诉", "城乡建设", False, at)), CITIZEN),
    "look back": lambda ticket, at: (LookedBack(True), CITIZEN),
    "follow": lambda ticket, at: (Joined(99, "26000028", 3, _standing(ticket)), CITIZEN),
}
"""What people can do, by name."""


def do(changes: list[Change], name: str, at: datetime) -> None:
    """Let it happen if it may."""
    ticket = changes[-1].ticket
    try:
        changes.append(lifecycle.apply(ticket, *DEEDS[name](ticket, at), at))
    except Refused:
        return


def tick(changes: list[Change], now: datetime) -> tuple[Change, ...]:
    """The clock looks; what it did."""
    taken = actions.steps(changes[-1].ticket, StepContext(now, TERMS, notice=NOTICE))
    changes += taken
    return taken
