"""Prints how a type is stored: names, types and defaults of its fields as they stand in JSON, without Python's names."""

from __future__ import annotations

import msgspec
from msgspec import inspect


def shapes(log_line: type) -> dict[str, str]:
    """Return tag → fields for every event that the field `what` of this log line may hold, events inside events too."""
    found: dict[str, str] = {}
    _collect(inspect.type_info(log_line), found)
    return found


def _collect(kind: inspect.Type, found: dict[str, str]) -> None:
    match kind:
        case inspect.StructType(tag=str(tag)) if tag not in found:
            found[tag] = _fields(kind)
            for field in kind.fields:
                _collect(field.type, found)
        case inspect.StructType(tag=None):
            for field in kind.fields:
                _collect(field.type, found)
        case inspect.UnionType(types=types):
            for each in types:
                _collect(each, found)
        case _:
            pass


def _fields(kind: inspect.StructType) -> str:
    return ", ".join(f"{field.encode_name}: {_name(field.type)}{_default(field)}" for field in kind.fields)


def _name(kind: inspect.Type) -> str:
    match kind:
        case inspect.StructType(tag=str(tag)):
            return f"<{tag}>"
        case inspect.StructType():
            return f"{{{_fields(kind)}}}"
        case inspect.UnionType(types=types):
            names = [_name(each) for each in types]
            return "one of " + " ".join(sorted(names)) if len(names) > 3 else " | ".join(names)
        case inspect.VarTupleType(item_type=item):
            return f"[{_name(item)}]"
        case inspect.EnumType(cls=cls):
            return "/".join(str(each.value) for each in cls)
        case _:
            return type(kind).__name__.removesuffix("Type").lower()


def _default(field: inspect.Field) -> str:
    if field.required:
        return ""
    made = field.default_factory() if field.default is msgspec.NODEFAULT else field.default
    return f" = {msgspec.json.encode(made).decode()}"
