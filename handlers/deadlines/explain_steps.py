"""Lines of the explanation: one for each event that set, moved or stopped the date, or seems to have moved it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import singledispatch
from itertools import groupby

from msgspec import Struct

from handlers.calendar.policy import Rule, Terms
from handlers.calendar.workdays import WorkCalendar
from handlers.calendar.zone import day_of
from handlers.deadlines import wording
from handlers.tickets.events import Event, clock, desks, filing, joining, work
from handlers.tickets.events.base import TicketEvent
from handlers.tickets.events.clock import COLOURS
from handlers.tickets.ticket import Promise, Ticket
from handlers.tickets.wording import clause, exactly, lasting, moment
from handlers.tracking.model import Audience

_WEEKEND = "周末"
_ADDED = frozenset({_WEEKEND, "调休放假"})


def counted_days(calendar: WorkCalendar, first: date, last: date, today: date) -> str:
    """Returns the working days after `first`, up to and including `last`, such as 11月24日至27日 4 天、11月30日 1 天. Empty for
    none.

    A weekend day that is worked is named. The year is given when it is not today's.
    """
    parts: list[str] = []
    for worked, run in _runs(calendar, first, last):
        if not worked:
            continue
        made_up = [day for day in run if calendar.called(day)]
        named = f"（{'、'.join(_day_words(day, today) for day in made_up)}调休上班）" if made_up else ""
        parts.append(f"{day_range(run[0], run[-1], today)} {len(run)} 天{named}")
    return "、".join(parts)


def skipped_days(calendar: WorkCalendar, first: date, last: date, today: date) -> str:
    """Returns the days in between that were not counted, with reasons, such as 10月1日至7日国庆节、10月17日至18日周末. Empty for
    none.
    """
    parts: list[str] = []
    for worked, run in _runs(calendar, first, last):
        if not worked:
            parts.append(day_range(run[0], run[-1], today) + _why_skipped(calendar, run))
    return "，".join(parts)


def _why_skipped(calendar: WorkCalendar, run: list[date]) -> str:
    """Returns the holiday that the run is about; days merely moved because of it are not named."""
    names = dict.fromkeys(calendar.called(day) for day in run)
    feasts = [name for name in names if name not in _ADDED and not name.endswith("补假")]
    return "、".join(feasts) or next((name for name in names if name != _WEEKEND), _WEEKEND)


def day_range(first: date, last: date, today: date) -> str:
    """Returns a period such as 10月1日至7日, 9月30日至10月2日, or 10月1日 for a single day."""
    if first == last:
        return _day_words(first, today)
    until = f"{last.day}日" if (first.year, first.month) == (last.year, last.month) else f"{last.month}月{last.day}日"
    return f"{_day_words(first, today)}至{'' if first.year == last.year else f'{last.year}年'}{until}"


def _day_words(day: date, today: date) -> str:
    year = f"{day.year}年" if day.year != today.year else ""
    return f"{year}{day.month}月{day.day}日"


def _runs(calendar: WorkCalendar, first: date, last: date) -> Iterator[tuple[bool, list[date]]]:
    days = (first + _DAY * number for number in range(1, (last - first).days + 1))
    return ((worked, list(run)) for worked, run in groupby(days, key=calendar.working))


Names = Callable[[str], str]
"""Returns a unit's name by its id."""

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


class ExplanationLine(Struct, frozen=True):
    """One line of an explanation."""

    text: str
    main: bool = True
    """Whether it determines the date."""


class Inquiry(Struct, frozen=True):
    """Who asks, and when."""

    now: datetime
    audience: Audience
    terms: Terms
    """Policy and calendar."""

    name: Names
    """Returns a unit's name."""


class Telling:
    """The lines so far, and those that the date still rests on."""

    def __init__(self, ticket: Ticket, question: Inquiry) -> None:
        audience = question.audience
        self.lines: list[ExplanationLine] = []
        self.who = "另一位反映人" if ticket.joined_to is not None else "您" if audience is Audience.CITIZEN else "市民"
        self.author = "您" if audience is Audience.CITIZEN else "市民"
        self.ticket = ticket
        self.now = question.now
        self.audience = audience
        self.terms = question.terms
        self.name = question.name
        self.promise = ticket.promise
        self.asked: datetime | None = None

    def hear(self, event: Event) -> None:
        """Add the line of this event, if it concerns the date."""
        _tell(event.what, self, event)

    def say(self, at: datetime, text: str, *, main: bool = True) -> None:
        """Add a line that begins with its moment."""
        self.lines.append(ExplanationLine(f"{moment(at, self.now)} {text}", main))

    def begin_anew(self) -> None:
        """Drop the lines so far: they do not determine the date any more."""
        self.lines = [ExplanationLine(line.text, main=False) for line in self.lines]

    def until(self, at: datetime) -> str:
        """Returns a date as it stands within a sentence."""
        return moment(at, self.now)

    @property
    def today(self) -> date:
        """The reader's day."""
        return day_of(self.now)

    def rule(self, promise: Promise) -> Rule | None:
        """Returns the row that the promise was made by. None when its edition is not kept."""
        edition = self.terms.book.named(promise.edition)
        return next((row for row in edition.rules if row.words == promise.rule), None) if edition else None

    def promised(self, promise: Promise, at: datetime, what: str) -> None:
        """A promise made at `at`: the rule, the days, what was skipped."""
        self.promise, self.asked = promise, None
        self.say(at, what)
        row = self.rule(promise)
        rule = wording.RULE_OF_OLD.format(words=promise.rule)
        if promise.edition:
            rule = wording.RULE.format(edition=_edition(promise.edition), words=promise.rule)
        if row is not None and self.audience is Audience.STAFF:
            rule += wording.SOURCE.format(source=row.source)
        self.lines.append(ExplanationLine(rule))
        if promise.in_hours:
            self.lines.append(ExplanationLine(_round_the_clock(promise, at, row, self.until(promise.reply_by))))
        else:
            self._in_days(promise, at, row)

    def _in_days(self, promise: Promise, at: datetime, row: Rule | None) -> None:
        calendar, first, last = self.terms.calendar, day_of(at), day_of(promise.reply_by)
        count = len(calendar.between(first, last))
        counted = counted_days(calendar, first, last, self.today)
        self.lines.append(
            ExplanationLine(wording.DAYS.format(count=count, counted=counted, reply_by=self.until(promise.reply_by)))
        )
        skipped = skipped_days(calendar, first, last, self.today)
        if skipped:
            self.lines.append(ExplanationLine(wording.SKIPPED.format(skipped=skipped)))
        if row is not None and row.reply.workdays != count:
            self.lines.append(ExplanationLine(wording.CALENDAR_CHANGED))

    def resumed(self, at: datetime, reply_by: datetime | None, what: str, back: int | None) -> None:
        """The end of a pause, and what was given back for it: `back` seconds; None where days were counted."""
        asked, self.asked = self.asked, None
        if asked is None or reply_by is None:
            return
        told = what.format(who=self.who, lasting=lasting(at - asked))
        first, last = day_of(asked), day_of(at)
        lost = len(self.terms.calendar.between(first, last)) if back is None else back
        if self.promise.in_hours:
            told += wording.BACK_TIME.format(reply_by=self.until(reply_by))
        elif back:
            told += wording.BACK_OPEN.format(lasting=exactly(timedelta(seconds=back)), reply_by=self.until(reply_by))
        elif not lost:
            told += wording.BACK_NOTHING
        else:
            worked = counted_days(self.terms.calendar, first, last, self.today)
            told += wording.BACK_DAYS.format(count=lost, counted=worked, reply_by=self.until(reply_by))
        self.say(at, told)


def _edition(effective: str) -> str:
    first = date.fromisoformat(effective)
    return f"{first.year}年{first.month}月{first.day}日"


def _round_the_clock(promise: Promise, at: datetime, row: Rule | None, reply_by: str) -> str:
    if row is not None and row.reply.days:
        return wording.CALENDAR_DAYS.format(count=(promise.reply_by - at) // _DAY, reply_by=reply_by)
    return wording.HOURS.format(count=(promise.reply_by - at) // _HOUR, reply_by=reply_by)


@singledispatch
def _tell(_what: TicketEvent, _telling: Telling, _event: Event) -> None:
    """Tell of what happened. An event without a function of its own below has nothing to do with the date."""


@_tell.register
def _filed(what: filing.Filed, telling: Telling, event: Event) -> None:
    telling.promised(what.promise, event.at, wording.FILED.format(who=telling.author))


@_tell.register
def _reopened(what: work.Reopened, telling: Telling, event: Event) -> None:
    telling.begin_anew()
    telling.promised(what.promise, event.at, wording.REDONE)


@_tell.register
def _alone(what: joining.Alone, telling: Telling, event: Event) -> None:
    telling.begin_anew()
    telling.promised(what.promise, event.at, wording.ALONE)


@_tell.register
def _joined(what: joining.Joined, telling: Telling, event: Event) -> None:
    promise = what.standing.promise
    telling.promise, telling.asked = promise, what.standing.waiting_since
    telling.say(event.at, wording.JOINED.format(number=what.number, reply_by=telling.until(promise.reply_by)))


@_tell.register
def _raised(what: joining.Raised, telling: Telling, event: Event) -> None:
    telling.say(event.at, wording.GOES_ON.format(number=what.after), main=False)
    telling.resumed(event.at, what.reply_by, wording.NOT_ANSWERED, what.back)


@_tell.register
def _accepted(what: work.Accepted | work.OnSite, telling: Telling, event: Event) -> None:
    words = wording.ACCEPTED if isinstance(what, work.Accepted) else wording.ON_SITE
    telling.say(event.at, words.format(accept_by=telling.until(telling.promise.accept_by)), main=False)


@_tell.register
def _recused(what: desks.Recused, telling: Telling, event: Event) -> None:
    if what.unit_id is not None:
        telling.say(event.at, wording.RECUSED.format(unit=telling.name(what.unit_id)), main=False)


@_tell.register
def _moved_desk(what: desks.Transferred | desks.Returned | desks.Ruled, telling: Telling, event: Event) -> None:
    words = {desks.Transferred: wording.TRANSFERRED, desks.Returned: wording.RETURNED, desks.Ruled: wording.RULED}
    telling.say(event.at, words[type(what)].format(unit=telling.name(what.unit_id)), main=False)


@_tell.register
def _asked(what: work.Asked, telling: Telling, event: Event) -> None:
    telling.asked = event.at
    if what.until is None:
        telling.say(event.at, wording.ASKED.format(who=telling.who))
    else:
        telling.say(event.at, wording.ASKED_UNTIL.format(who=telling.who, until=telling.until(what.until)))


@_tell.register
def _supplemented(what: filing.Supplemented, telling: Telling, event: Event) -> None:
    if what.reply_by is not None:
        telling.resumed(event.at, what.reply_by, wording.ANSWERED, what.back)


@_tell.register
def _resumed(what: clock.Resumed, telling: Telling, event: Event) -> None:
    telling.resumed(event.at, what.reply_by, wording.NOT_ANSWERED, what.back)


@_tell.register
def _extended(what: work.Extended, telling: Telling, event: Event) -> None:
    last = day_of(what.reply_by)
    calendar = telling.terms.calendar
    first = _days_before(telling, last, what.days)
    counted = counted_days(calendar, first, last, telling.today)
    told = wording.EXTENDED.format(days=what.days, counted=counted, reply_by=telling.until(what.reply_by))
    if telling.audience is not Audience.STRANGER:
        told += wording.REASON.format(reason=clause(what.reason))
    telling.say(event.at, told)


def _days_before(telling: Telling, last: date, count: int) -> date:
    """The day from which `count` working days lead to `last`."""
    first = last
    while len(telling.terms.calendar.between(first, last)) < count:
        first -= _DAY
    return first


@_tell.register
def _shortened(what: clock.Shortened, telling: Telling, event: Event) -> None:
    reply_by = telling.until(what.reply_by)
    telling.say(event.at, wording.SHORTENED.format(crowd=what.crowd, rule=what.rule, reply_by=reply_by))


@_tell.register
def _absorbed(what: joining.Absorbed, telling: Telling, event: Event) -> None:
    number = what.number or wording.ANOTHER
    if what.promise is None:
        telling.say(event.at, wording.ABSORBED_LATER.format(number=number), main=False)
        return
    telling.promise = what.promise
    rule = "" if telling.audience is Audience.STRANGER else wording.ITS_RULE.format(rule=what.promise.rule)
    told = wording.ABSORBED.format(number=number, reply_by=telling.until(what.promise.reply_by))
    telling.say(event.at, told + rule)


@_tell.register
def _reminded(what: clock.Reminded, telling: Telling, event: Event) -> None:
    if what.owed is clock.Owed.REPLY:
        telling.say(event.at, wording.REMINDED, main=False)


@_tell.register
def _carded(what: clock.Carded, telling: Telling, event: Event) -> None:
    telling.say(event.at, wording.CARDED.format(card=COLOURS[what.colour]), main=False)


@_tell.register
def _uncarded(what: clock.Uncarded, telling: Telling, event: Event) -> None:
    told = wording.UNCARDED.format(card=COLOURS[what.colour])
    if telling.audience is not Audience.STRANGER:
        told += wording.REASON.format(reason=clause(what.reason))
    telling.say(event.at, told, main=False)


@_tell.register
def _noticed(what: clock.ChaseNoticeIssued, telling: Telling, event: Event) -> None:
    telling.say(event.at, wording.NOTICED.format(notice=what.notice), main=False)


@_tell.register
def _answered(what: work.Replied | work.Closed, telling: Telling, event: Event) -> None:
    telling.asked = None
    telling.say(event.at, wording.REPLIED if isinstance(what, work.Replied) else wording.CLOSED, main=False)


@_tell.register
def _ended(_what: work.Refusal | filing.Withdrawn | joining.Merged, telling: Telling, event: Event) -> None:
    telling.asked = None
    telling.say(event.at, wording.ENDED, main=False)
