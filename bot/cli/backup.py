"""`python -m bot backup`: copies database and files, completely or not at all."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.engine import make_url

from bot.cli.base import NotPossible, command, configured
from bot.clock import SystemClock
from bot.config import Settings
from bot.files import private

BACKUP_RESTS = timedelta(days=1)
"""A half-written backup that has not changed for so long was left by a killed one."""

_HALF = "[0-9a-f]" * 8 + ".part"


async def backup(settings: Settings, to: Path, now: datetime) -> int:
    """Copy the database (a consistent snapshot, the service may run) and the files to an empty folder.

    Written beside it and renamed when complete. Returns the number of older half-written backups deleted, there and in
    the folders beside it.
    """
    swept = await asyncio.to_thread(_sweep_backups, to, now - BACKUP_RESTS)
    await asyncio.to_thread(_empty_folder, to)
    part = to / f"{secrets.token_hex(4)}.part"
    await asyncio.to_thread(part.mkdir, 0o700)
    try:
        await _back_up(settings, part)
        await asyncio.to_thread(private.tighten, part)
        await asyncio.to_thread(_move_up, part)
    except BaseException:
        await asyncio.to_thread(shutil.rmtree, part, ignore_errors=True)
        raise
    return swept


def _sweep_backups(to: Path, before: datetime) -> int:
    swept = 0
    for half in to.absolute().parent.glob(f"*/{_HALF}"):
        changed = max((path.stat().st_mtime for path in (half, *half.rglob("*"))), default=0)
        if changed < before.timestamp():
            shutil.rmtree(half)
            swept += 1
    return swept


def _move_up(part: Path) -> None:
    for each in part.iterdir():
        each.rename(part.parent / each.name)
    part.rmdir()


async def _back_up(settings: Settings, to: Path) -> None:
    url = make_url(settings.database)
    if url.get_backend_name() == "sqlite":
        await asyncio.to_thread(_copy_sqlite, Path(str(url.database)), to / "minsheng.db")
    else:
        await _dump_postgres(
            url.set(drivername="postgresql").render_as_string(hide_password=False), to / "minsheng.dump"
        )
    await asyncio.to_thread(_copy_files, settings.data_dir / "media", to / "media")


def _empty_folder(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise NotPossible(f"{folder} 不是空文件夹")


def _copy_files(source: Path, target: Path) -> None:
    if source.exists():
        shutil.copytree(source, target)


def _copy_sqlite(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


async def _dump_postgres(url: str, target: Path) -> None:
    # The address holds the password: handed over in the environment, where other accounts cannot read it.
    command = ("pg_dump", "--format=custom", f"--file={target}")
    parts = make_url(url)
    given = {
        "PGHOST": parts.host or "",
        "PGPORT": str(parts.port or 5432),
        "PGUSER": parts.username or "",
        "PGPASSWORD": str(parts.password or ""),
        "PGDATABASE": parts.database or "",
        "PATH": os.defpath,
    }
    try:
        process = await asyncio.create_subprocess_exec(*command, env=given)
    except FileNotFoundError:
        raise NotPossible("没有找到 pg_dump，请安装 postgresql-client") from None
    if await process.wait():
        raise NotPossible("pg_dump 没有成功，见上面的输出")


@command
async def run(to: Annotated[Path, typer.Argument(help="备份到哪个文件夹")]) -> None:
    """Copy the database and the files of a running service to a folder."""
    swept = await backup(configured(), to, SystemClock().now())
    typer.echo(f"已备份到 {to}" + (f"，清掉了以前没有备完的 {swept} 份" if swept else ""))
