"""Execution of a command about a 整改 item: finds the item, checks permission, applies the event, words the reply.

The tickets that an item covers are loaded once the item is known (`Outcome.more`): there may be thousands.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from handlers.directory import jurisdiction
from handlers.directory.directory import Role
from handlers.errors import Refused
from handlers.items.events import What
from handlers.items.item import Item, ItemState
from handlers.items.lifecycle import ItemChange, check_can
from handlers.items.queries import ItemBy, RunningItems, known
from handlers.items.states import RUNNING
from handlers.items.wording import public
from handlers.official.command import ItemCommand, Spec
from handlers.official.rectification import wording
from handlers.official.scene import Asker, Deed, Scene, Unclear
from handlers.official.talk import OfficialTalk
from handlers.outcome import Outcome, Reply
from handlers.pushes import Choice
from handlers.queries import ById, Needs
from handlers.rectification import covering
from handlers.tickets.ticket import Ticket

C = TypeVar("C", bound=ItemCommand)


class Side(StrEnum):
    """Whose command it is."""

    LEAD = "lead"
    ABOVE = "above"
    SIGNS = "signs"
    """Of those above, where only an item that waits for the verdict can be meant."""


class Scope(Struct, frozen=True):
    """A command's item with the tickets that it covers, as they stand now."""

    item: Item
    tickets: tuple[Ticket, ...]


def item_change(spec: Spec, side: Side, event: type[What], use: Callable[[C, Scope, Scene], Outcome]) -> Deed[C]:
    """The deed of a command that lets something happen to an item and needs the tickets that it covers."""

    def run(command: C, scene: Scene) -> Outcome:
        item = checked(command, side, event, scene)
        tickets = _tickets(item, scene)
        if tickets is None:
            return Outcome(more=frozenset(map(ById, item.tickets)))
        return use(replace(command, item=item.key), Scope(item, tickets), scene)

    return Deed(spec, lambda command, asker: named(command.item, asker, side is not Side.LEAD), run)


def named(key: str | None, asker: Asker, everywhere: bool) -> Needs:
    """The item of that number, else the running ones: of all units or of the official's own."""
    if key is not None:
        return frozenset({ItemBy(key)})
    return frozenset({RunningItems(None if everywhere else frozenset({asker.staff.unit_id}))})


def checked(command: ItemCommand, side: Side, event: type[What], scene: Scene) -> Item:
    """The item that is meant. Raises Refused where this official may not let `event` happen to it now."""
    scene.check_role(command.name)
    item = meant(command.item, side, scene)
    if side is Side.LEAD:
        _check_lead(item, scene)
    else:
        check_above(item.unit_id, scene)
    check_can(item, event, scene.actor)
    return item


def _tickets(item: Item, scene: Scene) -> tuple[Ticket, ...] | None:
    """The tickets that the item covers; None until they were loaded."""
    if item.tickets and not scene.found.again:
        return None
    return tuple(scene.found.by_id[one] for one in item.tickets if one in scene.found.by_id)


def meant(key: str | None, side: Side, scene: Scene) -> Item:
    """The item of that number, else the only one it can be."""
    if key is not None:
        found = scene.found.get(ItemBy(key))
        if found is None:
            raise Refused(wording.no_such_item(key))
        return found
    running = [one for one in known(scene.found) if one.state in RUNNING and within_reach(one, scene)]
    waiting = [one for one in running if one.state is ItemState.SUBMITTED]
    fitting = sorted(waiting if side is Side.SIGNS else running, key=lambda one: one.id)
    if len(fitting) == 1:
        return fitting[0]
    if not fitting:
        none = {Side.SIGNS: wording.NONE_TO_SIGN, Side.LEAD: wording.NONE_MINE, Side.ABOVE: wording.NONE_RUNNING}
        raise Refused(none[side])
    raise Unclear(wording.which_item(fitting), tuple(Choice(one.key, f"整改 {one.key}") for one in fitting[:3]))


def _check_lead(item: Item, scene: Scene) -> None:
    """Refused for everybody but the lead unit, and those who lead it."""
    leads = Role.LEADER in scene.roles and scene.directory.within(item.unit_id, scene.staff.unit_id)
    runs = Role.ADMIN in scene.roles and jurisdiction.serves(scene.directory, scene.staff.unit_id, item.unit_id)
    if scene.staff.unit_id != item.unit_id and not leads and not runs:
        raise Refused(wording.not_yours(item, scene.directory.name(item.unit_id)))


def check_above(unit_id: str, scene: Scene) -> None:
    """Refused for the lead unit itself, for a leader of somebody else, and for whoever does not reach the unit."""
    directory, own = scene.directory, scene.staff.unit_id
    if Role.ADMIN not in scene.roles and own == unit_id:
        raise Refused(wording.NOT_FOR_ONESELF)
    looks_over = not {Role.SUPERVISOR, Role.ADMIN}.isdisjoint(scene.roles)
    if not (jurisdiction.serves(directory, own, unit_id) if looks_over else directory.within(unit_id, own)):
        raise Refused(wording.below_only(directory.name(unit_id)))


def within_reach(item: Item, scene: Scene) -> bool:
    """Whether the official may look at the item."""
    return jurisdiction.serves(scene.directory, scene.staff.unit_id, item.unit_id)


def shown_to_all(text: str, item: Item, scene: Scene) -> str:
    """The words as everybody may read them."""
    unit = scene.directory.units.get(item.unit_id)
    return public(text, unit.phone if unit else "")


def done(change: ItemChange, scope: Scope, scene: Scene, said: str, talk: OfficialTalk | None = None) -> Outcome:
    """The change of the item with what its tickets make of it, and what the official reads."""
    return said_of(covering.of(change, scope.tickets, scene.ctx), scene, said, talk)


def said_of(outcome: Outcome, scene: Scene, said: str, talk: OfficialTalk | None = None) -> Outcome:
    """The outcome with what the official reads; nothing waits for 确认 any longer."""
    return replace(outcome, reply=Reply(said), talk=talk or replace(scene.talk, order=None))
