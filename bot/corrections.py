"""What officials put right, written to a file that `python -m nlp train --corrections` reads."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
from sqlalchemy.ext.asyncio import AsyncEngine

from handlers.tickets.corrected import corrections
from storage import directory
from storage.corrections import corrected


async def export(engine: AsyncEngine, to: Path) -> int:
    """Write the corrections as JSON lines, personal data masked; how many."""
    known = await directory.load(engine)
    count = 0
    with await asyncio.to_thread(to.open, "wb") as file:
        async for journey in corrected(engine):
            for one in corrections(journey.ticket, journey.history, known):
                file.write(msgspec.json.encode(one) + b"\n")
                count += 1
    return count
