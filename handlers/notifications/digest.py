"""Summaries instead of floods: a person with more than a few pushes of one kind in one tick gets one push that lists
the tickets.

Nothing is lost: every ticket has its event, and its page shows it. A 催办通知单 is always one push for all its tickets.
While a tick continues over more pages, a summary that has not been sent takes the new tickets in.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from handlers.context import Context
from handlers.notifications import wording
from handlers.pushes import Card, CardKind, Push
from handlers.tickets.events.clock import Carded, ChaseNoticeIssued, Raisable, Reminded
from handlers.tickets.lifecycle import Change

SINGLES = 3
"""So many of one kind are told to a person one by one."""


class Item(Struct, frozen=True):
    """One ticket in a summary."""

    number: str
    title: str
    unit_id: str
    due: datetime


class Word(Struct, frozen=True):
    """One push to an official as it would be sent alone."""

    kind: str
    """Kind of push that it may be summed up with."""

    item: Item
    push: Push


class Heap(Struct, frozen=True):
    """A summary that is still growing: its push's id, how many tickets it counts, and those it lists."""

    push_id: int
    count: int = 0
    items: tuple[Item, ...] = ()
    units: frozenset[str] = frozenset()

    def with_items(self, items: Iterable[Item]) -> Heap:
        """With these too."""
        more = tuple(items)
        listed = (*self.items, *more)[: wording.LISTED]
        return Heap(self.push_id, self.count + len(more), listed, self.units | {one.unit_id for one in more})


class Storm(Struct, frozen=True):
    """What was told in this tick so far, by person and kind."""

    singles: dict[tuple[int, str], int] = {}
    heaps: dict[tuple[int, str], Heap] = {}


class Told(Struct, frozen=True):
    """Who is told what after this page: pushes to send, and summaries, which may stand in the outbox already."""

    storm: Storm
    pushes: tuple[Push, ...] = ()
    summaries: tuple[Push, ...] = ()


def kind_of(change: Change) -> str:
    """What a step may be summed up with; "" for what is always told alone."""
    what = change.event.what
    match what:
        case Reminded(owed=owed):
            kind = f"reminded:{owed.value}"
        case Carded(colour=colour):
            kind = f"carded:{colour.value}"
        case ChaseNoticeIssued(notice=notice):
            return f"noticed:{notice}"
        case _:
            kind = str(what.__struct_config__.tag)
    return kind if kind in wording.SUMMARIES else ""


def word(change: Change, push: Push) -> Word | None:
    """The push as something that may be summed up; None for one to the citizen or of another kind."""
    kind = kind_of(change)
    if not kind or push.card is None or push.card.kind is CardKind.PROGRESS or push.card.path:
        return None
    return Word(kind, _item(change), push)


def settle(storm: Storm, words: Iterable[Word], ctx: Context) -> Told:
    """Alone what is few, summed up what is many."""
    by_heap: dict[tuple[int, str], list[Word]] = {}
    for each in words:
        by_heap.setdefault((each.push.person_id, each.kind), []).append(each)
    singles, heaps = dict(storm.singles), dict(storm.heaps)
    pushes: list[Push] = []
    summaries: list[Push] = []
    for key, group in by_heap.items():
        heap = heaps.get(key)
        told = singles.get(key, 0) + len(group)
        if heap is None and told <= SINGLES and not _document(key[1]):
            singles[key] = told
            pushes += [each.push for each in group]
            continue
        heap = (heap or Heap(group[0].push.id)).with_items(each.item for each in group)
        heaps[key] = heap
        summaries.append(_summary(key, heap, ctx))
    return Told(Storm(singles, heaps), tuple(pushes), tuple(summaries))


def over(storm: Storm) -> Storm:
    """The storm when what was summed up so far may have left: new ones begin summaries of their own."""
    return replace(storm, heaps={})


def _item(change: Change) -> Item:
    ticket, what = change.ticket, change.event.what
    due = what.due if isinstance(what, Raisable | ChaseNoticeIssued) else ticket.promise.reply_by
    return Item(ticket.number, ticket.title, ticket.unit_id, due)


def _document(kind: str) -> str:
    """The number of the 催办通知单 that this kind of push speaks of, "" for another kind."""
    name, _, number = kind.partition(":")
    return number if name == "noticed" else ""


def _summary(key: tuple[int, str], heap: Heap, ctx: Context) -> Push:
    person_id, kind = key
    notice = _document(kind)
    reader = ctx.directory.member(person_id)
    link = ctx.links.notice(notice, reader) if notice and reader is not None and ctx.links.notice else ""
    several = len(heap.units) > 1
    lines = [
        wording.line(one.number, one.title, one.due, ctx.directory.name(one.unit_id) if several else "")
        for one in heap.items
    ]
    first = heap.items[0]
    unit = ctx.directory.name(first.unit_id)
    text, state = wording.summary(kind, heap.count, lines, notice=notice, unit=unit, link=link)
    card = Card(
        kind=CardKind.REMINDER,
        number=first.number,
        title=wording.card_title(first.title, heap.count),
        state=state,
        note="",
        at=ctx.now,
        path=urlsplit(link).path if link else "",
        due=min(one.due for one in heap.items),
    )
    told_as = reader.id if reader is not None else None
    return Push(heap.push_id, person_id, None, text, card, staff_id=told_as)
