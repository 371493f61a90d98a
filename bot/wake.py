"""A doorbell: whoever commits work rings, whoever does it waits. Across processes the bell is a Redis channel."""

from __future__ import annotations

import asyncio


class Wake:
    """Rings within this process. A ring while nobody waits is remembered once."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def ring(self) -> None:
        """Wake the waiter."""
        self._event.set()

    async def wait(self, seconds: float) -> None:
        """Return at the next ring, or after `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                await self._event.wait()
        except TimeoutError:
            return
        finally:
            self._event.clear()
