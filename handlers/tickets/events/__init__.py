"""Events of a ticket: the log's line, and the union of all families of events.

Events are facts: they carry every result of a rule (a new date, a new unit). Folding them again needs no rule, no
calendar and no directory, and a ticket keeps the rules it was filed under.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from handlers.tickets.events.base import Actor, By
from handlers.tickets.events.clock import Clock
from handlers.tickets.events.desks import Desks
from handlers.tickets.events.filing import Filing
from handlers.tickets.events.grades import Grade
from handlers.tickets.events.joining import Joining
from handlers.tickets.events.work import Work
from handlers.tickets.ticket import Ticket

__all__ = ["Actor", "By", "Event", "Happening"]

Happening = Filing | Work | Desks | Joining | Clock | Grade
"""What happened: an event of one of the families."""


class Event(Struct, frozen=True):
    """One line of a ticket's log."""

    ticket_id: int
    seq: int
    """Counts from 1 without gaps and is unique within the ticket."""
    at: datetime
    actor: Actor
    what: Happening

    def fold(self, ticket: Ticket) -> Ticket:
        """The ticket after it. Raises Broken for 提交, which begins a ticket, and for 撤销, which `lifecycle.fold` leaves out."""
        after = self.what.fold(ticket, self.at, self.actor)
        since = after.since if after.state is ticket.state else self.at
        return replace(after, version=self.seq, since=since)
