"""Commands about 整改. Part of the union in `commands.py`. `item` is a short number as Z26003, None for the only one there is."""

from __future__ import annotations

from msgspec import Struct


class Establish(Struct, frozen=True):
    """立项: `source` is "热点2" ("热点2@26000015" for the one that holds this ticket), or numbers with commas between."""

    source: str
    unit: str
    cause: str


class Items(Struct, frozen=True):
    """整改: the running ones, or one in full."""

    item: str | None = None


class Plan(Struct, frozen=True):
    """措施: a line for each, which begins with its day; a line that begins with 原因 says what was found."""

    item: str | None
    text: str


class Progress(Struct, frozen=True):
    """进展; `which` counts measures from 1, None where none is named."""

    item: str | None
    which: int | None
    text: str


class Postpone(Struct, frozen=True):
    """展期: a measure will be done later; the words begin with the new day."""

    item: str | None
    which: int | None
    text: str


class Submit(Struct, frozen=True):
    """报验: it is done, and this is what citizens will read."""

    item: str | None
    text: str


class SignOff(Struct, frozen=True):
    """验收."""

    item: str | None
    text: str


class SendBack(Struct, frozen=True):
    """退改."""

    item: str | None
    text: str


class Cover(Struct, frozen=True):
    """纳入: more tickets, named as for 立项."""

    item: str | None
    source: str


class Drop(Struct, frozen=True):
    """撤项."""

    item: str | None
    text: str


UnitsCommand = Plan | Progress | Postpone | Submit
"""Those of the lead unit."""

SupervisorsCommand = Establish | SignOff | SendBack | Cover | Drop
"""Those of whoever stands above it."""

RectificationCommand = Items | UnitsCommand | SupervisorsCommand
