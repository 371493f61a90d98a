"""The story in the documents is the one that happens."""

from __future__ import annotations

from pathlib import Path

from tests.scenarios.transcript import DOCUMENT, written


async def test_the_printed_story_is_what_happens(tmp_path: Path) -> None:
    told = await written(tmp_path / "story.db", tmp_path / "var")
    assert told == DOCUMENT.read_text("utf-8"), "print it anew: python -m tests.scenarios.transcript"
