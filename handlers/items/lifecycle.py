"""Life of a 整改 item: `apply` checks a move by the table and applies it; `fold` replays the events."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from handlers.errors import Broken, Refused
from handlers.items import states
from handlers.items.events import (
    Covered,
    Dropped,
    Extended,
    ItemEvent,
    Opened,
    Planned,
    Progressed,
    SentBack,
    SignedOff,
    SubmittedForSignOff,
    Warned,
    What,
)
from handlers.items.item import Due, Item, Measure, Owed, State
from handlers.tickets.events import Actor

TELL_EVERY = timedelta(days=1)
"""Citizens are pushed progress once a day and item at most; measures and the end always."""

Changes = dict[str, Any]


class Change(Struct, frozen=True):
    """What happened and the item it led to."""

    item: Item
    event: ItemEvent


class Look(Struct, frozen=True):
    """Something the clock will do: from `at` on it says that this is near, or `late`."""

    at: datetime
    what: Warned


def start(item_id: int, opened: Opened, actor: Actor, at: datetime) -> Change:
    """A new item."""
    event = ItemEvent(item_id, 1, at, actor, opened)
    return Change(_born(event, opened), event)


def check_can(item: Item, what: type, actor: Actor) -> None:
    """Raise Refused, with a sentence for whoever asked, when `what` may not happen to the item now."""
    say = states.refusal(what, item.state, actor.by, item.key)
    if say is not None:
        raise Refused(say)


def apply(item: Item, what: What, actor: Actor, at: datetime) -> Change:
    """Let `what` happen. Raises Refused when it may not."""
    if isinstance(what, Opened):
        raise Broken("an item is opened once")
    check_can(item, type(what), actor)
    event = ItemEvent(item.id, item.version + 1, at, actor, what)
    return Change(_evolve(item, event), event)


def fold(events: Sequence[ItemEvent]) -> Item:
    """The item that a whole log leads to. Broken when the log does not begin with Opened or has gaps."""
    if not events or not isinstance(opened := events[0].what, Opened):
        raise Broken("an item's log begins with Opened")
    if any(event.seq != place for place, event in enumerate(events, 1)):
        raise Broken("an item's log has a gap")
    item = _born(events[0], opened)
    for event in events[1:]:
        item = _evolve(item, event)
    return item


def may_tell(item: Item, at: datetime) -> bool:
    """Whether citizens may be pushed progress again."""
    return item.told_at is None or at - item.told_at >= TELL_EVERY


def next_due(item: Item) -> datetime | None:
    """The date that is owed next, for lists; None when nothing is."""
    return min((due.by for _, _, due in _owed(item)), default=None)


def next_look(item: Item) -> datetime | None:
    """The moment from which there is something for the clock to do; None when there never will be."""
    return min((look.at for look in looks(item)), default=None)


def looks(item: Item) -> Iterator[Look]:
    """Everything that the clock will have to say, as the item stands now."""
    for owed, measure, due in _owed(item):
        if not due.late:
            yield Look(due.by, Warned(owed, due.by, measure, late=True))
            if due.remind_at is not None and not due.reminded:
                yield Look(due.remind_at, Warned(owed, due.by, measure))


def open_measures(item: Item) -> tuple[tuple[int, Measure], ...]:
    """What is not done yet, with its place from 1."""
    return tuple((place, each) for place, each in enumerate(item.measures, 1) if each.done_at is None)


def _owed(item: Item) -> Iterator[tuple[Owed, int, Due]]:
    match item.state:
        case State.OPENED:
            yield Owed.PLAN, 0, item.plan
        case State.DOING:
            yield from ((Owed.MEASURE, place, each.due) for place, each in open_measures(item))
            if item.again is not None:
                yield Owed.AGAIN, 0, item.again
        case State.SUBMITTED if item.sign is not None:
            yield Owed.SIGN, 0, item.sign


def _born(event: ItemEvent, opened: Opened) -> Item:
    return Item(
        id=event.item_id,
        number=opened.number,
        key=opened.key,
        year=opened.year,
        serial=opened.serial,
        origin=opened.origin,
        unit_id=opened.unit_id,
        cause=opened.cause,
        opened_at=event.at,
        opened_by=event.actor,
        plan=opened.plan,
        tickets=opened.tickets,
        people=opened.people,
        told_at=event.at,
        version=1,
    )


def _evolve(item: Item, event: ItemEvent) -> Item:
    what = event.what
    move = states.row(type(what), item.state)
    changes: Changes = _EVOLVE[type(what)](item, event, what)
    if move is not None and move.to is not None:
        changes["state"] = move.to
    return replace(item, version=event.seq, **changes)


def _planned(item: Item, event: ItemEvent, what: Planned) -> Changes:
    return {
        "measures": (*item.measures, *what.measures),
        "analysis": what.analysis or item.analysis,
        "told_at": event.at,
    }


def _progressed(item: Item, event: ItemEvent, what: Progressed) -> Changes:
    changes: Changes = {"latest": what.text, "latest_at": event.at, **_told(item, event, what.told)}
    if what.done:
        changes["measures"] = _with(item, what.measure, done_at=event.at)
    return changes


def _extended(item: Item, event: ItemEvent, what: Extended) -> Changes:
    return {"measures": _with(item, what.measure, due=what.due), **_told(item, event, what.told)}


def _submitted(_item: Item, event: ItemEvent, what: SubmittedForSignOff) -> Changes:
    return {"conclusion": what.conclusion, "submitted_by": event.actor, "sign": what.sign, "again": None}


def _sent_back(item: Item, event: ItemEvent, what: SentBack) -> Changes:
    back: Changes = {"sent_back": item.sent_back + 1, "again": what.again, "sign": None}
    return back | _told(item, event, what.told)


def _signed(_item: Item, event: ItemEvent, what: SignedOff) -> Changes:
    return {"verdict": what.verdict, "ended_at": event.at, "told_at": event.at}


def _covered(item: Item, _event: ItemEvent, what: Covered) -> Changes:
    known = frozenset(item.tickets)
    more = tuple(ticket_id for ticket_id in what.tickets if ticket_id not in known)
    return {"tickets": (*item.tickets, *more), "people": item.people + what.people}


def _dropped(_item: Item, event: ItemEvent, what: Dropped) -> Changes:
    return {"verdict": what.reason, "ended_at": event.at, "told_at": event.at}


def _warned(item: Item, _event: ItemEvent, what: Warned) -> Changes:
    mark = {"late": True, "reminded": True} if what.late else {"reminded": True}
    match what.owed:
        case Owed.PLAN:
            return {"plan": replace(item.plan, **mark)}
        case Owed.MEASURE:
            due = item.measures[what.measure - 1].due
            return {"measures": _with(item, what.measure, due=replace(due, **mark))}
        case Owed.AGAIN:
            return {"again": replace(item.again, **mark) if item.again else None}
        case Owed.SIGN:
            return {"sign": replace(item.sign, **mark) if item.sign else None}


def _told(item: Item, event: ItemEvent, told: bool) -> Changes:
    return {"told_at": event.at if told else item.told_at}


def _with(item: Item, number: int, **values: Any) -> tuple[Measure, ...]:
    return tuple(replace(each, **values) if place == number else each for place, each in enumerate(item.measures, 1))


_EVOLVE: dict[type, Callable[[Item, ItemEvent, Any], Changes]] = {
    Planned: _planned,
    Progressed: _progressed,
    Extended: _extended,
    SubmittedForSignOff: _submitted,
    SentBack: _sent_back,
    SignedOff: _signed,
    Covered: _covered,
    Dropped: _dropped,
    Warned: _warned,
}
