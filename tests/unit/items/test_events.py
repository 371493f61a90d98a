"""Every event of an item is stored as it always was."""

from __future__ import annotations

from handlers.items.events import ItemEvent
from tests.support.stored import shapes

_FILES = "[{id: int, kind: image/voice/video}]"
_DUE = "{by: datetime, remind_at: datetime | none = null, reminded: bool = false, late: bool = false}"

STORED: dict[str, str] = {
    "opened": f"number: str, key: str, year: int, serial: int, origin: hot/grades/supervisor, unit_id: str, cause: str, tickets: [int], people: int, plan: {_DUE}",
    "planned": f'measures: [{{text: str, due: {_DUE}, done_at: datetime | none = null}}], analysis: str = ""',
    "progressed": f"text: str, attachments: {_FILES} = [], measure: int = 0, done: bool = false, told: bool = true",
    "extended": f"measure: int, due: {_DUE}, reason: str, told: bool = true",
    "submitted": f"conclusion: str, sign: {_DUE}",
    "sent_back": f"reason: str, again: {_DUE}, told: bool = true",
    "signed": "verdict: str",
    "covered": "tickets: [int], people: int",
    "dropped": "reason: str",
    "warned": "owed: plan/measure/again/sign, by: datetime, measure: int = 0, late: bool = false",
}
"""A stored log is read for ever: a tag, a field, its type or its default never changes. A new event adds its line here."""


def test_every_event_is_stored_as_it_always_was() -> None:
    assert shapes(ItemEvent) == STORED
