"""Recipients for a unit: staff at its desk, its head, and those above it; deputies in place of the absent."""

from __future__ import annotations

from datetime import datetime
from enum import Enum, auto
from functools import lru_cache

from handlers.directory import absence
from handlers.directory.directory import Directory, Role, Staff


class _Group(Enum):
    DESK = auto()
    SUPERVISORS = auto()
    HEADS = auto()
    LEADERS = auto()


class _Reachable:
    """The people who can be reached for each unit of a directory while the staff in `gone` are away.

    A unit is computed when it is first asked for, so that the first push after a change of the directory costs the same
    in a place of any size.
    """

    def __init__(self, directory: Directory, gone: frozenset[int]) -> None:
        self._directory = directory
        self._gone = gone
        self._known: dict[tuple[_Group, str], tuple[int, ...]] = {}

    def people(self, group: _Group, unit_id: str) -> tuple[int, ...]:
        """Returns the group's members for this unit. Empty when the directory has no such unit."""
        if unit_id not in self._directory.units:
            return ()
        known = self._known.get((group, unit_id))
        if known is None:
            known = self._known[group, unit_id] = self._work_out(group, unit_id)
        return known

    def _work_out(self, group: _Group, unit_id: str) -> tuple[int, ...]:
        match group:
            case _Group.DESK:
                return self._desk(unit_id)
            case _Group.SUPERVISORS:
                return self._supervisors(unit_id)
            case _Group.HEADS:
                return self._people(unit_id, Role.LEADER)
            case _Group.LEADERS:
                return self._leaders(unit_id)

    def _desk(self, unit_id: str) -> tuple[int, ...]:
        dispatch_id = self._directory.dispatch_id
        order = (Role.DISPATCHER, Role.HANDLER) if unit_id == dispatch_id else (Role.HANDLER, Role.DISPATCHER)
        for role in order:
            if found := self._people(unit_id, role):
                return found
        if found := self._people(unit_id):
            return found
        above = (*(unit.id for unit in self._directory.above(unit_id)), dispatch_id)
        return next((found for unit in above if (found := self._people(unit, Role.DISPATCHER))), ())

    def _supervisors(self, unit_id: str) -> tuple[int, ...]:
        units = (unit_id, *(unit.id for unit in self._directory.above(unit_id)))
        return next((found for unit in units if (found := self._people(unit, Role.SUPERVISOR))), ())

    def _leaders(self, unit_id: str) -> tuple[int, ...]:
        above = (unit.id for unit in self._directory.above(unit_id))
        return next((found for unit in above if (found := self._people(unit, Role.LEADER))), ())

    def _people(self, unit_id: str, *roles: Role) -> tuple[int, ...]:
        members = self._directory.bound(unit_id, *roles)
        if not self._gone:
            return _ids(members)
        here = (self._in_place(member) for member in members)
        present = [member for member in here if member is not None]
        if present or not members:
            return _ids(present)
        # Nobody of the role is there and nobody was named: the unit's others are told, and the absent ones all the same.
        others = (member for member in self._directory.bound(unit_id) if member.id not in self._gone)
        return _ids([*members, *others])

    def _in_place(self, member: Staff) -> Staff | None:
        """Returns the member, or their deputy."""
        return member if member.id not in self._gone else absence.stand_in(self._directory, member, self._gone)


def _ids(members: list[Staff] | tuple[Staff, ...]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(member.person_id for member in members if member.person_id is not None))


@lru_cache(maxsize=8)
def _reachable(directory: Directory, gone: frozenset[int]) -> _Reachable:
    return _Reachable(directory, gone)


def _now(directory: Directory, now: datetime) -> _Reachable:
    return _reachable(directory, absence.away(directory, now))


def desk(directory: Directory, unit_id: str, now: datetime) -> tuple[int, ...]:
    """Returns the people at a unit's desk: handlers, else dispatchers, else anybody of the unit, else the dispatch
    unit.

    On the dispatch unit's own desk dispatchers come first.
    """
    return _now(directory, now).people(_Group.DESK, unit_id)


def supervisors(directory: Directory, unit_id: str, now: datetime) -> tuple[int, ...]:
    """Returns the supervisors of the unit, or of the nearest superior that has any who can be reached."""
    return _now(directory, now).people(_Group.SUPERVISORS, unit_id)


def heads(directory: Directory, unit_id: str, now: datetime) -> tuple[int, ...]:
    """Returns the heads of this unit: its staff with the role of leader."""
    return _now(directory, now).people(_Group.HEADS, unit_id)


def leaders(directory: Directory, unit_id: str, now: datetime) -> tuple[int, ...]:
    """Returns the leaders of the nearest superior that has any who can be reached."""
    return _now(directory, now).people(_Group.LEADERS, unit_id)
