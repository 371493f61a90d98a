"""Which of the places in a message is the place of the matter: parts joined into runs, and what each run is worth."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

from msgspec import Struct

from nlp.places.words import PRECISION, PlaceKind


class PlacePart(Struct, frozen=True, gc=False):
    """A name at [start, end) of the folded text, how precisely its kind says where; `division` is its name if it is one."""

    start: int
    end: int
    kind: PlaceKind
    precision: float
    division: str = ""


_REGION = PRECISION[PlaceKind.REGION]
_precision = attrgetter("precision")
_POSITION = 0.004
_EARLY = 40
_SAID_FIRST, _SAID_EARLY, _REGION_FIRST, _SAID_AGAIN, _PASSED_BY, _ASIDE = 2.0, 0.8, 1.2, 0.8, 1.0, 1.0
_AWAY = frozenset("距离近往到至经从去")


def runs_of(text: str, parts: list[PlacePart]) -> list[list[PlacePart]]:
    """Adjacent and overlapping parts as one place; two roads joined by 与 as one crossing."""
    runs: list[list[PlacePart]] = []
    end = -1
    for part in sorted(parts, key=lambda part: (part.start, -part.end)):
        gap = text[end : part.start] if runs and part.start >= end else ""
        joined = runs and (part.start <= end or gap in {"-", " ", "·", "•"} or _crossing(text, end, part, runs[-1]))
        if joined and part.end - runs[-1][0].start <= 40:
            runs[-1].append(part)
        else:
            runs.append([part])
            end = -1
        end = max(end, part.end)
    return runs


def _crossing(text: str, end: int, part: PlacePart, run: Sequence[PlacePart]) -> bool:
    """Whether the part is the second of two roads, "滨河路与学府路"."""
    if (
        part.start - end != 1
        or part.kind not in {PlaceKind.ROAD, PlaceKind.CROSSING}
        or text[end] not in "与和跟及、到-"
    ):
        return False
    return any(one.kind is PlaceKind.ROAD and one.end == end for one in run)


def kind_of(run: Sequence[PlacePart]) -> PlaceKind:
    """What the run is as a whole: a crossing of two roads, otherwise its most precise part."""
    if len(run) == 1:
        return run[0].kind
    if sum(part.kind is PlaceKind.ROAD for part in run) > 1 and run[0].end < run[-1].start:
        return PlaceKind.CROSSING
    return max(run, key=_precision).kind


def worth(text: str, run: Sequence[PlacePart], opening: int) -> float:
    """How well the run says where the matter is.

    Its most precise part, a little for every other, for standing in the opening, for being named again, for coming early;
    less for what is only passed by ("离地铁站一公里").
    """
    best = max(run, key=_precision) if len(run) > 1 else run[0]
    start = run[0].start
    value = best.precision + 0.8 * min(len(run) - 1, 3) - _POSITION * min(start, 400)
    if start < opening:
        value += _SAID_FIRST if best.precision > _REGION else _REGION_FIRST
    elif start < opening + _EARLY:
        value += _SAID_EARLY
    if start and text[start - 1] in _AWAY:
        value -= _PASSED_BY
    if best.precision > _REGION and text.find(text[best.start : best.end], best.end) >= 0:
        value += _SAID_AGAIN
    elif len(run) == 1 and start > opening + _EARLY:
        value -= _ASIDE
    return value
