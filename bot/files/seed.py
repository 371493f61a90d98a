"""Reads the seed file: units, routing rules and staff of a place, in TOML, as an operator edits it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from handlers.calendar.office_hours import hours
from handlers.directory.directory import Level, Role, Route, Staff, Unit


class SeedError(Exception):
    """A seed file that cannot be used. The text names the place and the problem."""


# As long as their columns are.
_Id = Annotated[str, Meta(min_length=1, max_length=64)]
_Short = Annotated[str, Meta(max_length=64)]
_Name = Annotated[str, Meta(min_length=1, max_length=128)]


class _Unit(Struct, forbid_unknown_fields=True):
    id: _Id
    name: _Name
    level: Level
    parent: str | None = None
    area: _Short = ""
    phone: _Short = ""
    aliases: tuple[_Name, ...] = ()
    opens: str = "09:00"
    closes: str = "18:00"


class _Route(Struct, forbid_unknown_fields=True):
    unit: str
    category: Annotated[str, Meta(max_length=32)] = ""
    area: _Short = ""
    words: tuple[str, ...] = ()


class _Staff(Struct, forbid_unknown_fields=True):
    id: Annotated[int, Meta(ge=1, le=2**63 - 1)]
    unit: str
    role: Role
    name: _Short


class _File(Struct, forbid_unknown_fields=True):
    dispatch: str
    units: tuple[_Unit, ...]
    routes: tuple[_Route, ...] = ()
    staff: tuple[_Staff, ...] = ()


class Seed(Struct, frozen=True):
    """A checked seed file."""

    units: tuple[Unit, ...]
    routes: tuple[Route, ...]
    staff: tuple[Staff, ...]
    dispatch_id: str


def read_seed(path: Path) -> Seed:
    """Returns the checked seed file. Raises `SeedError` when it is not well formed or its parts contradict each other."""
    try:
        file = msgspec.convert(tomllib.loads(path.read_text("utf-8")), _File)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise SeedError(f"{path.name}: {error}") from error
    units = tuple(_unit(path, u) for u in file.units)
    routes = tuple(Route(r.unit, r.category, r.area, r.words) for r in file.routes)
    staff = tuple(Staff(s.id, s.unit, s.role, s.name) for s in file.staff)
    problem = _problem(units, routes, staff, file.dispatch)
    if problem:
        raise SeedError(f"{path.name}: {problem}")
    return Seed(units, routes, staff, file.dispatch)


def _unit(path: Path, u: _Unit) -> Unit:
    try:
        hours(u.opens, u.closes)
    except ValueError as error:
        raise SeedError(f"{path.name}: unit {u.id}: {error}") from None
    return Unit(u.id, u.name, u.level, u.parent, u.area, u.phone, u.aliases, u.opens, u.closes)


def _problem(
    units: tuple[Unit, ...], routes: tuple[Route, ...], staff: tuple[Staff, ...], dispatch_id: str
) -> str | None:
    """Returns the first contradiction. None when there is none."""
    parents = {unit.id: unit.parent_id for unit in units}
    if len(parents) != len(units):
        return "two units have the same id"
    if dispatch_id not in parents:
        return f"dispatch: there is no unit {dispatch_id}"
    for unit in units:
        if unit.parent_id is not None and unit.parent_id not in parents:
            return f"unit {unit.id}: there is no parent {unit.parent_id}"
        if _in_circle(unit.id, parents):
            return f"unit {unit.id}: its parents form a circle"
    named: dict[str, str] = {}
    for unit in units:
        for name in (unit.name, *unit.aliases):
            if named.setdefault(name, unit.id) != unit.id:
                return f"units {named[name]} and {unit.id}: both are called {name}"
    if len({member.id for member in staff}) != len(staff):
        return "two members of staff have the same id"
    served = [route.unit_id for route in routes] + [member.unit_id for member in staff]
    strangers = [unit_id for unit_id in served if unit_id not in parents]
    return f"routes or staff: there is no unit {strangers[0]}" if strangers else None


def _in_circle(start: str, parents: dict[str, str | None]) -> bool:
    seen = {start}
    at = parents[start]
    while at is not None and at in parents:
        if at in seen:
            return True
        seen.add(at)
        at = parents[at]
    return False
