"""Deadlines of a ticket: by when it is accepted and answered, how a date is moved, what a pause gives back.

A date is computed once, at filing, and written into the event: a ticket keeps the rule it was filed under. The rules
are in `handlers/calendar/policy.py`.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from msgspec import Struct

from handlers.calendar import office_hours
from handlers.calendar.office_hours import Hours
from handlers.calendar.policy import TERMS, VITAL_KINDS, Edition, Ladder, Rule, Span, Terms
from handlers.calendar.workdays import WorkCalendar
from handlers.calendar.zone import day_of
from handlers.directory import accused, jurisdiction
from handlers.directory.directory import Directory
from handlers.errors import Refused
from handlers.tickets.events.clock import Shortened
from handlers.tickets.events.work import Reopened
from handlers.tickets.ticket import Promise, Ticket, Timing

_SECOND = timedelta(seconds=1)
_MINUTE = timedelta(minutes=1)

# Search: 停水两天 | 家里没暖气 | 自来水又停了
# Search: 停电一天 | 没气做饭 | 断了天然气 | 屋里一直冰凉
# Not: 停水平仪 | 没水平 | 停电梯
_OUTAGE = re.compile(
    r"[停断缺没][了着]?(?:有)?(?:自来)?水(?![平准印务])|不[供来][水电气暖]"
    r"|[停没断][了着]?(?:有)?电(?![话梯视影动瓶脑池费器])|[停没][了着]?(?:有)?气(?![质氛派愤温])"
    r"|[停没断][了着]?(?:有)?(?:燃气|天然气|煤气|液化气)(?!费)|[停没][了着]?(?:有)?(?:暖气?|供暖|供热)(?!费)"
    r"|(?:水|电|燃气|天然气|煤气|暖气|供暖)[又都全]?[停断]了|自来水[^,，。；;]{0,8}[停断]了|(?:暖气|家里|屋里)(?:一直|都|还是)?(?:不热|冰凉|不暖)"
)


def vital(kind: str, text: str) -> bool:
    """Returns whether somebody is without water, power, gas or heat: words of an outage, in a complaint or a call for
    help.
    """
    return kind in VITAL_KINDS and _OUTAGE.search(text) is not None


class Moved(Struct, frozen=True):
    """A moved reply date."""

    reply_by: datetime
    remind_at: datetime | None
    """When the desk is reminded of it."""

    back: int = 0
    """Seconds that a pause gave back."""


def promise(
    kind: str, category: str, urgent: bool, at: datetime, *, is_vital: bool = False, terms: Terms = TERMS
) -> Promise:
    """Returns the promise for an appeal filed at `at` (aware), by the edition of that day and the hours of `terms`."""
    day = day_of(at)
    edition = terms.book.on(day)
    row = edition.rule(kind, category, urgent, is_vital)
    if row.reply.workdays and row.accept.workdays:
        return _in_days(terms.calendar, row, day, terms.office, edition)
    reply_by = later(at, row.reply, terms)
    round_the_clock = not row.reply.workdays
    return Promise(
        min(later(at, row.accept, terms), reply_by),
        reply_by,
        row.words,
        in_hours=round_the_clock,
        remind_at=_remind_at(at, reply_by, round_the_clock, terms.calendar, terms.office),
        ladder=_seconds(row.ladder),
        edition=edition.effective.isoformat(),
    )


def promise_anew(ticket: Ticket, at: datetime, terms: Terms) -> Promise:
    """Returns the promise for a ticket whose time begins again at `at`, as if it had been filed then."""
    return promise(
        ticket.kind,
        ticket.category,
        ticket.urgent,
        at,
        is_vital=vital(ticket.kind, ticket.text),
        terms=terms,
    )


def extend(ticket: Ticket, days: int, at: datetime, terms: Terms = TERMS) -> Moved:
    """Returns the date after an extension of `days` working days from the promised date.

    The edition that the ticket was filed under says how many are allowed. Raises `Refused` outside of that, and when
    the new date has passed already.
    """
    most = own_edition(ticket, at, terms).extension
    if not 1 <= days <= most:
        raise Refused(f"延期请写 1 到 {most} 个工作日。")
    reply_by = _due(terms.calendar, day_of(ticket.promise.reply_by), days, terms.office.closes)
    if reply_by <= at:
        raise Refused("这样延期之后还是已经过期，请多延几天，或尽快答复。")
    return _moved(at, reply_by, ticket, terms)


def resume(ticket: Ticket, at: datetime, terms: Terms = TERMS) -> Moved:
    """Returns the date after a pause that ends at `at`. The unit gets back what it lost by waiting, and no more.

    A rule that counts round the clock gives back the time that passed. A rule in working days gives back the time for
    which the unit's office was open meanwhile, in whole minutes, moved along its office hours.
    """
    asked, reply_by = ticket.waiting_since, ticket.promise.reply_by
    if asked is None or at <= asked:
        return Moved(reply_by, ticket.promise.remind_at)
    calendar, office = terms.calendar, terms.office
    if ticket.promise.in_hours:
        return _moved(at, reply_by + (at - asked), ticket, terms, at - asked)
    back = office_hours.open_between(calendar, office, asked, at) // _MINUTE * _MINUTE
    return _moved(at, office_hours.open_after(calendar, office, reply_by, back), ticket, terms, back)


def shorten(ticket: Ticket, at: datetime, terms: Terms = TERMS) -> Shortened | None:
    """Returns the event by which the crowd rule moves the date forward. None when the reply is due as soon anyway.

    The rule is that of the edition which the ticket was filed under.
    """
    row = own_edition(ticket, at, terms).crowd_rule(ticket.crowd + 1)
    if row is None:
        return None
    reply_by = later(at, row.reply, terms)
    if reply_by >= ticket.promise.reply_by:
        return None
    return Shortened(reply_by, ticket.crowd + 1, row.words, _moved(at, reply_by, ticket, terms).remind_at)


def timing(ticket: Ticket, at: datetime, terms: Terms = TERMS) -> Timing:
    """Returns how timely a reply at `at` is. For `fair`, time lost at wrong desks before this one is given back."""
    reply_by = ticket.promise.reply_by
    if ticket.waiting_since is not None:
        reply_by = resume(ticket, at, terms).reply_by
    got_it = ticket.desk_since or ticket.began or ticket.filed_at
    began = ticket.began or ticket.filed_at
    fair_by = reply_by
    if ticket.promise.in_hours:
        fair_by = reply_by + timedelta(seconds=ticket.lost)
    elif lost := len(terms.calendar.between(day_of(began), day_of(got_it))):
        fair_by = _due(terms.calendar, day_of(reply_by), lost, terms.office.closes)
    waited = int((at - ticket.waiting_since).total_seconds()) if ticket.waiting_since else 0
    seconds = int((at - got_it).total_seconds()) - ticket.paused - waited
    return Timing(on_time=at <= reply_by, fair=at <= fair_by, seconds=max(0, seconds))


def later(at: datetime, length: Span, terms: Terms = TERMS) -> datetime:
    """Returns the moment `length` after `at`. Working days end when the office closes."""
    if length.workdays:
        return _due(terms.calendar, day_of(at), length.workdays, terms.office.closes)
    return at + timedelta(days=length.days, hours=length.hours)


def edition(at: datetime, terms: Terms = TERMS) -> Edition:
    """Returns the edition in force on that day."""
    return terms.book.on(day_of(at))


def own_edition(ticket: Ticket, at: datetime, terms: Terms = TERMS) -> Edition:
    """Returns the edition that the ticket was filed under, or that of `at` when it is not kept."""
    return terms.book.named(ticket.promise.edition) or edition(at, terms)


def _moved(at: datetime, reply_by: datetime, ticket: Ticket, terms: Terms, back: timedelta = timedelta()) -> Moved:
    remind_at = _remind_at(at, reply_by, ticket.promise.in_hours, terms.calendar, terms.office)
    return Moved(reply_by, remind_at, back // _SECOND)


def _remind_at(
    at: datetime, reply_by: datetime, round_the_clock: bool, calendar: WorkCalendar, office: Hours
) -> datetime:
    """Returns when the desk is reminded. Round the clock: when half of the time is gone. In working days: as the office
    opens on the last working day before the last one, or on the last day when there is none between.
    """
    if round_the_clock:
        return at + (reply_by - at) / 2
    last, first = day_of(reply_by), day_of(at)
    days = calendar.between(first, last)
    reminded = days[-2] if len(days) > 1 else last
    return datetime.combine(reminded, office.opens).astimezone(UTC)


def _seconds(ladder: Ladder | None) -> tuple[int, ...]:
    if ladder is None:
        return ()
    return tuple(step.days * 86_400 + step.hours * 3_600 for step in (ladder.yellow, ladder.red, ladder.notice))


@lru_cache(maxsize=4096)
def _due(calendar: WorkCalendar, day: date, days: int, closes: time) -> datetime:
    return datetime.combine(calendar.after(day, days), closes).astimezone(UTC)


@lru_cache(maxsize=1024)
def _in_days(calendar: WorkCalendar, row: Rule, day: date, office: Hours, edition: Edition) -> Promise:
    reply_by = _due(calendar, day, row.reply.workdays, office.closes)
    return Promise(
        _due(calendar, day, row.accept.workdays, office.closes),
        reply_by,
        row.words,
        remind_at=_remind_at(datetime.combine(day, office.opens), reply_by, False, calendar, office),
        ladder=_seconds(row.ladder),
        edition=edition.effective.isoformat(),
    )


REWORKS_AT_HOME = 1
"""Number of reworks that the unit does itself. Source: docs/glossary.md, 重办."""


def rework(ticket: Ticket, reason: str, at: datetime, terms: Terms, directory: Directory) -> Reopened:
    """Returns the event that has the ticket done again (重办): a clock of its own, by the hours of the desk it goes to."""
    goes_to = rework_desk(ticket, directory)
    return Reopened(reason, promise_anew(ticket, at, terms.at(directory.hours(goes_to or ticket.unit_id))), goes_to)


def rework_desk(ticket: Ticket, directory: Directory) -> str | None:
    """Returns the desk that does the ticket again; None where it stays, also when no superior can be reached.

    The first time a colleague in the unit does it; from the second time on the superior. Never a desk that must keep away.
    """
    against = accused.of(ticket, directory)
    if jurisdiction.barred(directory, against, ticket.unit_id):
        return jurisdiction.instead(directory, against)
    if ticket.reworks < REWORKS_AT_HOME:
        return None
    return next((unit.id for unit in directory.above(ticket.unit_id) if directory.bound(unit.id)), None)
