"""`python -m bot migrate`: the lines it prints."""

from __future__ import annotations

import typer

from bot.cli.base import NotPossible, command, configured
from bot.wiring import open_database
from storage.migrations import migrate as schema
from storage.migrations.migrate import (
    Derived,
    Deriving,
    IndexBuilt,
    NewerDatabase,
    OthersMigrate,
    Progress,
    Revised,
    TableInUse,
    Unreadable,
)


def line(progress: Progress) -> str:
    """Returns the line that tells an operator of one step."""
    match progress:
        case OthersMigrate():
            return "另一个 migrate 正在运行，等它做完"
        case TableInUse(attempt=attempt):
            return f"有别的连接正用着要改的表，让它先走（第 {attempt} 次）"
        case Revised(before=before, after=after):
            return f"数据库结构 {before or '空'} → {after}"
        case IndexBuilt(name=name):
            return f"索引 {name} 建好了"
        case Deriving(done=done, total=total):
            return f"按经过重算工单：{done} / {total} 件"
        case Derived(tickets=tickets):
            return f"按经过重算了工单，{tickets} 件有变动"
        case Unreadable(tickets=tickets):
            return f"{tickets} 件的经过读不全，没有动，用 rebuild --check 看是哪几件"


def refusal(error: NewerDatabase) -> str:
    """Returns why the database cannot be migrated."""
    return f"数据库结构是 {error.found}，比这个程序（{error.known}）新：请用新的程序"


@command
async def run() -> None:
    """Bring the database to the schema that this program needs."""
    async with open_database(configured()) as engine:
        before = await schema.current(engine)
        try:
            await schema.upgrade(engine, say=lambda progress: typer.echo(line(progress)))
        except schema.NewerDatabase as error:
            raise NotPossible(refusal(error)) from None
        typer.echo(f"数据库：{before or '空'} → {await schema.current(engine)}")
