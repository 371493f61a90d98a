"""New ids, tokens, codes and the keyed hash. Ids grow with time, fit a signed 64-bit column and need no database."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from datetime import UTC, datetime

START = datetime(2025, 1, 1, tzinfo=UTC)
_NODE_BITS = 10
_COUNT_BITS = 12
BELOW_MILLIS = _NODE_BITS + _COUNT_BITS
"""An id's bits below its milliseconds since `START`."""


class Ids:
    """41 bits of milliseconds since 2025, 10 bits of process, 12 bits of count: unique for 69 years.

    Two processes that drew the same `node` can collide only within one millisecond; the primary key then refuses the
    second, and its batch is decided again with new ids.

    `after` is the greatest id that anybody gave before: where the clock was set back since, ids go on from there.
    """

    def __init__(self, now: Callable[[], datetime], node: int, after: int = 0) -> None:
        self._now = now
        self._node = node % (1 << _NODE_BITS)
        self._moment = (after >> BELOW_MILLIS) + 1 if after else 0
        self._count = 0

    def next(self) -> int:
        """An id greater than `after` and all this process gave before, even when the clock is set back."""
        moment = int((self._now() - START).total_seconds() * 1000)
        if moment > self._moment:
            self._moment, self._count = moment, 0
        else:
            self._count += 1
            if self._count >> _COUNT_BITS:
                self._moment, self._count = self._moment + 1, 0
        return (self._moment << BELOW_MILLIS) | (self._node << _COUNT_BITS) | self._count


def new_token() -> str:
    """The unguessable end of a tracking page's address: 128 bits."""
    return secrets.token_urlsafe(16)


def new_code() -> str:
    """A query code: six digits, to be typed on a phone. Guessing is throttled, not made impossible."""
    return f"{secrets.randbelow(1_000_000):06d}"


def new_invite() -> str:
    """A one-time binding code: eight characters that cannot be mistaken for one another, 40 bits."""
    return "".join(secrets.choice("23456789ABCDEFGHJKMNPQRSTUVWXYZ") for _ in range(8))


def keyed_hash(key: str) -> Callable[[str], str]:
    """The hash by which an invite code is stored and found: useless without the installation's secret key."""
    secret = key.encode()

    def digest(text: str) -> str:
        return hmac.new(secret, text.strip().upper().encode(), hashlib.sha256).hexdigest()

    return digest
