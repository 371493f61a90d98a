"""试算: replays a ticket's log under another policy and compares the dates. Writes nothing.

One round is one promise and its outcome: from filing, or from a 重办, to the answer. Tickets that follow another are left
out, because their dates are the other's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from handlers.calendar.policy import Book, Edition, Terms
from handlers.deadlines import deadlines
from handlers.directory.directory import Directory
from handlers.errors import Refused
from handlers.tickets.events import Event
from handlers.tickets.events.clock import Resumed, Shortened
from handlers.tickets.events.filing import Filed, Supplemented
from handlers.tickets.events.joining import Backed, Joined
from handlers.tickets.events.work import Asked, Closed, Extended, Reopened, Replied
from handlers.tickets.ticket import Promise, State, Ticket
from handlers.tracking.checkpoints import counting

Retell = Callable[[Ticket | None, Event], Event | None]
"""Returns the event as it would have been. None when it would not have happened."""


class Projection(Struct, frozen=True):
    """How one round stands under a policy."""

    slack: timedelta | None
    """Time left when the reply came, negative when it was late. None without a reply."""

    cards: tuple[bool, bool, bool]
    """Whether yellow card, red card and 催办通知单 came."""


class RoundComparison(Struct, frozen=True):
    """One round under the policy as it was and under the other, by the other's rule."""

    rule: str
    before: Projection
    after: Projection


def as_from(edition: Edition, day: date) -> Book:
    """Returns a book in which this edition holds from the day on."""
    return Book([replace(edition, effective=day)])


def rehearse(
    history: Sequence[Event], now: datetime, *, was: Terms, would: Terms, directory: Directory
) -> list[RoundComparison]:
    """Returns every round of the ticket with this log, as it was and as it would have been."""
    log = counting(history)
    if any(isinstance(event.what, Joined) for event in log):
        return []
    retold = _Retold(would, directory)
    before = list(_goes(log, _as_it_was, now, was, directory))
    after = list(_goes(log, retold, now, would, directory))
    return [RoundComparison(*row) for row in zip(retold.rules, before, after, strict=True)]


def _as_it_was(_ticket: Ticket | None, event: Event) -> Event:
    return event


def _goes(
    log: Sequence[Event], retell: Retell, now: datetime, terms: Terms, directory: Directory
) -> Iterator[Projection]:
    """Yields the result of each round, in order."""
    ticket: Ticket | None = None
    cards = [False, False, False]
    for happened in log:
        event = retell(ticket, happened)
        if event is None:
            continue
        if ticket is None:
            ticket = event.what.open_ticket(event.ticket_id, event.at) if isinstance(event.what, Filed) else None
            continue
        _climb(cards, ticket, event.at)
        if isinstance(event.what, Reopened):
            yield _outlook(ticket, cards, event.at)
            cards = [False, False, False]
        if isinstance(event.what, Replied | Closed) and ticket.waiting_since is not None:
            # An answer ends a pause too: what was waited for is given back first.
            until = min(event.at, ticket.chase.wait_until or event.at)
            moved = deadlines.resume(ticket, until, terms.at(directory.hours(ticket.unit_id)))
            ticket = replace(ticket, promise=replace(ticket.promise, reply_by=moved.reply_by))
        ticket = event.fold(ticket)
        if isinstance(retell, _Retold) and isinstance(event.what, Backed):
            ticket = retell.crowded(ticket, event)
    if ticket is not None:
        yield _outlook(ticket, cards, now)


def _climb(cards: list[bool], ticket: Ticket, at: datetime) -> None:
    """Mark the steps of the ladder that were reached by then. While a ticket waits or has ended none is."""
    if ticket.state is State.WAITING or ticket.replied_at is not None or ticket.closed_at is not None:
        return
    for place, seconds in enumerate(ticket.promise.ladder):
        cards[place] = cards[place] or at >= ticket.promise.reply_by + timedelta(seconds=seconds)


def _outlook(ticket: Ticket, cards: list[bool], until: datetime) -> Projection:
    _climb(cards, ticket, until)
    answered = ticket.replied_at
    yellow, red, notice = cards
    return Projection(ticket.promise.reply_by - answered if answered else None, (yellow, red, notice))


class _Retold:
    """Events with the dates of another policy. `rules` are the names of the rules that the rounds fall under."""

    def __init__(self, terms: Terms, directory: Directory) -> None:
        self._terms = terms
        self._directory = directory
        self.rules: list[str] = []

    def __call__(self, ticket: Ticket | None, event: Event) -> Event | None:
        what = event.what
        if isinstance(what, Filed):
            return replace(event, what=replace(what, promise=self._promise(what, event.at, what.unit_id)))
        if ticket is None or isinstance(what, Shortened):
            return None
        if isinstance(what, Reopened):
            promise = self._promise(ticket, event.at, what.unit_id or ticket.unit_id)
            return replace(event, what=replace(what, promise=promise))
        return self._moved(ticket, event)

    def _promise(self, about: Filed | Ticket, at: datetime, unit_id: str) -> Promise:
        vital = deadlines.vital(about.kind, about.text)
        edition = deadlines.edition(at, self._terms)
        self.rules.append(edition.rule(about.kind, about.category, about.urgent, vital).name)
        return deadlines.promise(about.kind, about.category, about.urgent, at, is_vital=vital, terms=self._at(unit_id))

    def _moved(self, ticket: Ticket, event: Event) -> Event:
        """The event with a date that is counted anew, where it has one."""
        what, terms = event.what, self._at(ticket.unit_id)
        match what:
            case Asked():
                wait = deadlines.own_edition(ticket, event.at, terms).wait
                return replace(event, what=replace(what, until=deadlines.later(event.at, wait, terms)))
            case Extended():
                return replace(event, what=replace(what, reply_by=self._extended(ticket, what.days, event.at)))
            case Supplemented(reply_by=reply_by) if reply_by is not None:
                until = min(event.at, ticket.chase.wait_until or event.at)
                return replace(event, what=replace(what, reply_by=deadlines.resume(ticket, until, terms).reply_by))
            case Resumed():
                until = ticket.chase.wait_until or event.at
                return replace(event, what=replace(what, reply_by=deadlines.resume(ticket, until, terms).reply_by))
            case _:
                return event

    def _extended(self, ticket: Ticket, days: int, at: datetime) -> datetime:
        terms = self._at(ticket.unit_id)
        most = deadlines.own_edition(ticket, at, terms).extension
        try:
            return deadlines.extend(ticket, min(days, most), at, terms).reply_by
        except Refused:
            return ticket.promise.reply_by

    def crowded(self, ticket: Ticket, event: Event) -> Ticket:
        """The ticket after one more person has joined it."""
        what = deadlines.shorten(ticket, event.at, self._at(ticket.unit_id))
        return ticket if what is None else replace(event, what=what).fold(ticket)

    def _at(self, unit_id: str) -> Terms:
        return self._terms.at(self._directory.hours(unit_id))
