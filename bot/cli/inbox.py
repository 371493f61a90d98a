"""`python -m bot inbox …`: lists, shows and decides again messages that failed or could not be read."""

from __future__ import annotations

import asyncio
from typing import Annotated

import msgspec
import typer
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.cli.base import NotPossible, Say, command, configured
from bot.config import Settings
from bot.inbound.spool import Spool
from bot.wiring import open_database
from handlers.calendar.zone import local
from handlers.messages import Doubt, Unread
from storage.queues import inbox

group = typer.Typer(help="收件：查看处理出错和没读懂的消息，重新处理", no_args_is_help=True)


async def list_failed(engine: AsyncEngine, say: Say) -> None:
    """Print messages that failed or could not be read: when, from which channel, of what kind. Never their words."""
    for incoming in await inbox.waiting(engine):
        at = local(incoming.received_at).strftime("%Y-%m-%d %H:%M")
        body = incoming.body
        kind = f"没读懂：{_DOUBTS[body.why]}" if isinstance(body, Unread) else type(body).__name__
        say(f"{incoming.key}\t{at}\t{incoming.channel.value}\t{kind}")


_DOUBTS = {
    Doubt.UNREADABLE: "内容不完整或格式不认识",
    Doubt.DOUBLED: "只该有一个的字段有两个",
    Doubt.REPLAYED: "时间戳和随机数用过，正文不同",
    Doubt.SEALED: "用现有密钥解不开，检查 WECHAT_AES_KEY",
}


async def show_failed(engine: AsyncEngine, key: str, say: Say) -> None:
    """Print one of them whole, as it came. Its words are a person's: only for the operator who has to answer it."""
    found = await inbox.waiting(engine, key)
    if not found:
        raise NotPossible("没有这个编号，用 inbox list 看编号")
    for incoming in found:
        body = incoming.body
        whole = body.raw if isinstance(body, Unread) else msgspec.json.encode(body)
        say(whole.decode("utf-8", "backslashreplace"))


async def replay(settings: Settings, engine: AsyncEngine) -> int:
    """Hand failed messages to the running service again, through the spool in its data folder. Returns the number."""
    spool = Spool(settings.data_dir / "spool")
    spool.open()
    waiting = await inbox.failed(engine)
    for incoming in waiting:
        # On disk first: between the two steps a crash leaves the message in both places, where the inbox settles it.
        await asyncio.to_thread(spool.save, incoming)
        await inbox.reopen(engine, incoming)
    return len(waiting)


@group.command("list")
@command
async def _list() -> None:
    """Print messages that failed or could not be read, and wait for somebody."""
    async with open_database(configured()) as engine:
        await list_failed(engine, say=typer.echo)


@group.command("show")
@command
async def _show(key: Annotated[str, typer.Argument(help="编号，见 inbox list 第一列")]) -> None:
    """Print one of them whole, as it came. These are a person's own words."""
    async with open_database(configured()) as engine:
        await show_failed(engine, key, say=typer.echo)


@group.command("replay")
@command
async def _replay() -> None:
    """Let the running service decide failed messages once more (after the mistake was mended)."""
    settings = configured()
    async with open_database(settings) as engine:
        typer.echo(f"已交回 {await replay(settings, engine)} 条，运行中的服务会在几秒内处理")
