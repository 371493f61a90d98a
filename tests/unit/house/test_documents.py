"""Every file that a document or a docstring names is there: a page that names a moved file misleads its reader."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
ROOMS = ("nlp", "handlers", "storage", "scheduler", "bot", "benchmarks", "deploy", "tests", "docs", "tools")
_NAMED = re.compile(r"(?<![\w/.$])((?:[\w.-]+/)+[\w.-]+\.(?:py|md|toml|html|js|css|sh|csv|txt))\b")


def pages() -> list[Path]:
    found = [ROOT / "README.md", ROOT / "README.zh.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
    for room in ("nlp", "handlers", "storage", "scheduler", "bot"):
        found += sorted((ROOT / room).rglob("*.py"))
    return found


def named(page: Path) -> Iterator[str]:
    """The paths that begin with a room's name, or with a folder of handlers or bot as the architecture shortens them."""
    for path in _NAMED.findall(page.read_text()):
        first = path.split("/", 1)[0]
        if first in ROOMS or (page.suffix == ".md" and "." not in first):
            yield path


def there(path: str, page: Path) -> bool:
    bases = (ROOT, page.parent, *(ROOT / room for room in ("nlp", "handlers", "storage", "bot", "docs")))
    return any((base / path).exists() for base in bases)


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_what_a_page_names_is_there(page: Path) -> None:
    missing = {path for path in named(page) if not there(path, page) and not path.startswith(("var/", "artifacts/"))}
    assert missing == set()
