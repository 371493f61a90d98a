"""Search index of public replies, in memory, refreshed in the background. A citizen's question is answered from it."""

from __future__ import annotations

import asyncio
import csv
from collections.abc import Callable, Container, Sequence
from datetime import datetime
from pathlib import Path

import structlog
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.config import Unusable
from bot.decisions import CurrentDirectory
from handlers.calendar.zone import SHANGHAI
from handlers.citizen import published_reply
from handlers.context import Published
from handlers.directory.directory import Directory
from handlers.tickets.ticket import Ticket
from nlp.appeals.personal import mask
from nlp.matching import answers
from nlp.matching.answers import AnswerBase, SameWords
from nlp.understand import Understanding
from storage.queries import published_replies as store

log = structlog.get_logger()

COLUMNS = ("title", "detail", "reply", "unit", "date")
"""Columns of an operator's file of replies; `date` as 2026-03-05."""

MOST = 20_000
"""Newest replies that are indexed. Indexing them takes seconds."""

_LOOKED_AT = 5
_FEW, _SHARE = 200, 10
"""New replies are searched beside the others until they are more than these, or one in so many: then all are indexed anew."""


class _Entry(Struct, frozen=True):
    """One reply, as it is searched and as it is shown."""

    searched: answers.PublishedAppeal
    shown: Published


class _Shelf(Struct, frozen=True):
    """An index of some replies, and what is shown of each, by id."""

    base: AnswerBase
    shown: dict[str, Published]

    def without(self, ids: Container[str]) -> _Shelf:
        """Returns the same index without the content of these ids."""
        return _Shelf(self.base, {id_: shown for id_, shown in self.shown.items() if id_ not in ids})


class PublishedReplies:
    """The index. Rules call `find`, which does not block; `refresh` reads changes.

    Most replies are in a large index that is seldom built, new and changed ones in a small index. A reply is shown from
    one of the two, as it was last read.
    """

    def __init__(
        self, engine: AsyncEngine, directory: CurrentDirectory, words: SameWords, own: Sequence[_Entry] = ()
    ) -> None:
        """`own` are the entries of the operator's file."""
        self._engine = engine
        self._directory = directory
        self._words = words
        self._own = tuple(own)
        self._large = self._small = self._shelf(())
        self._aside: dict[int, _Entry] = {}
        self._known: dict[int, int] | None = None
        self._signs: _Signs = {}
        self._changed: set[str] = set()
        self._changed_before: set[str] = set()

    def find(self, question: str) -> tuple[Published, ...]:
        """Returns published replies to questions like this one, likeliest first, without those that changed since the
        last refresh.
        """
        found = [
            (score, shelf.shown[id_])
            for shelf in (self._small, self._large)
            for id_, score in shelf.base.offer(question, _LOOKED_AT)
            if id_ in shelf.shown and id_ not in self._changed and id_ not in self._changed_before
        ]
        found.sort(key=lambda pair: -pair[0])
        return tuple(shown for _, shown in found[:_LOOKED_AT])

    def forget(self, ticket_id: int) -> None:
        """Hide the reply of this ticket until the next refresh, because something happened to the ticket."""
        # A process that never looks has nothing to show, and would remember for ever.
        if self._known is not None:
            self._changed.add(str(ticket_id))

    async def refresh(self, now: datetime) -> None:
        """Read replies that were published or changed since the last refresh, and remove those that are not public any
        more.
        """
        self._changed_before |= self._changed
        self._changed = set()
        directory = self._directory.now
        signs = _signs(directory)
        there = await store.published(self._engine, now - published_reply.HOLDS_FOR, MOST)
        known = self._known
        fresh = [id_ for id_, version in there.items() if known is None or known.get(id_) != version]
        gone = [id_ for id_ in known or () if id_ not in there]
        most = max(_FEW, len(there) // _SHARE)
        if known is None or signs != self._signs or len(self._aside.keys() | fresh) > most:
            tickets = await store.read(self._engine, list(there))
            await asyncio.to_thread(self._index_all, tickets, directory)
        elif fresh or gone:
            tickets = await store.read(self._engine, fresh)
            await asyncio.to_thread(self._index_aside, tickets, [*fresh, *gone], directory)
        # One that changed between the two readings is told by its version at the next look.
        self._known, self._signs = there, signs
        self._changed_before = set()
        if fresh or gone:
            log.info("published_replies", count=len(there), read=len(fresh), gone=len(gone))

    def _index_all(self, tickets: Sequence[Ticket], directory: Directory) -> None:
        self._large = self._shelf((*self._own, *(_entry(ticket, directory) for ticket in tickets)))
        self._small, self._aside = self._shelf(()), {}

    def _index_aside(self, tickets: Sequence[Ticket], touched: Sequence[int], directory: Directory) -> None:
        """Put these tickets into the small index, and remove all `touched` ones from where they were."""
        off = {str(id_) for id_ in touched}
        aside = {id_: entry for id_, entry in self._aside.items() if str(id_) not in off}
        aside |= {ticket.id: _entry(ticket, directory) for ticket in tickets}
        if tickets:
            self._small = self._shelf(tuple(aside.values()))
        else:
            self._small = self._small.without(off)
        self._large = self._large.without(off)
        self._aside = aside

    def _shelf(self, entries: Sequence[_Entry]) -> _Shelf:
        base = AnswerBase((entry.searched for entry in entries), self._words)
        return _Shelf(base, {entry.searched.id: entry.shown for entry in entries})


_Signs = dict[str, tuple[str, str, str]]


def _signs(directory: Directory) -> _Signs:
    """Returns what a shown reply takes from the directory. Bound phones and absences do not change it."""
    return {unit.id: (unit.name, unit.phone, unit.area) for unit in directory.units.values()}


def _entry(ticket: Ticket, directory: Directory) -> _Entry:
    searched = answers.PublishedAppeal(str(ticket.id), ticket.title, ticket.text, ticket.reply)
    return _Entry(searched, published_reply.published(ticket, directory))


def read_file(path: Path, understand: Callable[[str], Understanding]) -> list[_Entry]:
    """Returns the replies in an operator's CSV file with the columns `COLUMNS`. Raises `Unusable` with a one-line
    reason.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.DictReader(file)
            _check_columns(lines.fieldnames or ())
            return [_own(number, line, understand) for number, line in enumerate(lines, 2)]
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise Unusable(f"ANSWERS_FILE: {path}: {why}") from None


def _check_columns(found: Sequence[str]) -> None:
    missing = set(COLUMNS) - set(found)
    if missing:
        raise ValueError(f"no column {', '.join(sorted(missing))}")


def _own(number: int, line: dict[str, str | None], understand: Callable[[str], Understanding]) -> _Entry:
    title, detail, reply, unit, date = ((line.get(name) or "").strip() for name in COLUMNS)
    if not (title and reply and unit):
        raise ValueError(f"line {number}: title, reply and unit are needed")
    try:
        at = datetime.fromisoformat(date).replace(tzinfo=SHANGHAI)
    except ValueError:
        raise ValueError(f"line {number}: date must be as 2026-03-05") from None
    places = understand(f"{title}\n{detail}".strip()).places
    shown = Published(
        question=mask(title),
        reply=published_reply.shortened(mask(reply)),
        unit=unit,
        at=at,
        place=places[0].text if places else "",
    )
    return _Entry(answers.PublishedAppeal(f"file {number}", title, detail, reply), shown)
