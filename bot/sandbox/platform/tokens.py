"""Access tokens: the plain interface and the stable one, each with its own tokens.

Source: getAccessToken and getStableAccessToken (service/api/base).
"""

from __future__ import annotations

import string
from datetime import datetime, timedelta
from random import Random

from msgspec import Struct

from bot.sandbox.platform.codes import PlatformRefusal

LIFETIME = timedelta(seconds=7200)
OVERLAP = timedelta(minutes=5)
FORCED_PER_DAY = 20
FORCED_APART = timedelta(seconds=30)

_LETTERS = string.ascii_letters + string.digits + "-_"


class Issued(Struct, frozen=True):
    """A token that was given out."""

    token: str
    expires_at: datetime
    """Refused with 42001 after this."""

    replaced_at: datetime | None = None
    """Refused with 40001 after this."""


class Tokens:
    """All tokens ever given out, and which of them still open the door."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._issued: dict[str, Issued] = {}
        self._plain: str | None = None
        self._stable: str | None = None
        self._forced: list[datetime] = []

    def plain(self, now: datetime) -> tuple[str, int]:
        """A new token; the one before lives on for five minutes. Returns token and seconds to live."""
        self._retire(self._plain, now + OVERLAP)
        self._plain = self._issue(now)
        return self._plain, int(LIFETIME.total_seconds())

    def stable(self, now: datetime, *, force: bool = False) -> tuple[str, int]:
        """The running token, or a new one from five minutes before its end, or when forced (the old one dies at once).

        Raises Refusal 45011 (forced again within 30 s) or 45009 (forced more than 20 times in a day).
        """
        if force:
            self._count_forced(now)
            self._retire(self._stable, now)
            self._stable = self._issue(now)
        running = self._issued.get(self._stable or "")
        if running is None or running.replaced_at is not None or running.expires_at - now <= OVERLAP:
            self._stable = self._issue(now)
            running = self._issued[self._stable]
        return running.token, int((running.expires_at - now).total_seconds())

    def check(self, token: str | None, now: datetime) -> None:
        """Raises Refusal 41001 (none), 40014 (never ours), 40001 (replaced or revoked) or 42001 (expired)."""
        if not token:
            raise PlatformRefusal(41001)
        issued = self._issued.get(token)
        if issued is None:
            raise PlatformRefusal(40014)
        if issued.expires_at <= now:
            raise PlatformRefusal(42001)
        if issued.replaced_at is not None and issued.replaced_at <= now:
            raise PlatformRefusal(40001)

    def revoke(self, now: datetime) -> None:
        """The platform takes back every token, as it may at any time."""
        for token in tuple(self._issued):
            self._retire(token, now)

    def _count_forced(self, now: datetime) -> None:
        self._forced = [at for at in self._forced if now - at < timedelta(days=1)]
        if self._forced and now - self._forced[-1] < FORCED_APART:
            raise PlatformRefusal(45011)
        if len(self._forced) >= FORCED_PER_DAY:
            raise PlatformRefusal(45009)
        self._forced.append(now)

    def _issue(self, now: datetime) -> str:
        token = f"{self._rng.randint(40, 99)}_" + "".join(self._rng.choices(_LETTERS, k=133))
        self._issued[token] = Issued(token, now + LIFETIME)
        return token

    def _retire(self, token: str | None, at: datetime) -> None:
        issued = self._issued.get(token or "")
        if issued is not None and (issued.replaced_at is None or at < issued.replaced_at):
            self._issued[issued.token] = Issued(issued.token, issued.expires_at, at)
