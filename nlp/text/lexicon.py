"""Dictionaries as one automaton: every listed word of a message, with what it is evidence for, in one pass.

The files under `nlp/data` hold sections `[group]` or `[group/part]` and rows `WEIGHT word word …`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

import ahocorasick_rs
from msgspec import Struct

from nlp.text.normalize import fold

DATA = Path(__file__).parents[1] / "data"


class Evidence(Struct, frozen=True):
    """What a word speaks for: `group` and `part` name the heading above it, `weight` how strongly.

    `section` is the sort of question it helps to answer; words of one section are looked through together.
    """

    section: str
    group: str
    part: str
    weight: float


class Hit(Struct, frozen=True, gc=False):
    """A listed word at [start, end) of the folded text."""

    word: str
    start: int
    end: int
    evidence: tuple[Evidence, ...]


Hits = Mapping[str, list[Hit]]
"""Section → listed words of a message, in order of their end. A section without any is empty."""


def read_sections(path: Path, section: str = "") -> Iterable[tuple[str, Evidence]]:
    """The words of one dictionary file; without a `section` each heading's group is its own.

    Raises ValueError naming the line of a malformed row.
    """
    group = part = ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            group, _, part = line.strip("[] ").partition("/")
            continue
        weight, _, words = line.partition(" ")
        if not group or not weight.isdigit():
            raise ValueError(f"{path.name}:{number}: a row is WEIGHT and words, below a [section]")
        for word in words.split():
            yield fold(word).text, Evidence(section or group, group, part, float(weight))


class Lexicon:
    """All dictionaries in one automaton."""

    def __init__(self, words: Iterable[tuple[str, Evidence]]) -> None:
        """Build the automaton; about 50 ms for 40,000 words."""
        found: dict[str, list[Evidence]] = {}
        for word, evidence in words:
            found.setdefault(word, []).append(evidence)
        self._words = list(found)
        self._evidence = [tuple(evidence) for evidence in found.values()]
        self._sections = [tuple({row.section for row in evidence}) for evidence in self._evidence]
        self._automaton = ahocorasick_rs.AhoCorasick(self._words, store_patterns=False)

    def hits(self, folded: str) -> Hits:
        """Every listed word, overlapping ones too."""
        found: defaultdict[str, list[Hit]] = defaultdict(list)
        for place, start, end in self._automaton.find_matches_as_indexes(folded, overlapping=True):
            hit = Hit(self._words[place], start, end, self._evidence[place])
            for section in self._sections[place]:
                found[section].append(hit)
        return found
