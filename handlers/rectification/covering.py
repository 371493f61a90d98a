"""Effects of a 整改 item on the tickets it covers: each gets the news in its own log, and at the end its answer.

A ticket that follows another covered one is told through that one (`handlers/followers.py`), so nobody is told twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from handlers.calendar.policy import Terms
from handlers.calendar.zone import day_of
from handlers.context import Context
from handlers.deadlines import deadlines
from handlers.directory import accused, jurisdiction
from handlers.items import events, wording
from handlers.items.item import Item
from handlers.items.lifecycle import ItemChange
from handlers.notifications.notify import notices_of
from handlers.outcome import Outcome
from handlers.rectification import notify
from handlers.rectification.dates import on
from handlers.tickets import lifecycle
from handlers.tickets.events import Actor, By, Happening
from handlers.tickets.events.grades import Informed
from handlers.tickets.events.work import Replied
from handlers.tickets.publishing import may_be_public
from handlers.tickets.states import ANSWERED, OPEN
from handlers.tickets.ticket import Commitment, State, Ticket
from nlp.replies.promises import vows as read_vows

MOST = 3_000
"""Tickets of one item: what one transaction writes while the supervisor waits. Further people follow the others."""

MOST_VOWS = 5

_SYSTEM = Actor(By.SYSTEM)
_GONE = frozenset({State.WITHDRAWN, State.MERGED})


class Answered(Struct, frozen=True):
    """What the end of an item does to its tickets."""

    outcome: Outcome
    answered: int
    left: int
    """Number of tickets whose own unit still owes a reply."""


def countable(tickets: Iterable[Ticket]) -> tuple[Ticket, ...]:
    """Returns the tickets that an item may cover: running, under their own number, and not sealed from others."""
    return tuple(ticket for ticket in tickets if ticket.state not in _GONE and may_be_public(ticket))


def people(tickets: Sequence[Ticket]) -> int:
    """Returns how many people stand behind these tickets: owners, and followers that are not among them."""
    ids = {ticket.id for ticket in tickets}
    inside: dict[int, int] = {}
    for ticket in tickets:
        if ticket.joined_to in ids and ticket.joined_to is not None:
            inside[ticket.joined_to] = inside.get(ticket.joined_to, 0) + 1
    others = sum(max(0, ticket.crowd - inside.get(ticket.id, 0)) for ticket in tickets)
    return len({ticket.person_id for ticket in tickets}) + others


def inform(change: ItemChange, tickets: Iterable[Ticket], ctx: Context) -> Outcome:
    """Tell these tickets what happened. Progress within a day of the last is logged and not pushed."""
    text = change.event.what.for_citizens(change.item, ctx.directory.name(change.item.unit_id))
    if not text:
        return Outcome()
    what = Informed(change.item.number, text, quiet=not change.event.what.tells_citizens())
    hearers = _hearers(tickets, change.item)
    return _outcome([(lifecycle.apply(one, what, _SYSTEM, ctx.now), one) for one in hearers], ctx)


def conclude(change: ItemChange, tickets: Iterable[Ticket], ctx: Context, everywhere: bool) -> Answered:
    """End the item: tickets that wait on the lead unit's desk (with `everywhere`, on any) are answered with its words,
    the others are told, and owners of an answered ticket are asked for a grade.
    """
    item = change.item
    terms = ctx.terms_for(item.unit_id)
    rate_by = deadlines.later(ctx.now, deadlines.edition(ctx.now, terms).rating, terms)
    told = change.event.what.for_citizens(item, ctx.directory.name(item.unit_id))
    text = wording.answer(item, ctx.directory.name(change.event.actor.unit_id or ""))
    vows = _vows(item, ctx.now, terms)
    changes: list[tuple[lifecycle.Change, Ticket]] = []
    left = 0
    for ticket in _hearers(tickets, item):
        what: Happening
        clear = not jurisdiction.barred(ctx.directory, accused.of(ticket, ctx.directory), item.unit_id)
        if clear and _answers(ticket, item, everywhere):
            mine = ctx.terms_for(ticket.unit_id)
            timing = deadlines.timing(ticket, ctx.now, mine)
            what = Replied(text, vows=(*ticket.vows, *vows), timing=timing, rate_by=rate_by)
            actor = item.submitted_by or change.event.actor
        else:
            left += ticket.state in OPEN
            answered = ticket.state in ANSWERED
            what = Informed(item.number, told, done=True, rate_by=rate_by if answered else None)
            actor = _SYSTEM
        changes.append((lifecycle.apply(ticket, what, actor, ctx.now), ticket))
    return Answered(_outcome(changes, ctx), sum(isinstance(made.event.what, Replied) for made, _ in changes), left)


def _answers(ticket: Ticket, item: Item, everywhere: bool) -> bool:
    """Returns whether the item's end answers this ticket. A 重办 needs a call to the citizen first."""
    if ticket.state not in OPEN or ticket.joined_to is not None or (ticket.rounds and not ticket.called_back):
        return False
    return everywhere or ticket.unit_id == item.unit_id


def _vows(item: Item, now: datetime, terms: Terms) -> tuple[Commitment, ...]:
    found = read_vows(item.conclusion, day_of(now), terms.calendar.after)[:MOST_VOWS]
    return tuple(Commitment(words, on(day, now, terms).by) for words, day in found)


def _hearers(tickets: Iterable[Ticket], item: Item) -> list[Ticket]:
    ids = frozenset(item.tickets)
    return [
        one for one in sorted(tickets, key=lambda one: one.id) if one.state not in _GONE and one.joined_to not in ids
    ]


def _outcome(changes: Sequence[tuple[lifecycle.Change, Ticket]], ctx: Context) -> Outcome:
    return Outcome(
        tickets=tuple(change.ticket for change, _ in changes),
        events=tuple(change.event for change, _ in changes),
        pushes=notices_of(ctx, changes),
    )


def of(change: ItemChange, tickets: Iterable[Ticket], ctx: Context) -> Outcome:
    """Returns everything that the change causes: the item, its tickets, pushes to officials."""
    new = frozenset(change.event.what.tickets) if isinstance(change.event.what, events.Covered) else None
    told = inform(change, (one for one in tickets if new is None or one.id in new), ctx)
    return with_item(change, told, ctx)


def with_item(change: ItemChange, told: Outcome, ctx: Context) -> Outcome:
    """Returns the tickets' outcome together with the item and the pushes to officials."""
    return replace(
        told,
        others=(change,),
        pushes=(*told.pushes, *notify.pushes(change, ctx)),
    )
