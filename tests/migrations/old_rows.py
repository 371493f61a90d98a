"""Rows that an old program wrote: a town with a ticket in every state, as `rows_REVISION.json` holds it.

Made by the program of that revision from an invented story, and never written again: what it cannot show is that of a later
revision, which gets a file of its own.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from sqlalchemy import Boolean, Connection, MetaData
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.migrations import migrate

HERE = Path(__file__).parent
_LONGEST_NUMBER = 8


def frozen(revision: str) -> dict[str, Any]:
    """The rows of each table, and the files of the spool by name."""
    found: dict[str, Any] = json.loads((HERE / f"rows_{revision}.json").read_text("utf-8"))
    return found


async def write(engine: AsyncEngine, revision: str, copies: int = 1) -> int:
    """Fill an empty database with them, tickets and events that many times; how many tickets there are."""
    await migrate.upgrade_schema(engine, revision)
    rows = frozen(revision)["tables"]
    names = re.compile("|".join(rf"\b{row[name]}\b" for row in rows["tickets"] for name in ("id", "number", "token")))
    for name in ("tickets", "events"):
        rows[name] = [again for copy in range(copies) for again in _copied(rows[name], names, copy)]
    async with engine.begin() as db:
        await db.run_sync(_insert, rows)
    return len(rows["tickets"])


def _copied(rows: list[dict[str, Any]], names: re.Pattern[str], copy: int) -> list[dict[str, Any]]:
    """The rows with ids, numbers and tokens of their own; a ticket, its log and who follows it stay each other's."""

    def again(found: re.Match[str]) -> str:
        name = found[0]
        return str(int(name) + (copy << 50)) if len(name) > _LONGEST_NUMBER and name.isdigit() else f"{name}x{copy}"

    return rows if copy == 0 else [json.loads(names.sub(again, json.dumps(row))) for row in rows]


def _insert(db: Connection, rows: dict[str, list[dict[str, Any]]]) -> None:
    then = MetaData()
    then.reflect(db)
    for name, each in rows.items():
        table = then.tables[name]
        db.execute(table.delete())
        truths = [column.name for column in table.columns if isinstance(column.type, Boolean)]
        if each:
            db.execute(table.insert(), [{**row, **{name: _truth(row[name]) for name in truths}} for row in each])


def _truth(value: int | None) -> bool | None:
    return None if value is None else bool(value)
