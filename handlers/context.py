"""The context of a decision, given by the caller: time, ids, directory, policy, text reader, look-ups of similar
tickets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from msgspec import Struct

from handlers.calendar.policy import TERMS, Terms
from handlers.directory.directory import Directory, Staff
from handlers.tickets.ticket import Place, Ticket
from nlp.understand import Understanding


class Candidate(Struct, frozen=True):
    """An open ticket that may be about the same place and matter."""

    ticket_id: int
    number: str
    score: float
    """Likelihood, 0 to 1."""


class Sought(Struct, frozen=True):
    """An appeal for which similar tickets are sought."""

    category: str
    title: str
    text: str
    place: Place
    keywords: tuple[str, ...] = ()


Similar = Callable[[Sought], tuple[Candidate, ...]]
"""Returns tickets of the same place and matter, likeliest first. Fast, and sometimes out of date."""


def nothing_similar(_sought: Sought) -> tuple[Candidate, ...]:
    """`Similar` that finds nothing."""
    return ()


class Published(Struct, frozen=True):
    """A unit's public reply, word for word but without personal data, with what tells whether it applies here."""

    question: str
    reply: str
    unit: str
    at: datetime
    phone: str = ""
    place: str = ""
    """The place of its question. Empty for anywhere."""

    area: str = ""
    """The area that its unit looks after. Empty for anywhere."""


def none_published(_question: str) -> tuple[Published, ...]:
    """Finds no published reply."""
    return ()


class TextReader(Struct, frozen=True):
    """Reads what people write."""

    understand: Callable[[str], Understanding]
    """What one text says."""
    understand_all: Callable[[Sequence[str]], Sequence[Understanding]] | None = None
    """The same of several texts, for less than one by one costs; None where it costs the same."""


class Fresh(Struct, frozen=True):
    """What is new each time it is asked for."""

    id: Callable[[], int]
    """A key for anything that is stored."""
    serial: Callable[[], int]
    """The next serial of this year's ticket numbers."""
    token: Callable[[], str]
    """The unguessable end of a tracking page's address."""
    code: Callable[[], str]
    """A query code, to be typed on a phone."""


class Links(Struct, frozen=True):
    """Addresses of pages, as phones open them."""

    citizen: Callable[[str], str]
    """A ticket's page with the citizen's buttons, by the ticket's token: given to citizens only."""
    desk: Callable[[Ticket, Staff], str] | None = None
    """A page on which this official may look at the ticket, never act; None where there is none."""
    notice: Callable[[str, Staff], str] | None = None
    """The 催办通知单 with this number, for this official; None where there is none."""


class Lookups(Struct, frozen=True):
    """What this process finds in memory, without the database."""

    hash_invite: Callable[[str], str]
    """The hash under which a binding code is stored."""
    similar: Similar = nothing_similar
    """The open tickets of the same appeal."""
    published: Callable[[str], tuple[Published, ...]] = none_published
    """The published replies to questions like this one, likeliest first."""


class Context:
    """What rules may ask of the world. One is made for each batch of messages and each tick of the clock."""

    def __init__(
        self,
        *,
        now: datetime,
        directory: Directory,
        reader: TextReader,
        fresh: Fresh,
        links: Links,
        lookups: Lookups,
        terms: Terms = TERMS,
    ) -> None:
        self.now = now
        """The time of this batch."""
        self.directory = directory
        self.fresh = fresh
        self.links = links
        self.lookups = lookups
        self.terms = terms
        """The policy and calendar that dates are counted by; a unit's own dates by `terms_for`."""
        self._reader = reader
        self._read: dict[str, Understanding] = {}

    def terms_for(self, unit_id: str) -> Terms:
        """What this unit's dates are counted by: its own office hours."""
        return self.terms.at(self.directory.hours(unit_id))

    def read_ahead(self, texts: Iterable[str]) -> None:
        """Read all of these at once, so that `understand` need not read them one by one."""
        unread = [text for text in dict.fromkeys(texts) if text and text not in self._read]
        if self._reader.understand_all is not None and len(unread) > 1:
            self._read.update(zip(unread, self._reader.understand_all(unread), strict=True))

    def understand(self, text: str) -> Understanding:
        """What the text says."""
        return self._read.get(text) or self._reader.understand(text)
