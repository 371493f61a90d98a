"""Work that comes in rounds: as long as there is some one round follows the other, then it waits to be rung for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog

from storage.shared.signals import OUTBOX, Bus

log = structlog.get_logger()


class Rounds:
    """Calls `once` (how many things it tried) until stopped. `name` is for the log; `idle` are seconds."""

    def __init__(self, name: str, once: Callable[[], Awaitable[int]], bus: Bus, idle: float) -> None:
        self._name = name
        self._once = once
        self._bus = bus
        self._idle = idle
        self._stopping = False

    async def run(self) -> None:
        """Work until `stop`; the round that is on its way then is finished first."""
        with self._bus.listen(OUTBOX) as signal:
            while not self._stopping:
                if not await self._round() and not self._stopping:
                    await signal.wait(self._idle)

    def stop(self) -> None:
        """Let `run` end after its round."""
        self._stopping = True
        self._bus.ring([OUTBOX])

    async def _round(self) -> int:
        try:
            return await self._once()
        except Exception:
            # The database may be away. What is due stays due, and the next round tries again.
            log.exception("round_failed", work=self._name)
            return 0
