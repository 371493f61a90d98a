"""统计 and 排行: figures of units, fair to small numbers."""

from __future__ import annotations

from collections.abc import Iterable

from handlers.official import views
from handlers.official.reading import desks
from handlers.official.scene import Scene, says
from handlers.outcome import Counts, Outcome
from handlers.units import Directory, Staff

RANKED_FROM = 5
"""Answers a unit must have given before it is ranked: one lucky answer is no first place."""
UNITS_SHOWN = 10


def stats_of(staff: Staff, directory: Directory) -> frozenset[str]:
    """The units whose figures 统计 adds up."""
    return desks(staff, directory)


def ranked(directory: Directory) -> frozenset[str]:
    """The units that 排行 compares: all but the dispatcher's desk, which hands on and does not answer."""
    return frozenset(directory.units) - {directory.dispatch_id}


def stats(scene: Scene) -> Outcome:
    """统计: all together, then by unit if there are several; those with most overdue first."""
    counts = scene.found.counts
    lines = views.stats(scene.directory.name(scene.staff.unit_id), added(scene.staff.unit_id, counts))
    busy = sorted(
        (each for each in counts if each.open or each.replied or each.closed),
        key=lambda each: (-each.overdue, -each.open, each.unit_id),
    )
    if len(busy) > 1:
        lines += [views.stats_line(scene.directory.name(each.unit_id), each) for each in busy[:UNITS_SHOWN]]
    return says("\n".join(lines))


def rank(scene: Scene) -> Outcome:
    """排行: by the share of answers in time, then by satisfaction."""
    in_order = order(scene.found.counts)
    if not in_order:
        return says(views.NO_RANKING)
    own = scene.staff.unit_id
    lines = [views.RANK_TITLE]
    for place, each in enumerate(in_order, 1):
        if place <= UNITS_SHOWN or each.unit_id == own:
            lines.append(views.rank_line(place, scene.directory.name(each.unit_id), each, each.unit_id == own))
    small = sum(0 < each.replied < RANKED_FROM for each in scene.found.counts)
    if small:
        lines.append(views.too_few(small, RANKED_FROM))
    return says("\n".join(lines))


def order(counts: Iterable[Counts]) -> list[Counts]:
    """Units with answers enough, best first."""
    enough = [each for each in counts if each.replied >= RANKED_FROM]
    return sorted(
        enough,
        key=lambda each: (-share(each.replied_on_time, each.replied), -share(each.satisfied, each.rated), each.unit_id),
    )


def share(part: int, whole: int) -> float:
    """A share between 0 and 1; 0 of nothing."""
    return part / whole if whole else 0.0


def added(unit_id: str, counts: Iterable[Counts]) -> Counts:
    """The figures of several units as one."""
    total = Counts(unit_id)
    for each in counts:
        total = Counts(
            unit_id,
            total.open + each.open,
            total.overdue + each.overdue,
            total.replied + each.replied,
            total.replied_on_time + each.replied_on_time,
            total.closed + each.closed,
            total.rated + each.rated,
            total.satisfied + each.satisfied,
        )
    return total
