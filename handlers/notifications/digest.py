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
"""Pushes of one kind that a person gets one by one."""


class DigestLine(Struct, frozen=True):
    """One ticket in a summary."""

    number: str
    title: str
    unit_id: str
    due: datetime


class DigestEntry(Struct, frozen=True):
    """One push to an official as it would be sent alone."""

    kind: str
    """Kind of push that it may be summed up with."""

    item: DigestLine
    push: Push


class Digest(Struct, frozen=True):
    """A summary that still grows: its push's id, the number of tickets, and those it lists."""

    push_id: int
    count: int = 0
    items: tuple[DigestLine, ...] = ()
    units: frozenset[str] = frozenset()

    def with_items(self, items: Iterable[DigestLine]) -> Digest:
        """Returns the summary with these tickets too."""
        more = tuple(items)
        listed = (*self.items, *more)[: wording.LISTED]
        return Digest(self.push_id, self.count + len(more), listed, self.units | {one.unit_id for one in more})


class DigestState(Struct, frozen=True):
    """The pushes of this tick so far, by person and kind."""

    singles: dict[tuple[int, str], int] = {}
    digests: dict[tuple[int, str], Digest] = {}


class MergedPushes(Struct, frozen=True):
    """The pushes after a page: single ones, and summaries, which may be in the outbox already."""

    state: DigestState
    pushes: tuple[Push, ...] = ()
    summaries: tuple[Push, ...] = ()


def kind_of(change: Change) -> str:
    """Returns the kind under which a step's pushes are summed up. Empty for those always sent alone."""
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


def entry(change: Change, push: Push) -> DigestEntry | None:
    """Returns the push as one that may be summed up. None for a push to the citizen, or of another kind."""
    kind = kind_of(change)
    if not kind or push.card is None or push.card.kind is CardKind.PROGRESS or push.card.path:
        return None
    return DigestEntry(kind, _item(change), push)


def merge(state: DigestState, entries: Iterable[DigestEntry], ctx: Context) -> MergedPushes:
    """Returns the pushes: few of a kind alone, many summed up."""
    by_key: dict[tuple[int, str], list[DigestEntry]] = {}
    for each in entries:
        by_key.setdefault((each.push.person_id, each.kind), []).append(each)
    singles, digests = dict(state.singles), dict(state.digests)
    pushes: list[Push] = []
    summaries: list[Push] = []
    for key, group in by_key.items():
        digest = digests.get(key)
        told = singles.get(key, 0) + len(group)
        if digest is None and told <= SINGLES and not _document(key[1]):
            singles[key] = told
            pushes += [each.push for each in group]
            continue
        digest = (digest or Digest(group[0].push.id)).with_items(each.item for each in group)
        digests[key] = digest
        summaries.append(_summary(key, digest, ctx))
    return MergedPushes(DigestState(singles, digests), tuple(pushes), tuple(summaries))


def over(state: DigestState) -> DigestState:
    """Returns the state for when summaries may have been sent: further pushes begin new ones."""
    return replace(state, digests={})


def _item(change: Change) -> DigestLine:
    ticket, what = change.ticket, change.event.what
    due = what.due if isinstance(what, Raisable | ChaseNoticeIssued) else ticket.promise.reply_by
    return DigestLine(ticket.number, ticket.title, ticket.unit_id, due)


def _document(kind: str) -> str:
    """Returns the number of the 催办通知单 in this kind of push. Empty for other kinds."""
    name, _, number = kind.partition(":")
    return number if name == "noticed" else ""


def _summary(key: tuple[int, str], digest: Digest, ctx: Context) -> Push:
    person_id, kind = key
    notice = _document(kind)
    reader = ctx.directory.member(person_id)
    link = ctx.links.notice(notice, reader) if notice and reader is not None and ctx.links.notice else ""
    several = len(digest.units) > 1
    lines = [
        wording.line(one.number, one.title, one.due, ctx.directory.name(one.unit_id) if several else "")
        for one in digest.items
    ]
    first = digest.items[0]
    unit = ctx.directory.name(first.unit_id)
    text, state = wording.summary(kind, digest.count, lines, notice=notice, unit=unit, link=link)
    card = Card(
        kind=CardKind.REMINDER,
        number=first.number,
        title=wording.card_title(first.title, digest.count),
        state=state,
        note="",
        at=ctx.now,
        path=urlsplit(link).path if link else "",
        due=min(one.due for one in digest.items),
    )
    told_as = reader.id if reader is not None else None
    return Push(digest.push_id, person_id, None, text, card, staff_id=told_as)
