"""Template messages: which field of an account's template shows which part of a card.

Each account chooses templates from the platform's library, with different field names. A setting maps them:
`TEMPLATE_ID:thing1=title,character_string2=number`. Without a mapping the fields are those of `USUAL`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from bot.channels.port import Template
from bot.config import Settings, Unusable
from handlers.calendar.zone import local
from handlers.pushes import Card, CardKind

USUAL: dict[CardKind, dict[str, str]] = {
    CardKind.PROGRESS: {
        "thing1": "title",
        "character_string2": "number",
        "phrase3": "state",
        "thing4": "note",
        "time5": "at",
    },
    CardKind.TASK: {"thing1": "title", "character_string2": "number", "thing3": "state", "time4": "due"},
    CardKind.REMINDER: {"thing1": "title", "character_string2": "number", "thing3": "state", "time4": "due"},
}

_PARTS = frozenset({"title", "number", "state", "note", "at", "due"})


class Layout(Struct, frozen=True):
    """One template of the account."""

    template_id: str
    fields: Mapping[str, str]
    """Part of a card by field name."""


def layout(kind: CardKind, setting: str) -> Layout | None:
    """Returns the layout that a setting describes. None for an empty setting. Raises ValueError when it cannot be read."""
    if not setting:
        return None
    template_id, _, given = setting.partition(":")
    if not given:
        return Layout(template_id, USUAL[kind])
    fields: dict[str, str] = {}
    for pair in given.split(","):
        name, _, part = pair.strip().partition("=")
        if not name or part not in _PARTS:
            raise ValueError(f"{pair.strip()!r} is not FIELD=PART with PART one of {', '.join(sorted(_PARTS))}")
        fields[name] = part
    return Layout(template_id, fields)


class Templates(Struct, frozen=True):
    """The account's templates by kind of card. A card of a kind without a template cannot be sent."""

    layouts: Mapping[CardKind, Layout]

    def message(self, card: Card, url: str, once: str) -> Template | None:
        """Returns the template message of a card. None when the account has no template for its kind."""
        chosen = self.layouts.get(card.kind)
        if chosen is None:
            return None
        parts = {
            "title": card.title,
            "number": card.number,
            "state": card.state,
            "note": card.note,
            "at": _time(card.at),
            "due": _time(card.due or card.at),
        }
        return Template(chosen.template_id, {n: parts[p] for n, p in chosen.fields.items()}, url=url, once=once)


def _time(at: datetime) -> str:
    return local(at).strftime("%Y-%m-%d %H:%M")


def read_templates(settings: Settings) -> Templates:
    """Returns the account's templates. Raises `Unusable` for a setting that cannot be read."""
    wanted = {
        CardKind.PROGRESS: settings.wechat_template_progress,
        CardKind.TASK: settings.wechat_template_task,
        CardKind.REMINDER: settings.wechat_template_reminder,
    }
    layouts: dict[CardKind, Layout] = {}
    for kind, setting in wanted.items():
        try:
            chosen = layout(kind, setting)
        except ValueError as error:
            raise Unusable(f"WECHAT_TEMPLATE_{kind.name}: {error}") from None
        if chosen is not None:
            layouts[kind] = chosen
    return Templates(layouts)
