"""What of a ticket waits for somebody now: a 催办 to answer, a ruling to make, a promise to keep, a card; and for whom."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum

from msgspec import Struct

from handlers.chasing.due import VOW_REMINDER, owes_at
from handlers.official.commands import due, ruling
from handlers.tickets.states import ANSWERED
from handlers.tickets.ticket import State, Ticket
from handlers.tickets.wording import cut, lasting, moment, promise
from handlers.tracking import returns_and_promises
from handlers.tracking.checkpoints import COLOURS
from handlers.tracking.model import Audience

SAID_SHOWN = 24
"""Characters of an answer to a 催办 in 查看."""


class Waits(IntEnum):
    """Kinds of what waits, the most pressing first."""

    URGE = 0
    RULING = 1
    VOW = 2
    CARD = 3
    STEP = 4
    NOBODY = 5


class Waiting(Struct, frozen=True):
    """The most pressing of what waits, when it is due, and a short word of it ("" where the due date says all)."""

    what: Waits
    at: datetime
    words: str = ""


def first(ticket: Ticket, now: datetime) -> Waiting:
    """What is to be done first of this ticket."""
    chase = ticket.chase
    if chase.answer_by is not None:
        return Waiting(Waits.URGE, chase.answer_by, f"催办待回应{_by(chase.answer_by, now)}")
    if chase.rule_by is not None:
        return Waiting(Waits.RULING, chase.rule_by, f"等裁定{_by(chase.rule_by, now)}")
    owed = owes_at(ticket)
    if owed is not None and owed - VOW_REMINDER <= now:
        return Waiting(Waits.VOW, owed, f"承诺{_by(owed, now)}兑现")
    step = due.due(ticket)
    if step is None:
        return Waiting(Waits.NOBODY, ticket.promise.reply_by)
    cards = ruling.live_cards(ticket)
    if cards:
        return Waiting(Waits.CARD, step[0], COLOURS[cards[-1]])
    return Waiting(Waits.STEP, step[0])


def urgency(ticket: Ticket, now: datetime) -> tuple[Waits, datetime, int]:
    """Sorts what presses most to the front; what waits for the citizen comes last."""
    found = first(ticket, now)
    return found.what, found.at, ticket.id


def in_words(ticket: Ticket, now: datetime) -> str:
    """For a line of 待办: what waits, then when the next step is due."""
    words = first(ticket, now).words
    step = due.in_words(ticket, now) if ticket.state not in ANSWERED else ""
    return " · ".join(part for part in (words, step) if part)


def lines(ticket: Ticket, now: datetime) -> list[str]:
    """For 查看: everything that waits, for whom, and how it is done."""
    chase, number = ticket.chase, ticket.number
    found: list[str] = []
    if chase.answer_by is not None:
        found.append(f"等承办单位回应催办{_by(chase.answer_by, now)}：回应 {number} 哪天前怎么办")
    elif chase.said and chase.said_by is not None:
        found.append(f"已回应催办：{cut(chase.said, SAID_SHOWN)}（{moment(chase.said_by, now)} 前）")
    if chase.rule_by is not None:
        found.append(f"等督办员裁定归谁办{_by(chase.rule_by, now)}：裁定 {number} 单位 理由")
    cards = ruling.live_cards(ticket)
    if cards:
        found.append(f"在牌：{'、'.join(COLOURS[card] for card in cards)}")
    if ticket.rounds and not ticket.called_back and (ticket.state is State.REWORK or ticket.replied_at is None):
        found.append(f"重办要先回访市民，并换一个人答复：回访 {number} 说明")
    promises = returns_and_promises.promises(ticket, None, now, Audience.STAFF)
    return [*found, *(f"承诺{place}：{promise(each)}" for place, each in enumerate(promises, 1))]


def _by(at: datetime, now: datetime) -> str:
    return f"（已过 {lasting(now - at)}）" if at < now else f"（{moment(at, now)} 前）"
