"""A model of the service's own: fitted at night, taken up while running, never a damaged one."""

from __future__ import annotations

import asyncio
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.background import training
from bot.background.training import CurrentReader, Learning
from bot.clock import SteppedClock
from bot.wiring import open_parts
from handlers.directory.directory import Role
from handlers.tickets import numbers
from nlp.appeals.category import MODEL
from nlp.training.keeping import write
from nlp.understand import Reader
from tests.integration.service.stage import APPEAL, CHEN, START, WANG, Stage, settings_for
from tests.support.databases import Templates

NIGHT = datetime(2026, 11, 23, 19, 20, tzinfo=UTC)
"""Twenty past three in China."""


async def correct_one(stage: Stage) -> None:
    await stage.bind(CHEN, "dispatch", Role.DISPATCHER)
    (number,) = set(numbers.find(await stage.say(WANG, APPEAL)))
    await stage.say(CHEN, f"改类 {number} 交通")


async def test_a_model_of_ones_own_is_taken_up_and_given_back(reader: Reader, tmp_path: Path) -> None:
    current = CurrentReader(reader, tmp_path)
    await current.refresh(START)
    assert current._reader is reader
    own = tmp_path / MODEL.name
    write(MODEL.read_bytes(), own)
    await current.refresh(START)
    first = current._reader
    assert first is not reader
    assert current.understand(APPEAL) == reader.understand(APPEAL)
    await current.refresh(START)
    assert current._reader is first


async def test_a_damaged_model_changes_nothing(reader: Reader, tmp_path: Path) -> None:
    current = CurrentReader(reader, tmp_path)
    own = tmp_path / MODEL.name
    shutil.copyfile(MODEL, own)
    own.with_suffix(".sha256").write_text("0" * 64, "ascii")
    await current.refresh(START)
    assert current._reader is reader
    shutil.copyfile(MODEL.with_suffix(".sha256"), own.with_suffix(".sha256"))
    await current.refresh(START)
    assert current._reader is not reader


@pytest.mark.parametrize(("code", "replaced", "again"), [(0, True, False), (1, False, False), (2, False, True)])
async def test_the_training_command_decides(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, replaced: bool, again: bool
) -> None:
    commands: list[tuple[str, ...]] = []

    async def run(*command: str) -> tuple[int, bytes]:
        commands.append(command)
        return code, b""

    monkeypatch.setattr(training, "_run", run)
    await correct_one(stage)
    folder = tmp_path / "learning"
    labelled = tmp_path / "labelled.csv"
    labelled.write_text("label,title,detail\n", "utf-8")
    learner = Learning(stage.parts.process.engine, folder, str(labelled))
    assert await learner.learn(NIGHT) is replaced
    assert commands[0][-9:-4] == (sys.executable, "-m", "nlp", "train", str(labelled))
    assert (folder / MODEL.name).read_bytes() == MODEL.read_bytes()
    await learner.learn(NIGHT)
    assert (len(commands) == 2) is again


async def test_counties_at_home_are_read_by_a_service_that_says_where_it_is(
    templates: Templates, tmp_path: Path
) -> None:
    with templates.copy("sqlite", tmp_path) as url:
        settings = settings_for(url, tmp_path / "data", home_region="湖南省长沙市")
        async with open_parts(settings, SteppedClock(START)) as parts:
            reader = parts.background.knowledge.reader
            for _ in range(2):
                (place,) = reader.understand("雨花的垃圾三天没有人收").places
                assert place.region == "430111"
                settings.learning_dir.mkdir(exist_ok=True)
                write(MODEL.read_bytes(), settings.learning_dir / MODEL.name)
                await reader.refresh(START)


async def test_nothing_to_learn_from_fits_nothing(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run(*command: str) -> tuple[int, bytes]:
        raise AssertionError

    monkeypatch.setattr(training, "_run", run)
    labelled = tmp_path / "labelled.csv"
    labelled.write_text("label,title,detail\n", "utf-8")
    assert not await Learning(stage.parts.process.engine, tmp_path / "learning", str(labelled)).learn(NIGHT)


@pytest.mark.parametrize(
    ("at", "labelled", "begins"), [(NIGHT, "l.csv", True), (NIGHT, "", False), (START, "l.csv", False)]
)
async def test_only_at_night_and_only_when_asked_for(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: datetime, labelled: str, begins: bool
) -> None:
    learner = Learning(stage.parts.process.engine, tmp_path / "learning", labelled)
    monkeypatch.setattr(training, "find_spec", lambda name: object())
    begun = asyncio.Event()

    async def learn(_now: datetime) -> bool:
        begun.set()
        await asyncio.Event().wait()
        return False

    monkeypatch.setattr(learner, "learn", learn)
    await learner.tonight(at)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert begun.is_set() is begins
    await learner.stop()
