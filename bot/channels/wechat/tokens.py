"""The access token: fetched once, shared by all tasks and processes, renewed before it expires.

Rules of the platform (stable_token): a token lives up to 7200 s. Asked again, it gives the same token until 300 s
before the end, then a new one, and both are valid for those 300 s. Forcing a new one is allowed 20 times a day, 30 s
apart.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

import structlog
from msgspec import DecodeError, Struct, json
from redis.asyncio import Redis
from redis.exceptions import LockError, RedisError

from bot.channels.wechat.errors import PlatformError

log = structlog.get_logger()

RENEW_BEFORE: Final = timedelta(seconds=300)
RENEW_SPREAD: Final = timedelta(seconds=60)
"""Processes renew at different moments within the first minute of the overlap."""

SETTLE: Final = timedelta(seconds=30)
"""Shortest time between two requests for a token, and between two forced ones."""

LOCK_SECONDS: Final = 60.0
"""Longer than the slowest bounded fetch, so the lock outlives its holder only if that one died."""

LOCK_WAIT_SECONDS: Final = 10.0


class Grant(Struct, frozen=True):
    """The platform's answer to a token request."""

    value: str
    seconds: int
    """The token's life."""

    def __repr__(self) -> str:
        return f"Grant(seconds={self.seconds})"


class Token(Struct, frozen=True):
    """A token. Both times are aware."""

    value: str
    renew_at: datetime
    expires_at: datetime

    def __repr__(self) -> str:
        return f"Token(renew_at={self.renew_at.isoformat()}, expires_at={self.expires_at.isoformat()})"


Fetch = Callable[[bool], Awaitable[Grant]]
"""Asks the platform for a token; True forces a new one. Raises PlatformError, is bounded in time."""


class TokenStore(Protocol):
    """Port: where processes share one token. No method raises; a store that is down holds nothing."""

    async def load(self) -> Token | None:
        """Returns the shared token. None when there is none."""

    async def save(self, token: Token) -> None:
        """Share a token until it expires."""

    async def may_force(self) -> bool:
        """Claim the right to force a new token. Returns True at most once in 30 s among all who share the store."""

    def lock(self) -> AbstractAsyncContextManager[None]:
        """Keep others from fetching at the same time. Entered after a bounded wait even if another process holds it."""


class MemoryTokenStore:
    """`TokenStore` of a single process. `now` returns aware time."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._token: Token | None = None
        self._forced_at: datetime | None = None
        self._lock = asyncio.Lock()

    async def load(self) -> Token | None:
        return self._token

    async def save(self, token: Token) -> None:
        self._token = token

    async def may_force(self) -> bool:
        now = self._now()
        if self._forced_at is not None and now - self._forced_at < SETTLE:
            return False
        self._forced_at = now
        return True

    @asynccontextmanager
    async def lock(self) -> AsyncIterator[None]:
        async with self._lock:
            yield


class RedisTokenStore:
    """`TokenStore` of many processes. `name` identifies the account, such as `wechat:APPID`.

    While Redis is away each process fetches for itself, which is harmless: unforced fetches return the same token.
    """

    def __init__(self, redis: Redis, name: str, now: Callable[[], datetime]) -> None:
        self._now = now
        self._redis = redis
        self._key = f"token:{name}"

    async def load(self) -> Token | None:
        try:
            raw = await self._redis.get(self._key)
        except (RedisError, OSError) as error:
            log.warning("token_store_unavailable", action="load", error=type(error).__name__)
            return None
        if raw is None:
            return None
        try:
            return json.decode(raw, type=Token)
        except DecodeError:
            log.warning("token_store_unreadable")
            return None

    async def save(self, token: Token) -> None:
        life = token.expires_at - self._now()
        if life < timedelta(milliseconds=1):
            return
        try:
            await self._redis.set(self._key, json.encode(token), px=life)
        except (RedisError, OSError) as error:
            log.warning("token_store_unavailable", action="save", error=type(error).__name__)

    async def may_force(self) -> bool:
        try:
            return bool(await self._redis.set(f"{self._key}:forced", "1", nx=True, ex=SETTLE))
        except (RedisError, OSError) as error:
            log.warning("token_store_unavailable", action="force", error=type(error).__name__)
            return False

    @asynccontextmanager
    async def lock(self) -> AsyncIterator[None]:
        lock = self._redis.lock(f"{self._key}:lock", timeout=LOCK_SECONDS, sleep=0.05)
        held = False
        try:
            held = await lock.acquire(blocking_timeout=LOCK_WAIT_SECONDS)
        except (RedisError, OSError) as error:
            log.warning("token_store_unavailable", action="lock", error=type(error).__name__)
        try:
            yield
        finally:
            if held:
                await self._release(lock.release)

    async def _release(self, release: Callable[[], Awaitable[None]]) -> None:
        try:
            await release()
        except LockError:
            log.warning("token_lock_expired")
        except (RedisError, OSError) as error:
            log.warning("token_store_unavailable", action="unlock", error=type(error).__name__)


class AccessTokens:
    """One account's token for all callers of this process.

    `now` returns aware time, `jitter` a number in [0, 1). `forcible` is False for a platform whose token cannot be
    forced (WeCom).
    """

    def __init__(
        self,
        fetch: Fetch,
        store: TokenStore,
        *,
        now: Callable[[], datetime],
        jitter: Callable[[], float],
        forcible: bool = True,
    ) -> None:
        self._fetch = fetch
        self._store = store
        self._now = now
        self._jitter = jitter
        self._forcible = forcible
        self._held: Token | None = None
        self._quiet_until = datetime.min.replace(tzinfo=UTC)
        self._flight = asyncio.Lock()

    async def get(self) -> str:
        """Returns a usable token. Raises `PlatformError` when none can be had."""
        if (held := self._ready()) is not None:
            return held.value
        async with self._flight:
            if (held := self._ready()) is not None:
                return held.value
            try:
                return await self._shared_or_new()
            except PlatformError as error:
                now = self._now()
                if self._held is None or now >= self._held.expires_at:
                    raise
                self._quiet_until = now + SETTLE
                log.warning("token_renewal_postponed", code=error.code, rid=error.rid, verdict=error.verdict)
                return self._held.value

    async def renew(self, rejected: str) -> str:
        """Returns a token to use after the platform refused `rejected`: the same one when no other can be had yet.

        A second caller finds the first one's token and fetches nothing. Raises `PlatformError`.
        """
        async with self._flight:
            if (other := self._other_than(rejected, self._held)) is not None:
                return other.value
            async with self._store.lock():
                if (other := self._other_than(rejected, await self._store.load())) is not None:
                    self._held = other
                    return other.value
                grant = await self._fetch(False)
                if grant.value == rejected and self._forcible and await self._store.may_force():
                    log.info("token_forced")
                    grant = await self._fetch(True)
                return await self._keep(grant)

    async def _shared_or_new(self) -> str:
        async with self._store.lock():
            shared = await self._store.load()
            if shared is not None and self._now() < shared.renew_at:
                self._held = shared
                return shared.value
            return await self._keep(await self._fetch(False))

    async def _keep(self, grant: Grant) -> str:
        now = self._now()
        life = timedelta(seconds=grant.seconds)
        wait = max(life - RENEW_BEFORE + self._jitter() * RENEW_SPREAD, min(SETTLE, life / 2))
        self._held = Token(value=grant.value, renew_at=now + wait, expires_at=now + life)
        await self._store.save(self._held)
        log.info("token_fetched", seconds=grant.seconds)
        return grant.value

    def _ready(self) -> Token | None:
        """Returns this process's token, if it need not be renewed now or renewing it just failed."""
        held, now = self._held, self._now()
        if held is None or now >= held.expires_at:
            return None
        return held if now < held.renew_at or now < self._quiet_until else None

    def _other_than(self, rejected: str, token: Token | None) -> Token | None:
        """Returns `token` if it has not expired and is not the rejected one."""
        if token is None or token.value == rejected or self._now() >= token.expires_at:
            return None
        return token
