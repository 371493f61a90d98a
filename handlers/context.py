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
    """Understands what people write."""

    understand: Callable[[str], Understanding]
    """Returns what one text says."""

    understand_all: Callable[[Sequence[str]], Sequence[Understanding]] | None = None
    """Returns the same for several texts, at less cost. None where it costs the same."""


class Fresh(Struct, frozen=True):
    """Values that are new each time."""

    id: Callable[[], int]
    """Returns a key for anything that is stored."""

    serial: Callable[[], int]
    """Returns the next serial of this year's ticket numbers."""

    token: Callable[[], str]
    """Returns the secret end of a tracking page's address."""

    code: Callable[[], str]
    """Returns a query code, easy to type."""


class Links(Struct, frozen=True):
    """Addresses of pages."""

    citizen: Callable[[str], str]
    """Returns a ticket's page with the citizen's buttons, by the ticket's token. Given to citizens only."""

    desk: Callable[[Ticket, Staff], str] | None = None
    """Returns a page on which this official may look at the ticket, never act. None where there is none."""

    notice: Callable[[str, Staff], str] | None = None
    """Returns the page of the 催办通知单 with this number for this official. None where there is none."""


class Lookups(Struct, frozen=True):
    """What this process finds in memory."""

    hash_invite: Callable[[str], str]
    """Returns the hash under which a binding code is stored."""

    similar: Similar = nothing_similar
    """Returns open tickets of the same appeal."""

    published: Callable[[str], tuple[Published, ...]] = none_published
    """Returns published replies to questions like this one, likeliest first."""


class Context:
    """What rules may ask. One is made for each batch of messages and each tick of the clock."""

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
        """Returns what this unit's dates are computed by: with its own office hours."""
        return self.terms.at(self.directory.hours(unit_id))

    def read_ahead(self, texts: Iterable[str]) -> None:
        """Understand all of these at once, so that `understand` finds them done."""
        unread = [text for text in dict.fromkeys(texts) if text and text not in self._read]
        if self._reader.understand_all is not None and len(unread) > 1:
            self._read.update(zip(unread, self._reader.understand_all(unread), strict=True))

    def understand(self, text: str) -> Understanding:
        """Returns what the text says."""
        return self._read.get(text) or self._reader.understand(text)
