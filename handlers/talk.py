"""What is remembered of a person between two messages, whichever room they speak with. Kept as JSON with the person."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from handlers.messages import MARKS, MediaKind


def new_mark(now: datetime) -> int:
    """The mark of a question asked now: the second, of three years, for nobody answers two questions in one."""
    return int(now.timestamp()) % MARKS


class Piece(Struct, frozen=True):
    """A file that came in before its ticket did."""

    id: int
    kind: MediaKind
    media_id: str


class Talk(Struct, frozen=True, omit_defaults=True):
    """What both rooms remember. Each has a subclass with what it remembers besides."""

    ticket_id: int | None = None
    """The ticket last spoken of."""
    pieces: tuple[Piece, ...] = ()
    """Files that wait for the words that they belong to."""
