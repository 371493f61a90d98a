"""The load generator: so many senders at once, each sends its next message when the last one is answered.

It does next to nothing per message, so that on a core of its own it never is what is measured.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from time import perf_counter
from typing import cast

from msgspec import Struct

_PATIENCE = 60.0


class Run(Struct, frozen=True):
    """What one run saw: wall time and every message's latency, in seconds, and the bodies of all answers."""

    seconds: float
    latencies: list[float]
    bodies: list[bytes]


class _Post:
    """What all senders of a run share."""

    def __init__(self, port: int, messages: Sequence[bytes]) -> None:
        self.port = port
        self.left = iter(messages)
        self.missing = len(messages)
        self.latencies: list[float] = []
        self.bodies: list[bytes] = []
        self.loop = asyncio.get_running_loop()
        self.done = self.loop.create_future()
        self.calls: set[asyncio.Task[object]] = set()

    def call(self, first: bytes) -> None:
        """Open one more connection that begins with this message."""
        task = self.loop.create_task(self.loop.create_connection(lambda: _Sender(self, first), "127.0.0.1", self.port))
        self.calls.add(task)
        task.add_done_callback(self._called)

    def _called(self, task: asyncio.Task[object]) -> None:
        self.calls.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self.fail(f"no connection: {task.exception()!r}")

    def take(self, seconds: float, body: bytes) -> None:
        """One answer is here."""
        self.latencies.append(seconds)
        self.bodies.append(body)
        self.missing -= 1
        if self.missing == 0 and not self.done.done():
            self.done.set_result(None)

    def fail(self, why: str) -> None:
        """End the run: figures of a run with failures mean nothing."""
        if not self.done.done():
            self.done.set_exception(RuntimeError(why))


class _Sender(asyncio.Protocol):
    """One connection, kept alive as long as the server does."""

    def __init__(self, post: _Post, first: bytes) -> None:
        self._post = post
        self._message: bytes | None = first
        self._received = b""
        self._sent_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports have the methods of asyncio's, not the class.
        self._transport = cast(asyncio.Transport, transport)
        self._send()

    def _send(self) -> None:
        assert self._message is not None
        self._received = b""
        self._sent_at = perf_counter()
        self._transport.write(self._message)

    def data_received(self, data: bytes) -> None:
        self._received += data
        end = self._received.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self._received[:end].lower()
        length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
        if len(self._received) < end + 4 + length:
            return
        if b" 200 " not in head[:16]:
            self._post.fail(f"answered {head[:60]!r}")
            return
        self._post.take(perf_counter() - self._sent_at, self._received[end + 4 :])
        self._message = next(self._post.left, None)
        if self._message is None:
            self._transport.close()
        elif b"connection: close" in head:
            following, self._message = self._message, None
            self._transport.close()
            self._post.call(following)
        else:
            self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._message is not None:
            self._post.fail(f"the connection was lost: {exc!r}")


async def run(port: int, messages: Sequence[bytes], senders: int) -> Run:
    """Send all messages over `senders` connections; RuntimeError as soon as one is not answered with 200."""
    post = _Post(port, messages)
    begun = perf_counter()
    for message in [next(post.left) for _ in range(min(senders, len(messages)))]:
        post.call(message)
    async with asyncio.timeout(_PATIENCE):
        await post.done
    return Run(perf_counter() - begun, post.latencies, post.bodies)
