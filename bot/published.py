"""Replies given in public, as this process knows them: searched by rules at once, gathered anew in the background."""

from __future__ import annotations

import asyncio
import csv
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import structlog
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.config import Unusable
from bot.directory import CurrentDirectory
from handlers.citizen import answered
from handlers.outcome import Published
from handlers.tickets.ticket import Ticket
from handlers.units import Directory
from handlers.zone import SHANGHAI
from nlp import answers
from nlp.answers import AnswerBase, SameWords
from nlp.personal import mask
from nlp.understand import Kind, Understanding
from storage import answered as store

log = structlog.get_logger()

COLUMNS = ("title", "detail", "reply", "unit", "date")
"""What a row of an operator's file says; `date` as 2026-03-05."""

MOST = 20_000
"""Replies that are searched, the newest: they are indexed within seconds."""

_LOOKED_AT = 5


class _Entry(Struct, frozen=True):
    """One reply: as it is searched and as it is shown."""

    searched: answers.Published
    shown: Published


class PublishedReplies:
    """Rules call `find` and never wait; `refresh` reads what was published since."""

    def __init__(
        self, engine: AsyncEngine, directory: CurrentDirectory, words: SameWords, own: Sequence[_Entry] = ()
    ) -> None:
        """`own` are the entries of the operator's file."""
        self._engine = engine
        self._directory = directory
        self._words = words
        self._own = tuple(own)
        self._base = AnswerBase((), words)
        self._shown: dict[str, Published] = {}
        self._known: object = None
        self._changed: set[str] = set()
        self._changed_before: set[str] = set()

    def find(self, question: str) -> tuple[Published, ...]:
        """The published replies to questions like this one, likeliest first; without what has changed since."""
        found = self._base.offer(question, _LOOKED_AT)
        return tuple(
            self._shown[id_] for id_, _ in found if id_ not in self._changed and id_ not in self._changed_before
        )

    def forget(self, ticket_id: int) -> None:
        """Something happened to this ticket: its reply is not shown until it was looked at again."""
        if str(ticket_id) in self._shown:
            self._changed.add(str(ticket_id))

    async def refresh(self, now: datetime) -> None:
        """Read what is published now; build anew only where something changed."""
        self._changed_before |= self._changed
        self._changed = set()
        directory = self._directory.now
        tickets = [
            ticket
            async for ticket in store.of_kind(self._engine, Kind.QUESTION, now - answered.HOLDS_FOR)
            if answered.may_publish(ticket, now)
        ][-MOST:]
        known = (directory.version, tuple((ticket.id, ticket.version) for ticket in tickets))
        if known != self._known:
            self._base, self._shown = await asyncio.to_thread(self._built, tickets, directory)
            self._known = known
            log.info("published_replies", count=len(self._base))
        self._changed_before = set()

    def _built(self, tickets: Sequence[Ticket], directory: Directory) -> tuple[AnswerBase, dict[str, Published]]:
        entries = [*self._own, *(_entry(ticket, directory) for ticket in tickets)]
        base = AnswerBase((entry.searched for entry in entries), self._words)
        return base, {entry.searched.id: entry.shown for entry in entries}


def _entry(ticket: Ticket, directory: Directory) -> _Entry:
    searched = answers.Published(str(ticket.id), ticket.title, ticket.text, ticket.reply)
    return _Entry(searched, answered.published(ticket, directory))


def read_file(path: Path, understand: Callable[[str], Understanding]) -> list[_Entry]:
    """The replies of an operator's CSV file with the columns `COLUMNS`. Raises `Unusable` with one line that says why."""
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
        reply=answered.shortened(mask(reply)),
        unit=unit,
        at=at,
        place=places[0].text if places else "",
    )
    return _Entry(answers.Published(f"file {number}", title, detail, reply), shown)
