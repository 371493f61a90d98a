"""Job that deletes half-written files, which a crash left in the data folder.

Files that must be whole are written as `NAME.RANDOM.part` and renamed (spool, media, pictures, secret key). A `.part`
file is deleted when two looks `AGE` apart, by the monotonic clock, found it unchanged: it is then not being written,
whatever jumps the wall clock made.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import structlog

log = structlog.get_logger()

AGE = timedelta(hours=1)
"""Longer than it takes to write one file: the largest is a video of some megabytes."""

_OURS = re.compile(r".+\.[0-9a-f]+\.part")


class Sweeper:
    """Looks through one folder. `monotonic` returns seconds of the monotonic clock."""

    def __init__(self, folder: Path, monotonic: Callable[[], float]) -> None:
        self._folder = folder
        self._monotonic = monotonic
        self._seen: dict[Path, tuple[int, int, float]] = {}

    def sweep(self) -> int:
        """Delete abandoned files. Returns the number deleted. A file that vanishes meanwhile was renamed by its writer."""
        now = self._monotonic()
        seen: dict[Path, tuple[int, int, float]] = {}
        swept = 0
        for path in self._folder.rglob("*.part"):
            if not _OURS.fullmatch(path.name):
                continue
            try:
                found = path.stat()
                size, changed, since = self._seen.get(path, (-1, -1, now))
                if (size, changed) != (found.st_size, found.st_mtime_ns):
                    since = now
                if now - since >= AGE.total_seconds():
                    path.unlink()
                    swept += 1
                else:
                    seen[path] = (found.st_size, found.st_mtime_ns, since)
            except FileNotFoundError:
                continue
            except OSError as error:
                log.warning("left_over_not_removed", file=path.name, why=error.strerror)
        self._seen = seen
        return swept
