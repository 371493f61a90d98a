"""What is shipped to phones stays small and old-fashioned enough for an old WebView, and templates name nothing inline."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

PAGES = Path(__file__).parents[3] / "bot" / "pages"
SCRIPT = (PAGES / "static" / "page.js").read_text(encoding="utf-8")
STYLE = (PAGES / "static" / "page.css").read_text(encoding="utf-8")
TEMPLATES = sorted((PAGES / "templates").glob("*.html"))


@pytest.mark.parametrize(
    "newer", [r"=>", r"\blet\b", r"\bconst\b", r"`", r"\basync\b", r"\?\.", r"\?\?", r"\.\.\.\w", r"\bfetch\("]
)
def test_the_script_is_es5(newer: str) -> None:
    code = re.sub(r"/\*.*?\*/|'[^']*'", "", SCRIPT, flags=re.DOTALL)
    assert not re.search(newer, code)


@pytest.mark.parametrize(
    "newer",
    [r"var\(", r"(?<!-)\bgap:", r"display: grid", r"\binset:", r"aspect-ratio", r":has\(", r":is\(", r"#[0-9a-f]{8}\b"],
)
def test_the_style_sheet_asks_for_nothing_old_engines_lack(newer: str) -> None:
    assert not re.search(newer, STYLE)


def test_environment_sizes_have_a_plain_value_before_them() -> None:
    for rule in re.findall(r"\{([^{}]*)\}", STYLE):
        declared = [part.strip() for part in rule.split(";") if part.strip()]
        for place, declaration in enumerate(declared):
            if "env(" in declaration:
                assert declared[place - 1].split(":")[0] == declaration.split(":")[0]
                assert "env(" not in declared[place - 1]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_templates_have_nothing_inline(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:|\|safe", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)


def test_style_and_script_are_small() -> None:
    assert sum(len(gzip.compress(text.encode())) for text in (SCRIPT, STYLE)) < 12_000
