"""`python -m bot public withdraw`: seals older tickets that must not be public, and prints them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.cli.base import Say, command, configured
from bot.cli.contexts import contexts
from bot.clock import SystemClock
from bot.files.policy import read_terms
from bot.wiring import open_database
from handlers.calendar.policy import Terms
from nlp.understand import Understanding
from nlp.understand import load as load_reader
from storage.queries.moment import DatabaseTime
from storage.transactions import directory as stored_directory
from storage.transactions import withdraw as stored

group = typer.Typer(help="公开：收回不该公开的", no_args_is_help=True)


async def withdraw(
    engine: AsyncEngine,
    understand: Callable[[str], Understanding],
    *,
    terms: Terms,
    now: datetime,
    dry: bool,
    say: Say,
) -> None:
    """Seal tickets that must not be public, and print number and grounds of each, never its words. With `dry` only
    print.
    """
    known = await stored_directory.load(engine)
    public = kept = 0
    async for one in stored.withdraw(engine, contexts(known, terms, now, understand=understand), dry=dry):
        public += one.was_public
        kept += not one.was_public
        say(f"{one.before.number}\t{'公开过' if one.was_public else '没公开'}\t{one.why}")
    say(_summary(public, kept, dry=dry))


def _summary(public: int, kept: int, *, dry: bool) -> str:
    if not public and not kept:
        return "没有要收回的"
    does = "要收回" if dry else "已收回"
    ends = "（只是看看，没有改动）" if dry else ""
    return f"{does}公开 {public} 件；另有 {kept} 件没公开过，不再供附议、热点和整改{ends}"


@group.command("withdraw")
@command
async def _withdraw(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只列出编号和原因，不改")] = False,
) -> None:
    """Take tickets that must be kept (保密件, a life at stake) from the public, those of before included."""
    settings = configured()
    reader = await asyncio.to_thread(load_reader, settings.home_region)
    async with open_database(settings) as engine:
        await withdraw(
            engine,
            reader.understand,
            terms=read_terms(settings),
            now=await DatabaseTime(engine, SystemClock()).now(),
            dry=dry_run,
            say=typer.echo,
        )
