"""Whether two appeals are the same: the same place and the same matter.

`load()` reads the fitted table once; afterwards everything is pure. Comparing two texts costs about 150 µs, two sketches 50.
"""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlp.lexicon import DATA
from nlp.model import BrokenModelError
from nlp.sketch import ANCHORS, Appeal, PairTable, Sketch

__all__ = ["SAME", "Appeal", "Matcher", "load"]

SAME = 0.6
"""At and above this score two appeals are offered as the same: precision 0.99 on groups that the fit had not seen."""

Features = NDArray[np.float32]

_ENOUGH_SHARED = 300
"""Tenths of a nat: two or three rare pairs in common make a place as good as certain."""
_SURELY_NAMED = 250
_FEW = 50
_CONFLICT = 1.0
"""Log-odds taken off when both titles name places and no name is common. Set by hand: the fit saw few such pairs."""


def resemblance(query: Sketch, others: Sketch) -> Features:
    """How one sketch resembles each of `others`: a row of features for each, symmetric in the two.

    Columns: shared names, the share they are of the smaller text's names, the cosine of names, of matter words, of matter
    vectors; products of these; last, how far the titles name the same places, and different ones.
    """
    mine, theirs = query["anchor_weights"].astype(np.float32), others["anchor_weights"].astype(np.float32)
    equal = others["anchors"][:, :, None] == query["anchors"][0]
    equal &= (theirs > 0)[:, :, None]
    matched = equal @ mine[0]
    shared = np.minimum(matched, theirs).sum(axis=1)
    least = np.minimum(mine.sum(), theirs.sum(axis=1))
    names = (matched * theirs).sum(axis=1) / _norm(mine, theirs)
    weights, their_weights = query["matter_weights"].astype(np.float32), others["matter_weights"].astype(np.float32)
    met = (others["matters"][:, :, None] == query["matters"][0]) @ weights[0]
    words = np.sqrt((met * their_weights).sum(axis=1) / _norm(weights, their_weights))
    topic = np.clip(others["vector"].astype(np.float32) @ query["vector"][0].astype(np.float32) / 127**2, 0, 1)
    enough = 1 - np.exp(-shared / _ENOUGH_SHARED)
    contained = shared / np.maximum(least, 1)
    covered, rival, conflict = _titles(query, others, equal)
    products = (topic * topic, topic * enough, words * enough, topic * enough * contained)
    return np.stack(
        (enough, contained, names, words, topic, *products, covered, rival, rival * words * words, conflict), axis=1
    ).astype(np.float32)


def _norm(mine: Features, theirs: Features) -> Features:
    """The product of the lengths, never 0."""
    return np.asarray(np.maximum(np.sqrt((mine * mine).sum() * (theirs * theirs).sum(axis=1)), 1), dtype=np.float32)


def _titles(query: Sketch, others: Sketch, equal: NDArray[np.bool_]) -> tuple[Features, Features, Features]:
    """Three columns, 0-1, from the names in the titles.

    How much of what each title names is found in the other text (the lesser of the two, smoothed); how much each of them
    names that the other does not (the lesser); how far both name something and hardly anything of either is found.
    """
    places = np.arange(ANCHORS)
    mine = query["anchor_weights"] * np.float32(places < query["named"][0])
    theirs = others["anchor_weights"] * (places < others["named"][:, None]).astype(np.float32)
    said, they_said = mine.sum(), theirs.sum(axis=1)
    found, they_found = (equal.any(axis=1) * mine).sum(axis=1), (equal.any(axis=2) * theirs).sum(axis=1)
    smooth = np.minimum((found + _FEW) / (said + 3 * _FEW), (they_found + _FEW) / (they_said + 3 * _FEW))
    most = np.maximum(found / np.maximum(said, 1), they_found / np.maximum(they_said, 1))
    rival = np.minimum(np.minimum(said - found, they_said - they_found) / _SURELY_NAMED, 1)
    sure = np.minimum(np.minimum(said, they_said) / _SURELY_NAMED, 1)
    return smooth, rival, sure * (1 - np.minimum(2 * most, 1))


class Matcher:
    """Sketches and compares appeals. Safe to share between threads, since nothing in it changes."""

    def __init__(self, table: PairTable, weights: NDArray[np.float64], mark: str) -> None:
        """`weights` are those of the features and then the intercept; `mark` names the fit, see `nlp/index.py`."""
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
        """The sketch of an appeal, 221 bytes: what the index keeps of it. Never raises."""
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
