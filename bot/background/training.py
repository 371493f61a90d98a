"""Job that trains the classifier at night from officials' corrections, in a process of its own; and loading of its
model.

The training command replaces the model only by one that is not worse. Every process checks whether the file has
changed. The results are in `bot/background/training_log.py`; `python -m bot model rollback` restores the model before.
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

from bot.background import corrections
from bot.background.training_log import NightlyRun, Result, TrainingLog
from bot.monitoring.metrics import Metrics
from handlers.calendar.zone import local
from nlp.appeals.category import MODEL
from nlp.appeals.model import BrokenModelError, CategoryModel
from nlp.training import keeping
from nlp.understand import Reader, Understanding

log = structlog.get_logger()

AT_NIGHT = 3
"""Hour of the day in China when nobody writes and the machine may be busy."""

_RESULTS = {0: Result.REPLACED, 1: Result.REFUSED}
"""Result by exit code of the training command. Any other code is a failure."""

_YIELDING = ("nice", "-n", "15")
"""Lowest priority, so that training takes only the time that answering leaves."""


class CurrentReader:
    """The text reader with the newest model. Rules call `understand`, which does not block."""

    def __init__(self, reader: Reader, folder: Path) -> None:
        """`folder` holds this installation's own model, once there is one."""
        self._reader = reader
        self._model = folder / MODEL.name
        self._mark = ""

    def understand(self, text: str) -> Understanding:
        """Returns what is understood of one message, as `nlp.understand.Reader` does."""
        return self._reader.understand(text)

    def understand_all(self, texts: Sequence[str]) -> list[Understanding]:
        """Returns the same for several messages, at less cost."""
        return self._reader.understand_all(texts)

    async def refresh(self, _now: datetime) -> None:
        """Load this installation's own model if its file has changed. A damaged file is ignored."""
        await asyncio.to_thread(self.refresh_now)

    def refresh_now(self) -> None:
        """The same, blocking on the disk."""
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
    """Trains a new model when there are new corrections, one at a time, in the background."""

    def __init__(self, engine: AsyncEngine, folder: Path, labelled: str, metrics: Metrics | None = None) -> None:
        """`labelled` is a CSV of labelled messages. Without one nothing is trained."""
        self._engine = engine
        self._folder = folder
        self._labelled = labelled
        self._metrics = metrics
        self._task: asyncio.Task[None] | None = None

    async def tonight(self, now: datetime) -> None:
        """Start training if it is the hour for it. Does not wait for the end."""
        if not self._labelled or local(now).hour != AT_NIGHT or find_spec("sklearn") is None:
            return
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._quietly(now))

    async def finished(self) -> None:
        """Wait for the training under way, if any."""
        if self._task is not None:
            await self._task

    async def stop(self) -> None:
        """Abort the training under way. The model in use stays."""
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
        """Train from the labelled messages and all corrections. Returns whether the model was replaced."""
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
        result = _RESULTS.get(code, Result.FAILED)
        if result is not Result.FAILED:
            learnt.write_text(mark, "ascii")
        night = NightlyRun(now, result, *_figures(told), corrections=count, sha256=_hash(model))
        TrainingLog(self._folder).add(night)
        if self._metrics is not None:
            self._metrics.upkeep.learnt(result.value)
        log.info("learning_done", became=result.value, why=night.reason, code=code, corrections=count)
        return result is Result.REPLACED


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
    """Returns what the training command's output line says: reason, then the old and new model's scores, held out and
    on corrections.
    """
    try:
        verdict = msgspec.json.decode(told, type=_Verdict)
    except msgspec.MsgspecError:
        return "", None, None, None, None
    old, new = verdict.old, verdict.new
    return verdict.reason, old.held["macro_f1"], new.held["macro_f1"], old.corrections, new.corrections


def _mark(labelled: Path, fresh: Path) -> str:
    """Returns a hash of the training data. Empty when no official has corrected a category."""
    lines = [line for line in fresh.read_bytes().splitlines() if b'"category"' in line]
    return hashlib.sha256(b"\n".join((labelled.read_bytes(), *lines))).hexdigest() if lines else ""


def _hash(model: Path) -> str:
    return hashlib.sha256(model.read_bytes()).hexdigest()


def _make_sure_of(model: Path) -> None:
    """Put the shipped model in place when there is none that can be read, to compare with and to go back to.

    A model that another edition of the program trained on other features cannot be read.
    """
    try:
        CategoryModel.read(model)
    except (BrokenModelError, OSError, ValueError, KeyError) as error:
        if not isinstance(error, FileNotFoundError):
            log.warning("model_given_up", error=type(error).__name__)
        keeping.write(MODEL.read_bytes(), model)
