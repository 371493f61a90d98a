"""Whether an appeal needs a place, and what we take for it."""

from __future__ import annotations

from handlers import routing
from handlers.citizen.talk import Draft
from handlers.citizen.turn import Turn
from handlers.tickets.ticket import Place
from handlers.units import Directory
from nlp.understand import PlaceKind, Understanding

PLACELESS_KINDS = frozenset({"咨询", "建议", "感谢"})
"""A question, an idea or thanks can be answered without a place; asking for one would only put people off."""

MOST_GUESSES = 3
"""Guesses offered as taps; with 跳过 they fit one screen."""


def needs_place(draft: Draft, reading: Understanding) -> bool:
    """Whether nobody could act on this without knowing where."""
    return (draft.kind or reading.kind.value) not in PLACELESS_KINDS


def place_in(directory: Directory, reading: Understanding) -> Place | None:
    """The best place that the words themselves name."""
    if not reading.places:
        return None
    best = reading.places[0].text
    area = routing.area_of(directory, best)
    if not area:
        area = next((found for one in reading.places[1:] if (found := routing.area_of(directory, one.text))), "")
    return Place(best, area)


def vague(reading: Understanding) -> bool:
    """Whether the words name no more than a region, which is enough for a supply cut but not for a broken lamp."""
    return not reading.urgent and all(place.kind is PlaceKind.REGION for place in reading.places)


def guesses(turn: Turn, reading: Understanding) -> tuple[str, ...]:
    """Places worth one tap when the words name none or only a region: that region, and where the last appeal was."""
    named = tuple(place.text for place in reading.places)
    last = turn.last()
    known = (last.place.text,) if last is not None and last.place is not None else ()
    return tuple(dict.fromkeys(named + known))[:MOST_GUESSES]
