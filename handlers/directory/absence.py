"""Absence of staff: who is away, and the deputy of the same unit who is told in their place and has their role too.

Costs nothing in a directory where nobody is on leave.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from handlers.directory.directory import Directory, Role, Staff

_NOBODY: frozenset[int] = frozenset()
LONGEST_CHAIN = 5
"""Deputies of deputies that are followed. Two who name each other must end somewhere."""


def is_away(member: Staff, at: datetime) -> bool:
    """Returns whether the member of staff is away at this moment."""
    return member.away_from is not None and member.away_until is not None and member.away_from <= at < member.away_until


def away(directory: Directory, at: datetime) -> frozenset[int]:
    """Returns the staff ids of everybody who is away at this moment."""
    return _away(directory, at) if directory.absences else _NOBODY


@lru_cache(maxsize=8)
def _away(directory: Directory, at: datetime) -> frozenset[int]:
    """The same, counted once for the moment of a batch."""
    return frozenset(member.id for member in directory.absences if is_away(member, at))


def stand_in(directory: Directory, member: Staff, gone: frozenset[int]) -> Staff | None:
    """Returns who stands in for an absent member: the deputy, or the deputy's own when that one is away too. None for
    nobody.

    `gone` are the ids of all who are away.
    """
    for _ in range(LONGEST_CHAIN):
        deputy = directory.staff.get(member.deputy_id) if member.deputy_id is not None else None
        if deputy is None or deputy.unit_id != member.unit_id:
            return None
        if deputy.id not in gone:
            return deputy if deputy.person_id is not None else None
        member = deputy
    return None


def absent_for(directory: Directory, staff: Staff, at: datetime) -> tuple[Staff, ...]:
    """Returns those in whose place this member of staff stands."""
    gone = away(directory, at)
    if not gone or staff.id in gone:
        return ()
    members = (directory.staff[staff_id] for staff_id in sorted(gone))
    return tuple(member for member in members if stand_in(directory, member, gone) == staff)


def roles(directory: Directory, staff: Staff, at: datetime) -> tuple[Role, ...]:
    """Returns the member's roles at this moment: their own first, then those of the people they stand in for."""
    return tuple(dict.fromkeys((staff.role, *(member.role for member in absent_for(directory, staff, at)))))


def called(directory: Directory, staff: Staff, at: datetime) -> str:
    """Returns the name as officials read it: 小李（代老张）."""
    absent = "、".join(member.name for member in absent_for(directory, staff, at))
    return f"{staff.name}（代{absent}）" if absent else staff.name
