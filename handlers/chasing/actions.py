"""The clock's steps on a due ticket: reminders, cards and the like. Takes every step that is due, missed ones included.

A step is an event that leaves a mark on the ticket, after which `due_steps.steps_due` does not name it any more. So a
tick that comes late, twice or after the clock was set back takes no step twice. A card replaces the reminders before
it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from handlers import followers
from handlers.calendar.policy import Terms
from handlers.chasing import due_steps
from handlers.chasing.due_steps import Due, DueKind, revisit_at
from handlers.deadlines import deadlines
from handlers.directory.directory import Directory
from handlers.errors import Broken
from handlers.notifications.rules import RAISING_CROWD
from handlers.tickets import lifecycle
from handlers.tickets.events import Actor, By, Happening
from handlers.tickets.events.clock import (
    CardColour,
    Carded,
    ChaseNoticeIssued,
    CommitmentBroken,
    Owed,
    Reminded,
    Resumed,
    UrgeIgnored,
)
from handlers.tickets.events.grades import RatingLapsed, Revisited
from handlers.tickets.events.work import Closed
from handlers.tickets.lifecycle import Change
from handlers.tickets.ticket import State, Ticket

CLOCK = Actor(By.CLOCK)

MOST = 64
"""More steps than one ticket can owe at once. Beyond it a rule does not advance."""

LOW_GRADE = "评价较低，也没有撤回，按规定重新办理"
"""Reason of a 重办 by the clock."""


NOBODY = Directory((), (), (), "")
"""A directory in which no unit has a superior."""


class StepContext:
    """What the steps of one tick go by: time, rules, tickets in hot issues (`hot`), the next number of a 催办通知单, the
    tree of units.
    """

    def __init__(
        self,
        now: datetime,
        terms: Terms,
        hot: frozenset[str] = frozenset(),
        notice: str = "",
        directory: Directory = NOBODY,
    ) -> None:
        self.now = now
        self.terms = terms
        self.hot = hot
        self.notice = notice
        self.directory = directory

    def raises(self, ticket: Ticket) -> bool:
        """Returns whether so many people follow the ticket that each step goes one level higher."""
        return ticket.crowd >= RAISING_CROWD or ticket.number in self.hot


def steps(ticket: Ticket, tick: StepContext) -> tuple[Change, ...]:
    """Take every due step of the ticket, in order. Returns the changes; afterwards nothing is due at this time."""
    taken: list[Change] = []
    while due := _first(ticket, tick.now):
        for what in _DO[due.kind](ticket, due, tick):
            change = lifecycle.apply(ticket, what, CLOCK, tick.now)
            taken.append(change)
            ticket = change.ticket
        if len(taken) > MOST:
            raise Broken("the clock does not move on")
    return tuple(taken)


def report_back(changes: tuple[Change, ...], before: Ticket, main: Ticket | None, now: datetime) -> tuple[Change, ...]:
    """Returns what the ticket that was followed learns of these steps of a follower."""
    heard: list[Change] = []
    for change in changes:
        what = followers.report_back(before, change.event.what)
        if what is not None and main is not None:
            heard_of = lifecycle.apply(main, what, CLOCK, now)
            heard.append(heard_of)
            main = heard_of.ticket
        before = change.ticket
    return tuple(heard)


def _first(ticket: Ticket, now: datetime) -> Due | None:
    due = [one for one in due_steps.steps_due(ticket) if one.at <= now]
    return min(due, key=lambda one: (one.kind, one.at, one.vow)) if due else None


def _resume(ticket: Ticket, due: Due, tick: StepContext) -> tuple[Happening, ...]:
    # The published limit holds, however late the tick: a pause is as long as it may be and no longer.
    moved = deadlines.resume(ticket, due.at, tick.terms)
    return (Resumed(moved.reply_by, moved.remind_at, moved.back),)


def _card(colour: CardColour) -> Callable[[Ticket, Due, StepContext], tuple[Happening, ...]]:
    def give(ticket: Ticket, _due: Due, tick: StepContext) -> tuple[Happening, ...]:
        return (Carded(colour, ticket.promise.reply_by, ticket.promise.rule, tick.raises(ticket)),)

    return give


def _notice(ticket: Ticket, _due: Due, tick: StepContext) -> tuple[Happening, ...]:
    return (ChaseNoticeIssued(tick.notice, ticket.promise.reply_by),)


def _ignored(ticket: Ticket, due: Due, tick: StepContext) -> tuple[Happening, ...]:
    return (UrgeIgnored(due.at, tick.raises(ticket)),)


def _reminder(owed: Owed) -> Callable[[Ticket, Due, StepContext], tuple[Happening, ...]]:
    def remind(ticket: Ticket, due: Due, tick: StepContext) -> tuple[Happening, ...]:
        at = ticket.promise.reply_by if owed is Owed.REPLY else due.at
        return (Reminded(owed, at, tick.raises(ticket)),)

    return remind


def _broken(ticket: Ticket, due: Due, tick: StepContext) -> tuple[Happening, ...]:
    return (CommitmentBroken(due.vow, due.at, tick.raises(ticket)),)


def _vow_soon(ticket: Ticket, due: Due, tick: StepContext) -> tuple[Happening, ...]:
    return (Reminded(Owed.VOW, ticket.vows[due.vow - 1].by, tick.raises(ticket)),)


def _silence(ticket: Ticket, _due: Due, tick: StepContext) -> tuple[Happening, ...]:
    """A reply without a grade is closed without one. A follower is closed with the ticket that it follows."""
    if ticket.state is State.REPLIED and ticket.joined_to is None:
        return RatingLapsed(), Closed(revisit_at=revisit_at(ticket, tick.now, tick.terms))
    return (RatingLapsed(),)


def _redo(ticket: Ticket, _due: Due, tick: StepContext) -> tuple[Happening, ...]:
    return (deadlines.rework(ticket, LOW_GRADE, tick.now, tick.terms, tick.directory),)


def _revisit(ticket: Ticket, _due: Due, tick: StepContext) -> tuple[Happening, ...]:
    look = deadlines.own_edition(ticket, tick.now, tick.terms).look
    return (Revisited(deadlines.later(tick.now, look, tick.terms)),)


_DO: dict[DueKind, Callable[[Ticket, Due, StepContext], tuple[Happening, ...]]] = {
    DueKind.RESUME: _resume,
    DueKind.YELLOW: _card(CardColour.YELLOW),
    DueKind.RED: _card(CardColour.RED),
    DueKind.NOTICE: _notice,
    DueKind.ANSWER: _ignored,
    DueKind.RULING: _reminder(Owed.RULING),
    DueKind.ACCEPT: _reminder(Owed.ACCEPT),
    DueKind.REPLY: _reminder(Owed.REPLY),
    DueKind.VOW: _broken,
    DueKind.VOW_SOON: _vow_soon,
    DueKind.SILENCE: _silence,
    DueKind.REDO: _redo,
    DueKind.REVISIT: _revisit,
}
