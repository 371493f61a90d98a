"""Every event of a ticket is stored as it always was, and is whole."""

from __future__ import annotations

from handlers.tickets.events import Event
from tests.support import samples
from tests.support.stored import shapes


def test_every_event_is_stored_as_it_always_was() -> None:
    assert shapes(Event) == samples.STORED
