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
"""Bits of an id below its milliseconds since `START`."""


class Ids:
    """Makes ids: 41 bits of milliseconds since 2025, 10 bits of process, 12 bits of count. Unique for 69 years.

    Two processes that drew the same `node` can collide only within one millisecond. The primary key then refuses the
    second, and its batch is decided again with new ids. `after` is the greatest id in the database: ids continue from
    there when the clock was set back.
    """

    def __init__(self, now: Callable[[], datetime], node: int, after: int = 0) -> None:
        self._now = now
        self._node = node % (1 << _NODE_BITS)
        self._moment = (after >> BELOW_MILLIS) + 1 if after else 0
        self._count = 0

    def next(self) -> int:
        """Returns an id greater than `after` and than all that this process made, even when the clock is set back."""
        moment = int((self._now() - START).total_seconds() * 1000)
        if moment > self._moment:
            self._moment, self._count = moment, 0
        else:
            self._count += 1
            if self._count >> _COUNT_BITS:
                self._moment, self._count = self._moment + 1, 0
        return (self._moment << BELOW_MILLIS) | (self._node << _COUNT_BITS) | self._count


def new_token() -> str:
    """Returns the secret end of a tracking page's address: 128 bits."""
    return secrets.token_urlsafe(16)


def new_code() -> str:
    """Returns a query code: six digits, easy to type. Guessing is throttled, not impossible."""
    return f"{secrets.randbelow(1_000_000):06d}"


def new_invite() -> str:
    """Returns a one-time binding code: eight characters without look-alikes, 40 bits."""
    return "".join(secrets.choice("23456789ABCDEFGHJKMNPQRSTUVWXYZ") for _ in range(8))


def keyed_hash(key: str) -> Callable[[str], str]:
    """Returns the hash by which an invite code is stored and found. It is useless without the installation's secret
    key.
    """
    secret = key.encode()

    def digest(text: str) -> str:
        return hmac.new(secret, text.strip().upper().encode(), hashlib.sha256).hexdigest()

    return digest
