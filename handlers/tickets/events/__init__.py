"""What can happen to a ticket. Events are facts: they carry every result of a rule (a new date, a new unit), so that
folding them again needs no rule, no calendar and no directory, and tickets keep the rules they were filed under.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from handlers.tickets.events.base import Actor, By
from handlers.tickets.events.clock import Clock
from handlers.tickets.events.grades import Grade
from handlers.tickets.events.joining import Joining
from handlers.tickets.events.work import Work

__all__ = ["Actor", "By", "Event", "Happening"]

Happening = Work | Joining | Clock | Grade
"""What happened: an event of one of the families."""


class Event(Struct, frozen=True):
    """One line of a ticket's log: `seq` counts from 1 without gaps and is unique within the ticket."""

    ticket_id: int
    seq: int
    at: datetime
    actor: Actor
    what: Happening
