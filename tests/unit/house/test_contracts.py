"""docs/contracts.md against the program: what it promises is there, what it reserves is not."""

from __future__ import annotations

import re
from pathlib import Path

import typer

from bot.__main__ import app as bot_commands
from bot.config import Settings
from handlers.official.spec import BY_WORD
from nlp.__main__ import app as nlp_commands

PAGE = (Path(__file__).parents[3] / "docs" / "contracts.md").read_text()
_NAME = re.compile(r"`([^`\s]+)`")


def section(title: str) -> str:
    return PAGE.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]


def promised_and_reserved(title: str) -> tuple[set[str], set[str]]:
    promised, _, reserved = section(title).partition("**Reserved:**")
    return set(_NAME.findall(promised)), set(_NAME.findall(reserved.split("\n\n", 1)[0]))


def test_every_setting_is_there() -> None:
    promised, reserved = promised_and_reserved("Environment")
    there = {name.upper() for name in Settings.model_fields}
    assert len(promised) > 20
    assert {name for name in promised if name.isupper()} <= there
    assert reserved
    assert not reserved & there


def commands(app: typer.Typer) -> set[str]:
    command = typer.main.get_command(app)
    assert isinstance(command, typer.core.TyperGroup)
    return set(command.commands)


def test_every_command_of_the_service_is_there() -> None:
    bot = section("Command line").split("`python -m nlp", 1)[0]
    promised, _, reserved = bot.partition("**Reserved:**")
    there = commands(bot_commands)
    assert {name for name in _NAME.findall(promised) if not name.startswith("--")} == there
    assert set(_NAME.findall(reserved))
    assert not set(_NAME.findall(reserved)) & there


def test_every_command_about_words_is_there() -> None:
    """`train` and `evaluate` are read from the command line before the others: `nlp/__main__.py`."""
    rows = re.findall(r"^\| (`.+?) \|", section("Command line"), re.MULTILINE)
    promised = {name for row in rows for name in _NAME.findall(row)}
    assert promised - {"train", "evaluate"} <= commands(nlp_commands)


def test_every_verb_of_officials_is_understood() -> None:
    words = section("Chat, official").split("NO may be left out")[0]
    verbs = {each.split()[0] for each in words.replace("\n", " ").split("·")}
    assert len(verbs) > 15
    assert {verb.rstrip(".") for verb in verbs} - {"帮助"} <= BY_WORD.keys()
