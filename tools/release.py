"""Make a release: `make release VERSION=0.2.0`.

Refuses a dirty tree, a version that is not newer, no fragments, or a red check. Then gathers `changelog.d/` into CHANGELOG.md,
sets the version in pyproject.toml, commits and tags. Nothing is pushed.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
_VERSION = re.compile(r"\d+\.\d+\.\d+")
_LINE = re.compile(r'^version = "(\d+\.\d+\.\d+)"$', re.MULTILINE)


class Refused(Exception):
    """The release is not made; the text says why, and nothing was changed."""


def release(root: Path, version: str, day: date, check: Callable[[], bool]) -> None:
    """Commit and tag `version` in the checkout at `root`. Raises `Refused`, or `CalledProcessError` when git or towncrier fail."""
    project = root / "pyproject.toml"
    now = current(project)
    if not _VERSION.fullmatch(version):
        raise Refused(f"VERSION must be MAJOR.MINOR.PATCH, not {version!r}")
    if _parts(version) < _parts(now) or f"v{version}" in _run(root, "git", "tag").split():
        raise Refused(f"{version} is not newer than what was released; pyproject.toml says {now}")
    if _run(root, "git", "status", "--porcelain").strip():
        raise Refused("the tree has changes that are not committed")
    if not fragments(root):
        raise Refused("changelog.d has no fragments: nobody would notice this release")
    if not check():
        raise Refused("make check is red")
    _run(root, sys.executable, "-m", "towncrier", "build", "--yes", "--version", version, "--date", day.isoformat())
    project.write_text(_LINE.sub(f'version = "{version}"', project.read_text(), count=1))
    _run(root, "git", "add", "-A")
    _run(root, "git", "commit", "-q", "-m", f"release: {version}")
    _run(root, "git", "tag", "-a", f"v{version}", "-m", version)


def current(project: Path) -> str:
    """Returns the version that pyproject.toml states. Raises `Refused` when it states none."""
    found = _LINE.search(project.read_text())
    if found is None:
        raise Refused("pyproject.toml states no version")
    return found[1]


def fragments(root: Path) -> list[Path]:
    """Returns the changelog fragments that wait for a release."""
    return sorted((root / "changelog.d").glob("*.*.md"))


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _run(root: Path, *command: str) -> str:
    return subprocess.run(command, cwd=root, check=True, text=True, stdout=subprocess.PIPE).stdout


def main(arguments: list[str]) -> int:
    """Release the version given. Returns 1 when it is refused, 2 without a version."""
    if len(arguments) != 1 or not arguments[0]:
        print("usage: make release VERSION=MAJOR.MINOR.PATCH", file=sys.stderr)
        return 2
    checks = [sys.executable, str(ROOT / "deploy" / "check.py")]
    try:
        release(
            ROOT, arguments[0], datetime.now(UTC).date(), lambda: subprocess.run(checks, check=False).returncode == 0
        )
    except Refused as refused:
        print(f"not released: {refused}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
