"""Who is reached for a unit: those at its desk, its head, and those above it."""

from __future__ import annotations

from functools import lru_cache

from handlers.units import Directory, Role


class _Reachable:
    """Whom a directory's units are reached by, remembered for as long as the directory is in use."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self.desks = {unit_id: self._desk(unit_id) for unit_id in directory.units}
        self.supervisors = {unit_id: self._supervisors(unit_id) for unit_id in directory.units}
        self.heads = {unit_id: self._people(unit_id, Role.LEADER) for unit_id in directory.units}
        self.leaders = {unit_id: self._leaders(unit_id) for unit_id in directory.units}

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
        bound = self._directory.bound(unit_id, *roles)
        return tuple(member.person_id for member in bound if member.person_id is not None)


@lru_cache(maxsize=4)
def _reachable(directory: Directory) -> _Reachable:
    return _Reachable(directory)


def desk(directory: Directory, unit_id: str) -> tuple[int, ...]:
    """The people in charge of a unit's desk: handlers, else its dispatchers, else anybody of it, else the dispatcher.

    On the dispatcher's own desk dispatchers come first.
    """
    return _reachable(directory).desks.get(unit_id, ())


def supervisors(directory: Directory, unit_id: str) -> tuple[int, ...]:
    """Supervisors of the unit, else of the nearest superior that has any who can be reached."""
    return _reachable(directory).supervisors.get(unit_id, ())


def heads(directory: Directory, unit_id: str) -> tuple[int, ...]:
    """The head of this very unit: its staff in the role of leader."""
    return _reachable(directory).heads.get(unit_id, ())


def leaders(directory: Directory, unit_id: str) -> tuple[int, ...]:
    """The leaders of the nearest superior that has any who can be reached."""
    return _reachable(directory).leaders.get(unit_id, ())
