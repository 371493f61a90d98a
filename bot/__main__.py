"""`python -m bot`: the command line. Runs the service, operates it, prints its documents."""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import wraps
from pathlib import Path
from typing import Annotated, ParamSpec

import typer
import uvloop

from bot.app import create_app
from bot.background.corrections import export as export_all
from bot.background.training_log import TrainingLog
from bot.cli import backup as backups
from bot.cli import cards as cards_of_the_clock
from bot.cli import corrections as learning
from bot.cli import documents, migration, operators, policy_try
from bot.cli import public as public_tickets
from bot.cli import recuse as recusal
from bot.cli.exporting import export as export_tickets
from bot.clock import SystemClock
from bot.config import Settings, Unusable, read_settings
from bot.files.policy import print_policy, read_policy, read_terms
from bot.files.private import set_umask
from bot.files.seed import SeedError
from bot.inbound.door import MOST, Door, room_for
from bot.monitoring.logs import configure
from bot.sandbox.serve import serve_sandbox
from bot.serve import Service, run_until_stopped
from bot.wiring import open_database, open_parts
from handlers.calendar.policy import Terms
from handlers.calendar.zone import SHANGHAI
from handlers.directory.directory import Role
from nlp.training.keeping import BusyError
from nlp.understand import load as load_reader
from scheduler.jobs import EVERYTHING, Part
from storage.migrations import migrate as schema
from storage.queries.moment import DatabaseTime
from storage.queries.paging import each_history
from storage.schema.errors import DATABASE_ERRORS
from storage.schema.tables import OutboxState
from storage.transactions import directory as stored_directory

P = ParamSpec("P")

app = typer.Typer(
    help="民声速递 · Minsheng Express", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)
staff = typer.Typer(help="工作人员：发绑定码、列出、停用", no_args_is_help=True)
outbox = typer.Typer(help="推送：查看没发出去的，重新排队", no_args_is_help=True)
inbox = typer.Typer(help="收件：查看处理出错和没读懂的消息，重新处理", no_args_is_help=True)
corrections = typer.Typer(help="改正：工作人员改过的类别和单位，供模型学习", no_args_is_help=True)
directory = typer.Typer(help="单位与派单规则：从一个文件装入", no_args_is_help=True)
policy = typer.Typer(help="期限规定：印出现行的，试算要改的", no_args_is_help=True)
cards = typer.Typer(help="牌：撤回时钟走错时亮的", no_args_is_help=True)
public = typer.Typer(help="公开：收回不该公开的", no_args_is_help=True)
model = typer.Typer(help="分类模型：每夜学得怎样，退回上一个", no_args_is_help=True)
app.add_typer(staff, name="staff")
app.add_typer(outbox, name="outbox")
app.add_typer(inbox, name="inbox")
app.add_typer(corrections, name="corrections")
app.add_typer(directory, name="directory")
app.add_typer(policy, name="policy")
app.add_typer(model, name="model")
app.add_typer(cards, name="cards")
app.add_typer(public, name="public")

_LAST_ID = 2**63 - 1
"""The largest that the database keeps."""


@app.callback()
def private_files() -> None:
    """民声速递 · Minsheng Express"""
    set_umask()


def _settings() -> Settings:
    settings = read_settings()
    configure(as_json=settings.log_json)
    return settings


def _command(work: Callable[P, Awaitable[int | None]]) -> Callable[P, None]:
    """A command that ends with an exit status, and with one line on standard error when it cannot begin."""

    @wraps(work)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            code = uvloop.run(_whole(work(*args, **kwargs)))
        except (Unusable, SeedError, operators.NotPossible) as error:
            sys.stderr.write(f"{error}\n")
            code = 2
        except BrokenPipeError:
            # Whoever reads what we print has read enough (`| head`): typer ends quietly then.
            raise
        except DATABASE_ERRORS as error:
            code = 2
            sys.stderr.write(f"{_broken_off(error)}\n")
        raise typer.Exit(code or 0)

    return run


def _broken_off(error: BaseException) -> str:
    """One line on an error that ended a command: never with a statement, a value or an address in it."""
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    return f"DATABASE_URL: the database does not answer or is not of this program ({type(error).__name__})"


async def _whole(work: Awaitable[int | None]) -> int | None:
    return await work


def _set_memory_aside() -> None:
    """Keep the garbage collector off the dictionaries, which stay for good, and let it look less often at a busy heap."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@app.command()
@_command
async def serve(
    only: Annotated[Part | None, typer.Option(help="只运行其中一部分：web、worker 或 scheduler")] = None,
) -> None:
    """Run the service: everything in one process, or one part of it (web, worker, scheduler)."""
    settings = _settings()
    if settings.sandbox:
        await serve_sandbox(settings)
        return
    if not settings.database_url:
        async with open_database(settings) as engine:
            await schema.upgrade(engine)
    async with open_parts(settings, SystemClock()) as parts:
        _set_memory_aside()
        app = create_app(parts, door=Door(most=room_for(MOST)))
        await run_until_stopped(Service(parts, frozenset({only}) if only else EVERYTHING, app))


@app.command()
@_command
async def migrate() -> None:
    """Bring the database to the schema that this program needs."""
    async with open_database(_settings()) as engine:
        before = await schema.current(engine)
        try:
            await schema.upgrade(engine, say=lambda progress: typer.echo(migration.line(progress)))
        except schema.NewerDatabase as error:
            raise operators.NotPossible(migration.refusal(error)) from None
        typer.echo(f"数据库：{before or '空'} → {await schema.current(engine)}")


@app.command()
@_command
async def rebuild(
    check: Annotated[bool, typer.Option("--check", help="只核对，不改；有一处不符就以 1 退出")] = False,
) -> int:
    """Recompute every ticket from its events; repair what differs, or only report it."""
    async with open_database(_settings()) as engine:
        return await operators.rebuild(engine, repair=not check, say=typer.echo)


@app.command()
@_command
async def doctor() -> int:
    """Look at everything the service needs and say what is missing."""
    return await operators.doctor(_settings(), typer.echo, SystemClock().now())


@app.command()
@_command
async def export(
    to: Annotated[Path, typer.Argument(help="写到哪个文件（每行一个 JSON）")],
) -> None:
    """Write all tickets with their events as JSON lines, personal data masked."""
    async with open_database(_settings()) as engine:
        typer.echo(f"已导出 {await export_tickets(engine, to)} 件")


@app.command()
@_command
async def backup(to: Annotated[Path, typer.Argument(help="备份到哪个文件夹")]) -> None:
    """Copy the database and the files of a running service to a folder."""
    swept = await backups.backup(_settings(), to, SystemClock().now())
    typer.echo(f"已备份到 {to}" + (f"，清掉了以前没有备完的 {swept} 份" if swept else ""))


@app.command()
def docs(check: Annotated[bool, typer.Option("--check", help="只核对，不写")] = False) -> None:
    """Write the documents that are derived from the code, or check that they are current."""
    stale = documents.stale() if check else documents.write()
    for name in stale:
        typer.echo(f"{'过期' if check else '已更新'}：{name}")
    raise typer.Exit(1 if check and stale else 0)


@staff.command()
@_command
async def invite(
    unit: Annotated[str, typer.Option(help="单位名称、别名或编号")],
    role: Annotated[Role, typer.Option(help="角色")],
    name: Annotated[str, typer.Option(help="姓名")] = "",
) -> None:
    """Print a one-time code; who sends “绑定 CODE” to the account becomes staff of this unit."""
    settings = _settings()
    async with open_database(settings) as engine:
        typer.echo(await operators.invite(settings, engine, unit, role=role, name=name, now=SystemClock().now()))


@staff.command("list")
@_command
async def list_staff() -> None:
    """Print who works where, and who is bound."""
    async with open_database(_settings()) as engine:
        await operators.list_staff(engine, say=typer.echo)


@staff.command()
@_command
async def release(
    staff_id: Annotated[int, typer.Argument(min=1, max=_LAST_ID, help="编号，见 staff list 第一列")],
) -> None:
    """Take the account from somebody who left or lost the phone; an unused code stops working too."""
    async with open_database(_settings()) as engine:
        typer.echo(await operators.release_staff(engine, staff_id))


@outbox.command("list")
@_command
async def list_outbox(state: Annotated[OutboxState | None, typer.Option(help="只看这个状态")] = None) -> None:
    """Print pushes that still wait, are parked, dead or may have arrived."""
    async with open_database(_settings()) as engine:
        await operators.list_outbox(engine, state, say=typer.echo)


@outbox.command()
@_command
async def requeue(
    ids: Annotated[
        list[int] | None, typer.Argument(min=1, max=_LAST_ID, help="编号；不写为全部 dead 的；uncertain 的要写编号")
    ] = None,
) -> None:
    """Give dead pushes a fresh start; uncertain ones only by their ids: they may arrive a second time."""
    async with open_database(_settings()) as engine:
        typer.echo(f"已重新排队 {await operators.requeue(engine, ids, SystemClock().now())} 条")


@outbox.command()
@_command
async def arrived(ids: Annotated[list[int], typer.Argument(min=1, max=_LAST_ID, help="编号")]) -> None:
    """Take uncertain pushes as sent: the person says that it arrived."""
    async with open_database(_settings()) as engine:
        typer.echo(f"已记为送达 {await operators.arrived(engine, ids)} 条")


@inbox.command("list")
@_command
async def list_inbox() -> None:
    """Print messages that failed or could not be read, and wait for somebody."""
    async with open_database(_settings()) as engine:
        await operators.list_failed(engine, say=typer.echo)


@inbox.command("show")
@_command
async def show_inbox(key: Annotated[str, typer.Argument(help="编号，见 inbox list 第一列")]) -> None:
    """Print one of them whole, as it came. These are a person's own words."""
    async with open_database(_settings()) as engine:
        await operators.show_failed(engine, key, say=typer.echo)


@inbox.command()
@_command
async def replay() -> None:
    """Let the running service decide failed messages once more (after the mistake was mended)."""
    settings = _settings()
    async with open_database(settings) as engine:
        typer.echo(f"已交回 {await operators.replay(settings, engine)} 条，运行中的服务会在几秒内处理")


@corrections.command("export")
@_command
async def export_corrections(
    to: Annotated[
        Path, typer.Argument(help="写到哪个文件（每行一个 JSON），供 python -m nlp train --corrections 使用")
    ],
) -> None:
    """Write what officials put right (category, unit) as JSON lines, personal data masked."""
    async with open_database(_settings()) as engine:
        typer.echo(f"已导出 {await export_all(engine, to)} 条")


@corrections.command("units")
@_command
async def print_unit_corrections() -> None:
    """Print where officials sent what had been routed elsewhere, most often first: for whoever edits the routing table."""
    async with open_database(_settings()) as engine:
        await learning.print_units(engine, say=typer.echo)


@model.command("list")
@_command
async def list_models() -> None:
    """Print what became of each night's learning, the model in use and the one before."""
    TrainingLog(read_settings().learning_dir).print(typer.echo)


@model.command()
@_command
async def rollback() -> None:
    """Go back to the model before this one; a running service takes it up within a minute."""
    try:
        typer.echo(TrainingLog(read_settings().learning_dir).roll_back(SystemClock().now()))
    except FileNotFoundError:
        raise operators.NotPossible("没有上一个模型可退") from None
    except BusyError:
        raise operators.NotPossible("正在训练，过几分钟再试") from None


_TIMES = ["%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


@cards.command()
@_command
async def undo(
    between: Annotated[
        tuple[datetime, datetime],
        typer.Option(
            formats=_TIMES, help='经过里记的时间，从几时到几时（北京时间），如 "2026-12-10 09:00" "2026-12-10 10:00"'
        ),
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看要撤回什么，不改")] = False,
) -> int:
    """Take back cards, documents and what followed from them that the clock gave while it was wrong."""
    settings = _settings()
    first, last = (at.replace(tzinfo=SHANGHAI) for at in between)
    # The log is finer than what is typed: the whole last second belongs to it.
    last += timedelta(seconds=1, microseconds=-1)
    async with open_database(settings) as engine:
        return await cards_of_the_clock.undo(
            engine,
            first,
            last,
            terms=read_terms(settings),
            now=await DatabaseTime(engine, SystemClock()).now(),
            dry=dry_run,
            say=typer.echo,
        )


@public.command()
@_command
async def withdraw(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只列出编号和原因，不改")] = False,
) -> None:
    """Take tickets that must be kept (保密件, a life at stake) from the public, those of before included."""
    settings = _settings()
    reader = await asyncio.to_thread(load_reader, settings.home_region)
    async with open_database(settings) as engine:
        await public_tickets.withdraw(
            engine,
            reader.understand,
            terms=read_terms(settings),
            now=await DatabaseTime(engine, SystemClock()).now(),
            dry=dry_run,
            say=typer.echo,
        )


@directory.command("load")
@_command
async def load_directory(file: Annotated[Path, typer.Argument(help="种子文件（TOML）")]) -> None:
    """Take in units, routing rules and staff from a seed file."""
    async with open_database(_settings()) as engine:
        typer.echo(await operators.load_directory(engine, file))


@directory.command("recuse")
@_command
async def recuse(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看要移走什么，不改")] = False,
) -> None:
    """Take tickets from the desk of a unit that they accuse: after an upgrade, or after units were moved."""
    settings = _settings()
    async with open_database(settings) as engine:
        await recusal.recuse(
            engine,
            site=settings.site,
            terms=read_terms(settings),
            now=await DatabaseTime(engine, SystemClock()).now(),
            dry=dry_run,
            say=typer.echo,
        )


@policy.command("show")
@_command
async def show_policy() -> None:
    """Print the policy in force as a file, to begin from."""
    typer.echo(print_policy(read_terms(_settings()).book), nl=False)


@policy.command("try")
@_command
async def try_policy(
    since: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="从哪天提交的算起，如 2026-01-01")],
    file: Annotated[Path | None, typer.Option(help="要试的规定文件；不写就用现行的")] = None,
) -> None:
    """Rehearse a policy on the tickets there are: what it would have changed. Nothing is written."""
    settings = _settings()
    terms = read_terms(settings)
    would = Terms(read_policy(file), terms.calendar) if file is not None else terms
    async with open_database(settings) as engine:
        await policy_try.run(
            each_history(engine, since.replace(tzinfo=SHANGHAI)),
            SystemClock().now(),
            since.date(),
            was=terms,
            would=would,
            directory=await stored_directory.load(engine),
            say=typer.echo,
        )


if __name__ == "__main__":
    app()
