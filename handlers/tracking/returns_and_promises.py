"""Two lists beside the checkpoints: the units that returned a ticket, and what its answers promised by a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from handlers.directory.directory import Directory
from handlers.tickets import masking
from handlers.tickets.events import Event
from handlers.tickets.events.desks import Returned
from handlers.tickets.ticket import Commitment, Ticket
from handlers.tracking import checkpoints, privacy
from handlers.tracking.model import Audience, Bounce, Promised

KEPT, WAITED_FOR, BROKEN = "已兑现", "待兑现", "到期未兑现"


def bounces(ticket: Ticket, history: Sequence[Event], directory: Directory, audience: Audience) -> tuple[Bounce, ...]:
    """Returns every return that counts, oldest first. Everybody reads unit and time, strangers no reason."""
    if not ticket.returns:
        return ()
    returned = (event for event in checkpoints.counting(history) if isinstance(event.what, Returned))
    return tuple(
        Bounce(directory.name(event.actor.unit_id or ""), event.at, _reason(event, audience)) for event in returned
    )


def _reason(event: Event, audience: Audience) -> str:
    return event.what.reason if isinstance(event.what, Returned) and audience is not Audience.STRANGER else ""


def promises(ticket: Ticket, main: Ticket | None, now: datetime, audience: Audience) -> tuple[Promised, ...]:
    """Returns what was promised by a date, and its state. For a follower: of the ticket that it follows."""
    vows = main.vows if main is not None else ticket.vows
    text = masking.for_followers if main is not None else str
    return tuple(
        Promised(privacy.for_audience(ticket, text(vow.text), audience), vow.by, _state(vow, now)) for vow in vows
    )


def _state(vow: Commitment, now: datetime) -> str:
    if vow.kept_at is not None:
        return KEPT
    return BROKEN if vow.broken_at is not None or vow.by < now else WAITED_FOR
