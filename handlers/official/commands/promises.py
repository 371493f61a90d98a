"""Days that an official names in words, as moments: by when something is to be done."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from handlers.calendar.policy import Span
from handlers.calendar.zone import SHANGHAI, day_of
from handlers.chasing import due
from handlers.deadlines import deadlines
from handlers.errors import Refused
from handlers.official import wording
from handlers.official.scene import Scene
from handlers.tickets.ticket import Ticket, Vow
from nlp.replies.promises import vows as read_vows
from nlp.text.days import Mention, mentions
from nlp.text.normalize import fold

LATE_GRACE = Span(workdays=3)
"""The longest that a late answer may still be put off by a dated statement, where no card is nearer; our own."""
MOST_VOWS = 5
"""Promises of one answer that are watched: more than anybody makes in earnest."""


def stated_by(text: str, ticket: Ticket, scene: Scene) -> datetime:
    """The moment that the answer to a 催办 names. Refused where it names none, one that is past, or one too late."""
    today = day_of(scene.now)
    words = fold(text).text
    named = mentions(words, today, scene.ctx.terms.calendar.after)
    if not named:
        raise Refused(wording.NO_DAY)
    ahead = [each for each in named if each.day >= today]
    if not ahead:
        raise Refused(wording.day_past(max(each.day for each in named), today))
    latest = _latest(ticket, scene)
    last = max(ahead, key=lambda each: (each.day, each.hours))
    by = _moment(last, ticket, scene)
    if day_of(by) == day_of(latest):
        by = min(by, latest)
    if by > latest or by <= scene.now:
        raise Refused(wording.too_late(latest, ticket.promise.reply_by, scene.now))
    return by


def promised(text: str, ticket: Ticket, scene: Scene) -> tuple[Vow, ...]:
    """What the answer promises by a day, each as a vow that is watched; those of earlier answers stay."""
    found = read_vows(text, day_of(scene.now), scene.ctx.terms.calendar.after)[:MOST_VOWS]
    known = {vow.text for vow in ticket.vows}
    new = (Vow(words, end_of(day, ticket, scene)) for words, day in found if words not in known)
    return (*ticket.vows, *new)


def end_of(day: date, ticket: Ticket, scene: Scene) -> datetime:
    """When the unit's offices close on that day; its very end where they have closed already."""
    closes = datetime.combine(day, scene.directory.hours(ticket.unit_id).closes).astimezone(UTC)
    return closes if closes > scene.now else datetime.combine(day, time(23, 59, tzinfo=SHANGHAI)).astimezone(UTC)


def _moment(named: Mention, ticket: Ticket, scene: Scene) -> datetime:
    return scene.now + timedelta(hours=named.hours) if named.hours else end_of(named.day, ticket, scene)


def _latest(ticket: Ticket, scene: Scene) -> datetime:
    """What the next step needs: the promised date; once that is past, the next card, and never more than the grace."""
    if ticket.promise.reply_by > scene.now:
        return ticket.promise.reply_by
    grace = deadlines.later(scene.now, LATE_GRACE, scene.ctx.terms_for(ticket.unit_id))
    return min([grace, *(at for at in due.ladder(ticket).values() if at > scene.now)])
