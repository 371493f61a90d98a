"""Model files on disk: written with their hash so that no moment is without a whole model, the one before kept for going back."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CANDIDATE = "candidate"
PREVIOUS = "previous"
NEW = ".new"


class BusyError(ValueError):
    """Somebody else fits this model, or exchanges it, at this moment."""


@contextmanager
def alone(target: Path) -> Iterator[None]:
    """Be the only one, of all processes of this machine, who changes this model; what one that was killed left is swept away.

    Raises BusyError at once when another process is at it. The system gives the lock back when its holder ends, however it ends.
    """
    with target.with_suffix(".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BusyError(f"{target.name} is being changed by another process") from None
        for left in (candidate(target), candidate(target).with_suffix(".sha256"), *target.parent.glob(f"*{NEW}")):
            left.unlink(missing_ok=True)
        yield


def write(content: bytes, target: Path) -> None:
    """The model file and its hash beside it.

    The hash file first names the old content and the new one, then the new one alone: whoever is killed between the
    steps leaves a model and a hash that belong together.
    """
    hashes = target.with_suffix(".sha256")
    digest = hashlib.sha256(content).hexdigest()
    before = [hashlib.sha256(target.read_bytes()).hexdigest()] if target.exists() else []
    _replace(hashes, "\n".join((digest, *before, "")).encode("ascii"))
    _replace(target, content)
    _replace(hashes, f"{digest}\n".encode("ascii"))


def _replace(path: Path, data: bytes) -> None:
    fresh = path.with_name(path.name + NEW)
    with fresh.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def keep(fitted: Path, target: Path | None) -> None:
    """Put the candidate in the target's place, whose content becomes the previous one; without a target drop it."""
    if target is not None:
        if target.exists():
            write(target.read_bytes(), previous(target))
        write(fitted.read_bytes(), target)
    for path in (fitted, fitted.with_suffix(".sha256")):
        path.unlink()


def candidate(target: Path) -> Path:
    """Where a new model waits for its comparison with the one at `target`."""
    return target.with_name(f"{target.stem}.{CANDIDATE}{target.suffix}")


def previous(target: Path) -> Path:
    """Where the model before the one at `target` is kept."""
    return target.with_name(f"{target.stem}.{PREVIOUS}{target.suffix}")


def roll_back(target: Path) -> None:
    """Exchange the model and the one before it. Raises FileNotFoundError when none was kept, BusyError while one is fitted."""
    before = previous(target).read_bytes()
    with alone(target):
        now = target.read_bytes()
        write(before, target)
        write(now, previous(target))
