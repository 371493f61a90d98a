"""The fitted category model: hashed n-grams with one weight for each fitted category, read from an array file.

Fitted offline by `nlp/training/category.py`; what on, how well and with what limits stands in `data/MODEL_CARD.md`. Loading
compares the file's hash with the one recorded beside it and never executes anything from it.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from nlp.appeals.features import PIECES, Hashes, Together, hashes, hashes_of_all, version
from nlp.text.segment import Segmentation

SLOT_BITS = 20
_SLOT_SHIFT = np.uint64(64 - SLOT_BITS)
HEAD = 30
"""Characters that are scored a second time by themselves: people say first what it is about."""
HEAD_WEIGHT = 0.6
_ONCE = np.ones(5 * HEAD, dtype=np.float32)
_MOST_TIMES = 64
_DAMPED = (1 + np.log(np.maximum(np.arange(_MOST_TIMES), 1))).astype(np.float32)
_DAMPED = np.stack((_DAMPED, _DAMPED**2))
"""What a feature counts that occurs so many times, and the square of it."""
_LEAST_SIZE = 1e-6
_ROW_BITS = 20
_ROW_MASK = (1 << _ROW_BITS) - 1

Weights = NDArray[np.float32]


class BrokenModelError(ValueError):
    """The model file is not the one that was recorded, or was fitted to other features."""


def features() -> str:
    """What a model must have been fitted to: the features of a text, and how its head is counted."""
    return f"{version()} {HEAD} {HEAD_WEIGHT} {SLOT_BITS}"


class Calibration(Struct, frozen=True):
    """From scores to log-odds: slope · score + `lexicon` · log(1 + evidence) + the category's bias.

    The slope is `slope` + `longer` · log(1 + known features / 100): long messages are judged by more. A category that no
    training row had starts from `unfitted`, gains `unfitted_lexicon` · log(1 + evidence), and loses `unfitted_longer` ·
    log(1 + known features / 100), because a long message mentions much that it is not about.
    """

    slope: float
    longer: float
    lexicon: float
    unfitted: float
    unfitted_lexicon: float
    unfitted_longer: float


class CategoryModel:
    """Linear scores of the fitted categories, in the order of `labels`."""

    def __init__(
        self,
        *,
        labels: tuple[str, ...],
        keys: NDArray[np.uint64],
        weights: NDArray[np.float32],
        intercept: NDArray[np.float32],
        bias: NDArray[np.float32],
        calibration: Calibration,
    ) -> None:
        """`weights` has a row for each key: one column for each label, times the feature's idf, then the idf squared."""
        self.labels = labels
        self.bias = bias.tolist()
        self.calibration = calibration
        self._intercept: list[float] = ((1 + HEAD_WEIGHT) * intercept).tolist()
        # Row 0 is nothing: features that were never fitted fall on it.
        self._keys = np.concatenate((np.zeros(1, dtype=np.uint64), keys))
        self._weights = np.concatenate((np.zeros((1, weights.shape[1]), dtype=np.float32), weights))
        self._slots = np.zeros(1 << SLOT_BITS, dtype=np.int32)
        self._slots[keys >> _SLOT_SHIFT] = np.arange(1, len(keys) + 1, dtype=np.int32)

    @classmethod
    def read(cls, path: Path) -> CategoryModel:
        """Read the array file at `path`, whose SHA-256 stands beside it with the suffix `.sha256`.

        Raises BrokenModelError for another file than the recorded one, or one fitted to other features.
        """
        content = path.read_bytes()
        # Two hashes stand there while one model is being replaced by another.
        recorded = path.with_suffix(".sha256").read_text(encoding="ascii").split()
        if hashlib.sha256(content).hexdigest() not in recorded:
            raise BrokenModelError(f"{path.name} is not the model that was recorded")
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            if "features" not in arrays or str(arrays["features"]) != features():
                raise BrokenModelError(f"{path.name} was fitted to other features than are read now: fit it anew")
            return cls(
                labels=tuple(str(label) for label in arrays["labels"]),
                keys=arrays["keys"],
                weights=arrays["weights"].astype(np.float32),
                intercept=arrays["intercept"],
                bias=arrays["bias"],
                calibration=Calibration(*(float(value) for value in arrays["calibration"])),
            )

    def scores(self, folded: str, words: Segmentation) -> tuple[list[float], int]:
        """The sum of the whole text's and its head's scores for each label, and how many known features it has."""
        if not folded:
            return list(self._intercept), 0
        found, early, early_words = hashes(folded, words, HEAD)
        rows = self._rows(found)
        first = np.concatenate((rows[early], rows[early_words]))
        *head, size = (_ONCE[: len(first)] @ self._weights.take(first, axis=0)).tolist()
        share = HEAD_WEIGHT / max(size, _LEAST_SIZE) ** 0.5
        whole, size, known = self._whole(rows)
        part = 1 / max(size, _LEAST_SIZE) ** 0.5
        return [
            part * value + share * early + intercept
            for value, early, intercept in zip(whole, head, self._intercept, strict=True)
        ], known

    def _whole(self, rows: NDArray[np.int32]) -> tuple[list[float], float, int]:
        """Sums of the rows' weights, each damped by how often it occurs, and of their squared sizes; how many there are.

        Sorts `rows`.
        """
        rows.sort()
        ends, times = _runs(rows)
        damped = np.empty((2, len(ends)), dtype=np.float32)
        _DAMPED.take(times, axis=1, mode="clip", out=damped)
        sums, squares = (damped @ self._weights.take(rows.take(ends), axis=0)).tolist()
        return sums[:-1], squares[-1], len(ends) - (0 in rows[:1])

    def scores_of_all(self, texts: Sequence[str], words: Sequence[Segmentation]) -> list[tuple[list[float], int]]:
        """The same for each of several texts, in one pass over arrays."""
        read = [place for place, text in enumerate(texts) if text]
        scored: list[tuple[list[float], int]] = [(list(self._intercept), 0)] * len(texts)
        if read:
            found = hashes_of_all([texts[place] for place in read], [words[place] for place in read], HEAD)
            rows = self._rows(found.hashes)
            sums, known = self._wholes(rows, found.sizes)
            both = sums + HEAD_WEIGHT * self._heads(rows, found) + np.array(self._intercept, dtype=np.float32)
            for place, score in zip(read, zip(both.tolist(), known, strict=True), strict=True):
                scored[place] = score
        return scored

    def _rows(self, hashes: Hashes) -> NDArray[np.int32]:
        """The row of each feature, 0 for one that was never fitted."""
        rows = self._slots.take(hashes >> _SLOT_SHIFT)
        rows *= self._keys.take(rows) == hashes
        return rows

    def _heads(self, rows: NDArray[np.int32], found: Together) -> Weights:
        """The scores of the texts' heads."""
        begins = accumulate(found.sizes, initial=0)
        early = [rows[begin : begin + size] for begin, size in zip(begins, found.heads, strict=False)]
        *starts, _ = accumulate(found.heads, initial=0)
        sums = np.add.reduceat(self._weights.take(np.concatenate(early), axis=0), starts)
        return _normed(sums.reshape(PIECES, -1, sums.shape[1]).sum(axis=0))

    def _wholes(self, rows: NDArray[np.int32], sizes: list[int]) -> tuple[Weights, list[int]]:
        """The scores of whole texts, and how many known features each has."""
        many = len(sizes) // PIECES
        found = np.repeat(np.tile(np.arange(many) << _ROW_BITS, PIECES), sizes)
        found |= rows
        found.sort()
        ends, times = _runs(found)
        found = found.take(ends)
        # Features without a row come first in each text, and every text has some: n-grams that reach past its end.
        begins = found.searchsorted(np.arange(many) << _ROW_BITS)
        weights = self._weights.take(found & _ROW_MASK, axis=0)
        weights *= _DAMPED[0].take(times, mode="clip")[:, None]
        weights[:, -1] *= _DAMPED[0].take(times, mode="clip")
        known = np.diff(begins, append=len(found)) - 1
        return _normed(np.add.reduceat(weights, begins)), known.tolist()


def _runs(ordered: NDArray[np.signedinteger]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where each run of equal numbers ends, and how long it is."""
    last = np.empty(len(ordered), dtype=np.bool_)
    last[-1] = True
    np.not_equal(ordered[1:], ordered[:-1], out=last[:-1])
    ends = last.nonzero()[0]
    times = ends.copy()
    times[1:] -= ends[:-1]
    times[0] += 1
    return ends, times


def _normed(sums: Weights) -> Weights:
    """Sums of weights divided by the length of the features, whose square stands in the last column."""
    size = np.sqrt(np.maximum(sums[:, -1:], _LEAST_SIZE))
    return np.asarray(sums[:, :-1] / size, dtype=np.float32)
