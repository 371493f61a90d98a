"""Which body first came with a timestamp and nonce: remembered in Redis across processes, or in this process alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

log = structlog.get_logger()

_MOST = 50_000


class Stamps(Protocol):
    """Remembers what each stamp was first seen with."""

    async def first(self, stamp: str, digest: str, seconds: int) -> bool:
        """Whether `digest` is what this stamp was first seen with in the last `seconds`; now, if it was not seen."""


class MemoryStamps:
    """Remembers in this process, and forgets when it ends."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._seen: dict[str, tuple[str, float]] = {}

    async def first(self, stamp: str, digest: str, seconds: int) -> bool:
        """Whether `digest` is what this stamp was first seen with in the last `seconds`; now, if it was not seen."""
        now = self._now().timestamp()
        if len(self._seen) >= _MOST:
            # Dictionaries keep their order: the first half is the older one, should none have expired.
            kept = {key: value for key, value in self._seen.items() if value[1] > now}
            self._seen = kept if len(kept) < _MOST else dict(list(kept.items())[_MOST // 2 :])
        seen = self._seen.get(stamp)
        if seen is not None and seen[1] > now:
            return seen[0] == digest
        self._seen.pop(stamp, None)
        self._seen[stamp] = (digest, now + seconds)
        return True


class RedisStamps:
    """Remembers in Redis; while it is away, in this process."""

    def __init__(self, redis: Redis, now: Callable[[], datetime]) -> None:
        self._redis = redis
        self._alone = MemoryStamps(now)

    async def first(self, stamp: str, digest: str, seconds: int) -> bool:
        """Whether `digest` is what this stamp was first seen with in the last `seconds`; now, if it was not seen."""
        try:
            seen = await self._redis.set(f"stamp:{stamp}", digest, nx=True, get=True, ex=seconds)
        except (RedisError, OSError) as error:
            log.warning("stamps_unavailable", error=type(error).__name__)
            return await self._alone.first(stamp, digest, seconds)
        if seen is None:
            return True
        return bool((seen.decode() if isinstance(seen, bytes) else seen) == digest)
