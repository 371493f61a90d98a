"""What the officials' room remembers between two messages: what waits for 确认, and what 撤销 may take back."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from handlers.citizen.talk import CitizenTalk
from handlers.talk import Talk


class Order(Struct, frozen=True):
    """An official's command that waits for 确认."""

    words: str
    """Its exact words."""

    until: datetime
    """End of the time for 确认."""

    held: bool = False
    """A reply that the review found wanting: it waits for 照发 with a reason instead."""

    mark: int = 0
    """Sent back by the taps below the question."""


class Undoable(Struct, frozen=True):
    """The last command of an official, which 撤销 may take back."""

    ticket_id: int
    seq: int
    until: datetime
    """End of the time for 撤销."""

    mark: int = 0
    """Sent back by the tap below its answer."""

    number: str = ""
    with_id: int | None = None
    """After a merger: the ticket it was merged into, whose event `with_seq` is taken back too."""

    with_seq: int = 0


class OfficialTalk(CitizenTalk, frozen=True):
    """The whole of a talk, as it is stored: an official may speak as a citizen, too."""

    order: Order | None = None
    """The command that waits for 确认 or 照发."""
    undoable: Undoable | None = None
    """The last command, as long as 撤销 may take it back."""
    page: int = 0
    """The page of 待办 that was last shown."""


def officials(talk: Talk) -> OfficialTalk:
    """Returns the same as the officials' room knows it: every talk that is stored is one of those."""
    if not isinstance(talk, OfficialTalk):
        raise TypeError(f"{type(talk).__name__} is no talk of an official")
    return talk
