"""`python -m bot directory …`: loads units and routing rules from a file; moves tickets from units that they accuse."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.cli.base import Say, command, configured
from bot.cli.contexts import contexts
from bot.clock import SystemClock
from bot.files.policy import read_terms
from bot.files.seed import read_seed
from bot.wiring import open_database
from handlers.calendar.policy import Terms
from storage.queries.moment import DatabaseTime
from storage.transactions import directory
from storage.transactions import recuse as recusing

group = typer.Typer(help="单位与派单规则：从一个文件装入", no_args_is_help=True)


async def load_directory(engine: AsyncEngine, file: Path) -> str:
    """Load a seed file. Returns a summary."""
    seed = read_seed(file)
    await directory.replace(engine, seed.units, seed.routes, seed.dispatch_id)
    if seed.staff:
        known = await directory.load(engine)
        await directory.save_staff(engine, [member for member in seed.staff if member.id not in known.staff])
    return f"单位 {len(seed.units)} 个，派单规则 {len(seed.routes)} 条，人员 {len(seed.staff)} 名"


async def recuse(engine: AsyncEngine, *, site: str, terms: Terms, now: datetime, dry: bool, say: Say) -> int:
    """Move these tickets, and print number and desks, never the words. Returns the number."""
    known = await directory.load(engine)
    count = 0
    async for before, change in recusing.move(engine, contexts(known, terms, now, site=site), dry=dry):
        count += 1
        say(f"{before.number}\t{known.name(before.unit_id)} → {known.name(change.ticket.unit_id)}")
    say(
        f"{'要移走' if dry else '已移走'} {count} 件{'（只是看看，没有改动）' if dry else ''}"
        if count
        else "没有要回避的件"
    )
    return count


@group.command("load")
@command
async def _load(file: Annotated[Path, typer.Argument(help="种子文件（TOML）")]) -> None:
    """Take in units, routing rules and staff from a seed file."""
    async with open_database(configured()) as engine:
        typer.echo(await load_directory(engine, file))


@group.command("recuse")
@command
async def _recuse(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看要移走什么，不改")] = False,
) -> None:
    """Take tickets from the desk of a unit that they accuse: after an upgrade, or after units were moved."""
    settings = configured()
    async with open_database(settings) as engine:
        await recuse(
            engine,
            site=settings.site,
            terms=read_terms(settings),
            now=await DatabaseTime(engine, SystemClock()).now(),
            dry=dry_run,
            say=typer.echo,
        )
