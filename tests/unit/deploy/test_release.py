"""`make release` in a repository of its own: what it writes, and what it refuses."""

from __future__ import annotations

import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest

from tools.release import ROOT, Refused, current, release

pytestmark = pytest.mark.slow("starts git and towncrier")

DAY = date(2026, 12, 1)


def git(root: Path, *command: str) -> str:
    told = ("git", "-c", "user.name=A", "-c", "user.email=a@example.org", *command)
    return subprocess.run(told, cwd=root, check=True, text=True, capture_output=True).stdout


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "A")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "a@example.org")
    for name in ("pyproject.toml", "CHANGELOG.md"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "changelog.d").mkdir()
    (tmp_path / "changelog.d" / "README.md").write_text("# Fragments\n")
    (tmp_path / "changelog.d" / "+lamps.added.md").write_text("Lamps are counted.\n")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "begin")
    return tmp_path


def test_fragments_become_the_top_of_the_changelog(repository: Path) -> None:
    before = (repository / "CHANGELOG.md").read_text()
    release(repository, "9.0.0", DAY, lambda: True)
    written = (repository / "CHANGELOG.md").read_text()
    assert "## 9.0.0 (2026-12-01)" in written
    assert "Lamps are counted." in written
    assert written.index("## 9.0.0") < written.index("## 0.1.0")
    assert before.split("## 0.1.0", 1)[1] in written
    assert current(repository / "pyproject.toml") == "9.0.0"
    assert git(repository, "tag").split() == ["v9.0.0"]
    assert git(repository, "log", "-1", "--format=%s").strip() == "release: 9.0.0"
    assert git(repository, "status", "--porcelain") == ""
    assert [path.name for path in (repository / "changelog.d").iterdir()] == ["README.md"]


@pytest.mark.parametrize("version", ["", "1.0", "v1.0.0", "1.0.0rc1", "0.0.1"])
def test_what_is_no_newer_version_is_refused(repository: Path, version: str) -> None:
    with pytest.raises(Refused):
        release(repository, version, DAY, lambda: True)
    assert git(repository, "tag") == ""


def test_a_dirty_tree_is_refused(repository: Path) -> None:
    (repository / "CHANGELOG.md").write_text("mine\n")
    with pytest.raises(Refused, match="not committed"):
        release(repository, "9.0.0", DAY, lambda: True)
    assert (repository / "CHANGELOG.md").read_text() == "mine\n"


def test_a_red_check_is_refused(repository: Path) -> None:
    with pytest.raises(Refused, match="check"):
        release(repository, "9.0.0", DAY, lambda: False)
    assert git(repository, "status", "--porcelain") == ""


def test_a_release_that_nobody_would_notice_is_refused(repository: Path) -> None:
    git(repository, "rm", "-q", "changelog.d/+lamps.added.md")
    git(repository, "commit", "-q", "-m", "drop")
    with pytest.raises(Refused, match="fragments"):
        release(repository, "9.0.0", DAY, lambda: True)
