"""What a rule may ask of the world."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from msgspec import Struct

from handlers.calendar.policy import TERMS, Terms
from handlers.directory.directory import Directory, Staff
from handlers.tickets.ticket import Place, Ticket
from nlp.understand import Understanding


class Candidate(Struct, frozen=True):
    """An open ticket that may be about the same place and matter; `score` 0-1."""

    ticket_id: int
    number: str
    score: float


class Sought(Struct, frozen=True):
    """An appeal as others are sought who want the same done."""

    category: str
    title: str
    text: str
    place: Place
    keywords: tuple[str, ...] = ()


Similar = Callable[[Sought], tuple[Candidate, ...]]
"""From an appeal to tickets of the same place and matter, likeliest first; quick, and now and then out of date."""


def nothing_similar(_sought: Sought) -> tuple[Candidate, ...]:
    """Where nobody looks for others who want the same."""
    return ()


class Published(Struct, frozen=True):
    """A reply that a unit once gave in public, word for word but without personal data, and what tells whether it holds here.

    `place` is where its question was about, `area` the part of town its unit looks after; "" for anywhere.
    """

    question: str
    reply: str
    unit: str
    at: datetime
    phone: str = ""
    place: str = ""
    area: str = ""


def none_published(_question: str) -> tuple[Published, ...]:
    """Nothing was answered yet."""
    return ()


class Context:
    """What rules may ask of the world: the time of this batch, fresh ids and randomness, the directory, the reader.

    `answered` finds the published replies to questions like this one, likeliest first.

    `understand_all` reads several messages for less than `understand` reads one by one; `read_ahead` uses it.

    `link` is the citizen's page of a ticket's token, with the citizen's buttons: it is given to citizens only.
    `terms` are the policy and calendar that dates are counted by; a unit's own dates by `terms_for`. `desk_link` is a page
    that officials may open to look, never to act, `notice_link` that of a 催办通知单 by its number; None where there is
    none. `similar` knows the open tickets of the same
    appeal.
    """

    def __init__(
        self,
        *,
        now: datetime,
        directory: Directory,
        understand: Callable[[str], Understanding],
        understand_all: Callable[[Sequence[str]], Sequence[Understanding]] | None = None,
        new_id: Callable[[], int],
        new_serial: Callable[[], int],
        new_token: Callable[[], str],
        new_code: Callable[[], str],
        hash_invite: Callable[[str], str],
        link: Callable[[str], str],
        desk_link: Callable[[Ticket, Staff], str] | None = None,
        notice_link: Callable[[str, Staff], str] | None = None,
        similar: Similar = nothing_similar,
        answered: Callable[[str], tuple[Published, ...]] = none_published,
        terms: Terms = TERMS,
    ) -> None:
        self.now = now
        self.directory = directory
        self._understand = understand
        self._understand_all = understand_all
        self._read: dict[str, Understanding] = {}
        self.new_id = new_id
        self.new_serial = new_serial
        self.new_token = new_token
        self.new_code = new_code
        self.hash_invite = hash_invite
        self.link = link
        self.desk_link = desk_link
        self.notice_link = notice_link
        self.similar = similar
        self.answered = answered
        self.terms = terms

    def terms_for(self, unit_id: str) -> Terms:
        """What this unit's dates are counted by: its own office hours."""
        return self.terms.at(self.directory.hours(unit_id))

    def read_ahead(self, texts: Iterable[str]) -> None:
        """Read all of these at once, so that `understand` need not read them one by one."""
        unread = [text for text in dict.fromkeys(texts) if text and text not in self._read]
        if self._understand_all is not None and len(unread) > 1:
            self._read.update(zip(unread, self._understand_all(unread), strict=True))

    def understand(self, text: str) -> Understanding:
        """What the text says."""
        return self._read.get(text) or self._understand(text)
