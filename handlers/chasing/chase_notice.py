"""催办通知单: one numbered document for all tickets of a unit that reach this step in one tick, to the unit and its
superior.

Numbers count within a calendar year of China without gaps: 催〔2026〕0012号. The text is written once, from the tickets as
they were then; it names no citizen.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from handlers.calendar.zone import local
from handlers.directory.directory import Directory
from handlers.tickets import masking
from handlers.tickets.events.clock import COLOURS, CardColour
from handlers.tickets.ticket import Ticket
from handlers.tickets.wording import cut, lasting, short

MOST_LINES = 200
"""Tickets on one document. Further ones get the next number."""

TITLE_LENGTH = 40


class NoticeLine(Struct, frozen=True):
    """One ticket of the document: title, dates of filing and promise, and what was done about it so far."""

    number: str
    title: str
    filed_at: datetime
    due: datetime
    late: str
    done: tuple[str, ...]


class ChaseNotice(Struct, frozen=True):
    """The document as it was sent."""

    number: str
    year: int
    serial: int
    unit_id: str
    unit: str
    """The unit's name on that day."""

    superior: str
    """The superior's name on that day."""

    at: datetime
    lines: tuple[NoticeLine, ...] = ()


class OpenNotices(Struct, frozen=True):
    """The documents of one tick."""

    year: int
    last: int
    """The last serial of `year`."""

    open: dict[str, ChaseNotice] = {}
    """Documents that take further lines, by unit."""

    filled: tuple[ChaseNotice, ...] = ()
    """Documents that take no more."""

    def of_year(self, year: int, last: int) -> OpenNotices:
        """Returns the ledger for the next page: open documents continue, unless the year has ended."""
        return OpenNotices(year, last, self.open if year == self.year else {})

    def all(self) -> dict[str, ChaseNotice]:
        """Returns the documents by number."""
        return {one.number: one for one in (*self.filled, *self.open.values())}

    def number_for(self, unit_id: str) -> str:
        """Returns the number of the document on which the unit's next ticket will be."""
        found = self.open.get(unit_id)
        return number(self.year, self.last + 1) if found is None or _full(found) else found.number

    def with_line(self, ticket: Ticket, directory: Directory, now: datetime) -> OpenNotices:
        """Returns the ledger with this ticket on its unit's document."""
        found = self.open.get(ticket.unit_id)
        last, filled = self.last, self.filled
        if found is None or _full(found):
            filled = filled if found is None else (*filled, found)
            last += 1
            found = _begun(self.year, last, ticket.unit_id, directory, now)
        listed = replace(found, lines=(*found.lines, line(ticket, now)))
        return OpenNotices(self.year, last, {**self.open, ticket.unit_id: listed}, filled)


def year_of(now: datetime) -> int:
    """Returns the year in whose series a document of this moment is numbered."""
    return local(now).year


def number(year: int, serial: int) -> str:
    """Returns a number such as 催〔2026〕0012号."""
    return f"催〔{year}〕{serial:04d}号"


def line(ticket: Ticket, now: datetime) -> NoticeLine:
    """Returns the document's line about the ticket."""
    due = ticket.promise.reply_by
    title = cut(masking.for_followers(ticket.title), TITLE_LENGTH)
    return NoticeLine(ticket.number, title, ticket.filed_at, due, lasting(now - due), tuple(_done(ticket)))


def _full(document: ChaseNotice) -> bool:
    return len(document.lines) >= MOST_LINES


def _begun(year: int, serial: int, unit_id: str, directory: Directory, now: datetime) -> ChaseNotice:
    above = directory.above(unit_id)
    superior = above[0].name if above else ""
    return ChaseNotice(number(year, serial), year, serial, unit_id, directory.name(unit_id), superior, now)


def _done(ticket: Ticket) -> list[str]:
    told = [f"{short(ticket.accepted_at)} 受理" if ticket.accepted_at else "没有受理"]
    counted = {"转办": ticket.transfers, "退回": ticket.returns, "请市民补充": ticket.asks, "延期": ticket.extensions}
    counted |= {"市民催办": ticket.urges, "重办": ticket.reworks}
    told += [f"{name} {count} 次" for name, count in counted.items() if count]
    for colour, at in ((CardColour.YELLOW, ticket.cards.yellow_at), (CardColour.RED, ticket.cards.red_at)):
        if at is not None:
            gone = "（已撤）" if colour in ticket.cards.withdrawn else ""
            told.append(f"{short(at)} {COLOURS[colour]}{gone}")
    return told
