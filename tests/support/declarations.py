"""Reads a file of TypeScript declarations and says where JSON values differ from them.

Covers what such a file of plain JSON needs: interfaces (`extends` one), type aliases, optional fields, arrays, tuples,
`Record<string, …>`, unions, intersections with one literal object, string literals and the primitive types.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
_INTERFACE = re.compile(r"export interface (\w+)(?: extends (\w+))? \{(.*?)\}", re.DOTALL)
_ALIAS = re.compile(r"export type (\w+) =(.*?);\n", re.DOTALL)
_FIELD = re.compile(r"(\w+)(\??): ([^;]+);")
_PRIMITIVES: dict[str, type | tuple[type, ...]] = {"string": str, "number": (int, float), "boolean": bool}


@dataclass(frozen=True)
class Field:
    """A field of an interface."""

    type: str
    optional: bool


class Declarations:
    """The interfaces and aliases of one file."""

    def __init__(self, path: Path) -> None:
        text = _COMMENT.sub("", path.read_text(encoding="utf-8"))
        self.aliases = {name: " ".join(meaning.split()).removeprefix("| ") for name, meaning in _ALIAS.findall(text)}
        self.interfaces: dict[str, dict[str, Field]] = {}
        for name, parent, body in _INTERFACE.findall(text):
            own = {field: Field(meaning, bool(mark)) for field, mark, meaning in _FIELD.findall(body)}
            self.interfaces[name] = (self.interfaces[parent] if parent else {}) | own

    def members(self, union: str) -> list[str]:
        """The types joined by `|` in a type or an alias, as written."""
        return self.aliases.get(union, union).split(" | ")

    def differences(self, value: object, meaning: str, where: str = "") -> list[str]:
        """One line for each place at which `value` is not of the type `meaning`; empty when it is."""
        if len(members := self.members(meaning)) > 1:
            return min((self.differences(value, member, where) for member in members), key=len)
        (meaning,) = members
        if meaning in self.aliases or meaning in self.interfaces:
            return self._of_name(value, meaning, where)
        if meaning.endswith("[]"):
            items = [(item, meaning.removesuffix("[]")) for item in value] if isinstance(value, list) else None
        elif meaning.startswith("["):
            types = meaning.strip("[]").split(", ")
            fits = isinstance(value, list) and len(value) == len(types)
            items = list(zip(value, types, strict=True)) if isinstance(value, list) and fits else None
        elif meaning.startswith("Record<string, "):
            of = meaning.removeprefix("Record<string, ").removesuffix(">")
            items = [(item, of) for item in value.values()] if isinstance(value, dict) else None
        else:
            items = [] if _is_plain(value, meaning) else None
        if items is None:
            return [f"{where or 'value'}: {value!r} is not {meaning}"]
        return [
            line for index, (item, of) in enumerate(items) for line in self.differences(item, of, f"{where}[{index}]")
        ]

    def _of_name(self, value: object, name: str, where: str) -> list[str]:
        if name in self.aliases:
            return self.differences(value, self.aliases[name], where)
        if not isinstance(value, dict):
            return [f"{where or 'value'}: {value!r} is not {name}"]
        fields = self.interfaces[name]
        found = [f"{where}.{key}: {name} has no such field" for key in value.keys() - fields.keys()]
        for key, field in fields.items():
            if key in value:
                found += self.differences(value[key], field.type, f"{where}.{key}")
            elif not field.optional:
                found.append(f"{where}.{key}: missing, {name} needs it")
        return found


def _is_plain(value: object, meaning: str) -> bool:
    if meaning.startswith('"'):
        return value == meaning.strip('"')
    if meaning == "never":
        return False
    return isinstance(value, _PRIMITIVES[meaning]) and (meaning == "boolean") == isinstance(value, bool)
