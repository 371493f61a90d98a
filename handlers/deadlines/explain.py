"""The explanation itself: for the desk, for the citizen's chat and for the tracking page alike."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from handlers.deadlines import wording
from handlers.deadlines.explain_steps import Line, Question, Telling
from handlers.deadlines.ladder import to_come
from handlers.tickets.events import Event
from handlers.tickets.states import OPEN
from handlers.tickets.ticket import State, Ticket
from handlers.tickets.wording import lasting, moment, owed
from handlers.tracking.checkpoints import counting


def explain(ticket: Ticket, history: Sequence[Event], question: Question) -> tuple[str, ...]:
    """Why the answer is due when it is, one line a step: filed, rule, days, whatever moved it, so due when, and then what.

    `history` is the whole log.
    """
    return tuple(line.text for line in _lines(ticket, history, question))


def briefly(ticket: Ticket, history: Sequence[Event], question: Question) -> tuple[str, ...]:
    """The same with nothing but what made the date."""
    return tuple(line.text for line in _lines(ticket, history, question) if line.main)


def _lines(ticket: Ticket, history: Sequence[Event], question: Question) -> list[Line]:
    now = question.now
    telling = Telling(ticket, question)
    for event in counting(history):
        telling.hear(event)
    lines = [*telling.lines, Line(_so(ticket, now, telling))]
    future = to_come(ticket, now)
    return [*lines, Line(future, main=False)] if future else lines


def _so(ticket: Ticket, now: datetime, telling: Telling) -> str:
    """The date that all this comes to."""
    due, does = ticket.promise.reply_by, owed(ticket.kind)
    if ticket.state is State.WAITING and ticket.waiting_since is not None:
        return wording.STILL_WAITING.format(who=telling.who, lasting=lasting(now - ticket.waiting_since))
    if ticket.state not in OPEN:
        return wording.WAS_DUE.format(due=moment(due, now), does=does)
    if now > due:
        return wording.OVERDUE.format(due=moment(due, now), does=does, lasting=lasting(now - due))
    return wording.DUE.format(due=moment(due, now), does=does, lasting=lasting(due - now))
