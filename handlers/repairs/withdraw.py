"""Repair: seals tickets filed before 保密件 were recognised, and so takes them from the public (`public withdraw`).

Their words are read like those of new tickets; what the citizen chose stays in the log. It never makes anything public.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from handlers.directory.accused import accusation
from handlers.directory.directory import Directory
from handlers.tickets import lifecycle
from handlers.tickets.events import Actor, By, Event
from handlers.tickets.events.filing import Sealed
from handlers.tickets.lifecycle import Change
from handlers.tickets.publishing import is_public, may_be_public, sealing
from handlers.tickets.ticket import Ticket
from nlp.appeals.kind import Kind
from nlp.appeals.sealed import SealedSort
from nlp.text.normalize import fold
from nlp.understand import Understanding

WHY: dict[SealedSort, str] = {SealedSort.INFORMANT: "举报人保密", SealedSort.PERSON: "当事人保密"}
DANGER = "人身危险"
"""Grounds for the operator's list, never the ticket's words."""


class Withdrawal(Struct, frozen=True):
    """A ticket that others must not read, and the change that seals it."""

    before: Ticket
    change: Change

    @property
    def was_public(self) -> bool:
        """Whether others could read it."""
        return is_public(self.before)

    @property
    def why(self) -> str:
        """Its grounds, in words for a list."""
        after = self.change.ticket
        grounds = [WHY[SealedSort(after.sealed)]] if after.sealed else []
        return "、".join((*grounds, DANGER) if after.danger else grounds)


def withdrawal(
    history: Sequence[Event], understand: Callable[[str], Understanding], directory: Directory, now: datetime
) -> Withdrawal | None:
    """Returns what the ticket with this log is withdrawn for. None when nothing new is found."""
    before = lifecycle.fold(history)
    if not may_be_public(before):
        return None
    sort, danger = _found(before, history, understand, directory)
    if not sort and not danger:
        return None
    return Withdrawal(before, lifecycle.apply(before, Sealed(sort, danger), Actor(By.SYSTEM), now))


def _found(
    ticket: Ticket, history: Sequence[Event], understand: Callable[[str], Understanding], directory: Directory
) -> tuple[str, bool]:
    """Returns the sort of 保密件 and whether a life was at stake, by all that its author ever said."""
    said = [words for event in history if event.actor.by is By.CITIZEN and (words := event.what.own_words())]
    now, together = ticket, ""
    for words in said:
        reading = understand(words)
        together = f"{together}\n{words}" if together else words
        raised = sealing(now, reading, fold(together).text)
        if raised is not None:
            now = replace(now, sealed=raised.sort or now.sealed, danger=now.danger or raised.danger)
        informant = reading.sealed_sort is SealedSort.INFORMANT
        if not now.sealed and reading.kind is not Kind.PRAISE and accusation(words, directory, informant).made:
            now = replace(now, sealed=SealedSort.INFORMANT)
    return now.sealed, now.danger
