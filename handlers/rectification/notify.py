"""Table of officials' notifications about a 整改 item: by kind of event the recipients and text."""

from __future__ import annotations

from collections.abc import Callable

from handlers.context import Context
from handlers.items import events
from handlers.items.item import Item, ItemOwed
from handlers.items.lifecycle import ItemChange, next_due
from handlers.items.states import NAMES
from handlers.notifications.recipients import desk, heads, leaders, supervisors
from handlers.pushes import Card, CardKind, Push
from handlers.tickets.events import By
from handlers.tickets.wording import brief, card_date

People = Callable[[Item, Context], tuple[int, ...]]


def _lead(item: Item, ctx: Context) -> tuple[int, ...]:
    return (*desk(ctx.directory, item.unit_id, ctx.now), *heads(ctx.directory, item.unit_id, ctx.now))


def _desk(item: Item, ctx: Context) -> tuple[int, ...]:
    return desk(ctx.directory, item.unit_id, ctx.now)


def _opener(item: Item, ctx: Context) -> tuple[int, ...]:
    """Returns the supervisor who opened the item if they can be reached, else the supervisors above the lead unit."""
    member = ctx.directory.staff.get(item.opened_by.id or 0)
    if member is not None and member.person_id is not None:
        return (member.person_id,)
    return supervisors(ctx.directory, item.unit_id, ctx.now)


def _above(item: Item, ctx: Context) -> tuple[int, ...]:
    return (*_lead(item, ctx), *_opener(item, ctx), *supervisors(ctx.directory, item.unit_id, ctx.now))


def _signers(item: Item, ctx: Context) -> tuple[int, ...]:
    return (*_opener(item, ctx), *leaders(ctx.directory, item.unit_id, ctx.now))


def _nobody(_item: Item, _ctx: Context) -> tuple[int, ...]:
    return ()


TABLE: dict[type[events.What], People] = {
    events.Opened: _lead,
    events.Planned: _nobody,
    events.Progressed: _nobody,
    events.ItemExtended: _opener,
    events.SubmittedForSignOff: _opener,
    events.SentBack: _lead,
    events.SignedOff: _lead,
    events.Covered: _nobody,
    events.Dropped: _lead,
}
"""Which officials are told of what, in the words of its `for_officials`. Those of the clock are in `_warned`."""


def pushes(change: ItemChange, ctx: Context) -> tuple[Push, ...]:
    """Returns the pushes to officials about a change, one for each person, without the one who made it."""
    item, what = change.item, change.event.what
    people = _warned(item, what, ctx) if isinstance(what, events.Warned) else TABLE[type(what)](item, ctx)
    told = [person for person in dict.fromkeys(people) if person != _doer(change, ctx)]
    if not told:
        return ()
    text = what.for_officials(item, ctx.directory.name(item.unit_id), ctx.now)
    card = _card(change, text)
    return tuple(
        Push(ctx.fresh.id(), person, None, text, card, staff_id=ctx.directory.staff_id(person)) for person in told
    )


def _warned(item: Item, what: events.Warned, ctx: Context) -> tuple[int, ...]:
    if what.owed is ItemOwed.SIGN:
        return _signers(item, ctx) if what.late else _opener(item, ctx)
    return _above(item, ctx) if what.late else _desk(item, ctx)


def _doer(change: ItemChange, ctx: Context) -> int | None:
    actor = change.event.actor
    member = ctx.directory.staff.get(actor.id or 0) if actor.by is By.STAFF else None
    return member.person_id if member else None


def _card(change: ItemChange, text: str) -> Card:
    item = change.item
    warned = isinstance(change.event.what, events.Warned)
    due = next_due(item)
    return Card(
        kind=CardKind.REMINDER if warned else CardKind.TASK,
        number=item.key,
        title=brief(item.cause),
        state=NAMES[item.state],
        note=card_date(due) if due else text[:20],
        at=change.event.at,
        path=f"/rectify/{item.key}",
        due=due,
    )
