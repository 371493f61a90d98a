"""Files that a crash left half-written: found under the data folder, counted, removed.

Everything that must be whole or not there is written as `NAME.RANDOM.part` and renamed (spool, media, pictures, secret key).
A file is removed when it was seen unchanged by two looks `AGE` apart on a clock that nobody can set, so that neither one that
is being written nor one from before a jump of the machine's clock is touched.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import structlog

log = structlog.get_logger()

AGE = timedelta(hours=1)
"""Longer than anybody writes one file: the largest is a video of some megabytes."""
_OURS = re.compile(r".+\.[0-9a-f]+\.part")


class Sweeper:
    """Looks through one folder. `monotonic` is a clock in seconds that only goes forwards."""

    def __init__(self, folder: Path, monotonic: Callable[[], float]) -> None:
        self._folder = folder
        self._monotonic = monotonic
        self._seen: dict[Path, tuple[int, int, float]] = {}

    def sweep(self) -> int:
        """Remove what was left behind; how many files. One that vanishes meanwhile was being written: all the better."""
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
