"""Officials' corrections, written as training data for `python -m nlp train --corrections`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
from sqlalchemy.ext.asyncio import AsyncEngine

from handlers.tracking.corrections import Correction, corrections
from storage.queries.corrections import corrected
from storage.transactions import directory


async def export(engine: AsyncEngine, to: Path) -> int:
    """Write the corrections as JSON lines, personal data masked; how many."""
    count = 0
    with await asyncio.to_thread(to.open, "wb") as file:
        async for one in all_corrections(engine):
            file.write(msgspec.json.encode(one) + b"\n")
            count += 1
    return count


async def all_corrections(engine: AsyncEngine) -> AsyncIterator[Correction]:
    """Yields every correction of every ticket."""
    known = await directory.load(engine)
    async for journey in corrected(engine):
        for one in corrections(journey.ticket, journey.history, known):
            yield one
