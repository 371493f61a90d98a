"""A polling loop: repeats its work while there is any, then waits for the outbox signal or an idle time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog

from storage.shared.signals import OUTBOX, Bus

log = structlog.get_logger()


class PollingLoop:
    """Calls `once`, which returns how many things it tried, until stopped. `name` is for the log; `idle` is in seconds."""

    def __init__(self, name: str, once: Callable[[], Awaitable[int]], bus: Bus, idle: float) -> None:
        self._name = name
        self._once = once
        self._bus = bus
        self._idle = idle
        self._stopping = False

    async def run(self) -> None:
        """Work until `stop`. The call under way is finished first."""
        with self._bus.listen(OUTBOX) as signal:
            while not self._stopping:
                if not await self._round() and not self._stopping:
                    await signal.wait(self._idle)

    def stop(self) -> None:
        """Let `run` end after the call under way."""
        self._stopping = True
        self._bus.ring([OUTBOX])

    async def _round(self) -> int:
        try:
            return await self._once()
        except Exception:
            # The database may be away. What is due stays due, and the next round tries again.
            log.exception("round_failed", work=self._name)
            return 0
