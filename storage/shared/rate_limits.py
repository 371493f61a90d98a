"""Rate limits: tries per key and time window, counted in Redis for all processes, or in memory for this one.

The windows are fixed, so across the edge of a window twice the limit can pass: good enough against guessing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

log = structlog.get_logger()

_MOST_KEYS = 50_000


class Limiter(Protocol):
    """Port: counts tries per key and window."""

    async def add(self, key: str, seconds: int, by: int = 1) -> int:
        """Add `by` to the count of `key` (0 to read it, negative to take back). Returns the count in the current
        window.
        """

    async def allow(self, key: str, most: int, seconds: int) -> bool:
        """Count one try under `key`. Returns whether it is among the first `most` of the current window."""


class MemoryLimiter:
    """`Limiter` in the memory of this process."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._counts: dict[tuple[str, int, int], int] = {}

    async def allow(self, key: str, most: int, seconds: int) -> bool:
        return await self.add(key, seconds) <= most

    async def add(self, key: str, seconds: int, by: int = 1) -> int:
        stamp = self._now().timestamp()
        slot = (key, seconds, int(stamp // seconds))
        if len(self._counts) >= _MOST_KEYS:
            self._counts = {k: n for k, n in self._counts.items() if (k[2] + 1) * k[1] > stamp}
        count = max(0, self._counts.get(slot, 0) + by)
        if by:
            self._counts[slot] = count
        return count


class RedisLimiter:
    """`Limiter` in Redis. While Redis is away it counts in the memory of this process."""

    def __init__(self, redis: Redis, now: Callable[[], datetime]) -> None:
        self._redis = redis
        self._now = now
        self._alone = MemoryLimiter(now)

    async def allow(self, key: str, most: int, seconds: int) -> bool:
        return await self.add(key, seconds) <= most

    async def add(self, key: str, seconds: int, by: int = 1) -> int:
        name = f"limit:{key}:{seconds}:{int(self._now().timestamp() // seconds)}"
        try:
            async with self._redis.pipeline(transaction=False) as pipe:
                if by:
                    pipe.incrby(name, by)
                    pipe.expire(name, seconds + 1)
                else:
                    pipe.get(name)
                count = (await pipe.execute())[0]
        except (RedisError, OSError) as error:
            log.warning("limiter_unavailable", error=type(error).__name__)
            return await self._alone.add(key, seconds, by)
        # Taken back after the window's end it may fall below none.
        return max(0, int(count or 0))
