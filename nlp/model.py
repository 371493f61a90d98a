"""The fitted category model: hashed n-grams with one weight for each fitted category, read from an array file.

Fitted offline by `nlp/training/category.py`; what on, how well and with what limits stands in `data/MODEL_CARD.md`. Loading
compares the file's hash with the one recorded beside it and never executes anything from it.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from nlp.features import hashes
from nlp.segment import Token

SLOT_BITS = 21
_SLOT_SHIFT = np.uint64(64 - SLOT_BITS)
HEAD = 30
"""Characters that are scored a second time by themselves: people say first what it is about."""


class BrokenModelError(ValueError):
    """The model file is not the one that was recorded."""


class Calibration(Struct, frozen=True):
    """From scores to log-odds: `slope` · score + `lexicon` · log(1 + evidence) + the category's bias.

    `unfitted` stands for the score of a category that no training row had, `unfitted_lexicon` for its evidence's weight.
    """

    slope: float
    lexicon: float
    unfitted: float
    unfitted_lexicon: float


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
        self._intercept = 2 * intercept
        # Row 0 is nothing: features that were never fitted fall on it.
        self._keys = np.concatenate((np.zeros(1, dtype=np.uint64), keys))
        self._weights = np.concatenate((np.zeros((1, weights.shape[1]), dtype=np.float32), weights))
        self._slots = np.zeros(1 << SLOT_BITS, dtype=np.int32)
        self._slots[keys >> _SLOT_SHIFT] = np.arange(1, len(keys) + 1, dtype=np.int32)

    @classmethod
    def read(cls, path: Path) -> CategoryModel:
        """Read the array file at `path`, whose SHA-256 stands beside it with the suffix `.sha256`."""
        content = path.read_bytes()
        recorded = path.with_suffix(".sha256").read_text(encoding="ascii").split()[0]
        if hashlib.sha256(content).hexdigest() != recorded:
            raise BrokenModelError(f"{path.name} is not the model that was recorded")
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            return cls(
                labels=tuple(str(label) for label in arrays["labels"]),
                keys=arrays["keys"],
                weights=arrays["weights"].astype(np.float32),
                intercept=arrays["intercept"],
                bias=arrays["bias"],
                calibration=Calibration(*(float(value) for value in arrays["calibration"])),
            )

    def scores(self, folded: str, words: Sequence[Token]) -> list[float]:
        """The sum of the whole text's and its head's scores for each label."""
        found, early = hashes(folded, words, HEAD)
        rows = self._slots.take(found >> _SLOT_SHIFT)
        rows *= self._keys.take(rows) == found
        parts = np.zeros((2, len(rows)), dtype=np.float32)
        parts[0] = 1.0
        for part in early:
            parts[1, part] = 1.0
        whole, head = parts @ self._weights.take(rows, axis=0)
        total = whole[:-1] / max(float(whole[-1]), 1e-6) ** 0.5 + head[:-1] / max(float(head[-1]), 1e-6) ** 0.5
        values: list[float] = (total + self._intercept).tolist()
        return values
