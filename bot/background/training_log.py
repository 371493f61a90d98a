"""Log of nightly trainings, kept beside the model for the operator; and the way back to the model before."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import msgspec
from msgspec import Struct, field

from handlers.calendar.zone import local
from nlp.appeals.category import MODEL
from nlp.training import keeping

Say = Callable[[str], None]


class Result(StrEnum):
    """Result of a training."""

    REPLACED = "replaced"
    REFUSED = "refused"
    FAILED = "failed"
    ROLLED_BACK = "rolled_back"


_WORDS = {
    Result.REPLACED: "换上新模型",
    Result.REFUSED: "新模型不如原来的，没有换",
    Result.FAILED: "没有训练成，原因见日志",
    Result.ROLLED_BACK: "退回上一个模型",
}


class NightlyRun(Struct, frozen=True, omit_defaults=True):
    """One training: macro-F1 on held-out messages and share of right corrections, of the old and the new model."""

    at: datetime
    result: Result = field(name="became")
    reason: str = ""
    old_held: float | None = None
    new_held: float | None = None
    old_corrections: float | None = None
    new_corrections: float | None = None
    corrections: int = 0
    sha256: str = ""


class TrainingLog:
    """The log file in the folder of the installation's own model, newest last."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "lessons.jsonl"
        self._model = folder / MODEL.name

    def add(self, night: NightlyRun) -> None:
        """Append one training."""
        with self._path.open("ab") as file:
            file.write(msgspec.json.encode(night) + b"\n")

    def all(self) -> list[NightlyRun]:
        """Returns the trainings, oldest first. A line that a crash cut off is left out."""
        if not self._path.exists():
            return []
        found = []
        for line in self._path.read_bytes().splitlines():
            try:
                found.append(msgspec.json.decode(line, type=NightlyRun))
            except msgspec.MsgspecError:
                continue
        return found

    def print(self, say: Say) -> None:
        """Print the log and the model in use."""
        for night in self.all():
            say(_line(night))
        if not self._model.exists():
            say(f"现用：随程序发布的模型 {_short(MODEL)}")
            return
        say(f"现用：{_short(self._model)}")
        before = keeping.previous(self._model)
        say(f"上一个：{_short(before)}，可以退回" if before.exists() else "没有上一个模型可退")

    def roll_back(self, now: datetime) -> str:
        """Exchange the model with the one before. Running services load it within a minute.

        Raises FileNotFoundError when there is none, `keeping.BusyError` while a training runs.
        """
        keeping.roll_back(self._model)
        self.add(NightlyRun(now, Result.ROLLED_BACK, sha256=hashlib.sha256(self._model.read_bytes()).hexdigest()))
        return f"已退回 {_short(self._model)}，运行中的服务一分钟内换上；再执行一次又换回来"


def _short(model: Path) -> str:
    return hashlib.sha256(model.read_bytes()).hexdigest()[:12]


def _line(night: NightlyRun) -> str:
    parts = [f"{local(night.at):%Y-%m-%d %H:%M}", _WORDS[night.result]]
    if night.old_held is not None and night.new_held is not None:
        parts.append(f"留出 {night.old_held:.3f} → {night.new_held:.3f}")
    if night.old_corrections is not None and night.new_corrections is not None:
        parts.append(f"改正 {night.old_corrections:.0%} → {night.new_corrections:.0%}（导出 {night.corrections} 条）")
    if night.result is Result.REFUSED:
        parts.append(night.reason)
    return "  ".join((*parts, night.sha256[:12]))
