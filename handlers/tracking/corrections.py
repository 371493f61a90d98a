"""Officials' corrections of a ticket's category or unit, as training rows for the classifier."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET, Struct, UnsetType

from handlers.directory.directory import Directory
from handlers.tickets.events import By, Event
from handlers.tickets.events.filing import Amended, Filed
from handlers.tickets.events.work import Reclassified, Transferred
from handlers.tickets.ticket import Ticket
from handlers.tracking.checkpoints import counting
from nlp.appeals.personal import mask


class Correction(Struct, frozen=True, omit_defaults=True):
    """One thing put right. `text` holds no personal data; a correction of the unit alone has no category.

    Of a unit, `about` is the ticket's category and `area` its part of town: with the words, what the routing table goes by.
    """

    text: str
    category: str | UnsetType = UNSET
    old_category: str | UnsetType = UNSET
    unit: str | UnsetType = UNSET
    old_unit: str | UnsetType = UNSET
    about: str | UnsetType = UNSET
    area: str | UnsetType = UNSET


def corrections(ticket: Ticket, history: Sequence[Event], directory: Directory) -> tuple[Correction, ...]:
    """The category as it is now, where officials changed it, and each transfer by an official; nothing that was undone."""
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
