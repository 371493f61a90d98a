"""`python -m bot export`: tickets with their events for analysis, without personal data."""

from __future__ import annotations

import asyncio
import os
import stat
from pathlib import Path
from typing import Annotated, BinaryIO

import msgspec
import typer
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.cli.base import command, configured
from bot.files import private
from bot.wiring import open_database
from nlp.appeals.personal import mask
from storage.queries import batch_loading
from storage.schema.rows import ticket as read_ticket
from storage.schema.tables import tickets

_PAGE = 500


async def export(engine: AsyncEngine, to: Path) -> int:
    """Write tickets with their events as JSON lines, without codes and tokens, words masked. Returns the number of
    tickets.
    """
    count, after = 0, 0
    with await asyncio.to_thread(_open_private, to) as file:
        while True:
            async with engine.connect() as db:
                query = select(tickets.c.id, tickets.c.doc).where(tickets.c.id > after).order_by(tickets.c.id)
                page = (await db.execute(query.limit(_PAGE))).all()
                logs = await db.run_sync(batch_loading.history, [row.id for row in page])
            if not page:
                return count
            for row in page:
                line = {"ticket": msgspec.structs.asdict(read_ticket(row.doc)), "events": logs[row.id]}
                file.write(_masked(msgspec.json.encode(line)) + b"\n")
                count += 1
            after = page[-1].id


def _open_private(path: Path) -> BinaryIO:
    """Open a file for writing that nobody else may read, even if it existed before."""
    opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, private.FILE)
    if stat.S_ISREG(os.fstat(opened).st_mode):
        os.fchmod(opened, private.FILE)
    return os.fdopen(opened, "wb")


_SECRET = frozenset({"token", "code"})


def _masked(line: bytes) -> bytes:
    return msgspec.json.encode(_mask(msgspec.json.decode(line)))


def _mask(value: object) -> object:
    if isinstance(value, dict):
        # Officials act under their names; how a citizen is called is theirs alone.
        hidden = _SECRET | {"name"} if value.get("by") == "citizen" else _SECRET
        return {name: _mask(part) for name, part in value.items() if name not in hidden}
    if isinstance(value, list):
        return [_mask(part) for part in value]
    return mask(value) if isinstance(value, str) else value


@command
async def run(
    to: Annotated[Path, typer.Argument(help="写到哪个文件（每行一个 JSON）")],
) -> None:
    """Write all tickets with their events as JSON lines, personal data masked."""
    async with open_database(configured()) as engine:
        typer.echo(f"已导出 {await export(engine, to)} 件")
