"""Small signals between whoever changed something and whoever waits for it: the worker, open phone pages.

A signal is only a hint to look again. One that gets lost (Redis away, flushed) costs a little delay, never a fact: every
waiter also looks by itself from time to time.
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
    """One waiter's ear for one topic. A ring while nobody waits is remembered once."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def ring(self) -> None:
        """Wake the waiter."""
        self._event.set()

    async def wait(self, seconds: float) -> bool:
        """Whether it rang within `seconds`."""
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
        """An ear for one topic, for as long as the block lasts."""
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
        """Tell everybody who listens to one of these topics. Never waits."""
        for topic in topics:
            for signal in self._ears.get(topic, ()):
                signal.ring()


class RedisBus(Bus):
    """Signals across processes. `run` carries them between this process and Redis until it is cancelled."""

    def __init__(self, redis: Redis) -> None:
        super().__init__()
        self._redis = redis
        self._out: asyncio.Queue[str] = asyncio.Queue(_QUEUE)

    def ring(self, topics: Iterable[str]) -> None:
        """Tell everybody who listens to one of these topics, here at once and elsewhere soon. Never waits."""
        told = list(topics)
        super().ring(told)
        for topic in told:
            try:
                self._out.put_nowait(topic)
            except asyncio.QueueFull:
                log.warning("signals_dropped")
                return

    async def run(self) -> None:
        """Send and receive; reconnect when Redis goes away."""
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
"""Something waits to be pushed."""

DIRECTORY = "directory"
"""Units or staff changed."""


def ticket_topic(ticket_id: int) -> str:
    """Something happened to this ticket."""
    return f"ticket:{ticket_id}"
