"""重办: how something is done again. A clock of its own, and another pair of eyes.

The first time a colleague of the unit does it (who may answer is asked in `official/`); from the second time on it lies on the
desk of the superior, who has it done or does it.
"""

from __future__ import annotations

from datetime import datetime

from handlers.calendar.policy import Terms
from handlers.deadlines import deadlines
from handlers.directory import accused, jurisdiction
from handlers.directory.directory import Directory
from handlers.tickets.events import Reopened
from handlers.tickets.ticket import Ticket

REWORKS_AT_HOME = 1
"""So many times the unit does it again itself. Source: docs/glossary.md, 重办."""


def again(ticket: Ticket, reason: str, at: datetime, terms: Terms, directory: Directory) -> Reopened:
    """The event that has the ticket done again, by the hours of the desk it goes to."""
    goes_to = desk(ticket, directory)
    promise = deadlines.promise(
        ticket.kind,
        ticket.category,
        ticket.urgent,
        at,
        is_vital=deadlines.vital(ticket.kind, ticket.text),
        terms=terms.at(directory.hours(goes_to or ticket.unit_id)),
    )
    return Reopened(reason, promise, goes_to)


def desk(ticket: Ticket, directory: Directory) -> str | None:
    """The desk it goes to; None where it stays, also when no superior can be reached. Never one that must keep away."""
    against = accused.of(ticket, directory)
    if jurisdiction.barred(directory, against, ticket.unit_id):
        return jurisdiction.instead(directory, against)
    if ticket.reworks < REWORKS_AT_HOME:
        return None
    return next((unit.id for unit in directory.above(ticket.unit_id) if directory.bound(unit.id)), None)
