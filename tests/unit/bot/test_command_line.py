"""Every command that a file of `bot/cli` holds can be typed."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType

import pytest
import typer

import bot.cli
from bot.__main__ import app

MODULES = [importlib.import_module(f"bot.cli.{found.name}") for found in pkgutil.iter_modules(bot.cli.__path__)]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_what_a_file_of_commands_holds_is_added(module: ModuleType) -> None:
    group, run = getattr(module, "group", None), getattr(module, "run", None)
    if isinstance(group, typer.Typer):
        assert group in [added.typer_instance for added in app.registered_groups]
    if run is not None:
        assert run in [added.callback for added in app.registered_commands]


def test_most_files_hold_commands() -> None:
    assert len([module for module in MODULES if hasattr(module, "group") or hasattr(module, "run")]) > len(MODULES) / 2


def test_every_command_explains_itself() -> None:
    commands = [*app.registered_commands]
    for group in app.registered_groups:
        assert group.typer_instance is not None
        commands += group.typer_instance.registered_commands
    assert [command.name for command in commands if not (command.callback and command.callback.__doc__)] == []
