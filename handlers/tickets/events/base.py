"""Who does what happens to a ticket."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from handlers.messages import Channel


class By(StrEnum):
    """Who did it."""

    CITIZEN = "citizen"
    STAFF = "staff"
    CLOCK = "clock"
    SYSTEM = "system"


class Actor(Struct, frozen=True):
    """Who did something, as what, and from where. `id` is a person's id for citizens, a staff id for officials."""

    by: By
    id: int | None = None
    name: str = ""
    unit_id: str | None = None
    channel: Channel | None = None
