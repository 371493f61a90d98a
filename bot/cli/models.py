"""`python -m bot model …`: lists the nightly trainings, and restores the model before."""

from __future__ import annotations

import typer

from bot.background.training_log import TrainingLog
from bot.cli.base import NotPossible, command
from bot.clock import SystemClock
from bot.config import read_settings
from nlp.training.keeping import BusyError

group = typer.Typer(help="分类模型：每夜学得怎样，退回上一个", no_args_is_help=True)


@group.command("list")
@command
async def _list() -> None:
    """Print what became of each night's learning, the model in use and the one before."""
    TrainingLog(read_settings().learning_dir).print(typer.echo)


@group.command("rollback")
@command
async def _rollback() -> None:
    """Go back to the model before this one; a running service takes it up within a minute."""
    try:
        typer.echo(TrainingLog(read_settings().learning_dir).roll_back(SystemClock().now()))
    except FileNotFoundError:
        raise NotPossible("没有上一个模型可退") from None
    except BusyError:
        raise NotPossible("正在训练，过几分钟再试") from None
