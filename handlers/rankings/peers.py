"""Which units are put beside each other."""

from __future__ import annotations

from handlers.directory.directory import Directory, Level


def peers(directory: Directory, level: Level) -> frozenset[str]:
    """The units that a ranking of this level compares: all but the dispatcher's desk, which hands on and does not answer."""
    return frozenset(
        unit.id for unit in directory.units.values() if unit.level is level and unit.id != directory.dispatch_id
    )
