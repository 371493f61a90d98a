"""Quotas of the simulated platform: messages to a person, and calls of each interface."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from msgspec import Struct

from bot.sandbox.platform.codes import PlatformRefusal

Cause = Literal["message", "click", "follow", "scan"]

# Customer-service messages granted by what a person did: (how many, how long).
# Source: sendCustomMessage, "各场景的客服消息下发规则" (in force since 2023-06).
GRANTS: dict[Cause, tuple[int, timedelta]] = {
    "message": (5, timedelta(hours=48)),
    "click": (3, timedelta(minutes=1)),
    "follow": (3, timedelta(minutes=1)),
    "scan": (3, timedelta(minutes=1)),
}

# Calls per day of a new account. Source: "接口调用频次限制" (API_Call_Limits); template 100 000, stable_token 500 000.
DAILY: dict[str, int] = {
    "/cgi-bin/token": 2_000,
    "/cgi-bin/stable_token": 500_000,
    "/cgi-bin/menu/create": 1_000,
    "/cgi-bin/menu/get": 10_000,
    "/cgi-bin/menu/delete": 1_000,
    "/cgi-bin/media/upload": 100_000,
    "/cgi-bin/media/get": 200_000,
    "/cgi-bin/message/custom/send": 500_000,
    "/cgi-bin/message/template/send": 100_000,
    "/cgi-bin/qrcode/create": 100_000,
    "/cgi-bin/user/get": 500,
    "/cgi-bin/user/info": 5_000_000,
}

_DAY = ZoneInfo("Asia/Shanghai")


class MessageQuota(Struct, frozen=True):
    """A quota of messages to one person."""

    left: int
    """Messages that may still be sent before `until`."""

    until: datetime


class Allowances:
    """Each person's running grants, one per cause; doing the same thing again starts that grant afresh."""

    def __init__(self) -> None:
        self._grants: dict[str, dict[Cause, MessageQuota]] = {}

    def grant(self, openid: str, cause: Cause, now: datetime) -> None:
        """The person did something that lets the account write."""
        count, span = GRANTS[cause]
        self._grants.setdefault(openid, {})[cause] = MessageQuota(count, now + span)

    def left(self, openid: str, now: datetime) -> int:
        """How many customer-service messages may be sent right now."""
        return sum(grant.left for _, grant in self._open(openid, now))

    def spend(self, openid: str, now: datetime) -> None:
        """Take one, from the grant that ends first. Raises Refusal 45015 (no window) or 45047 (all used)."""
        running = self._open(openid, now)
        if not running:
            raise PlatformRefusal(45015)
        usable = [(cause, grant) for cause, grant in running if grant.left > 0]
        if not usable:
            raise PlatformRefusal(45047)
        cause, grant = min(usable, key=lambda item: item[1].until)
        self._grants[openid][cause] = MessageQuota(grant.left - 1, grant.until)

    def close(self, openid: str) -> None:
        """The person left: every window is over."""
        self._grants.pop(openid, None)

    def _open(self, openid: str, now: datetime) -> list[tuple[Cause, MessageQuota]]:
        return [(cause, grant) for cause, grant in self._grants.get(openid, {}).items() if now < grant.until]


class DailyLimits:
    """Calls of each interface since midnight in China. `limits` may be changed by a test."""

    def __init__(self) -> None:
        self.limits = dict(DAILY)
        self._day = ""
        self._used: dict[str, int] = {}

    def spend(self, api: str, now: datetime) -> None:
        """Count one call. Raises Refusal 45009 over the day's limit."""
        day = now.astimezone(_DAY).date().isoformat()
        if day != self._day:
            self._day, self._used = day, {}
        limit = self.limits.get(api)
        used = self._used.get(api, 0)
        if limit is not None and used >= limit:
            raise PlatformRefusal(45009)
        self._used[api] = used + 1
