"""The order of units by a published score, fair to units with few tickets.

Each rate is drawn towards the average of the units of the same level, the more so the fewer tickets it rests on (as if
`PRIOR` tickets of the average had been added): one lucky answer is no first place, one unlucky one no last. A unit with
fewer than `FLOOR` answers owed is shown and not ranked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from handlers.directory.directory import Directory, Level
from handlers.rankings.figures import Figures, Rate, total

FLOOR = 5
"""Replies owed in the period from which a unit is ranked. Source: our own rule, published with the ranking."""

PRIOR = 10
"""Average tickets that are added to each rate before it is compared."""


class Weight(Struct, frozen=True):
    """One part of the score: its name, weight and rate."""

    name: str
    points: int
    rate: Callable[[Figures], Rate]


WEIGHTS: tuple[Weight, ...] = (
    Weight("响应率", 20, lambda figures: figures.response),
    Weight("按时率", 30, lambda figures: figures.punctual),
    Weight("解决率", 25, lambda figures: figures.resolution),
    Weight("满意率", 25, lambda figures: figures.satisfaction),
)
"""Out of a hundred. Source: 北京接诉即办 judges by response, solution and satisfaction; 按时 is 芜湖's."""


class Ranked(Struct, frozen=True):
    """A unit with its score, 0 to 100."""

    figures: Figures
    score: float
    place: int | None
    """Equal scores share a place. None for a unit under the floor."""


def ranked(many: Iterable[Figures], floor: int = FLOOR) -> tuple[Ranked, ...]:
    """Returns units of one level, best first. Those under the floor are last, by name, without a place."""
    everybody = [one for one in many if one.due or one.graded]
    average = total("", everybody)
    scored = [(score(one, average), one) for one in everybody]
    enough = sorted(
        ((points, one) for points, one in scored if one.due >= floor), key=lambda each: (-each[0], each[1].unit_id)
    )
    few = sorted(((points, one) for points, one in scored if one.due < floor), key=lambda each: each[1].unit_id)
    return (*_placed(enough), *(Ranked(one, points, None) for points, one in few))


def score(figures: Figures, average: Figures) -> float:
    """Returns points out of a hundred, rounded to a tenth. A rate that no unit has is left out and the others weigh
    more.
    """
    points, weights = 0.0, 0
    for weight in WEIGHTS:
        mean = weight.rate(average).value
        if mean is None:
            continue
        rate = weight.rate(figures)
        points += weight.points * (rate.part + PRIOR * mean) / (rate.whole + PRIOR)
        weights += weight.points
    return round(100 * points / weights, 1) if weights else 0.0


def _placed(scored: Sequence[tuple[float, Figures]]) -> Iterable[Ranked]:
    place, before = 0, -1.0
    for count, (points, one) in enumerate(scored, 1):
        if points != before:
            place, before = count, points
        yield Ranked(one, points, place)


def peers(directory: Directory, level: Level) -> frozenset[str]:
    """Returns the units that a ranking of this level compares: all but the dispatch unit, which passes on and does not
    reply.
    """
    return frozenset(
        unit.id for unit in directory.units.values() if unit.level is level and unit.id != directory.dispatch_id
    )
