"""`python -m bot cards undo`: takes back the clock's steps of a time when the clock was wrong."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.cli.base import NotPossible, Say, command, configured
from bot.cli.contexts import contexts
from bot.clock import SystemClock
from bot.files.policy import read_terms
from bot.wiring import open_database
from handlers.calendar.policy import Terms
from handlers.calendar.zone import SHANGHAI
from handlers.directory.directory import Directory
from handlers.repairs import undo_cards
from handlers.repairs.undo_cards import TakenBack
from handlers.tickets.wording import moment
from storage.queries.moment import DatabaseTime
from storage.transactions import directory as stored_directory
from storage.transactions import undo_cards as stored

_TIMES = ["%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]

group = typer.Typer(help="牌：撤回时钟走错时亮的", no_args_is_help=True)

_MOST_LISTED = 50
"""Tickets printed one by one. The rest is counted."""


async def undo(
    engine: AsyncEngine, first: datetime, last: datetime, *, terms: Terms, now: datetime, dry: bool, say: Say
) -> int:
    """Take back what the clock did from `first` until `last`, and print it. Returns exit status 1 when something is
    left to a person.
    """
    if last < first:
        raise NotPossible("--between 的两个时间写反了，先写开始，再写结束")
    known = await stored_directory.load(engine)
    steps: Counter[str] = Counter()
    count = left = 0
    async for taken in stored.take_back(engine, first, last, contexts(known, terms, now), dry=dry):
        count += bool(taken.steps)
        left += bool(taken.left)
        steps.update(_kind(taken, number) for number in range(len(taken.steps)))
        if count <= _MOST_LISTED or taken.left:
            say(_line(taken, known))
    if count > _MOST_LISTED:
        say(f"……共 {count} 件")
    say(_summary(count, steps, dry=dry, between=f"{moment(first)} 到 {moment(last)}"))
    if left:
        say(f"{left} 件在那以后有人接着办了，这几步没有动，请看一看（上面写着“留给人看”）")
    return 1 if left else 0


def _line(taken: TakenBack, known: Directory) -> str:
    parts = ["、".join(undo_cards.called(step.what) for step in taken.steps)] if taken.steps else []
    if taken.left:
        parts.append(f"留给人看：{'、'.join(undo_cards.called(step.what) for step in taken.left)}")
    return f"{taken.before.number}\t{known.name(taken.before.unit_id)}\t{'；'.join(parts)}"


def _kind(taken: TakenBack, number: int) -> str:
    name = undo_cards.called(taken.steps[number].what)
    return "催办通知单" if name.startswith("催〔") else name


def _summary(count: int, steps: Counter[str], *, dry: bool, between: str) -> str:
    if not count:
        return f"{between}，时钟没有记下可以撤回的"
    each = "、".join(f"{name} {many}" for name, many in steps.most_common())
    return f"{'要撤回' if dry else '已撤回'} {count} 件：{each}{'（只是看看，没有改动）' if dry else ''}"


@group.command("undo")
@command
async def _undo(
    between: Annotated[
        tuple[datetime, datetime],
        typer.Option(
            formats=_TIMES, help='经过里记的时间，从几时到几时（北京时间），如 "2026-12-10 09:00" "2026-12-10 10:00"'
        ),
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看要撤回什么，不改")] = False,
) -> int:
    """Take back cards, documents and what followed from them that the clock gave while it was wrong."""
    settings = configured()
    first, last = (at.replace(tzinfo=SHANGHAI) for at in between)
    # The log is finer than what is typed: the whole last second belongs to it.
    last += timedelta(seconds=1, microseconds=-1)
    async with open_database(settings) as engine:
        return await undo(
            engine,
            first,
            last,
            terms=read_terms(settings),
            now=await DatabaseTime(engine, SystemClock()).now(),
            dry=dry_run,
            say=typer.echo,
        )
