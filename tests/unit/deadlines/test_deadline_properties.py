"""What holds of every date whatever the calendar, the unit and the rule: no later step is punished, no pause costs a day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from handlers.calendar import office_hours
from handlers.calendar.office_hours import DEFAULT_HOURS, Hours, hours
from handlers.calendar.policy import TERMS, Span, Terms
from handlers.calendar.workdays import CHINA
from handlers.calendar.zone import SHANGHAI, day_of
from handlers.deadlines import deadlines
from handlers.errors import Refused
from handlers.tickets import lifecycle
from handlers.tickets.ticket import Ticket
from tests.support import samples

KINDS = st.sampled_from(("咨询", "投诉", "举报", "求助", "建议", "感谢", "别的"))
OFFICES = st.sampled_from((DEFAULT_HOURS, hours("08:30", "17:30"), hours("00:00", "23:59"), hours("13:00", "13:01")))
MOMENTS = st.integers(0, 1035 * 24 * 60).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
"""Within the years that are announced, and through them: leap day, two long holidays a year, make-up days, year ends."""
MINUTES = st.integers(0, 60 * 24 * 60)


@st.composite
def filed(draw: st.DrawFn) -> tuple[Ticket, Terms]:
    """A ticket as filed, and what its unit's dates are counted by."""
    moment, terms = draw(MOMENTS), TERMS.at(draw(OFFICES))
    kind = draw(KINDS)
    promise = deadlines.promise(kind, "", draw(st.booleans()), moment, is_vital=draw(st.booleans()), terms=terms)
    return lifecycle.start(5, samples.filed(promise=promise, kind=kind), samples.CITIZEN, moment).ticket, terms


@given(MOMENTS, MINUTES, KINDS, st.booleans(), st.booleans(), OFFICES)
def test_who_files_later_is_never_due_earlier(
    moment: datetime, minutes: int, kind: str, urgent: bool, is_vital: bool, office: Hours
) -> None:
    terms = TERMS.at(office)
    first, second = (
        deadlines.promise(kind, "", urgent, at, is_vital=is_vital, terms=terms)
        for at in (moment, moment + timedelta(minutes=minutes))
    )
    assert first.reply_by <= second.reply_by
    assert first.accept_by <= second.accept_by
    assert first.accept_by <= first.reply_by


@given(filed())
def test_a_reminder_comes_before_the_date_and_not_before_the_appeal(of: tuple[Ticket, Terms]) -> None:
    ticket, terms = of
    remind_at = ticket.promise.remind_at
    assert remind_at is not None
    assert remind_at <= ticket.promise.reply_by
    assert day_of(ticket.filed_at) <= day_of(remind_at)
    if not ticket.promise.in_hours:
        assert terms.calendar.working(day_of(remind_at))


def pause(ticket: Ticket, since: datetime, until: datetime, terms: Terms) -> datetime:
    """The date after a pause of this ticket from then until then."""
    return deadlines.resume(replace(ticket, waiting_since=since), until, terms).reply_by


def moved_to(ticket: Ticket, reply_by: datetime) -> Ticket:
    return replace(ticket, promise=replace(ticket.promise, reply_by=reply_by))


@given(filed(), MINUTES, MINUTES, MINUTES)
def test_a_pause_never_shortens_and_a_longer_one_never_gives_less(
    of: tuple[Ticket, Terms], asked: int, waited: int, longer: int
) -> None:
    ticket, terms = of
    since = ticket.filed_at + timedelta(minutes=asked)
    until = since + timedelta(minutes=waited)
    back = pause(ticket, since, until, terms)
    assert back >= ticket.promise.reply_by
    assert pause(ticket, since, until + timedelta(minutes=longer), terms) >= back
    assert pause(ticket, since - timedelta(minutes=longer), until, terms) >= back
    # What is given back is what was lost, and no more.
    if not ticket.promise.in_hours:
        lost = office_hours.open_between(terms.calendar, terms.office, since, until)
        assert office_hours.open_between(terms.calendar, terms.office, ticket.promise.reply_by, back) == lost
        assert lost <= until - since


@given(filed(), st.lists(MINUTES, min_size=2, max_size=12))
def test_many_short_pauses_never_give_more_than_one_over_all_of_them(
    of: tuple[Ticket, Terms], marks: list[int]
) -> None:
    ticket, terms = of
    times = [ticket.filed_at + timedelta(minutes=mark) for mark in sorted(marks)]
    many, whole = ticket, ticket
    for since, until in zip(times[::2], times[1::2], strict=False):
        many = moved_to(many, pause(many, since, until, terms))
    for since, until in pairwise(times):
        whole = moved_to(whole, pause(whole, since, until, terms))
    once = pause(ticket, times[0], times[-1], terms)
    assert many.promise.reply_by <= once
    # Pauses that meet are one pause.
    assert whole.promise.reply_by == once


@given(filed(), MOMENTS, st.integers(0, 20 * 24 * 3600))
def test_a_pause_while_the_office_is_shut_costs_nothing(of: tuple[Ticket, Terms], since: datetime, most: int) -> None:
    ticket, terms = of
    until = since + timedelta(seconds=most)
    if not ticket.promise.in_hours and not office_hours.open_between(terms.calendar, terms.office, since, until):
        assert pause(ticket, since, until, terms) == ticket.promise.reply_by


@given(MOMENTS, MINUTES, st.integers(0, 60 * 9 * 3600), OFFICES)
def test_office_time_is_counted_as_it_passes(at: datetime, minutes: int, seconds: int, office: Hours) -> None:
    """Second by second it could be watched at the door: open on a working day between the hours, and at no other time."""
    open_for = timedelta(seconds=seconds)
    then = office_hours.open_after(CHINA, office, at, open_for)
    assert office_hours.open_between(CHINA, office, at, then) == open_for
    assert then >= at
    later = at + timedelta(minutes=minutes)
    passed = office_hours.open_between(CHINA, office, at, later)
    assert office_hours.open_between(CHINA, office, later, at) == timedelta()
    watched = timedelta()
    for number in range((day_of(later) - day_of(at)).days + 1):
        day = day_of(at) + timedelta(days=number)
        if CHINA.working(day):
            opens, closes = (datetime.combine(day, hour) for hour in (office.opens, office.closes))
            watched += max(min(later, closes) - max(at, opens), timedelta())
    assert passed == watched


@given(filed(), st.integers(1, 14))
def test_a_longer_extension_is_never_due_earlier(of: tuple[Ticket, Terms], days: int) -> None:
    ticket, terms = of
    try:
        short = deadlines.extend(ticket, days, ticket.filed_at, terms).reply_by
        long = deadlines.extend(ticket, days + 1, ticket.filed_at, terms).reply_by
    except Refused:
        raise AssertionError("an extension asked for at filing is never refused") from None
    assert day_of(ticket.promise.reply_by) < day_of(short) < day_of(long)


@given(filed(), MINUTES, st.integers(0, 200))
def test_a_crowd_never_makes_it_later(of: tuple[Ticket, Terms], after: int, crowd: int) -> None:
    ticket, terms = of
    at = ticket.filed_at + timedelta(minutes=after)
    what = deadlines.shorten(replace(ticket, crowd=crowd), at, terms)
    if what is not None:
        assert at < what.reply_by < ticket.promise.reply_by
        more = deadlines.shorten(replace(ticket, crowd=crowd + 100), at, terms)
        assert more is not None
        assert more.reply_by <= what.reply_by


@given(MOMENTS, MINUTES, st.integers(1, 60), OFFICES)
def test_time_is_counted_alike_in_two_zones(moment: datetime, minutes: int, count: int, office: Hours) -> None:
    """A moment is a moment: written on a clock in China or in UTC it leads to the same date."""
    here = (moment + timedelta(minutes=minutes)).astimezone(SHANGHAI)
    for length in (Span(workdays=count), Span(days=count), Span(hours=count)):
        terms = TERMS.at(office)
        assert deadlines.later(here, length, terms) == deadlines.later(here.astimezone(UTC), length, terms)
