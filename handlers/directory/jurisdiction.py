"""Jurisdiction: whose tickets a unit's officials may handle (reach), and who must keep away from a ticket (回避).

Reach: a unit's own subtree. The dispatch unit that the directory names (受理中心, often a leaf) serves the whole subtree of
its parent. Keeping away: an accused unit, and every unit below it, neither holds nor sees the ticket. Source:
docs/adr/0021-reach-and-recusal.md (被反映的单位始终排除).
"""

from __future__ import annotations

from collections.abc import Iterable

from handlers.directory.directory import Directory

SUPERVISION = "纪检监察"
"""The category whose routing row without area and words names the supervising body (监督机关)."""


def served(directory: Directory, unit_id: str) -> str:
    """Returns the unit whose subtree this unit serves: itself, or its parent for the dispatch unit."""
    unit = directory.units.get(unit_id)
    if unit is None or unit_id != directory.dispatch_id or unit.parent_id not in directory.units:
        return unit_id
    return unit.parent_id


def serves(directory: Directory, unit_id: str, other_id: str) -> bool:
    """Returns whether `other_id` lies in the subtree that `unit_id` serves."""
    return directory.within(other_id, served(directory, unit_id))


def supervising(directory: Directory) -> str:
    """Returns the supervising body (纪委) that the routing table names, or the dispatch unit."""
    rows = [row for row in directory.routes if row.category == SUPERVISION and row.unit_id in directory.units]
    rows.sort(key=lambda row: (bool(row.words), bool(row.area)))
    return rows[0].unit_id if rows else directory.dispatch_id


def barred(directory: Directory, accused: Iterable[str], unit_id: str) -> bool:
    """Returns whether the unit must keep away: it is accused, or below an accused unit.

    When the root of the tree is accused nobody stands outside; only the supervising body may act then.
    """
    units = [one for one in accused if directory.within(unit_id, one)]
    if not units:
        return False
    roots = all(one in directory.units and directory.units[one].parent_id not in directory.units for one in units)
    return not (roots and unit_id not in units and unit_id == supervising(directory))


def instead(directory: Directory, accused: tuple[str, ...], *, urgent: bool = False) -> str:
    """Returns the desk for a report that accuses these units: the first of supervising body, nearest unit above the
    accused and dispatch unit that need not keep away. An urgent report goes to the dispatch unit first, which is on
    duty.
    """
    above = [unit.id for one in accused for unit in directory.above(one)]
    order = [supervising(directory), *above, directory.dispatch_id]
    if urgent:
        order.insert(0, directory.dispatch_id)
    clear = [one for one in order if one in directory.units and not barred(directory, accused, one)]
    manned = (one for one in clear if directory.bound(one))
    return next(manned, clear[0] if clear else supervising(directory))
