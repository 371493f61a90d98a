"""A command is whole: a row in the table, a permission, and a conversation in the tests."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from handlers import official
from handlers.official import permissions
from handlers.official.command import Command
from handlers.official.spec import DEEDS

HERE = Path(__file__).parent
CONVERSATIONS = "\n".join(
    path.read_text("utf-8")
    for path in HERE.glob("test_*.py")
    if path.name not in {"test_grammar.py", "test_permissions.py", "test_completeness.py"}
)


def _commands(above: type[Command]) -> Iterator[type[Command]]:
    for below in above.__subclasses__():
        if "name" in vars(below):
            yield below
        yield from _commands(below)


for _module in pkgutil.walk_packages(official.__path__, f"{official.__name__}."):
    importlib.import_module(_module.name)
COMMANDS = [each for each in _commands(Command) if each.__module__.startswith("handlers.official.")]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.__name__)
def test_a_command_is_whole(command: type[Command]) -> None:
    assert command in DEEDS, "no deed: add it to the tuple at the end of its file, and that to spec.ALL"
    known = permissions.FREE | set(permissions.OVERVIEW) | {verb for _, verb in permissions.MAY}
    assert command.name in known, "no row in permissions.py"
    assert re.search(rf"""["「]{command.name}(?=[ "{{])""", CONVERSATIONS), (
        "no conversation says it in tests/unit/official"
    )


def test_every_row_has_its_own_verb() -> None:
    assert len({command.name for command in COMMANDS}) == len(COMMANDS) == len(DEEDS)
