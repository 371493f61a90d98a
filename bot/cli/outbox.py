"""`python -m bot outbox …`: lists pushes that were not sent, and queues them again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.cli.base import LAST_ID, NotPossible, Say, command, configured
from bot.clock import SystemClock
from bot.wiring import open_database
from handlers.calendar.zone import local
from storage.queues.outbox import Outbox
from storage.schema.tables import OutboxState

group = typer.Typer(help="推送：查看没发出去的，重新排队", no_args_is_help=True)


async def list_outbox(engine: AsyncEngine, state: OutboxState | None, say: Say) -> None:
    """Print pushes that are not done, oldest first."""
    for letter in await Outbox(engine).list(state):
        due = local(letter.due_at).strftime("%m-%d %H:%M")
        say(f"{letter.id}\t{letter.state.value}\t试过 {letter.attempts} 次\t{due}\t{letter.error or '—'}")


async def requeue(engine: AsyncEngine, push_ids: Sequence[int] | None, now: datetime) -> int:
    """Set dead pushes to pending: all of them, or these dead and uncertain ones. Returns the number. Raises
    `NotPossible` when some of these are neither.
    """
    done = await Outbox(engine).requeue(now, push_ids or None)
    return done if not push_ids else _all_of(push_ids, done, "已重新排队", "dead、uncertain")


async def arrived(engine: AsyncEngine, push_ids: Sequence[int]) -> int:
    """Mark these uncertain pushes as sent. Returns the number. Raises `NotPossible` when some are not uncertain."""
    return _all_of(push_ids, await Outbox(engine).arrived(push_ids), "已记为送达", "uncertain")


def _all_of(push_ids: Sequence[int], done: int, what: str, states: str) -> int:
    """Returns `done` when it is all of these. Raises `NotPossible` otherwise; those that could be done stay done."""
    others = len(set(push_ids)) - done
    if others:
        raise NotPossible(
            f"{what} {done} 条；另外 {others} 条没有动：没有这个编号，或者不是 {states}，用 outbox list 看"
        )
    return done


@group.command("list")
@command
async def _list(state: Annotated[OutboxState | None, typer.Option(help="只看这个状态")] = None) -> None:
    """Print pushes that still wait, are parked, dead or may have arrived."""
    async with open_database(configured()) as engine:
        await list_outbox(engine, state, say=typer.echo)


@group.command("requeue")
@command
async def _requeue(
    ids: Annotated[
        list[int] | None, typer.Argument(min=1, max=LAST_ID, help="编号；不写为全部 dead 的；uncertain 的要写编号")
    ] = None,
) -> None:
    """Give dead pushes a fresh start; uncertain ones only by their ids: they may arrive a second time."""
    async with open_database(configured()) as engine:
        typer.echo(f"已重新排队 {await requeue(engine, ids, SystemClock().now())} 条")


@group.command("arrived")
@command
async def _arrived(ids: Annotated[list[int], typer.Argument(min=1, max=LAST_ID, help="编号")]) -> None:
    """Take uncertain pushes as sent: the person says that it arrived."""
    async with open_database(configured()) as engine:
        typer.echo(f"已记为送达 {await arrived(engine, ids)} 条")
