"""The platform's quota of customer messages for one person: how many may be sent, and until when.

Source: WeChat, customer messages, rules since June 2023 (docs/wechat.md A7). A new message of the person starts the
count again. The worker spends one for each message sent; a refusal by the platform (45015, 45047) outranks our count.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from handlers.directory.person import PushQuota
from handlers.messages import Body, Click, Follow, Link, Location, Media, Text


class Trigger(StrEnum):
    """What a person does that allows us to write to them."""

    MESSAGE = "message"
    MENU = "menu"
    FOLLOW = "follow"
    SCAN = "scan"


class Allowance(Struct, frozen=True):
    """A quota."""

    count: int
    """Number of messages."""

    lasts: timedelta
    """Time within which they may be sent."""


ALLOWANCES: dict[Trigger, Allowance] = {
    Trigger.MESSAGE: Allowance(5, timedelta(hours=48)),
    Trigger.MENU: Allowance(3, timedelta(minutes=1)),
    Trigger.FOLLOW: Allowance(3, timedelta(minutes=1)),
    Trigger.SCAN: Allowance(3, timedelta(minutes=1)),
}

NO_QUOTA = PushQuota()


def trigger_of(body: Body) -> Trigger | None:
    """Returns what this message counts as. None when it allows nothing. A tap in a message menu counts as a menu click."""
    match body:
        case Text(menu_id=None) | Media() | Location() | Link():
            return Trigger.MESSAGE
        case Text() | Click():
            return Trigger.MENU
        case Follow(scanned=scanned):
            return Trigger.SCAN if scanned else Trigger.FOLLOW
        case _:
            return None


def after(reach: PushQuota, trigger: Trigger, now: datetime) -> PushQuota:
    """Returns the quota after the trigger: a message replaces what was left, a lesser trigger only a smaller rest."""
    gained = ALLOWANCES[trigger]
    fresh = PushQuota(now + gained.lasts, gained.count)
    if trigger is not Trigger.MESSAGE and allows(reach, now) and reach.until is not None and fresh.until is not None:
        return reach if reach.until >= fresh.until else fresh
    return fresh


def allows(reach: PushQuota, now: datetime) -> bool:
    """Returns whether one more customer message may be sent."""
    return reach.left > 0 and reach.until is not None and now < reach.until


def spend(reach: PushQuota) -> PushQuota:
    """Returns the quota with one message fewer, at least 0."""
    return PushQuota(reach.until, reach.left - 1) if reach.left > 1 else NO_QUOTA
