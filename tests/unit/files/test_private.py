"""Nobody but the service's own account reads what lies on its disk."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.files import private


def mode(path: Path) -> int:
    return path.lstat().st_mode & 0o777


@pytest.fixture(autouse=True)
def open_handed() -> Iterator[None]:
    """As an account with the usual umask."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def test_what_an_older_program_left_is_tightened(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("not ours")
    data = tmp_path / "data"
    (data / "media" / "ab").mkdir(parents=True)
    for name in ("secret_key", "media/ab/abcd", "spool.json"):
        (data / name).write_text("words")
    (data / "link").symlink_to(outside)
    private.tighten(data)
    private.tighten(data)
    assert {mode(path) for path in (data, data / "media", data / "media" / "ab")} == {0o700}
    assert {mode(data / name) for name in ("secret_key", "media/ab/abcd", "spool.json")} == {0o600}
    assert mode(outside) == 0o644
    assert private.readable_by_others([outside, data / "secret_key", data / "none"]) == [outside]


def test_a_database_is_tightened_with_what_lies_beside_it_and_its_folder_left(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    file = tmp_path / "minsheng.db"
    with sqlite3.connect(file) as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("CREATE TABLE words (word)")
        db.commit()
        private.tighten_database(file)
        beside = [path for path in tmp_path.iterdir() if path != file]
        assert len(beside) == 2
        assert {mode(path) for path in (file, *beside)} == {0o600}
    db.close()
    assert mode(tmp_path) == 0o755


def test_with_the_umask_even_a_careless_writer_is_private(tmp_path: Path) -> None:
    private.set_umask()
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "file").write_text("words")
    with sqlite3.connect(tmp_path / "new.db") as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("CREATE TABLE words (word)")
        db.commit()
        assert {mode(path) for path in tmp_path.glob("new.db*")} == {0o600}
    db.close()
    assert mode(tmp_path / "folder") == 0o700
    assert mode(tmp_path / "folder" / "file") == 0o600
