"""The explanation of a ticket's date (为何), the same for the desk, the chat and the tracking page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from handlers.chasing.due_steps import ladder, reminder_due
from handlers.deadlines import wording
from handlers.deadlines.explain_steps import ExplanationLine, Inquiry, Telling
from handlers.tickets.events import Event
from handlers.tickets.events.clock import CardColour
from handlers.tickets.states import OPEN
from handlers.tickets.ticket import State, Ticket
from handlers.tickets.wording import lasting, moment, owed
from handlers.tracking.checkpoints import counting

_CALLED: dict[CardColour | None, str] = {
    CardColour.YELLOW: "亮黄牌",
    CardColour.RED: "亮红牌",
    None: "发催办通知单",
}


def to_come(ticket: Ticket, now: datetime) -> str:
    """Returns what the clock will do, and when, if no reply comes. Empty when none is owed."""
    if ticket.state not in OPEN:
        return ""
    if ticket.joined_to is not None:
        return f"提醒和亮牌跟着 {ticket.joined_number} 走"
    if ticket.state is State.WAITING:
        until = ticket.chase.wait_until
        return f"最多等到{moment(until, now)}，到时自动接着计时；停着的时候不亮牌" if until else "停着的时候不亮牌"
    steps = [(at, _CALLED[colour]) for colour, at in ladder(ticket).items()]
    if reminder_due(ticket) and ticket.promise.remind_at is not None and now <= ticket.promise.reply_by:
        steps.append((ticket.promise.remind_at, "提醒承办单位"))
    told = "，".join(f"{moment(max(at, now), now)} {what}" for at, what in sorted(steps))
    if not ticket.promise.ladder:
        return f"{told}；这类事晚了不亮牌" if told else "这类事晚了不亮牌"
    return f"要是一直没有答复：{told}" if told else ""


def explain(ticket: Ticket, history: Sequence[Event], question: Inquiry) -> tuple[str, ...]:
    """Returns why the reply is due when it is, one line a step: filed, rule, days, what moved it, the date, what
    follows.

    `history` is the whole log.
    """
    return tuple(line.text for line in _lines(ticket, history, question))


def briefly(ticket: Ticket, history: Sequence[Event], question: Inquiry) -> tuple[str, ...]:
    """Returns only the lines that determine the date."""
    return tuple(line.text for line in _lines(ticket, history, question) if line.main)


def _lines(ticket: Ticket, history: Sequence[Event], question: Inquiry) -> list[ExplanationLine]:
    now = question.now
    telling = Telling(ticket, question)
    for event in counting(history):
        telling.hear(event)
    lines = [*telling.lines, ExplanationLine(_so(ticket, now, telling))]
    future = to_come(ticket, now)
    return [*lines, ExplanationLine(future, main=False)] if future else lines


def _so(ticket: Ticket, now: datetime, telling: Telling) -> str:
    """Returns the date that results."""
    due, does = ticket.promise.reply_by, owed(ticket.kind)
    if ticket.state is State.WAITING and ticket.waiting_since is not None:
        return wording.STILL_WAITING.format(who=telling.who, lasting=lasting(now - ticket.waiting_since))
    if ticket.state not in OPEN:
        return wording.WAS_DUE.format(due=moment(due, now), does=does)
    if now > due:
        return wording.OVERDUE.format(due=moment(due, now), does=does, lasting=lasting(now - due))
    return wording.DUE.format(due=moment(due, now), does=does, lasting=lasting(due - now))
