"""Every file that a document or a docstring names is there: a page that names a moved file misleads its reader."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
ROOMS = ("nlp", "handlers", "storage", "scheduler", "bot", "benchmarks", "deploy", "tests", "docs", "tools")
_IN_TICKS = re.compile(r"`([\w.-]+/[\w./-]*)`")
_LINKED = re.compile(r"\]\(([^)]+)\)")
_NAMED = re.compile(r"(?<![\w/.$])((?:[\w.-]+/)+[\w.-]+\.(?:py|md|toml|html|js|css|sh|csv|txt))\b")


def pages() -> list[Path]:
    found = [
        ROOT / "README.md",
        ROOT / "README.zh.md",
        ROOT / "CONTRIBUTING.md",
        *sorted((ROOT / "docs").rglob("*.md")),
    ]
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


@pytest.mark.parametrize("name", ["docs/architecture.md", "docs/architecture.zh.md"])
def test_every_folder_that_the_architecture_names_is_there(name: str) -> None:
    named = {path for path in _IN_TICKS.findall((ROOT / name).read_text()) if path.split("/", 1)[0] in ROOMS}
    assert {path for path in named if not (ROOT / path).exists()} == set()


def test_the_architecture_is_the_same_in_both_languages() -> None:
    """Same headings, tables and paragraphs, same files and folders named, same pages linked."""
    english, chinese = ((ROOT / "docs" / name).read_text() for name in ("architecture.md", "architecture.zh.md"))
    for shape in (r"^#+(?= )", r"^(?:\||- |\*\*)"):
        assert re.findall(shape, english, re.MULTILINE) == re.findall(shape, chinese, re.MULTILINE)
    assert set(_IN_TICKS.findall(english)) == set(_IN_TICKS.findall(chinese))
    to_each_other = {"architecture.md", "architecture.zh.md"}
    assert set(_LINKED.findall(english)) - to_each_other == set(_LINKED.findall(chinese)) - to_each_other


def test_the_architecture_names_every_folder_of_the_program() -> None:
    text = (ROOT / "docs/architecture.md").read_text()
    folders = {
        f"{folder.relative_to(ROOT)}/"
        for room in ("nlp", "handlers", "storage", "scheduler", "bot")
        for folder in (ROOT / room, *(ROOT / room).iterdir())
        if (folder / "__init__.py").exists() and not (folder == ROOT / room and room != "scheduler")
    }
    assert {folder for folder in folders if folder not in text} == set()


def test_every_class_that_the_glossary_names_is_there() -> None:
    named = set(re.findall(r"`([A-Z][A-Za-z]+)`", (ROOT / "docs/glossary.md").read_text()))
    sources = "\n".join(path.read_text() for room in ("nlp", "handlers") for path in (ROOT / room).rglob("*.py"))
    assert {name for name in named if not re.search(rf"^class {name}\b", sources, re.MULTILINE)} == set()
