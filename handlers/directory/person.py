"""A person who writes to us: their account, preferences, and how many messages may still be sent to them."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from handlers.messages import Channel


class Reach(Struct, frozen=True):
    """The platform's allowance for customer messages to one person: `left` more until `until` (rules in reach.py)."""

    until: datetime | None = None
    left: int = 0


class Person(Struct, frozen=True):
    """One chat account. `named`/`public` are None until the person was asked once; `called` is how they want to be named.

    `parked` counts pushes that could not be delivered and wait for the person's next message. `minute` (Unix minutes)
    and `in_minute` count this person's messages of one minute, for the flood limit.
    """

    id: int
    channel: Channel
    openid: str
    since: datetime
    following: bool = True
    named: bool | None = None
    public: bool | None = None
    called: str = ""
    reach: Reach = Reach()
    parked: int = 0
    minute: int = 0
    in_minute: int = 0
