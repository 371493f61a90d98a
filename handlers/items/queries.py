"""Queries for 整改 items, which a rule may want loaded."""

from __future__ import annotations

from handlers.items.item import Item
from handlers.queries import Found, Query


class ItemBy(Query[Item | None], frozen=True):
    """The item with this short number; None when there is none."""

    key: str


class RunningItems(Query[tuple[Item, ...]], frozen=True):
    """The running items led by some units."""

    units: frozenset[str] | None = None
    """None: those of all units."""


class LastSerial(Query[int], frozen=True):
    """The last serial of the items of this year; 0 before the first."""

    year: int


def known(found: Found) -> tuple[Item, ...]:
    """Returns every item that was loaded, each once."""
    items = [one for many in found.answers_to(RunningItems) for one in many]
    items += [one for one in found.answers_to(ItemBy) if one is not None]
    return tuple({one.id: one for one in items}.values())
