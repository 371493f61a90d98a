"""What lies on this disk is personal data: readable by the service's own account and by nobody else.

`umask` makes every new file so, whoever writes it (SQLite's -wal and -shm follow their database); `tighten` mends what an
older program left. Where the database is PostgreSQL its files are that server's.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

import structlog

log = structlog.get_logger()

FOLDER, FILE = 0o700, 0o600
_NOT_OURS = 0o077
_BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a database."""


def set_umask() -> None:
    """Files that this process makes from now on are its account's alone."""
    os.umask(_NOT_OURS)


def tighten(folder: Path) -> None:
    """Take from others the rights on the folder and all below it. What belongs to another account is reported and left."""
    _tighten((folder, *_below(folder)))


def tighten_database(file: Path) -> None:
    """The same for a SQLite file and what lies beside it; its folder may be shared with others and stays as it is."""
    _tighten(path for path in (file, *(file.with_name(file.name + end) for end in _BESIDE)) if path.exists())


def readable_by_others(paths: Iterable[Path]) -> list[Path]:
    """Those of the paths that exist and on which others have any right."""
    return [path for path in paths if path.exists() and path.stat().st_mode & _NOT_OURS]


def _below(folder: Path) -> Iterator[Path]:
    for root, folders, files in os.walk(folder):
        for name in (*folders, *files):
            yield Path(root, name)


def _tighten(paths: Iterable[Path]) -> None:
    failed = 0
    for path in paths:
        try:
            mode = path.lstat().st_mode
            # A link's own mode means nothing, and where it leads is not ours to change.
            if mode & _NOT_OURS and not stat.S_ISLNK(mode):
                path.chmod(FOLDER if stat.S_ISDIR(mode) else FILE)
        except FileNotFoundError:
            continue  # another process on this disk has just done with it
        except OSError:
            failed += 1
    if failed:
        log.warning("files_readable_by_others", count=failed)
