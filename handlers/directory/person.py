"""A person who writes to us: their account, preferences, and how many messages may still be sent to them."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from handlers.messages import Channel


class PushQuota(Struct, frozen=True):
    """The platform's quota of customer messages to one person (rules in `handlers/notifications/quota.py`)."""

    until: datetime | None = None
    left: int = 0
    """Messages that may still be sent until `until`."""


class Person(Struct, frozen=True):
    """One chat account."""

    id: int
    channel: Channel
    openid: str
    since: datetime
    following: bool = True
    named: bool | None = None
    """Whether their new tickets name them. None until their first filing."""

    public: bool | None = None
    """None until their first filing. Tickets are made public one by one, whatever stands here."""

    called: str = ""
    """How they want to be named."""

    reach: PushQuota = PushQuota()
    parked: int = 0
    """Number of pushes that could not be delivered and wait for the person's next message."""

    minute: int = 0
    """Unix minute in which `in_minute` was counted, for the flood limit."""

    in_minute: int = 0
    """Messages in that minute."""
