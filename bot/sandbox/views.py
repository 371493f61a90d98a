"""JSON for the sandbox page. Ids are strings, because a browser's numbers are exact only up to 2^53."""

from __future__ import annotations

from typing import Any

import msgspec

from bot.sandbox.platform.faults import SWITCHES
from bot.sandbox.platform.model import Exchange, PhoneMessage, Subscriber, WorldChange
from bot.sandbox.platform.world import World
from bot.sandbox.town import samples
from bot.sandbox.town.town import Town

Json = dict[str, Any]


class WorldView:
    """Reads the world for the page. `origin` is whose pages may open inside a phone."""

    def __init__(self, world: World, town: Town, origin: str) -> None:
        self._world = world
        self._town = town
        self._origin = origin

    def everything(self) -> Json:
        """All that a freshly opened page needs."""
        world = self._world
        return {
            "account": {"name": world.account.name, "mode": world.account.mode},
            "origin": self._origin,
            "phones": [
                self._person(person) | {"messages": [_message(message) for message in world.messages(openid)]}
                for openid, person in world.people.items()
                if person.persona.on_page
            ],
            "menu": world.menu or [],
            "now": world.now.timestamp(),
            "faults": self._faults(),
            "calls": [_call(call) for call in world.calls],
            "town": msgspec.to_builtins(self._town),
            "samples": [{"key": key, "label": label} for key, (label, _) in samples.PICTURES.items()],
            "notices": [
                {"id": template.id, "title": template.title}
                for template in world.templates.values()
                if template.subscription
            ],
        }

    def change(self, change: WorldChange) -> Json:
        """What one change means for the page."""
        told: Json = {"kind": change.kind, "now": self._world.now.timestamp()}
        if change.message is not None:
            told["message"] = _message(change.message)
        if change.call is not None:
            told["call"] = _call(change.call)
        if change.openid:
            told["phone"] = self._person(self._world.person(change.openid))
        if change.kind == "menu":
            told["menu"] = self._world.menu or []
        if change.kind == "faults":
            told["faults"] = self._faults()
        return told

    def _person(self, person: Subscriber) -> Json:
        openid = person.persona.openid
        shown: Json = msgspec.to_builtins(person.persona)
        return shown | {
            "following": person.following,
            "refuses": person.refuses,
            "left": self._world.allowances.left(openid, self._world.now),
            "typing": self._world.typing(openid),
            "accepts": {
                template.id: self._world.accepts(openid, template.id)
                for template in self._world.templates.values()
                if template.subscription
            },
        }

    def _faults(self) -> list[Json]:
        return [
            {
                "key": switch.key,
                "label": switch.label,
                "hint": switch.hint,
                "left": self._world.faults.left(switch.fault),
            }
            for switch in SWITCHES
        ]


def _message(message: PhoneMessage) -> Json:
    shown: Json = msgspec.to_builtins(message)
    return shown | {"id": str(message.id), "at": message.at.timestamp()}


def _call(call: Exchange) -> Json:
    shown: Json = msgspec.to_builtins(call)
    return shown | {"id": str(call.id), "at": call.at.timestamp()}
