"""The directory: units, staff, roles and routing rules of a place. A seed file fills it, commands change it.

It is small (thousands of rows), loaded whole and replaced whole, so that rules look things up without I/O.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from msgspec import Struct
from rapidfuzz import fuzz, process

from handlers.calendar import office_hours


class Level(StrEnum):
    """Level of a unit in the tree, from the widest area to the narrowest."""

    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    STREET = "street"
    COMMUNITY = "community"
    GRID = "grid"


class Role(StrEnum):
    """What a member of staff may do (table in `handlers/official/permissions.py`)."""

    HANDLER = "handler"
    DISPATCHER = "dispatcher"
    SUPERVISOR = "supervisor"
    LEADER = "leader"
    ADMIN = "admin"


class Unit(Struct, frozen=True):
    """A 承办单位."""

    id: str
    name: str
    level: Level
    parent_id: str | None = None
    area: str = ""
    """Name of the place that it serves. Empty: all of its parent's."""

    phone: str = ""
    aliases: tuple[str, ...] = ()
    """Everyday names."""

    opens: str = "09:00"
    """Begin of its office hours, such as "09:00", on China's clock."""

    closes: str = "18:00"
    """End of its office hours."""


class Staff(Struct, frozen=True):
    """One official in one unit."""

    id: int
    unit_id: str
    role: Role
    name: str
    person_id: int | None = None
    """The bound chat account. None until the one-time code was used."""

    invite_hash: str | None = None
    """Keyed hash of an unused code."""

    invite_until: int = 0
    """End of the code's validity, in Unix seconds."""

    deputy_id: int | None = None
    """The colleague of the same unit who stands in while this one is away."""

    away_from: datetime | None = None
    """None: not on leave."""

    away_until: datetime | None = None


class Route(Struct, frozen=True):
    """One row of the routing table. An empty field matches everything; the row with most filled fields wins."""

    unit_id: str
    category: str = ""
    area: str = ""
    words: tuple[str, ...] = ()


class Directory:
    """All units, staff and routes at one moment, immutable, with the look-ups that rules need."""

    def __init__(
        self, units: Iterable[Unit], staff: Iterable[Staff], routes: Iterable[Route], dispatch_id: str, version: int = 0
    ) -> None:
        self.units: dict[str, Unit] = {unit.id: unit for unit in units}
        self.staff: dict[int, Staff] = {member.id: member for member in staff}
        self.routes = tuple(routes)
        self.dispatch_id = dispatch_id
        self.version = version

    @cached_property
    def _names(self) -> dict[str, str]:
        return {name: unit.id for unit in self.units.values() for name in (unit.name, *unit.aliases)}

    @cached_property
    def _bound(self) -> dict[str, tuple[Staff, ...]]:
        found: dict[str, list[Staff]] = {}
        for member in self.staff.values():
            if member.person_id is not None:
                found.setdefault(member.unit_id, []).append(member)
        return {unit_id: tuple(members) for unit_id, members in found.items()}

    @cached_property
    def _by_person(self) -> dict[int, Staff]:
        return {member.person_id: member for member in self.staff.values() if member.person_id is not None}

    def staff_id(self, person_id: int) -> int | None:
        """Returns the id of the staff member bound to this person's account. None for a citizen."""
        member = self.member(person_id)
        return member.id if member is not None else None

    def member(self, person_id: int) -> Staff | None:
        """Returns the member of staff who is bound to this person's account. None for a citizen."""
        return self._by_person.get(person_id)

    @cached_property
    def _hours(self) -> dict[str, office_hours.Hours]:
        return {unit.id: office_hours.hours(unit.opens, unit.closes) for unit in self.units.values()}

    def hours(self, unit_id: str) -> office_hours.Hours:
        """Returns the unit's office hours. The usual ones for a unit that was removed."""
        return self._hours.get(unit_id, office_hours.DEFAULT_HOURS)

    @cached_property
    def absences(self) -> tuple[Staff, ...]:
        """Everybody who has asked for leave, past or not."""
        return tuple(member for member in self.staff.values() if member.away_until is not None)

    def unit(self, unit_id: str) -> Unit:
        """Returns the unit with this id. Raises KeyError: the ticket is damaged, it is never a person's mistake."""
        return self.units[unit_id]

    def name(self, unit_id: str) -> str:
        """Returns the unit's name. The id itself for a unit that was removed."""
        unit = self.units.get(unit_id)
        return unit.name if unit else unit_id

    def called(self, words: str) -> Unit | None:
        """Returns the unit with exactly this name or alias. None when there is none."""
        unit_id = self._names.get(words.strip())
        return self.units[unit_id] if unit_id else None

    def near(self, words: str, limit: int = 3) -> tuple[Unit, ...]:
        """Returns units whose names resemble `words`, likeliest first, each once."""
        hits = process.extract(words.strip(), list(self._names), scorer=fuzz.WRatio, limit=limit * 3, score_cutoff=55)
        ids = dict.fromkeys(self._names[name] for name, _, _ in hits)
        return tuple(self.units[unit_id] for unit_id in list(ids)[:limit])

    def above(self, unit_id: str) -> tuple[Unit, ...]:
        """Returns the unit's superiors, nearest first."""
        chain: list[Unit] = []
        at = self.units.get(unit_id)
        while at and at.parent_id and at.parent_id in self.units and len(chain) < len(self.units):
            at = self.units[at.parent_id]
            chain.append(at)
        return tuple(chain)

    def within(self, unit_id: str, other_id: str) -> bool:
        """Returns whether `unit_id` is `other_id` or below it."""
        return unit_id == other_id or any(unit.id == other_id for unit in self.above(unit_id))

    def bound(self, unit_id: str, *roles: Role) -> tuple[Staff, ...]:
        """Returns staff of exactly this unit who can be reached by chat and have one of these roles (none named: any)."""
        return tuple(m for m in self._bound.get(unit_id, ()) if not roles or m.role in roles)
