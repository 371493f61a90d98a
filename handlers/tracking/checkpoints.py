"""Checkpoints of a ticket's timeline: which events each audience sees, and what each says. Newest first."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from handlers.directory.directory import Directory
from handlers.tickets import masking
from handlers.tickets.events import By, Event, Happening
from handlers.tickets.events.joining import Added, Backed, Followed, Parted
from handlers.tickets.events.work import Undone
from handlers.tickets.publishing import is_public
from handlers.tickets.ticket import Ticket
from handlers.tracking import privacy
from handlers.tracking.model import Audience, Checkpoint

CROWD = frozenset(what.heading for what in (Backed, Added, Parted))
"""Headings of checkpoints about followers."""


def plain(event: Event) -> Event:
    """Returns the event as it happened to the ticket that is followed. Any other event is returned as it is."""
    return replace(event, what=event.what.what) if isinstance(event.what, Followed) else event


def undone(history: Sequence[Event]) -> frozenset[int]:
    """The events of this log that were taken back, here or in the ticket that is followed."""
    own = {event.what.seq for event in history if isinstance(event.what, Undone)}
    shared = {
        event.what.what.seq
        for event in history
        if isinstance(event.what, Followed) and isinstance(event.what.what, Undone)
    }
    if shared:
        own |= {event.seq for event in history if isinstance(event.what, Followed) and event.what.seq in shared}
    return frozenset(own)


def counting(history: Sequence[Event]) -> tuple[Event, ...]:
    """Returns the events that count: without those taken back and without the taking back."""
    gone = undone(history)
    counted = (plain(event) for event in history if event.seq not in gone)
    return tuple(event for event in counted if not isinstance(event.what, Undone))


def of(ticket: Ticket, history: Sequence[Event], directory: Directory, audience: Audience) -> tuple[Checkpoint, ...]:
    """Returns all checkpoints that this audience may see, newest first."""
    gone = undone(history)
    found: list[Checkpoint] = []
    for written in reversed(history):
        event = plain(written)
        if event.seq in gone or audience not in event.what.seen_by:
            continue
        if isinstance(event.what, Undone):
            before = _taken_back(written, history)
            if before is None or audience not in before.seen_by:
                continue
            detail = _taken_back_for(before.verb, event.what.reason)
        else:
            detail = _detail(ticket, event, directory, audience)
        found.append(_stop(ticket, event, detail, directory, audience))
    return tuple(found)


def _taken_back(event: Event, history: Sequence[Event]) -> Happening | None:
    """Returns what was taken back. None when it happened before this ticket followed the other."""
    if isinstance(event.what, Undone):
        return history[event.what.seq - 1].what
    if not isinstance(event.what, Followed) or not isinstance(event.what.what, Undone):
        return None
    seq = event.what.what.seq
    shared = (each.what for each in history if isinstance(each.what, Followed))
    return next((what.what for what in shared if what.seq == seq), None)


def _taken_back_for(verb: str, reason: str) -> str:
    return f"「{verb}」：{reason}，已撤回" if reason else f"上一步「{verb}」有误，已经撤销"


def _stop(ticket: Ticket, event: Event, detail: str, directory: Directory, audience: Audience) -> Checkpoint:
    heading = event.what.heading
    return Checkpoint(
        seq=event.seq,
        at=event.at,
        title=heading.replace("市民", "您") if audience is Audience.CITIZEN else heading,
        detail=detail,
        unit=_who(event, directory, audience),
        place=privacy.place(ticket, event.what.where(), audience),
        attachments=() if audience is Audience.STRANGER else event.what.files(),
    )


def _who(event: Event, directory: Directory, audience: Audience) -> str:
    if event.actor.by is not By.STAFF or not event.actor.unit_id:
        return ""
    unit = directory.name(event.actor.unit_id)
    return f"{unit} {event.actor.name}" if audience is Audience.STAFF and event.actor.name else unit


def _detail(ticket: Ticket, event: Event, directory: Directory, audience: Audience) -> str:
    what = event.what
    if audience not in what.read_by:
        return ""
    if audience is not Audience.STRANGER:
        return what.detail(directory.name)
    units = what.for_strangers(directory.name)
    if units is not None:
        return units
    return masking.for_public(what.detail(directory.name), ticket.place) if is_public(ticket) else ""
