"""Fits the category model: `python -m nlp.training.category TRAIN.csv` (columns label, title, detail).

Needs scikit-learn and scipy, which nothing at run time does. Written are `nlp/data/category.npz` and its hash. Only features
of at least five messages are kept, and only as hashes: no text can be read back from the file.
"""

from __future__ import annotations

import csv
import hashlib
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import scipy.sparse
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

from nlp import segment
from nlp.category import evidence
from nlp.features import hashes
from nlp.lexicon import DATA, Lexicon, read_sections
from nlp.model import HEAD, SLOT_BITS
from nlp.normalize import fold

TARGET = DATA / "category.npz"
LEAST_MESSAGES = 5
C = 1.0
FOLDS = 4
# Chosen on dev.csv and on sentences of our own: a category without training rows must be named by its own words.
UNFITTED_SCORE = -2.5
UNFITTED_LEXICON = 3.0
# Place names of the training data were masked by their publisher as letters and digits ("A7县"); they must not be learnt.
_MASKS = re.compile(r"(?:[A-Za-z]\d{0,3}|西地)(?:省|市|区|县)")

Floats = NDArray[np.float64]


def main() -> None:
    """Fit, calibrate by cross-validation, write."""
    segment.load()
    with Path(sys.argv[1]).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    labels = tuple(sorted({row["label"] for row in rows}))
    truth = np.array([labels.index(row["label"]) for row in rows])
    texts = [fold(_MASKS.sub(" ", f"{row['title'].strip()}\n{row['detail'].strip()}".strip())).text for row in rows]
    keys, idf = _vocabulary(texts)
    slope, lexicon, bias = _calibrate(texts, truth, labels, keys, idf)
    model = _fit(texts, truth, keys, idf)
    weights = np.concatenate((model.coef_.T * idf[:, None], (idf**2)[:, None]), axis=1).astype(np.float16)
    kept = _one_for_each_slot(keys, np.abs(model.coef_).sum(axis=0))
    np.savez(
        TARGET,
        labels=np.array(labels),
        keys=keys[kept],
        weights=weights[kept],
        intercept=model.intercept_.astype(np.float32),
        bias=bias.astype(np.float32),
        calibration=np.array([slope, lexicon, UNFITTED_SCORE, UNFITTED_LEXICON]),
    )
    TARGET.with_suffix(".sha256").write_text(hashlib.sha256(TARGET.read_bytes()).hexdigest() + "\n", encoding="ascii")
    print(f"{len(kept)} features, slope {slope:.2f}, lexicon {lexicon:.2f}, {TARGET.stat().st_size / 1e6:.1f} MB")


def _features(text: str) -> NDArray[np.uint64]:
    return hashes(text, segment.tokens(text))[0]


def _vocabulary(texts: Sequence[str]) -> tuple[NDArray[np.uint64], Floats]:
    found = np.concatenate([np.unique(_features(text)) for text in texts])
    keys, messages = np.unique(found, return_counts=True)
    kept = messages >= LEAST_MESSAGES
    return keys[kept], np.log((len(texts) + 1) / (messages[kept] + 1)) + 1


def _matrix(texts: Iterable[str], keys: NDArray[np.uint64], idf: Floats) -> scipy.sparse.csr_matrix:
    """Occurrences times idf, each row divided by the root of the sum of its occurrences' squared idf."""
    columns, values, ends = [], [], [0]
    for text in texts:
        found = _features(text)
        place = np.minimum(np.searchsorted(keys, found), len(keys) - 1)
        place, count = np.unique(place[keys[place] == found], return_counts=True)
        norm = max(float((idf[place] ** 2 * count).sum()), 1e-6) ** 0.5
        columns.append(place)
        values.append(idf[place] * count / norm)
        ends.append(ends[-1] + len(place))
    return scipy.sparse.csr_matrix(
        (np.concatenate(values), np.concatenate(columns), ends), shape=(len(ends) - 1, len(keys))
    )


def _views(text: str) -> list[tuple[str, float]]:
    """What people might have sent instead: the whole, its beginning, the body without its title; with their weights."""
    body = text.partition("\n")[2]
    views = [(text, 1.0), (text[:40], 0.7)]
    if len(body) >= 40:
        views.append((body, 0.5))
    if len(text) > 100:
        views.append((text[:80], 0.5))
    return views


def _fit(texts: Sequence[str], truth: NDArray[np.int64], keys: NDArray[np.uint64], idf: Floats) -> LinearSVC:
    views = [(view, label, weight) for text, label in zip(texts, truth, strict=True) for view, weight in _views(text)]
    model = LinearSVC(C=C, random_state=0)
    return model.fit(
        _matrix((view for view, _, _ in views), keys, idf),
        [row[1] for row in views],
        sample_weight=[row[2] for row in views],
    )


def _calibrate(
    texts: Sequence[str], truth: NDArray[np.int64], labels: tuple[str, ...], keys: NDArray[np.uint64], idf: Floats
) -> tuple[float, float, Floats]:
    """The slope, the lexicon's weight and the biases that make held-out probabilities true, over whole and cut texts."""
    lexicon = Lexicon(read_sections(DATA / "civic.txt", "civic"))
    scores, words, right = [], [], []
    for fit, held in StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(texts, truth):
        model = _fit([texts[i] for i in fit], truth[fit], keys, idf)
        for cut in (4000, 60, 30):
            views = [texts[i][:cut] for i in held]
            whole = model.decision_function(_matrix(views, keys, idf))
            scores.append(whole + model.decision_function(_matrix((view[:HEAD] for view in views), keys, idf)))
            words.append(np.array([_told(lexicon, view, labels) for view in views]))
            right.append(truth[held])
    score, word, label = np.concatenate(scores), np.concatenate(words), np.concatenate(right)

    def loss(values: Floats) -> float:
        logits = values[0] * score + values[1] * word + values[2:]
        logits -= logits.max(axis=1, keepdims=True)
        return float(np.mean(np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(len(label)), label]))

    best = minimize(loss, np.array([1.5, 0.5, *([0.0] * len(labels))]), method="L-BFGS-B").x
    return float(best[0]), float(best[1]), best[2:]


def _told(lexicon: Lexicon, text: str, labels: tuple[str, ...]) -> list[float]:
    found = evidence(lexicon.hits(text))
    return [float(np.log1p(sum(found.get(label, {}).values()))) for label in labels]


def _one_for_each_slot(keys: NDArray[np.uint64], worth: Floats) -> NDArray[np.int64]:
    """The rows that stay: where two share a slot of the reader's table, the one that says more."""
    slots = keys >> np.uint64(64 - SLOT_BITS)
    order = np.lexsort((-worth, slots))
    first = np.concatenate(([True], slots[order][1:] != slots[order][:-1]))
    return np.sort(order[first])


if __name__ == "__main__":
    main()
