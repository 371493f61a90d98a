"""Life of a 整改 item: `apply` checks a move by the table and applies it; `fold` replays the events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from handlers.errors import Broken, Refused
from handlers.items import states
from handlers.items.events import (
    ItemEvent,
    Opened,
    Warned,
    What,
)
from handlers.items.item import Item, ItemDue, ItemOwed, ItemState
from handlers.outcome import OtherChange, Outcome
from handlers.tickets.events import Actor

TELL_EVERY = timedelta(days=1)
"""Citizens are pushed progress of an item once a day at most; measures and the end always."""


class ItemChange(OtherChange, frozen=True):
    """An event and the item after it."""

    item: Item
    event: ItemEvent


def changed(outcome: Outcome) -> tuple[ItemChange, ...]:
    """Returns what the outcome changed of items, in order."""
    return tuple(change for change in outcome.others if isinstance(change, ItemChange))


class Look(Struct, frozen=True):
    """A step of the clock on an item."""

    at: datetime
    """Due from this time on."""

    what: Warned


def start(item_id: int, opened: Opened, actor: Actor, at: datetime) -> ItemChange:
    """Returns a new item."""
    event = ItemEvent(item_id, 1, at, actor, opened)
    return ItemChange(opened.open_item(item_id, at, actor), event)


def check_can(item: Item, what: type[What], actor: Actor) -> None:
    """Raises `Refused`, with a sentence for the asker, when `what` may not happen to the item."""
    say = states.refusal(what, item.state, actor.by, item.key)
    if say is not None:
        raise Refused(say)


def apply(item: Item, what: What, actor: Actor, at: datetime) -> ItemChange:
    """Apply `what`. Raises `Refused` when it may not happen."""
    if isinstance(what, Opened):
        raise Broken("an item is opened once")
    check_can(item, type(what), actor)
    event = ItemEvent(item.id, item.version + 1, at, actor, what)
    return ItemChange(_after(item, event), event)


def fold(events: Sequence[ItemEvent]) -> Item:
    """Returns the item that a whole log leads to. Raises `Broken` when the log does not begin with Opened or has gaps."""
    if not events or not isinstance(opened := events[0].what, Opened):
        raise Broken("an item's log begins with Opened")
    if any(event.seq != place for place, event in enumerate(events, 1)):
        raise Broken("an item's log has a gap")
    first = events[0]
    item = opened.open_item(first.item_id, first.at, first.actor)
    for event in events[1:]:
        item = _after(item, event)
    return item


def may_tell(item: Item, at: datetime) -> bool:
    """Returns whether citizens may be pushed progress again."""
    return item.told_at is None or at - item.told_at >= TELL_EVERY


def next_due(item: Item) -> datetime | None:
    """Returns the date that is owed next, for lists. None when none is."""
    return min((due.by for _, _, due in _owed(item)), default=None)


def next_look(item: Item) -> datetime | None:
    """Returns the time of the clock's next step. None when there will be none."""
    return min((look.at for look in looks(item)), default=None)


def looks(item: Item) -> Iterator[Look]:
    """Yields every future step of the clock on the item as it stands."""
    for owed, measure, due in _owed(item):
        if not due.late:
            yield Look(due.by, Warned(owed, due.by, measure, late=True))
            if due.remind_at is not None and not due.reminded:
                yield Look(due.remind_at, Warned(owed, due.by, measure))


def _owed(item: Item) -> Iterator[tuple[ItemOwed, int, ItemDue]]:
    match item.state:
        case ItemState.OPENED:
            yield ItemOwed.PLAN, 0, item.plan
        case ItemState.DOING:
            yield from ((ItemOwed.MEASURE, place, each.due) for place, each in item.open_measures())
            if item.again is not None:
                yield ItemOwed.AGAIN, 0, item.again
        case ItemState.SUBMITTED if item.sign is not None:
            yield ItemOwed.SIGN, 0, item.sign


def _after(item: Item, event: ItemEvent) -> Item:
    move = states.row(type(event.what), item.state)
    after = event.what.fold(item, event.at, event.actor)
    return replace(after, version=event.seq, state=move.to if move is not None and move.to is not None else item.state)
