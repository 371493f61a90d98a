"""统计 and 排行: figures of units in a period, fair to small numbers."""

from __future__ import annotations

from datetime import datetime

from handlers.directory.directory import Directory, Staff
from handlers.errors import Refused
from handlers.official import wording as officials
from handlers.official.commands.looking import desks
from handlers.official.scene import Scene, says
from handlers.outcome import Outcome
from handlers.rankings import periods, wording
from handlers.rankings.figures import total
from handlers.rankings.order import peers, ranked
from handlers.rankings.periods import Period

UNITS_SHOWN = 10


def stats_of(staff: Staff, directory: Directory, now: datetime) -> frozenset[str]:
    """The units whose figures 统计 adds up."""
    return desks(staff, directory, now)


def ranked_beside(staff: Staff, directory: Directory) -> frozenset[str]:
    """The units that 排行 puts beside this official's own."""
    return peers(directory, directory.unit(staff.unit_id).level)


def stats(scene: Scene, words: str) -> Outcome:
    """统计: all together, then by unit if there are several; those with most overdue first."""
    period = _period(scene, "统计", words)
    many = scene.found.figures
    together = total(scene.staff.unit_id, many, scene.found.median_hours)
    lines = wording.stats(scene.directory.name(scene.staff.unit_id), period.name, together)
    busy = sorted(
        (each for each in many if each.open or each.due or each.graded),
        key=lambda each: (-each.overdue, -each.open, each.unit_id),
    )
    if len(busy) > 1:
        lines += [wording.stats_line(scene.directory.name(each.unit_id), each) for each in busy[:UNITS_SHOWN]]
    return says("\n".join(lines))


def rank(scene: Scene, words: str) -> Outcome:
    """排行: units of the reader's level by score; those with too few tickets are counted and not ranked."""
    period = _period(scene, "排行", words)
    order = ranked(scene.found.figures)
    own = scene.staff.unit_id
    placed = [each for each in order if each.place is not None]
    if not placed:
        return says(wording.nothing(period.name))
    lines = [wording.rank_title(scene.directory.unit(own).level, period.name)]
    for number, each in enumerate(placed, 1):
        if number <= UNITS_SHOWN or each.figures.unit_id == own:
            name = scene.directory.name(each.figures.unit_id)
            lines.append(wording.rank_line(each, name, each.figures.unit_id == own))
    if len(order) > len(placed):
        lines.append(wording.too_few(len(order) - len(placed)))
    return says("\n".join(lines))


def _period(scene: Scene, verb: str, words: str) -> Period:
    period = periods.read(words, scene.now)
    if period is None:
        raise Refused(officials.no_such_period(verb, words))
    return period
