"""`python -m bot rebuild`: compares tickets with their events, and repairs rows that differ."""

from __future__ import annotations

from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.cli.base import Say, command, configured
from bot.wiring import open_database
from storage.transactions import rebuild as rebuilding


async def rebuild(engine: AsyncEngine, *, repair: bool, say: Say) -> int:
    """Compare every ticket with its events. Returns exit status 1 when one differs and was not repaired."""
    count = left = 0
    async for difference in rebuilding.differences(engine, repair):
        count += 1
        left += not difference.repaired
        say(f"工单 {difference.number} 与事件记录不符：{'、'.join(difference.columns)}")
    if not count:
        say("全部工单与事件记录一致")
    elif repair:
        say(
            f"{count} 件不符，已按事件记录改正 {count - left} 件"
            + (f"，{left} 件的事件记录已损坏，须从备份恢复" if left else "")
        )
    else:
        say(f"{count} 件不符")
    return 1 if left else 0


@command
async def run(
    check: Annotated[bool, typer.Option("--check", help="只核对，不改；有一处不符就以 1 退出")] = False,
) -> int:
    """Recompute every ticket from its events; repair what differs, or only report it."""
    async with open_database(configured()) as engine:
        return await rebuild(engine, repair=not check, say=typer.echo)
