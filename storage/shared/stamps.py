"""Replay protection of callbacks: remembers which body first came with a timestamp and nonce.

Kept in Redis for all processes, or in a file for one process.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Protocol

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

log = structlog.get_logger()

_MOST = 50_000


class Stamps(Protocol):
    """Port: remembers the digest that each stamp first came with."""

    async def first(self, stamp: str, digest: str, seconds: int) -> bool:
        """Returns whether this stamp first came with `digest` in the last `seconds`. A stamp that is new is remembered:
        True.
        """


class MemoryStamps:
    """`Stamps` in the memory of this process."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._seen: dict[str, tuple[str, float]] = {}

    async def first(self, stamp: str, digest: str, seconds: int) -> bool:
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

    def until(self, stamp: str) -> float | None:
        """Returns until when this stamp is remembered, in seconds since 1970. None when it is not remembered."""
        seen = self._seen.get(stamp)
        return seen[1] if seen is not None and seen[1] > self._now().timestamp() else None

    def lines(self) -> list[str]:
        """Returns one line for each stamp that is remembered, for `take`."""
        now = self._now().timestamp()
        return [f"{stamp} {digest} {until}" for stamp, (digest, until) in self._seen.items() if until > now]

    def take(self, line: str) -> None:
        """Remember the stamp of one line. A line that a crash cut off is ignored."""
        parts = line.split(" ")
        with suppress(ValueError):
            stamp, digest, until = parts
            self._seen[stamp] = (digest, float(until))


class FileStamps:
    """`Stamps` in memory and in the file `path`, which the next process reads: a restart does not allow a replay.

    Lines are not synced to disk. They survive the process; a power cut loses stamps of the last seconds only.
    """

    def __init__(self, path: Path, now: Callable[[], datetime]) -> None:
        self._path = path
        self._now = now
        self._memory = MemoryStamps(now)
        self._lines: int | None = None

    async def first(self, stamp: str, digest: str, seconds: int) -> bool:
        try:
            if self._lines is None or self._lines >= 2 * _MOST:
                self._begin()
            if self._memory.until(stamp) is None:
                self._append(f"{stamp} {digest} {self._now().timestamp() + seconds}")
        except OSError as error:
            # The disk is full or gone: this process still remembers.
            log.warning("stamps_not_kept", error=type(error).__name__)
        return await self._memory.first(stamp, digest, seconds)

    def _begin(self) -> None:
        """Read what an earlier process remembered, and rewrite the file without expired stamps."""
        if self._lines is None and self._path.exists():
            for line in self._path.read_text("ascii", "replace").splitlines():
                self._memory.take(line)
        part = self._path.with_name(f"{self._path.name}.{secrets.token_hex(4)}.part")
        lines = self._memory.lines()
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.writelines(f"{line}\n" for line in lines)
        part.replace(self._path)
        self._lines = len(lines)

    def _append(self, line: str) -> None:
        file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(file, f"{line}\n".encode("ascii"))
        finally:
            os.close(file)
        self._lines = (self._lines or 0) + 1


class RedisStamps:
    """`Stamps` in Redis. While Redis is away it remembers in the memory of this process."""

    def __init__(self, redis: Redis, now: Callable[[], datetime]) -> None:
        self._redis = redis
        self._alone = MemoryStamps(now)

    async def first(self, stamp: str, digest: str, seconds: int) -> bool:
        try:
            seen = await self._redis.set(f"stamp:{stamp}", digest, nx=True, get=True, ex=seconds)
        except (RedisError, OSError) as error:
            log.warning("stamps_unavailable", error=type(error).__name__)
            return await self._alone.first(stamp, digest, seconds)
        if seen is None:
            return True
        return bool((seen.decode() if isinstance(seen, bytes) else seen) == digest)
