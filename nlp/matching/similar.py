"""Whether two appeals are the same: the same place and the same matter.

`load()` reads the fitted table once; afterwards everything is pure. Comparing two texts costs about 150 µs, two sketches 50.
"""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from nlp.appeals.model import BrokenModelError
from nlp.matching.sketch import Appeal, PairTable, Sketch
from nlp.text.lexicon import DATA

__all__ = ["SAME", "Appeal", "Matcher", "load"]

SAME = 0.5
"""At and above this score two appeals are offered as the same: precision 0.99 on groups that the fit had not seen."""

Features = NDArray[np.float32]

NAMES, WORDS = 12, 13
"""Columns of the features: the cosine of names, and of matter words."""

_ENOUGH_SHARED = 300
"""Tenths of a nat: two or three rare pairs in common make a place as good as certain."""
_SURELY_NAMED = 250
_FEW = 50
_LEAST_TITLE = 30
_CONFLICT = 1.0
"""Log-odds taken off when both titles name places and no name is common. Set by hand: the fit saw few such pairs."""


class _Shared(Struct, frozen=True):
    """What one sketch and each of n others share in one list, names or words. Weights are in tenths of a nat.

    `mine` (k) and `theirs` (n, k) are weights; `matched` (n, k) is what each of theirs weighs in mine, 0 where it is not
    there. `head` and `their_heads` are the weights in the titles only, `found` and `they_found` (n) how much of these is
    anywhere in the other text, `heads` (n) the product of the two titles.
    """

    mine: Features
    theirs: Features
    matched: Features
    head: Features
    their_heads: Features
    found: Features
    they_found: Features
    heads: Features

    def least(self) -> Features:
        """What both hold of what they share."""
        return _floats(np.minimum(self.matched, self.theirs).sum(axis=1))

    def product(self) -> Features:
        """The scalar product."""
        return _floats((self.matched * self.theirs).sum(axis=1))


def _shared(query: Sketch, others: Sketch, keys: str, weights: str, count: str) -> _Shared:
    mine, theirs = query[weights][0].astype(np.float32), others[weights].astype(np.float32)
    equal = others[keys][:, :, None] == query[keys][0]
    equal &= (theirs > 0)[:, :, None] & (mine > 0)
    places = np.arange(len(mine))
    head = mine * (places < query[count][0])
    their_heads = theirs * (places < others[count][:, None])
    return _Shared(
        mine=mine,
        theirs=theirs,
        matched=equal @ mine,
        head=head,
        their_heads=their_heads,
        found=equal.any(axis=1) @ head,
        they_found=_floats((equal.any(axis=2) * their_heads).sum(axis=1)),
        heads=_floats(((equal @ head) * their_heads).sum(axis=1)),
    )


def resemblance(query: Sketch, others: Sketch) -> Features:
    """How one sketch resembles each of `others`: a row of features for each, symmetric in the two.

    First what is alike whatever it is, name or word, since a table takes the words of a matter that it never saw for
    names; then names, words and vectors apart, and how far the titles name the same places, and different ones.
    """
    names = _shared(query, others, "anchors", "anchor_weights", "named")
    words = _shared(query, others, "matters", "matter_weights", "headed")
    topic = np.clip(others["vector"].astype(np.float32) @ query["vector"][0].astype(np.float32) / 127**2, 0, 1)
    enough = 1 - np.exp(-names.least() / _ENOUGH_SHARED)
    whole, contained = _whole(names, words)
    titles, covered, most, told = _titles(names, words)
    alike = (
        whole,
        contained,
        titles,
        covered,
        most,
        told,
        whole * enough,
        titles * enough,
        titles * topic,
        told * enough,
    )
    return np.stack((*alike, *_apart(names, words, topic, enough)), axis=1).astype(np.float32)


def _apart(names: _Shared, words: _Shared, topic: Features, enough: Features) -> tuple[Features, ...]:
    """Names, words and vectors each for themselves, their products, and the places in the titles."""
    met = np.sqrt(words.product() / _norm(words))
    contained = names.least() / np.maximum(np.minimum(names.mine.sum(), names.theirs.sum(axis=1)), 1)
    covered, rival, conflict = _places(names)
    products = (topic * topic, topic * enough, met * enough, topic * enough * contained)
    own = (enough, contained, names.product() / _norm(names), met, topic)
    return *own, *products, covered, rival, rival * met * met, conflict


def _whole(names: _Shared, words: _Shared) -> tuple[Features, Features]:
    """Names and words together: the root of their cosine, and the share that the smaller text has in common."""
    mine = (names.mine**2).sum() + (words.mine**2).sum()
    theirs = (names.theirs**2).sum(axis=1) + (words.theirs**2).sum(axis=1)
    cosine = (names.product() + words.product()) / np.maximum(np.sqrt(mine * theirs), 1)
    least = np.minimum(names.mine.sum() + words.mine.sum(), names.theirs.sum(axis=1) + words.theirs.sum(axis=1))
    return np.sqrt(cosine), (names.least() + words.least()) / np.maximum(least, 1)


def _titles(names: _Shared, words: _Shared) -> tuple[Features, Features, Features, Features]:
    """Names and words of the titles: the root of their cosine; how much of either is in the other text, the lesser of the two
    and the greater; the same of words alone, the greater.
    """
    mine = (names.head**2).sum() + (words.head**2).sum()
    theirs = (names.their_heads**2).sum(axis=1) + (words.their_heads**2).sum(axis=1)
    cosine = (names.heads + words.heads) / np.maximum(np.sqrt(mine * theirs), 1)
    said, they_said = names.head.sum() + words.head.sum(), names.their_heads.sum(axis=1) + words.their_heads.sum(axis=1)
    found, they_found = names.found + words.found, names.they_found + words.they_found
    covered = np.minimum((found + _FEW) / (said + 3 * _FEW), (they_found + _FEW) / (they_said + 3 * _FEW))
    most = np.maximum(found / np.maximum(said, 1), they_found / np.maximum(they_said, 1))
    told = np.maximum(
        words.found / np.maximum(words.head.sum(), _LEAST_TITLE),
        words.they_found / np.maximum(words.their_heads.sum(axis=1), _LEAST_TITLE),
    )
    return np.sqrt(cosine), covered, most, told


def _places(names: _Shared) -> tuple[Features, Features, Features]:
    """Three columns, 0-1, from the names in the titles.

    How much of what each title names is found in the other text (the lesser of the two, smoothed); how much each of them
    names that the other does not (the lesser, smoothed); how far both name something and hardly anything of either is found.
    """
    said, they_said = names.head.sum(), names.their_heads.sum(axis=1)
    found, they_found = names.found, names.they_found
    smooth = np.minimum((found + _FEW) / (said + 3 * _FEW), (they_found + _FEW) / (they_said + 3 * _FEW))
    most = np.maximum(found / np.maximum(said, 1), they_found / np.maximum(they_said, 1))
    rival = np.minimum((said - found) / (said + 2 * _FEW), (they_said - they_found) / (they_said + 2 * _FEW))
    sure = np.minimum(np.minimum(said, they_said) / _SURELY_NAMED, 1)
    return smooth, rival, sure * (1 - np.minimum(2 * most, 1))


def _norm(shared: _Shared) -> Features:
    """The product of the lengths, never 0."""
    return _floats(np.maximum(np.sqrt((shared.mine**2).sum() * (shared.theirs**2).sum(axis=1)), 1))


def _floats(numbers: NDArray[np.generic]) -> Features:
    return np.asarray(numbers, dtype=np.float32)


class Matcher:
    """Sketches and compares appeals. Safe to share between threads, since nothing in it changes."""

    def __init__(self, table: PairTable, weights: NDArray[np.float64], mark: str) -> None:
        """`weights` are those of the features and then the intercept; `mark` names the fit, see `nlp/matching/index.py`."""
        self._table = table
        self._weights = weights[:-1].astype(np.float32)
        self._weights[-1] -= _CONFLICT
        self._intercept = np.float32(weights[-1])
        self.mark = mark

    @classmethod
    def read(cls, path: Path) -> Matcher:
        """Read the array file at `path`, whose SHA-256 stands beside it with the suffix `.sha256`."""
        content = path.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        if digest != path.with_suffix(".sha256").read_text(encoding="ascii").split()[0]:
            raise BrokenModelError(f"{path.name} is not the model that was recorded")
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            return cls(PairTable.of(arrays), arrays["weights"], digest[:16])

    def sketch(self, appeal: Appeal | str) -> Sketch:
        """The sketch of an appeal, 306 bytes: what the index keeps of it. Never raises."""
        return self._table.sketch(Appeal.of(appeal) if isinstance(appeal, str) else appeal)

    def score(self, a: Appeal | str, b: Appeal | str) -> float:
        """How likely two appeals are the same, 0-1; symmetric. An empty one resembles nothing."""
        return float(self.scores(self.sketch(a), self.sketch(b))[0])

    def same(self, a: Appeal | str, b: Appeal | str) -> bool:
        """Whether two appeals are the same place and matter."""
        return self.score(a, b) >= SAME

    def scores(self, query: Sketch, others: Sketch) -> Features:
        """The score of one sketch against each of `others`."""
        logits = resemblance(query, others) @ self._weights + self._intercept
        return np.asarray(1 / (1 + np.exp(-logits)), dtype=np.float32)


def load() -> Matcher:
    """Read the fitted table (60 ms, 12 MB)."""
    return Matcher.read(DATA / "similar.npz")
