"""Two nights of a service that learns: a real fit from what officials put right, taken up while it runs, and the way back."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from bot.background.training_log import Result, TrainingLog
from handlers.directory.directory import Role
from handlers.tickets import numbers
from nlp import understand
from nlp.appeals.category import MODEL
from nlp.appeals.model import CategoryModel
from nlp.training import keeping
from nlp.understand import Reader
from tests.integration.learning import labelled
from tests.integration.service.stage import ANOTHER, CHEN, LI, WANG, Stage, open_stage
from tests.support.databases import Templates

pytest.importorskip("sklearn", reason="fitting needs scikit-learn")

TOLD = ("竹园街的祈灯匣没有守匣人了，牌子也没有续", "柏晓路祈灯匣的香位乱成一团，续牌的事没有人管")
LATER = "松园街祈灯匣守匣人走了，香位没人理，什么时候续牌"
TO_THE_NIGHT = timedelta(hours=18)
"""From the stage's start to a quarter past three in China."""


@pytest.fixture(scope="module")
def reader() -> Reader:
    return understand.load()


@pytest.fixture
async def stage(templates: Templates, tmp_path: Path, reader: Reader) -> AsyncIterator[Stage]:
    file = labelled.write(tmp_path / "labelled.csv")
    with templates.copy("sqlite", tmp_path) as url:
        async with open_stage(url, tmp_path / "data", reader, labelled_file=str(file)) as opened:
            yield opened


async def corrected(stage: Stage) -> None:
    """A dispatcher puts the category of each message right."""
    await stage.bind(CHEN, "dispatch", Role.DISPATCHER)
    for person, text in zip((WANG, LI), TOLD, strict=True):
        (number,) = set(numbers.find(await stage.say(person, text)))
        assert "类别改为「民政」" in await stage.say(CHEN, f"改类 {number} 民政")


async def night(stage: Stage) -> None:
    """The scheduler's job as it runs, until the fit is over, and the web part's job a minute later."""
    knowledge = stage.parts.background.knowledge
    await knowledge.learning.tonight(stage.clock.now())
    await knowledge.learning.finished()
    await knowledge.reader.refresh(stage.clock.now())


def runs(stage: Stage) -> TrainingLog:
    return TrainingLog(stage.parts.process.settings.learning_dir)


def garbled(label: str, held: bool) -> str:
    """Labels that teach lamps as schools and schools as lamps, of all that is fitted on."""
    return label if held else {"城乡建设": "教育文体", "教育文体": "城乡建设"}.get(label, label)


async def test_two_nights(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    await corrected(stage)
    knowledge = stage.parts.background.knowledge
    assert knowledge.reader.understand(LATER).category != "民政"
    stage.clock.advance(TO_THE_NIGHT)

    await knowledge.learning.tonight(stage.clock.now())
    # While another process fits, this one answers.
    assert numbers.find(await stage.say(WANG, ANOTHER))
    assert not (stage.parts.process.settings.learning_dir / "lessons.jsonl").exists()
    await knowledge.learning.finished()
    assert knowledge.reader.understand(LATER).category != "民政"
    await knowledge.reader.refresh(stage.clock.now())
    assert knowledge.reader.understand(LATER).category == "民政"
    (first,) = runs(stage).all()
    assert (first.result, first.old_corrections, first.new_corrections) == (Result.REPLACED, 0.0, 1.0)
    model = stage.parts.process.settings.learning_dir / MODEL.name
    assert hashlib.sha256(model.read_bytes()).hexdigest() == first.sha256
    assert keeping.previous(model).read_bytes() == MODEL.read_bytes()

    # Nothing new was put right: nothing is fitted.
    stage.clock.advance(timedelta(days=1))
    await night(stage)
    assert len(runs(stage).all()) == 1

    labelled.write(Path(stage.parts.process.settings.labelled_file), garbled)
    await night(stage)
    second = runs(stage).all()[-1]
    assert (second.result, second.sha256) == (Result.REFUSED, first.sha256)
    assert second.reason.startswith("worse on ")
    assert knowledge.reader.understand(LATER).category == "民政"
    assert b'minsheng_learning_total{became="refused"} 1.0' in stage.parts.process.metrics.text()

    monkeypatch.chdir(stage.parts.process.settings.data_dir)
    monkeypatch.setenv("DATA_DIR", str(stage.parts.process.settings.data_dir))
    told = await asyncio.to_thread(CliRunner().invoke, app, ["model", "rollback"])
    assert told.exit_code == 0, told.output
    await knowledge.reader.refresh(stage.clock.now())
    assert knowledge.reader.understand(LATER).category != "民政"
    assert model.read_bytes() == MODEL.read_bytes()
    history = (await asyncio.to_thread(CliRunner().invoke, app, ["model", "list"])).output.splitlines()
    assert [line.split("  ")[1] for line in history[:3]] == ["换上新模型", "新模型不如原来的，没有换", "退回上一个模型"]
    assert history[-1] == f"上一个：{first.sha256[:12]}，可以退回"


async def test_stopping_in_the_middle_of_a_fit_leaves_the_old_model(stage: Stage) -> None:
    await corrected(stage)
    stage.clock.advance(TO_THE_NIGHT)
    folder = stage.parts.process.settings.learning_dir
    learning = stage.parts.background.knowledge.learning
    await learning.tonight(stage.clock.now())
    async with asyncio.timeout(60):
        while not (folder / "category.lock").exists():  # noqa: ASYNC110 - another process makes it
            await asyncio.sleep(0.01)
    await learning.stop()
    names = {path.name for path in folder.iterdir()}
    assert names == {"category.npz", "category.sha256", "category.lock", "corrections.jsonl"}
    assert CategoryModel.read(folder / MODEL.name).labels == CategoryModel.read(MODEL).labels
    # What was not learnt is learnt at the next look, also where the model cannot be read any more.
    keeping.write(b"of another edition of the program", folder / MODEL.name)
    await night(stage)
    assert [night.result for night in runs(stage).all()] == [Result.REPLACED]
    assert keeping.previous(folder / MODEL.name).read_bytes() == MODEL.read_bytes()
