"""Batches messages that arrive together into one transaction (group commit), in order for each person.

A lone message starts at once. While a batch is being committed the next one fills; after the commit, people who were
just answered get a moment to write again, because the cost of a transaction hardly grows with its messages. Two
messages of one person are never in the same batch or in two at the same time, so the second is decided on what the
first left.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

import structlog

from handlers.errors import Unavailable
from handlers.messages import Channel, Identity, Incoming
from storage.transactions.messages import Answer

log = structlog.get_logger()

Run = Callable[[Sequence[Incoming]], Awaitable[list[Answer]]]

LULL = 0.004
"""Seconds without a new message after which a batch starts with fewer messages than expected."""

MOST_LULLS = 5
"""How many lulls in a row may be prolonged by new messages before the batch starts anyway."""


class TakenMessage:
    """One message in flight.

    `answer` is resolved after the commit, or fails with `Unavailable`. `late`: the HTTP request has been answered
    without it. `since`: when it was taken, by the loop's clock.
    """

    __slots__ = ("answer", "incoming", "late", "since")

    def __init__(self, incoming: Incoming, answer: asyncio.Future[Answer]) -> None:
        self.incoming = incoming
        self.answer = answer
        self.late = False
        self.since = answer.get_loop().time()


class Batcher:
    """Feeds `run` with batches of at most `most` messages, at most `flights` batches at the same time.

    `answer_late` is given each answer whose HTTP request was answered before. A batch waits until as many messages are
    there as at the end of the last one, or for a `lull` in seconds.
    """

    def __init__(
        self,
        run: Run,
        answer_late: Callable[[Incoming, Answer], Awaitable[None]],
        most: int = 64,
        flights: int = 1,
        lull: float = LULL,
    ) -> None:
        self._run = run
        self._answer_late = answer_late
        self._most = most
        self._flights = flights
        self._waiting: deque[TakenMessage] = deque()
        self._in_flight: dict[Identity, TakenMessage] = {}
        self._busy: set[tuple[Channel, str]] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._scheduled = False
        self._lull = lull
        self._expected = 1
        self._expected_until = 0.0
        self._listening: asyncio.TimerHandle | None = None

    def submit(self, incoming: Incoming) -> TakenMessage:
        """Take a message. A retry of a message in flight joins it and gets the same answer."""
        same = self._in_flight.get(incoming.identity)
        if same is not None:
            return same
        taken = TakenMessage(incoming, asyncio.get_running_loop().create_future())
        self._in_flight[incoming.identity] = taken
        self._waiting.append(taken)
        self._schedule()
        return taken

    def holds(self, incoming: Incoming) -> bool:
        """Returns whether this message is in flight."""
        return incoming.identity in self._in_flight

    def oldest(self) -> float:
        """Returns for how many seconds the oldest message has been in flight. Returns 0 when there is none."""
        first = next(iter(self._in_flight.values()), None)
        return 0.0 if first is None else first.answer.get_loop().time() - first.since

    async def drain(self) -> None:
        """Finish every message taken. Called when no more come."""
        while self._tasks or self._waiting:
            self._start()
            if self._tasks:
                await asyncio.wait(set(self._tasks))

    def _schedule(self) -> None:
        if self._scheduled or len(self._tasks) >= self._flights:
            return
        loop = asyncio.get_running_loop()
        # Those who were answered long ago are not coming back together: who writes now starts at once.
        expected = self._expected if loop.time() < self._expected_until else 1
        if len(self._waiting) >= expected:
            # Started from the end of this turn of the loop: all requests that the loop has already read are in the batch.
            self._scheduled = True
            loop.call_soon(self._start)
        elif self._listening is None:
            self._listen(MOST_LULLS)

    def _listen(self, lulls: int) -> None:
        loop = asyncio.get_running_loop()
        self._listening = loop.call_later(self._lull, self._listened, len(self._waiting), lulls - 1)

    def _listened(self, before: int, lulls: int) -> None:
        self._listening = None
        if lulls and len(self._waiting) > before:
            self._listen(lulls)
        else:
            self._start()

    def _start(self) -> None:
        self._scheduled = False
        if self._listening is not None:
            self._listening.cancel()
            self._listening = None
        while self._waiting and len(self._tasks) < self._flights:
            batch = self._pick()
            if not batch:
                return
            task = asyncio.create_task(self._fly(batch))
            self._tasks.add(task)
            task.add_done_callback(self._landed)

    def _pick(self) -> list[TakenMessage]:
        batch: list[TakenMessage] = []
        passed: list[TakenMessage] = []
        held: set[tuple[Channel, str]] = set()
        while self._waiting and len(batch) < self._most:
            taken = self._waiting.popleft()
            person = (taken.incoming.channel, taken.incoming.openid)
            if person in self._busy or person in held:
                held.add(person)
                passed.append(taken)
            else:
                self._busy.add(person)
                batch.append(taken)
        self._waiting.extendleft(reversed(passed))
        return batch

    async def _fly(self, batch: list[TakenMessage]) -> None:
        try:
            answers = await self._run([taken.incoming for taken in batch])
        except Exception as error:
            fault = error
            if not isinstance(error, Unavailable):
                log.exception("batch_failed", messages=len(batch))
                fault = Unavailable("batch")
            self._release(batch)
            for taken in batch:
                taken.answer.set_exception(fault)
                # A sender that stopped waiting hears nothing of it; the platform's retry brings the message back.
                taken.answer.exception()
            return
        self._release(batch)
        for taken, answer in zip(batch, answers, strict=True):
            taken.answer.set_result(answer)
        for taken, answer in zip(batch, answers, strict=True):
            if taken.late:
                await self._answer_late(taken.incoming, answer)

    def _release(self, batch: list[TakenMessage]) -> None:
        self._expected = min(len(batch) + len(self._waiting), self._most)
        self._expected_until = asyncio.get_running_loop().time() + self._lull * MOST_LULLS
        for taken in batch:
            incoming = taken.incoming
            self._busy.discard((incoming.channel, incoming.openid))
            del self._in_flight[incoming.identity]

    def _landed(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("late_answer_failed", exc_info=task.exception())
        if self._waiting:
            self._schedule()
