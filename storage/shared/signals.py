"""Signals that wake a waiter early: the outbox worker, the directory's cache, an open tracking page.

A signal carries no data and may get lost (Redis away or flushed). Every waiter also polls, so a lost signal costs a
delay only.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

log = structlog.get_logger()

_CHANNEL = "minsheng:signals"
_QUEUE = 10_000
_RECONNECT_SECONDS = 1.0


class Signal:
    """One waiter's subscription to one topic. A ring while nobody waits is kept, once."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def ring(self) -> None:
        self._event.set()

    async def wait(self, seconds: float) -> bool:
        """Returns whether it rang within `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                await self._event.wait()
        except TimeoutError:
            return False
        self._event.clear()
        return True


class Bus:
    """Signals within this process."""

    def __init__(self) -> None:
        self._ears: dict[str, set[Signal]] = {}

    @contextmanager
    def listen(self, topic: str) -> Iterator[Signal]:
        """Subscribe to one topic for as long as the block lasts."""
        signal = Signal()
        self._ears.setdefault(topic, set()).add(signal)
        try:
            yield signal
        finally:
            ears = self._ears[topic]
            ears.discard(signal)
            if not ears:
                del self._ears[topic]

    def ring(self, topics: Iterable[str]) -> None:
        """Wake everybody who listens to one of these topics. Does not block."""
        for topic in topics:
            for signal in self._ears.get(topic, ()):
                signal.ring()


class RedisBus(Bus):
    """Signals across processes. `run` exchanges them with Redis until it is cancelled."""

    def __init__(self, redis: Redis) -> None:
        super().__init__()
        self._redis = redis
        self._out: asyncio.Queue[str] = asyncio.Queue(_QUEUE)

    def ring(self, topics: Iterable[str]) -> None:
        """Wake everybody who listens to one of these topics, in this process at once, in others soon. Does not block."""
        told = list(topics)
        super().ring(told)
        for topic in told:
            try:
                self._out.put_nowait(topic)
            except asyncio.QueueFull:
                log.warning("signals_dropped")
                return

    async def run(self) -> None:
        """Send and receive signals. Reconnects when Redis goes away."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._again(self._send))
            group.create_task(self._again(self._receive))

    async def _again(self, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await work()
            except (RedisError, OSError) as error:
                log.warning("bus_unavailable", error=type(error).__name__)
                await asyncio.sleep(_RECONNECT_SECONDS)

    async def _send(self) -> None:
        while True:
            topic = await self._out.get()
            await self._redis.publish(_CHANNEL, topic)

    async def _receive(self) -> None:
        async with self._redis.pubsub() as pubsub:
            await pubsub.subscribe(_CHANNEL)
            async for message in pubsub.listen():
                if message["type"] == "message":
                    super().ring([_text(message["data"])])


def _text(data: bytes | str) -> str:
    return data.decode() if isinstance(data, bytes) else data


OUTBOX = "outbox"
"""Topic: a push was queued."""

DIRECTORY = "directory"
"""Topic: units or staff changed."""


def ticket_topic(ticket_id: int) -> str:
    """Returns the topic of one ticket, which rings when something happens to it."""
    return f"ticket:{ticket_id}"
