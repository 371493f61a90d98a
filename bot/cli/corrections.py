"""`python -m bot corrections units`: units to which officials moved tickets that had been routed elsewhere."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.background.corrections import all_corrections, export
from bot.cli.base import command, configured
from bot.wiring import open_database
from nlp.understand import load

group = typer.Typer(help="改正：工作人员改过的类别和单位，供模型学习", no_args_is_help=True)

_WORDS_SHOWN = 4
"""Words of each line of the list."""

_Moved = tuple[str, str, str, str]
"""Category, part of town, the unit that was right, the one it had gone to; "" for none."""


async def print_units(engine: AsyncEngine, say: Callable[[str], None]) -> None:
    """Print where officials moved tickets that had been routed elsewhere, most often first, with their most frequent
    words.
    """
    moved: Counter[_Moved] = Counter()
    texts: dict[_Moved, list[str]] = {}
    async for one in all_corrections(engine):
        if one.unit:
            key = (one.about or "", one.area or "", one.unit, one.old_unit or "")
            moved[key] += 1
            texts.setdefault(key, []).append(one.text)
    if not moved:
        say("还没有人改派过")
        return
    reader = await asyncio.to_thread(load)
    for key, count in moved.most_common():
        about, area, unit, before = key
        words = Counter(word for text in texts[key] for word in reader.understand(text).keywords)
        told = "、".join(word for word, _ in words.most_common(_WORDS_SHOWN)) or "—"
        say(f"{count} 件  {about or '—'} × {area or '—'} × {told} → {unit}（原来派给{before}）")


@group.command("export")
@command
async def _export(
    to: Annotated[
        Path, typer.Argument(help="写到哪个文件（每行一个 JSON），供 python -m nlp train --corrections 使用")
    ],
) -> None:
    """Write what officials put right (category, unit) as JSON lines, personal data masked."""
    async with open_database(configured()) as engine:
        typer.echo(f"已导出 {await export(engine, to)} 条")


@group.command("units")
@command
async def _units() -> None:
    """Print where officials sent what had been routed elsewhere, most often first: for whoever edits the routing table."""
    async with open_database(configured()) as engine:
        await print_units(engine, say=typer.echo)
