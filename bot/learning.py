"""Learning at night from what officials put right: fitted in a process of its own, taken up by all that run.

The training command replaces the model only by one that is not worse; every process looks whether the file has changed.
`python -m nlp train --rollback --model …` exchanges it with the one before, and is taken up the same way.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import sys
from collections.abc import Sequence
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from bot import corrections
from handlers.zone import local
from nlp.category import MODEL
from nlp.model import BrokenModelError, CategoryModel
from nlp.understand import Reader, Understanding

log = structlog.get_logger()

AT_NIGHT = 3
"""The hour, in China, in which nobody writes and the machine may be busy."""

_KEPT, _REPLACED = 1, 0
"""What the training command ends with; anything else is a mistake of its own."""


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

    def __init__(self, engine: AsyncEngine, folder: Path, labelled: str) -> None:
        """`labelled` is a CSV of labelled messages; without one nothing is ever fitted."""
        self._engine = engine
        self._folder = folder
        self._labelled = labelled
        self._task: asyncio.Task[None] | None = None

    async def tonight(self, now: datetime) -> None:
        """Begin to fit if it is the hour for it; does not wait for the end."""
        if not self._labelled or local(now).hour != AT_NIGHT or find_spec("sklearn") is None:
            return
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._quietly())

    async def stop(self) -> None:
        """Give up what is being fitted; the model in use stays."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _quietly(self) -> None:
        try:
            await self.learn()
        except Exception:
            log.exception("learning_failed")

    async def learn(self) -> bool:
        """Fit from the labelled messages and all corrections; whether the model was replaced."""
        self._folder.mkdir(parents=True, exist_ok=True)
        fresh, known = self._folder / "corrections.new", self._folder / "corrections.jsonl"
        await corrections.export(self._engine, fresh)
        if not await asyncio.to_thread(_differs, fresh, known):
            return False
        model = self._folder / MODEL.name
        if not model.exists():
            await asyncio.to_thread(_copy_shipped, model)
        command = ("-m", "nlp", "train", self._labelled, "--corrections", str(fresh), "--model", str(model))
        code = await _run(sys.executable, *command)
        if code in {_KEPT, _REPLACED}:
            fresh.replace(known)
        log.info("learning_done", replaced=code == _REPLACED, code=code)
        return code == _REPLACED


async def _run(*command: str) -> int:
    # What it has to complain of goes to our own standard error.
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.DEVNULL)
    try:
        return await process.wait()
    except asyncio.CancelledError:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()
        raise


def _differs(fresh: Path, known: Path) -> bool:
    """Whether there are corrections of categories, and not just those of last time."""
    content = fresh.read_bytes()
    return b'"category"' in content and (not known.exists() or known.read_bytes() != content)


def _copy_shipped(model: Path) -> None:
    """The model that ships is the first to be compared with, and the one to go back to."""
    shutil.copyfile(MODEL, model)
    shutil.copyfile(MODEL.with_suffix(".sha256"), model.with_suffix(".sha256"))
