"""What all parts of a process share: settings, clock, metrics, secret key, database, and what processes share through
Redis.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from msgspec import Struct
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.clock import Clock
from bot.config import Settings
from bot.monitoring.metrics import Metrics
from storage.shared.rate_limits import Limiter, MemoryLimiter, RedisLimiter
from storage.shared.signals import Bus, RedisBus
from storage.shared.stamps import FileStamps, RedisStamps, Stamps


class Shared(Struct, frozen=True):
    """What the processes of an installation share: in Redis, or within the one process that there is without it."""

    bus: Bus
    """Tells that there is something to push, or that a ticket or the directory changed."""
    limiter: Limiter
    """Counts requests and wrong codes."""
    stamps: Stamps
    """Knows the timestamps of pushes in the clear."""

    @classmethod
    def through(cls, redis: Redis | None, now: Callable[[], datetime], data_dir: Path) -> Shared:
        """Returns what is shared through this Redis; None for one process alone."""
        if redis is None:
            return cls(Bus(), MemoryLimiter(now), FileStamps(data_dir / "stamps", now))
        return cls(RedisBus(redis), RedisLimiter(redis, now), RedisStamps(redis, now))


class Process(Struct, frozen=True):
    """One running process."""

    settings: Settings
    clock: Clock
    """The host's time."""
    engine: AsyncEngine
    metrics: Metrics
    shared: Shared
    secret_key: str
    """The installation's secret: seals links, and hashes what is stored of codes and addresses."""
