"""Whether a life is in danger now: concepts that a clause names together, and its words, weighed by a fitted model.

"我妈喝了半瓶农药" names a person, a deed and a poison; what each pair of concepts speaks for was fitted to invented examples
(`nlp/training/rows/dangers.csv`), and so was what speaks against: past, fear, prevention, figures of speech. A long text is
judged clause by clause. Definition: docs/guide.md §3.
"""

from __future__ import annotations

import hashlib
import io
import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from enum import StrEnum
from itertools import combinations
from pathlib import Path

import ahocorasick_rs
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from nlp.appeals.features import GRAMS, LONGEST, hashes, version
from nlp.appeals.model import SLOT_BITS, BrokenModelError
from nlp.text.lexicon import DATA
from nlp.text.normalize import fold
from nlp.text.segment import Segmentation

MODEL = DATA / "danger.npz"
WORDS = DATA / "danger_words.txt"
NONE = "none"
"""The model's label of what is no danger."""

WHOLE = 60
"""Characters: a text of at most so many is judged as one."""
CLAUSES = 45
"""Characters of neighbouring clauses that are judged together in a longer text."""
MOST_WINDOWS = 40
CONCEPT = 0.35
"""What a concept counts beside the words, whose squares sum up to one; chosen by cross-validation on the examples."""

_SHIFT = np.uint64(64 - SLOT_BITS)
_CLAUSE = re.compile(r"[^,。;!?\n]+[,。;!?\n]*")


class DangerKind(StrEnum):
    """What threatens. Which numbers to call is in `CALL`."""

    GAS = "gas"
    FIRE = "fire"
    COLLAPSE = "collapse"
    VIOLENCE = "violence"
    SUICIDE = "suicide"
    MEDICAL = "medical"
    ELECTRIC = "electric"
    WATER = "water"
    TRAPPED = "trapped"
    TRAFFIC = "traffic"
    POISON = "poison"
    IMMOLATION = "immolation"
    MISSING = "missing"
    FOOD = "food"
    DETENTION = "detention"
    FRAUD = "fraud"


# 119 fire and rescue (Fire Law art. 44), 110 police (公安部 110 rules 2023), 120 ambulance, 12110 police by text message,
# 12356 mental health (国家卫健委 2025), 96110 against fraud (公安部 2021), 12315 market supervision.
CALL: dict[DangerKind, tuple[str, ...]] = {
    DangerKind.GAS: ("119", "120"),
    DangerKind.FIRE: ("119",),
    DangerKind.COLLAPSE: ("119", "120"),
    DangerKind.VIOLENCE: ("110", "12110", "120"),
    DangerKind.SUICIDE: ("110", "120", "12356"),
    DangerKind.MEDICAL: ("120",),
    DangerKind.ELECTRIC: ("119", "120"),
    DangerKind.WATER: ("119", "110"),
    DangerKind.TRAPPED: ("119", "120"),
    DangerKind.TRAFFIC: ("110", "120"),
    DangerKind.POISON: ("120", "110"),
    DangerKind.IMMOLATION: ("119", "110"),
    DangerKind.MISSING: ("110",),
    DangerKind.FOOD: ("120", "12315"),
    DangerKind.DETENTION: ("110", "12110"),
    DangerKind.FRAUD: ("110", "96110"),
}
"""Whom to call, the first first."""


class Grade(StrEnum):
    """How sure it is that there is a danger."""

    CERTAIN = "certain"
    PERHAPS = "perhaps"


class Danger(Struct, frozen=True):
    """A danger that seems to be present."""

    kind: DangerKind
    grade: Grade
    call: tuple[str, ...]
    """Whom to call, the first first."""

    phrase: str
    """The words of the given text that say so."""


PERHAPS = ((60, -0.3), (160, 0.5), (10**9, 1.0))
"""Log-odds from which there may be a danger, for texts of at most so many characters: a long one mentions much. Chosen so that
one in a thousand ordinary messages of the first sort and six in a thousand letters of the last reach them."""

SILENT = -4.0
"""What concepts alone must speak for before the words are asked, which speak for 4.7 at most: spares every third message."""

HOPELESS = -3.0
"""Log-odds below which nobody asks for the kind."""

CERTAIN = 1.5
"""How far beyond these it is certain."""

LISTED = -2.0
"""Log-odds from which a word that the lists name for a danger (`data/cues.txt`) is believed."""


class Judgement(Struct, frozen=True):
    """What the model says of the clauses that speak most for a danger."""

    kind: DangerKind
    margin: float
    """Log-odds of a danger of any kind against none."""

    start: int
    end: int
    """Where the clauses stand in the folded text."""


def grade(judgement: Judgement | None, length: int, *, listed: bool) -> Grade | None:
    """Returns how sure it is that a text of this length tells of a danger. None when it does not.

    `listed`: a word of the lists says so too, in a sentence that does not take it back.
    """
    margin = judgement.margin if judgement is not None else -np.inf
    least = next(value for most, value in PERHAPS if length <= most)
    if margin >= least + CERTAIN:
        return Grade.CERTAIN
    return Grade.PERHAPS if margin >= (LISTED if listed else least) else None


class Concepts:
    """The words of `danger_words.txt` as one automaton."""

    def __init__(self, path: Path = WORDS) -> None:
        rows = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("[")]
        words = [(fold(word).text, at) for at, row in enumerate(rows) for word in row.partition("]")[2].split()]
        self.count = len(rows)
        self._of = [at for _, at in words]
        self._automaton = ahocorasick_rs.AhoCorasick([word for word, _ in words], store_patterns=False)
        self._pairs = {pair: self.count + at for at, pair in enumerate(combinations(range(self.count), 2))}

    @property
    def columns(self) -> int:
        """How many columns concepts and their pairs take."""
        return self.count + len(self._pairs)

    def found(self, folded: str) -> list[tuple[int, int]]:
        """Returns where each listed word begins and its concept, in order of their ends."""
        of = self._of
        return [(start, of[at]) for at, start, _ in self._automaton.find_matches_as_indexes(folded, overlapping=True)]

    def together(self, weights: NDArray[np.float32]) -> NDArray[np.float32]:
        """Returns a square: what each concept speaks for on the diagonal, and half of each pair on both sides of it."""
        square = np.diag(weights[: self.count])
        for (one, other), column in self._pairs.items():
            square[one, other] = square[other, one] = weights[column] / 2
        return square

    def features(self, concepts: Collection[int]) -> list[int]:
        """Returns the columns of these concepts and of their pairs."""
        ordered = sorted(concepts)
        return ordered + [self._pairs[pair] for pair in combinations(ordered, 2)]


def features() -> str:
    """Returns what a model must have been fitted to: the words of the concepts, how a text is cut and hashed."""
    return f"{version()} {hashlib.sha256(WORDS.read_bytes()).hexdigest()[:16]} {WHOLE} {CLAUSES} {CONCEPT}"


def windows(folded: str) -> Iterator[tuple[int, int]]:
    """Yields where neighbouring clauses stand that are judged together: from each clause on, at most `CLAUSES` characters."""
    if len(folded) <= WHOLE:
        yield 0, len(folded)
        return
    clauses = [match.span() for match in _CLAUSE.finditer(folded)]
    for at, (start, end) in enumerate(clauses[:MOST_WINDOWS]):
        until = end
        for _, after in clauses[at + 1 :]:
            if after - start > CLAUSES:
                break
            until = after
        yield start, min(until, start + 2 * CLAUSES)


class Placed(Struct, frozen=True):
    """The hashed features of a text in the order in which they begin."""

    hashes: NDArray[np.uint64]
    begins: NDArray[np.int64]
    """The character at which each begins."""


def placed(folded: str, words: Segmentation) -> Placed:
    """Returns the n-grams, words and pairs of words of a text; it must not be empty."""
    found, _, _ = hashes(folded, words)
    size = min(len(folded), LONGEST)
    starts = words.starts[: bisect_left(words.starts, size, 0, len(words.words))]
    # The last n-grams of a text reach past its end and are not there; every word has a pair but the last one.
    grams = np.repeat(np.arange(size), GRAMS)[: len(found) - max(2 * len(starts) - 1, 0)]
    begins = np.concatenate((grams, np.repeat(np.asarray(starts, dtype=np.int64), 2)))[: len(found)]
    order = begins.argsort(kind="stable")
    return Placed(found[order], begins[order])


class DangerModel:
    """Log-odds of a danger against none, and which kind it is."""

    def __init__(
        self,
        concepts: Concepts,
        *,
        kinds: tuple[str, ...],
        weights: NDArray[np.float32],
        keys: NDArray[np.uint64],
        terms: NDArray[np.float32],
        intercept: NDArray[np.float32],
    ) -> None:
        """`weights`: for each column of the concepts what it speaks for a danger, then for each kind; `intercept` likewise.

        `terms`: for each hashed feature its idf and what it speaks for a danger.
        """
        self._concepts = concepts
        self._kinds = tuple(map(DangerKind, kinds))
        self._weights = weights
        self._intercept = intercept
        # Row 0 is nothing: features that were never fitted fall on it.
        self._keys = np.concatenate((np.zeros(1, dtype=np.uint64), keys))
        self._slots = np.zeros(1 << SLOT_BITS, dtype=np.int32)
        self._slots[keys >> _SHIFT] = np.arange(1, len(keys) + 1, dtype=np.int32)
        idf = terms[:, 0]
        squares = np.stack((idf * terms[:, 1], idf**2), axis=1)
        self._terms = np.concatenate((np.zeros((1, 2), dtype=np.float32), squares)).astype(np.float64)
        self._together = concepts.together(CONCEPT * weights[:, 0])

    @classmethod
    def read(cls, path: Path = MODEL) -> DangerModel:
        """Reads the array file at `path`, whose SHA-256 stands beside it.

        Raises BrokenModelError for another file than the recorded one, or one fitted to other features.
        """
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() not in path.with_suffix(".sha256").read_text(encoding="ascii").split():
            raise BrokenModelError(f"{path.name} is not the model that was recorded")
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            if str(arrays["features"]) != features():
                raise BrokenModelError(f"{path.name} was fitted to other features than are read now: fit it anew")
            return cls(
                Concepts(),
                kinds=tuple(str(kind) for kind in arrays["kinds"]),
                weights=arrays["weights"].astype(np.float32),
                keys=arrays["keys"],
                terms=arrays["terms"].astype(np.float32),
                intercept=arrays["intercept"].astype(np.float32),
            )

    def judge(self, folded: str, words: Segmentation) -> Judgement | None:
        """Returns what the clauses that speak most for a danger say. None where nothing makes one likely."""
        found = self._concepts.found(folded)
        if not found:
            return None
        spans = list(windows(folded))
        named = [frozenset(concept for at, concept in found if start <= at < end) for start, end in spans]
        told = [self._told(concepts) for concepts in named]
        if max(told) + self._intercept[0] < SILENT:
            return None
        if len(spans) == 1:
            spoken = [self._spoken(hashes(folded, words)[0])]
        else:
            spoken = self._spoken_in(placed(folded, words), spans)
        margins = [by_concepts + by_words for by_concepts, by_words in zip(told, spoken, strict=True)]
        most = max(margins)
        best = margins.index(most)
        margin = float(most + self._intercept[0])
        if margin < HOPELESS:
            return None
        kinds = self._weights[self._concepts.features(named[best]), 1:].sum(axis=0) * CONCEPT + self._intercept[1:]
        return Judgement(self._kinds[int(kinds.argmax())], margin, *spans[best])

    def _told(self, concepts: Collection[int]) -> float:
        """What the concepts and their pairs speak for a danger; a clause without any speaks for none."""
        if not concepts:
            return -np.inf
        row = np.fromiter(concepts, np.intp, len(concepts))
        return float(self._together.take(row, axis=0).take(row, axis=1).sum())

    def _rows(self, found: NDArray[np.uint64]) -> NDArray[np.int32]:
        """The row of each feature, 0 for one that was never fitted."""
        rows = self._slots.take(found >> _SHIFT)
        rows *= self._keys.take(rows) == found
        return rows

    def _spoken(self, found: NDArray[np.uint64]) -> float:
        """What the words of a text speak for a danger: the sum of their weights by the length of their sizes."""
        spoken, square = self._terms.take(self._rows(found), axis=0).sum(axis=0).tolist()
        return float(spoken / max(square, 1.0) ** 0.5)

    def _spoken_in(self, text: Placed, spans: Sequence[tuple[int, int]]) -> list[float]:
        """The same of each span of a text."""
        sums = np.zeros((len(text.hashes) + 1, 2))
        np.cumsum(self._terms.take(self._rows(text.hashes), axis=0), axis=0, out=sums[1:])
        edges = text.begins.searchsorted(np.asarray(spans))
        spoken = sums[edges[:, 1]] - sums[edges[:, 0]]
        weights: list[float] = (spoken[:, 0] / np.sqrt(np.maximum(spoken[:, 1], 1.0))).tolist()
        return weights
