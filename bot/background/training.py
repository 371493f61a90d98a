"""Learning at night from what officials put right: fitted in a process of its own, taken up by all that run.

The training command replaces the model only by one that is not worse; every process looks whether the file has changed.
What became of each night stands in `bot/background/training_log.py`; `python -m bot model rollback` goes back, and is taken up the same way.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import sys
from collections.abc import Sequence
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path

import msgspec
import structlog
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.background.training_log import Became, Lesson, Lessons
from bot.cli import corrections
from bot.monitoring.metrics import Metrics
from handlers.calendar.zone import local
from nlp.appeals.category import MODEL
from nlp.appeals.model import BrokenModelError, CategoryModel
from nlp.training import keeping
from nlp.understand import Reader, Understanding

log = structlog.get_logger()

AT_NIGHT = 3
"""The hour, in China, in which nobody writes and the machine may be busy."""

_BECAME = {0: Became.REPLACED, 1: Became.REFUSED}
"""What the training command ends with; anything else is a mistake of its own, or the end of its process."""

_YIELDING = ("nice", "-n", "15")
"""The fit takes only the time that answering leaves."""


class CurrentReader:
    """The reader with the newest model; rules call `understand` and never wait."""

    def __init__(self, reader: Reader, folder: Path) -> None:
        """`folder` holds a model of the service's own, once there is one."""
        self._reader = reader
        self._model = folder / MODEL.name
        self._mark = ""

    def understand(self, text: str) -> Understanding:
        """Everything we can tell about one message, as `nlp.understand.Reader` does."""
        return self._reader.understand(text)

    def understand_all(self, texts: Sequence[str]) -> list[Understanding]:
        """The same of several messages, for less."""
        return self._reader.understand_all(texts)

    async def refresh(self, _now: datetime) -> None:
        """Take up the service's own model if it is another one than before; a damaged one is left alone."""
        await asyncio.to_thread(self.refresh_now)

    def refresh_now(self) -> None:
        """The same, waiting for the disk."""
        try:
            mark = self._model.with_suffix(".sha256").read_text("ascii")
            if mark != self._mark:
                self._reader = self._reader.with_model(CategoryModel.read(self._model))
                self._mark = mark
                log.info("model_taken_up", sha256=mark[:12])
        except FileNotFoundError:
            return
        except (BrokenModelError, OSError, ValueError, KeyError) as error:
            # Between the model and its hash, or damaged: what is in use stays, and is looked at again.
            log.warning("model_not_taken_up", error=type(error).__name__)


class Learning:
    """Fits a new model when there is something new to learn, one at a time, beside everything else."""

    def __init__(self, engine: AsyncEngine, folder: Path, labelled: str, metrics: Metrics | None = None) -> None:
        """`labelled` is a CSV of labelled messages; without one nothing is ever fitted."""
        self._engine = engine
        self._folder = folder
        self._labelled = labelled
        self._metrics = metrics
        self._task: asyncio.Task[None] | None = None

    async def tonight(self, now: datetime) -> None:
        """Begin to fit if it is the hour for it; does not wait for the end."""
        if not self._labelled or local(now).hour != AT_NIGHT or find_spec("sklearn") is None:
            return
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._quietly(now))

    async def finished(self) -> None:
        """Wait for what is being fitted, if anything is."""
        if self._task is not None:
            await self._task

    async def stop(self) -> None:
        """Give up what is being fitted; the model in use stays."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _quietly(self, now: datetime) -> None:
        try:
            await self.learn(now)
        except Exception:
            log.exception("learning_failed")

    async def learn(self, now: datetime) -> bool:
        """Fit from the labelled messages and all corrections; whether the model was replaced."""
        self._folder.mkdir(parents=True, exist_ok=True)
        fresh, learnt = self._folder / "corrections.jsonl", self._folder / "learnt.txt"
        count = await corrections.export(self._engine, fresh)
        mark = await asyncio.to_thread(_mark, Path(self._labelled), fresh)
        if not mark or (learnt.exists() and learnt.read_text("ascii") == mark):
            return False
        model = self._folder / MODEL.name
        await asyncio.to_thread(_make_sure_of, model)
        command = ("-m", "nlp", "train", self._labelled, "--corrections", str(fresh), "--model", str(model))
        code, told = await _run(*_YIELDING, sys.executable, *command)
        became = _BECAME.get(code, Became.FAILED)
        if became is not Became.FAILED:
            learnt.write_text(mark, "ascii")
        lesson = Lesson(now, became, *_figures(told), corrections=count, sha256=_hash(model))
        Lessons(self._folder).add(lesson)
        if self._metrics is not None:
            self._metrics.learnt(became.value)
        log.info("learning_done", became=became.value, why=lesson.reason, code=code, corrections=count)
        return became is Became.REPLACED


async def _run(*command: str) -> tuple[int, bytes]:
    # What it has to complain of goes to our own standard error.
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    try:
        told, _ = await process.communicate()
    except asyncio.CancelledError:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()
        raise
    return process.returncode or 0, told


class _Judged(Struct):
    held: dict[str, float]
    corrections: float | None = None


class _Verdict(Struct):
    reason: str
    old: _Judged
    new: _Judged


def _figures(told: bytes) -> tuple[str, float | None, float | None, float | None, float | None]:
    """The training command's line: why, and how much the old and the new model get right, held out and of the corrections."""
    try:
        verdict = msgspec.json.decode(told, type=_Verdict)
    except msgspec.MsgspecError:
        return "", None, None, None, None
    old, new = verdict.old, verdict.new
    return verdict.reason, old.held["macro_f1"], new.held["macro_f1"], old.corrections, new.corrections


def _mark(labelled: Path, fresh: Path) -> str:
    """What there is to learn from, as a hash; "" when no official has corrected a category."""
    lines = [line for line in fresh.read_bytes().splitlines() if b'"category"' in line]
    return hashlib.sha256(b"\n".join((labelled.read_bytes(), *lines))).hexdigest() if lines else ""


def _hash(model: Path) -> str:
    return hashlib.sha256(model.read_bytes()).hexdigest()


def _make_sure_of(model: Path) -> None:
    """Have a model to compare with and to go back to: the one that ships, where there is none that can be read.

    One that an earlier edition of the program fitted to other features cannot.
    """
    try:
        CategoryModel.read(model)
    except (BrokenModelError, OSError, ValueError, KeyError) as error:
        if not isinstance(error, FileNotFoundError):
            log.warning("model_given_up", error=type(error).__name__)
        keeping.write(MODEL.read_bytes(), model)
