"""`python -m bot directory recuse`: moves tickets from the desks of units that they accuse, and prints them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.cli.cards import contexts
from bot.cli.operators import Say
from handlers.calendar.policy import Terms
from storage.transactions import directory
from storage.transactions import recuse as recusing


async def recuse(engine: AsyncEngine, *, site: str, terms: Terms, now: datetime, dry: bool, say: Say) -> int:
    """Move these tickets, and print number and desks, never the words. Returns the number."""
    known = await directory.load(engine)
    count = 0
    async for before, change in recusing.move(engine, contexts(known, terms, now, site), dry=dry):
        count += 1
        say(f"{before.number}\t{known.name(before.unit_id)} → {known.name(change.ticket.unit_id)}")
    say(
        f"{'要移走' if dry else '已移走'} {count} 件{'（只是看看，没有改动）' if dry else ''}"
        if count
        else "没有要回避的件"
    )
    return count
