"""Fits the category model to rows: vocabulary, weights, a round of self-training, calibration.

Needs scikit-learn and scipy, which nothing at run time does. Only features of at least five messages are kept, and only as
hashes: no text can be read back from a model file.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import scipy.sparse
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.model_selection import GroupKFold
from sklearn.svm import LinearSVC

from nlp import segment
from nlp.category import evidence
from nlp.features import Hashes, hashes
from nlp.lexicon import DATA, Lexicon, read_sections
from nlp.model import HEAD, HEAD_WEIGHT, SLOT_BITS, features
from nlp.training.corpus import Row, View, groups, views

LEAST_MESSAGES = 5
"""Messages in which a feature must occur to be kept: what fewer people wrote could tell who they are."""
LEAST_ROWS = 30
"""Rows that a category needs to be fitted."""
MOST_FEATURES = 90_000
FOLDS = 3
CUTS = (4000, 60, 30)
"""Lengths at which probabilities are made true."""
# Self-training: an unlabelled message is believed when its best score is positive and leads by this much.
BELIEVED = 0.6
BELIEVED_WEIGHT = 0.3
SELF_TRAINED_SLOPE = 0.94
"""Self-training widens the margins of what calibration saw; chosen on dev.csv."""
# Chosen on dev.csv and on sentences of our own: a category without training rows must be named by its own words.
UNFITTED = (-3.5, 3.5, 2.0)

Floats = NDArray[np.float64]
Matrix = Any
"""A scipy.sparse matrix; scipy comes without types."""


def fit(rows: Sequence[Row], unlabelled: Sequence[Row] = ()) -> bytes:
    """A model file fitted to the rows whose category has enough of them."""
    labels = fitted_labels(rows)
    rows = [row for row in rows if row.label in labels]
    truth = np.array([labels.index(row.label) for row in rows])
    every = views(rows)
    found = [_features(view.text) for view in every]
    keys, idf = _vocabulary([each for each, view in zip(found, every, strict=True) if view.text == rows[view.row].text])
    slope, longer, lexicon, bias = _calibrate(rows, truth, labels)
    model = _linear(_matrix(found, keys, idf), truth, every)
    kept = _worth_keeping(keys, np.abs(model.coef_).max(axis=0))
    keys, idf = keys[kept], idf[kept]
    matrix = _matrix(found, keys, idf)
    model = _linear(matrix, truth, every)
    if unlabelled:
        further, labels_further, weights_further = _believed(model, unlabelled, keys, idf)
        both = scipy.sparse.vstack((matrix, further)).tocsr()
        model = _linear(both, truth, every, (labels_further, weights_further))
        slope, longer = slope * SELF_TRAINED_SLOPE, longer * SELF_TRAINED_SLOPE
    weights = np.concatenate((model.coef_.T * idf[:, None], (idf**2)[:, None]), axis=1).astype(np.float16)
    content = io.BytesIO()
    np.savez_compressed(
        content,
        features=np.array(features()),
        labels=np.array(labels),
        keys=keys,
        weights=weights,
        intercept=model.intercept_.astype(np.float32),
        bias=bias.astype(np.float32),
        calibration=np.array([slope, longer, lexicon, *UNFITTED]),
    )
    return content.getvalue()


def fitted_labels(rows: Iterable[Row]) -> tuple[str, ...]:
    """The categories with enough rows to be fitted, in order."""
    counts: dict[str, int] = {}
    for row in rows:
        counts[row.label] = counts.get(row.label, 0) + 1
    return tuple(sorted(label for label, count in counts.items() if label and count >= LEAST_ROWS))


def _features(text: str) -> Hashes:
    return hashes(text, segment.tokens(text))[0]


def _vocabulary(found: Sequence[Hashes]) -> tuple[Hashes, Floats]:
    keys, messages = np.unique(np.concatenate([np.unique(each) for each in found]), return_counts=True)
    kept = messages >= LEAST_MESSAGES
    return keys[kept], np.log((len(found) + 1) / (messages[kept] + 1)) + 1


def _matrix(found: Iterable[Hashes], keys: Hashes, idf: Floats) -> Matrix:
    """Damped occurrences times idf, each row of length one: what `CategoryModel` computes."""
    columns, values, ends = [], [], [0]
    for each in found:
        place = np.minimum(np.searchsorted(keys, each), len(keys) - 1)
        place, count = np.unique(place[keys[place] == each], return_counts=True)
        value = (1 + np.log(count)) * idf[place]
        columns.append(place)
        values.append((value / max(float((value**2).sum()), 1e-6) ** 0.5).astype(np.float32))
        ends.append(ends[-1] + len(place))
    return scipy.sparse.csr_matrix(
        (np.concatenate(values), np.concatenate(columns), ends), shape=(len(ends) - 1, len(keys))
    )


def _linear(
    matrix: Matrix,
    truth: NDArray[np.int64],
    every: Sequence[View],
    more: tuple[Sequence[int], Sequence[float]] = ((), ()),
) -> LinearSVC:
    """One-against-rest support vectors over all views; `more` are labels and weights of further matrix rows."""
    labels = [*(truth[view.row] for view in every), *more[0]]
    weights = [*(view.weight for view in every), *more[1]]
    return LinearSVC(C=1.0, random_state=0, max_iter=300, tol=2e-3).fit(matrix, labels, sample_weight=weights)


def _believed(
    model: LinearSVC, unlabelled: Sequence[Row], keys: Hashes, idf: Floats
) -> tuple[Matrix, list[int], list[float]]:
    """Unlabelled messages that the model is sure of, as a whole and in parts: features, labels, weights."""
    scores = model.decision_function(_matrix((_features(row.text) for row in unlabelled), keys, idf))
    ordered = np.sort(scores, axis=1)
    sure = (ordered[:, -1] > 0) & (ordered[:, -1] - ordered[:, -2] > BELIEVED)
    guess = scores.argmax(axis=1)
    further = [view for view in views(unlabelled) if sure[view.row]]
    matrix = _matrix((_features(view.text) for view in further), keys, idf)
    return matrix, [int(guess[view.row]) for view in further], [BELIEVED_WEIGHT * view.weight for view in further]


def _worth_keeping(keys: Hashes, worth: Floats) -> NDArray[np.int64]:
    """The rows that say most, one for each slot of the reader's table."""
    most = np.argsort(-worth, kind="stable")[:MOST_FEATURES]
    _, first = np.unique(keys[most] >> np.uint64(64 - SLOT_BITS), return_index=True)
    return np.sort(most[first])


def _calibrate(
    rows: Sequence[Row], truth: NDArray[np.int64], labels: tuple[str, ...]
) -> tuple[float, float, float, Floats]:
    """Slope, slope by length, the lexicon's weight and the biases that make held-out probabilities true at all lengths."""
    lexicon = Lexicon(read_sections(DATA / "civic.txt", "civic"))
    scores, lengths, words, right = [], [], [], []
    folds = GroupKFold(FOLDS, shuffle=True, random_state=0)
    for fitted, held in folds.split(rows, truth, groups(row.text for row in rows)):
        part = [rows[i] for i in fitted]
        every = views(part)
        found = [_features(view.text) for view in every]
        keys, idf = _vocabulary(
            [each for each, view in zip(found, every, strict=True) if view.text == part[view.row].text]
        )
        model = _linear(_matrix(found, keys, idf), truth[fitted], every)
        for cut in CUTS:
            texts = [rows[i].text[:cut] for i in held]
            matrix = _matrix((_features(text) for text in texts), keys, idf)
            head = _matrix((_features(text[:HEAD]) for text in texts), keys, idf)
            scores.append(model.decision_function(matrix) + HEAD_WEIGHT * model.decision_function(head))
            lengths.append(np.log1p(np.diff(matrix.indptr) / 100))
            words.append(np.array([_told(lexicon, text, labels) for text in texts]))
            right.append(truth[held])
    score, length, word, label = map(np.concatenate, (scores, lengths, words, right))

    def loss(values: Floats) -> float:
        logits = (values[0] + values[1] * length)[:, None] * score + values[2] * word + values[3:]
        logits -= logits.max(axis=1, keepdims=True)
        return float(np.mean(np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(len(label)), label]))

    best = minimize(loss, np.array([1.5, 0.0, 0.5, *([0.0] * len(labels))]), method="L-BFGS-B").x
    return float(best[0]), float(best[1]), float(best[2]), best[3:]


def _told(lexicon: Lexicon, text: str, labels: tuple[str, ...]) -> list[float]:
    found = evidence(lexicon.hits(text))
    return [float(np.log1p(sum(found.get(label, {}).values()))) for label in labels]
