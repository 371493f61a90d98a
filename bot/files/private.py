"""Keeps personal data and the secret key on this disk readable by the service's own account only.

`umask` sets the mode of new files, whoever writes them (SQLite's -wal and -shm follow their database); `tighten`
corrects files of an older program. The files of PostgreSQL are its server's business.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

import structlog

from bot.config import Settings

log = structlog.get_logger()

FOLDER, FILE = 0o700, 0o600
_NOT_OURS = 0o077
_BESIDE = ("-wal", "-shm", "-journal")
"""Suffixes of the files that SQLite keeps beside a database."""


def set_umask() -> None:
    """Make new files of this process readable by its account only."""
    os.umask(_NOT_OURS)


def tighten(folder: Path) -> None:
    """Remove others' rights on the folder and all below it. Files of another account are reported and left."""
    _tighten((folder, *_below(folder)))


def tighten_database(file: Path) -> None:
    """The same for a SQLite file and the files beside it. Its folder may be shared and stays as it is."""
    _tighten(path for path in (file, *(file.with_name(file.name + end) for end in _BESIDE)) if path.exists())


def readable_by_others(paths: Iterable[Path]) -> list[Path]:
    """Returns the paths that exist and on which others have any right."""
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


def secret_key(settings: Settings) -> str:
    """The installation's secret: from the settings, otherwise made once and kept in the data folder."""
    if settings.secret_key:
        return settings.secret_key
    path = settings.data_dir / "secret_key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        # Written whole, then linked: of two processes that start together both read what the first one linked.
        part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(part, path)
        part.unlink()
    return path.read_text("ascii")
