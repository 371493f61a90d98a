"""Model files on disk: written with their hash, the one before kept for going back."""

from __future__ import annotations

import hashlib
from pathlib import Path

CANDIDATE = "candidate"
PREVIOUS = "previous"


def write(content: bytes, target: Path) -> None:
    """The model file and its hash beside it, each replaced in one step."""
    digest = f"{hashlib.sha256(content).hexdigest()}\n".encode("ascii")
    for path, data in ((target, content), (target.with_suffix(".sha256"), digest)):
        fresh = path.with_name(path.name + ".new")
        fresh.write_bytes(data)
        fresh.replace(path)


def keep(candidate: Path, target: Path | None) -> None:
    """Put the candidate in the target's place, whose content becomes the previous one; without a target drop it."""
    if target is not None:
        if target.exists():
            write(target.read_bytes(), previous(target))
        write(candidate.read_bytes(), target)
    for path in (candidate, candidate.with_suffix(".sha256")):
        path.unlink()


def previous(target: Path) -> Path:
    """Where the model before the one at `target` is kept."""
    return target.with_name(f"{target.stem}.{PREVIOUS}{target.suffix}")


def roll_back(target: Path) -> None:
    """Exchange the model and the one before it. Raises FileNotFoundError when none was kept."""
    before = previous(target).read_bytes()
    now = target.read_bytes()
    write(before, target)
    write(now, previous(target))
