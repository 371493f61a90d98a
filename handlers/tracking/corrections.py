"""Officials' corrections of a ticket's category or unit, as training rows for the classifier."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET, Struct, UnsetType

from handlers.directory.directory import Directory
from handlers.tickets.events import By, Event
from handlers.tickets.events.desks import Reclassified, Transferred
from handlers.tickets.events.filing import Amended, Filed
from handlers.tickets.ticket import Ticket
from handlers.tracking.checkpoints import counting
from nlp.appeals.personal import mask


class Correction(Struct, frozen=True, omit_defaults=True):
    """One correction."""

    text: str
    """Holds no personal data."""

    category: str | UnsetType = UNSET
    """Unset when only the unit was corrected."""

    old_category: str | UnsetType = UNSET
    unit: str | UnsetType = UNSET
    old_unit: str | UnsetType = UNSET
    about: str | UnsetType = UNSET
    """With a unit: the ticket's category."""

    area: str | UnsetType = UNSET
    """With a unit: the ticket's area. The routing table goes by it and the words."""


def corrections(ticket: Ticket, history: Sequence[Event], directory: Directory) -> tuple[Correction, ...]:
    """Returns the category as it is, when officials changed it, and each transfer by an official. Nothing that was
    undone.
    """
    log = counting(history)
    text = mask(ticket.text)
    found: list[Correction] = []
    changed = [event.what for event in log if isinstance(event.what, Reclassified)]
    if changed and ticket.category not in {"", changed[0].before}:
        found.append(Correction(text, category=ticket.category, old_category=changed[0].before))
    unit_id = ""
    for event in log:
        # Going back to the dispatcher corrects nothing yet: what comes next does, and is told from the desk before.
        to = (event.what.unit_id if isinstance(event.what, Filed | Transferred | Amended) else None) or unit_id
        if isinstance(event.what, Transferred) and event.actor.by is By.STAFF and to != unit_id:
            where = ticket.place.area if ticket.place else ""
            names = {"unit": directory.name(to), "old_unit": directory.name(unit_id)}
            found.append(Correction(text, **names, about=ticket.category or UNSET, area=where or UNSET))
        unit_id = to
    return tuple(found)
