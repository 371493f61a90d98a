"""Journal file of push results that are not in the database yet, read by the next worker after a crash.

A line is written before the database is asked, so a killed process loses no answer of the platform. It is synced only
when the database did not take the result, so a power cut loses none either. Each worker has its own file and holds its
lock; a file without a lock was left by a dead worker, and the next worker on this disk takes its lines over.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec
import structlog

from storage.queues.outbox import Became

log = structlog.get_logger()

_decoder = msgspec.json.Decoder(Became)


class Journal:
    """Lines of `Became` in a file of `folder`, readable by this account only. Writes nothing until `open` has
    succeeded.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / f"{os.getpid()}-{secrets.token_hex(4)}.jsonl"
        self._file = -1
        self._empty = True

    def open(self) -> tuple[Became, ...]:
        """Begin the file. Returns the results that dead workers left, now in this file. Raises OSError."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._alone():
            self._file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
            fcntl.flock(self._file, fcntl.LOCK_EX)
            left = [path for path in sorted(self._folder.glob("*.jsonl")) if path != self._path and _is_left(path)]
            found = tuple(became for path in left for became in _lines(path))
            for became in found:
                self.note(became)
            self.sync()
            for path in left:
                path.unlink()
        return found

    def note(self, became: Became) -> None:
        """Write one line, which survives this process. Raises OSError."""
        if self._file < 0:
            return
        # The first line break ends what a full disk may have cut off.
        os.write(self._file, b"\n" + msgspec.json.encode(became) + b"\n")
        self._empty = False

    def sync(self) -> None:
        """Sync the lines to disk, so that they survive a power cut. Raises OSError."""
        if self._file >= 0:
            os.fsync(self._file)

    def clear(self) -> None:
        """Empty the file: everything is in the database. Raises OSError."""
        if not self._empty:
            os.ftruncate(self._file, 0)
            self._empty = True

    def close(self, held: Sequence[Became]) -> None:
        """Close the file, and delete it when no result is `held` back."""
        if self._file < 0:
            return
        if not held:
            self._path.unlink(missing_ok=True)
        os.close(self._file)
        self._file = -1

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Lock the folder, so that no other worker takes a new file for one that was left before it is locked."""
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            yield
        finally:
            os.close(folder)


def _is_left(path: Path) -> bool:
    """Returns whether no living process writes this file."""
    file = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(file)
    return True


def _lines(path: Path) -> Iterator[Became]:
    """Yields the file's lines. A line that a crash cut off is logged and left out."""
    for line in filter(None, path.read_bytes().split(b"\n")):
        try:
            yield _decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError):
            log.warning("journal_line_unreadable", file=path.name)
