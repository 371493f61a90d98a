"""A question that a unit answered before in public: which replies may be shown again, whether one holds here, the offer.

The words are the unit's own, without personal data; the citizen decides whether that was the answer.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers.citizen import wording
from handlers.citizen.safety import danger_in
from handlers.citizen.talk import Asking, Draft
from handlers.citizen.turn import Turn, say
from handlers.context import Published
from handlers.directory import routing
from handlers.directory.directory import Directory
from handlers.outcome import Outcome
from handlers.tickets import masking
from handlers.tickets.publishing import published_at
from handlers.tickets.ticket import Ticket
from nlp.appeals.personal import mask
from nlp.understand import Kind, Understanding

HOLDS_FOR = timedelta(days=730)
"""A reply older than two years may rest on rules that have changed since."""

LONGEST = 400
"""Characters of a reply that are shown: what a message of the platform holds beside our own words."""


def may_publish(ticket: Ticket, now: datetime) -> bool:
    """Whether the ticket's reply may be shown now to others who ask the same: it may be read, and was given lately."""
    at = published_at(ticket)
    return at is not None and now - at <= HOLDS_FOR


def published(ticket: Ticket, directory: Directory) -> Published:
    """The ticket's reply as others may read it. The telephone is the unit's own; those in the text are hidden."""
    unit = directory.units.get(ticket.unit_id)
    # Without a place a door in the reply is the unit's own; with one it may be the citizen's.
    clean = masking.for_public if ticket.place is not None else _masked
    return Published(
        question=clean(ticket.title, ticket.place),
        reply=shortened(clean(ticket.reply, ticket.place)),
        unit=directory.name(ticket.unit_id),
        at=ticket.replied_at or ticket.filed_at,
        phone=unit.phone if unit else "",
        place=ticket.place.text if ticket.place else "",
        area=unit.area if unit else "",
    )


def shortened(reply: str) -> str:
    """The reply, up to the last whole sentence that fits."""
    reply = reply.strip()
    if len(reply) <= LONGEST:
        return reply
    end = max(reply.rfind(mark, LONGEST // 2, LONGEST) for mark in "。！；\n")
    return reply[: end + 1 if end > 0 else LONGEST].strip() + wording.CUT_SHORT


def fits(directory: Directory, asked: Understanding, found: Published) -> bool:
    """Whether a reply holds where this question is asked: an answer about another place is none."""
    places = [place.text for place in asked.places]
    named = routing.beyond_region(directory, found.place)
    if named:
        return any(place in named or named in place for place in places)
    areas = [area for place in places if (area := routing.area_of(directory, place))]
    return all(routing.meet(directory, area, found.area) for area in areas)


def offer(turn: Turn, draft: Draft, asked: Understanding) -> Outcome | None:
    """The published reply to this question, if it is one and there is one; nothing is filed yet."""
    kind = draft.kind or asked.kind.value
    apart = asked.urgent or danger_in(asked) is not None or asked.leader is not None or len(asked.matters) > 1
    if kind != Kind.QUESTION or draft.insists or draft.leader or apart:
        return None
    found = next((one for one in turn.ctx.lookups.published(draft.text) if fits(turn.ctx.directory, asked, one)), None)
    if found is None:
        return None
    talk = turn.drafting(draft, Asking.ANSWERED)
    return say(wording.answered_before(found, turn.now), *wording.SUBMIT_TAPS, talk=talk)


def _masked(text: str, _told: object) -> str:
    return mask(text)
