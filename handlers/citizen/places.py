"""Whether an appeal needs a place, and what we take for it."""

from __future__ import annotations

import re

from handlers.citizen.turn import Turn
from handlers.directory import routing
from handlers.directory.directory import Directory
from handlers.talk import Draft
from handlers.tickets.ticket import Place
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
    area = routing.area_of(directory, _named(reading) if routing.guesses(directory, best) else best)
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


def namesakes(turn: Turn, draft: Draft, reading: Understanding, place: Place) -> tuple[str, ...]:
    """Two or three places of one name that may be meant, where they are not the same unit's; asked once."""
    if draft.which or draft.placeless:
        return ()
    directory = turn.ctx.directory
    may_be = routing.guesses(directory, place.text if draft.place else _named(reading))
    category = draft.category or (reading.category if reading.sure else "")
    leader = draft.leader or reading.leader
    units = {
        routing.route(directory, category, routing.area_of(directory, one), draft.text, leader).unit_id
        for one in may_be
    }
    return may_be if len(units) > 1 else ()


def beside(text: str, reading: Understanding) -> str:
    """What the words say beside the places they name."""
    for place in reading.places:
        text = text.replace(place.text, " ")
    return _JOINTS.sub("", text)


_JOINTS = re.compile(
    r"[\s,，.。!！、:：;；~～]|就?在|位置|地址|地点|这里|这儿|那里|那边|附近|旁边|门口|对面|路口|对了|是|[上下里边口旁内外前后]"
)
"""Words around a place that only say where."""


def _named(reading: Understanding) -> str:
    """All that the words say of where it is: another place may tell which of two namesakes is meant."""
    return " ".join(place.text for place in reading.places)


def contradicts(directory: Directory, told: str, label: str) -> bool:
    """Whether a sent point lies elsewhere than the words say: in another part of town, or on another road."""
    one, other = routing.area_of(directory, told), routing.area_of(directory, label)
    if one and other and not routing.meet(directory, one, other):
        return True
    roads = _ROAD.findall(told)
    return bool(roads) and _ROAD.search(label) is not None and not any(road in label for road in roads)


_ROAD = re.compile(r"[\u4e00-\u9fff]{2}(?:大道|[路街巷])(?!道|口)")
"""The end of a road's name, which tells it from another: the words before it may be a district's."""
