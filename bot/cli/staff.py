"""`python -m bot staff …`: makes binding codes, lists staff, and unbinds accounts."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncEngine

from bot import ids
from bot.cli.base import LAST_ID, NotPossible, Say, command, configured
from bot.clock import SystemClock
from bot.config import Settings
from bot.files import private
from bot.wiring import open_database
from handlers.calendar.zone import local
from handlers.directory.directory import Directory, Role, Staff, Unit
from storage.transactions import directory

INVITE_LASTS = timedelta(days=7)
"""How long a binding code is valid: a week covers a colleague's holiday."""

group = typer.Typer(help="工作人员：发绑定码、列出、停用", no_args_is_help=True)


async def invite(
    settings: Settings, engine: AsyncEngine, unit_words: str, *, role: Role, name: str, now: datetime
) -> str:
    """Make a one-time binding code. Returns the code and until when it is valid, as text."""
    unit = _unit(await directory.load(engine), unit_words)
    code = ids.new_invite()
    member = Staff(
        id=ids.Ids(lambda: now, os.getpid()).next(),
        unit_id=unit.id,
        role=role,
        name=name,
        invite_hash=ids.keyed_hash(private.secret_key(settings))(code),
        invite_until=int((now + INVITE_LASTS).timestamp()),
    )
    await directory.save_staff(engine, [member])
    until = local(now + INVITE_LASTS).strftime("%Y-%m-%d %H:%M")
    return f"{code}\n请 {unit.name} 的{name or '同事'}在公众号里发送：绑定 {code}（{until} 前有效，只能用一次）"


def _unit(known: Directory, words: str) -> Unit:
    found = known.units.get(words) or known.called(words)
    if found is not None:
        return found
    near = "、".join(unit.name for unit in known.near(words))
    raise NotPossible(f"没有叫“{words}”的单位" + (f"，相近的有：{near}" if near else "；先用 directory load 装入单位"))


async def list_staff(engine: AsyncEngine, say: Say) -> None:
    """Print every member of staff with unit, role and whether they are bound."""
    known = await directory.load(engine)
    for member in sorted(known.staff.values(), key=lambda one: (one.unit_id, one.id)):
        state = "已绑定" if member.person_id else "待绑定" if member.invite_hash else "未绑定"
        say(f"{member.id}\t{known.name(member.unit_id)}\t{member.role.value}\t{member.name or '—'}\t{state}")


async def release_staff(engine: AsyncEngine, staff_id: int) -> str:
    """Unbind a member of staff who left or lost the phone, and void any unused code. Returns a confirmation."""
    member = (await directory.load(engine)).staff.get(staff_id)
    if member is None:
        raise NotPossible(f"没有编号 {staff_id} 的工作人员，用 staff list 看编号")
    await directory.release(engine, member)
    return f"已停用：{member.name or staff_id}。五秒之内不能再办件；重新启用要发新的绑定码"


@group.command("invite")
@command
async def _invite(
    unit: Annotated[str, typer.Option(help="单位名称、别名或编号")],
    role: Annotated[Role, typer.Option(help="角色")],
    name: Annotated[str, typer.Option(help="姓名")] = "",
) -> None:
    """Print a one-time code; who sends “绑定 CODE” to the account becomes staff of this unit."""
    settings = configured()
    async with open_database(settings) as engine:
        typer.echo(await invite(settings, engine, unit, role=role, name=name, now=SystemClock().now()))


@group.command("list")
@command
async def _list() -> None:
    """Print who works where, and who is bound."""
    async with open_database(configured()) as engine:
        await list_staff(engine, say=typer.echo)


@group.command("release")
@command
async def _release(
    staff_id: Annotated[int, typer.Argument(min=1, max=LAST_ID, help="编号，见 staff list 第一列")],
) -> None:
    """Take the account from somebody who left or lost the phone; an unused code stops working too."""
    async with open_database(configured()) as engine:
        typer.echo(await release_staff(engine, staff_id))
