"""Fits the category model to rows: vocabulary, weights, calibration, a round of self-training.

Needs scikit-learn and scipy, which nothing at run time does. Only features of at least five messages are kept, and only as
hashes: no text can be read back from a model file.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import scipy.sparse
from msgspec import Struct
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import Ridge
from sklearn.model_selection import GroupKFold
from sklearn.svm import LinearSVC

from nlp.appeals.category import evidence
from nlp.appeals.features import Hashes, hashes
from nlp.appeals.model import HEAD, HEAD_WEIGHT, SLOT_BITS, features
from nlp.text import segment
from nlp.text.lexicon import DATA, Lexicon, read_sections
from nlp.training.corpus import Sample, Variant, groups, views

LEAST_MESSAGES = 5
"""Messages in which a feature must occur to be kept: what fewer people wrote could tell who they are."""
LEAST_LABELLED = 2
"""Labelled ones among these messages."""
LEAST_ROWS = 30
"""Rows that a category needs to be fitted."""
MOST_FEATURES = 90_000
FOLDS = 3
RIDGE = 0.06
RIDGE_SHARE = 2.0
"""How strongly ridge regression is held back, and what it counts beside support vectors; chosen by cross-validation."""
CUTS = (4000, 60, 30)
"""Lengths at which probabilities are made true."""
# Self-training: the share of unlabelled messages that is believed, and what one counts.
BELIEVED = 0.65
BELIEVED_WEIGHT = 0.3
# Chosen on dev.csv and on sentences of our own: a category without training rows must be named by its own words.
UNFITTED = (-3.5, 3.5, 2.0)

Floats = NDArray[np.float64]
Matrix = Any
"""A scipy.sparse matrix; scipy comes without types."""


class RowFeatures(Struct, frozen=True):
    """The features of some rows: of each view, of each whole text and its head."""

    views: list[Variant]
    viewed: list[Hashes]
    whole: list[Hashes]
    heads: list[Hashes]


class Linear(Struct, frozen=True):
    """One weight for each feature and label, of the features that are kept."""

    keys: Hashes
    idf: Floats
    weights: Floats
    intercept: Floats


def fit(rows: Sequence[Sample], unlabelled: Sequence[Sample] = ()) -> bytes:
    """A model file fitted to the rows whose category has enough of them.

    The unlabelled rows say how common features are, and those that the model is surest of are learnt from as well.
    """
    labels = fitted_labels(rows)
    rows = [row for row in rows if row.label in labels]
    truth = np.array([labels.index(row.label) for row in rows])
    known = _known(rows)
    others = [_features(text) for text in dict.fromkeys(row.text for row in unlabelled) if text]
    slope, longer, lexicon, bias = _calibrate(rows, known, others, truth, labels)
    model = _linear(rows, known, others, truth)
    if unlabelled:
        model = _self_trained(model, rows, known, truth, unlabelled)
    weights = np.concatenate((model.weights * model.idf[:, None], (model.idf**2)[:, None]), axis=1).astype(np.float16)
    content = io.BytesIO()
    np.savez_compressed(
        content,
        features=np.array(features()),
        labels=np.array(labels),
        keys=model.keys,
        weights=weights,
        intercept=model.intercept.astype(np.float32),
        bias=bias.astype(np.float32),
        calibration=np.array([slope, longer, lexicon, *UNFITTED]),
    )
    return content.getvalue()


def fitted_labels(rows: Iterable[Sample]) -> tuple[str, ...]:
    """The categories with enough rows to be fitted, in order."""
    counts: dict[str, int] = {}
    for row in rows:
        counts[row.label] = counts.get(row.label, 0) + 1
    return tuple(sorted(label for label, count in counts.items() if label and count >= LEAST_ROWS))


def _features(text: str) -> Hashes:
    return hashes(text, segment.tokens(text))[0]


def _known(rows: Sequence[Sample]) -> RowFeatures:
    every = views(rows)
    return RowFeatures(
        every,
        [_features(view.text) for view in every],
        [_features(row.text) for row in rows],
        [_features(row.text[:HEAD]) for row in rows],
    )


def _some(known: RowFeatures, rows: Sequence[int]) -> RowFeatures:
    """What is known of some of the rows, which are numbered anew."""
    anew = {row: number for number, row in enumerate(rows)}
    kept = [number for number, view in enumerate(known.views) if view.row in anew]
    return RowFeatures(
        [Variant(anew[known.views[n].row], known.views[n].text, known.views[n].weight) for n in kept],
        [known.viewed[n] for n in kept],
        [known.whole[row] for row in rows],
        [known.heads[row] for row in rows],
    )


def _vocabulary(labelled: Sequence[Hashes], others: Sequence[Hashes]) -> tuple[Hashes, Floats]:
    """Features of enough messages and enough labelled ones, and their inverse document frequency among all messages.

    What was sent twice, word for word, is one message.
    """
    own = {each.tobytes(): np.unique(each) for each in labelled}
    further = {each.tobytes(): np.unique(each) for each in others}
    distinct = [*own.values(), *(each for content, each in further.items() if content not in own)]
    keys, counts = np.unique(np.concatenate(list(own.values())), return_counts=True)
    every, messages = np.unique(np.concatenate(distinct), return_counts=True)
    messages = messages[np.searchsorted(every, keys)]
    kept = (counts >= LEAST_LABELLED) & (messages >= LEAST_MESSAGES)
    return keys[kept], np.log((len(distinct) + 1) / (messages[kept] + 1)) + 1


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


def _linear(rows: Sequence[Sample], known: RowFeatures, others: Sequence[Hashes], truth: NDArray[np.int64]) -> Linear:
    """Two linear models in one, fitted to the features worth keeping."""
    keys, idf = _vocabulary(known.whole, others)
    kept = _worth_keeping(keys, np.abs(_weights(rows, known, truth, keys, idf)[0]).max(axis=1))
    keys, idf = keys[kept], idf[kept]
    return Linear(keys, idf, *_weights(rows, known, truth, keys, idf))


def _weights(
    rows: Sequence[Sample], known: RowFeatures, truth: NDArray[np.int64], keys: Hashes, idf: Floats
) -> tuple[Floats, Floats]:
    """Weights and intercepts: support vectors over all views know short texts, ridge regression over whole ones long texts.

    Both are one against the rest, so that their scores may be added.
    """
    vectors = LinearSVC(C=1.0, random_state=0, max_iter=300, tol=1e-2).fit(
        _matrix(known.viewed, keys, idf),
        truth[[view.row for view in known.views]],
        sample_weight=[view.weight for view in known.views],
    )
    target = np.where(truth[:, None] == np.arange(len(vectors.classes_)), 1.0, -1.0)
    ridge = Ridge(alpha=RIDGE, solver="sparse_cg", tol=1e-3).fit(
        (_matrix(known.whole, keys, idf) + HEAD_WEIGHT * _matrix(known.heads, keys, idf)).tocsr(),
        target,
        sample_weight=[row.weight for row in rows],
    )
    return (
        vectors.coef_.T + RIDGE_SHARE * ridge.coef_.T,
        vectors.intercept_ + RIDGE_SHARE * ridge.intercept_ / (1 + HEAD_WEIGHT),
    )


def _scores(model: Linear, whole: Sequence[Hashes], heads: Sequence[Hashes]) -> Floats:
    """What the reader makes of texts: the scores of the whole and of its head."""
    both = _matrix(whole, model.keys, model.idf) + HEAD_WEIGHT * _matrix(heads, model.keys, model.idf)
    return np.asarray(both @ model.weights + (1 + HEAD_WEIGHT) * model.intercept)


def _self_trained(
    model: Linear, rows: Sequence[Sample], known: RowFeatures, truth: NDArray[np.int64], unlabelled: Sequence[Sample]
) -> Linear:
    """The model fitted anew, together with the unlabelled messages that it was surest of."""
    seen = {row.text for row in rows}
    fresh = [row for row in dict.fromkeys(unlabelled) if row.text and row.text not in seen]
    scores = _scores(model, [_features(row.text) for row in fresh], [_features(row.text[:HEAD]) for row in fresh])
    ordered = np.sort(scores, axis=1)
    lead = ordered[:, -1] - ordered[:, -2]
    sure = np.flatnonzero(lead > np.quantile(lead, 1 - BELIEVED))
    believed = [Sample(fresh[i].text, fresh[i].given, "", BELIEVED_WEIGHT) for i in sure]
    more = _known(believed)
    both = RowFeatures(
        [*known.views, *(Variant(len(rows) + view.row, view.text, view.weight) for view in more.views)],
        [*known.viewed, *more.viewed],
        [*known.whole, *more.whole],
        [*known.heads, *more.heads],
    )
    guess = np.concatenate((truth, scores.argmax(axis=1)[sure]))
    return Linear(model.keys, model.idf, *_weights([*rows, *believed], both, guess, model.keys, model.idf))


def _worth_keeping(keys: Hashes, worth: Floats) -> NDArray[np.int64]:
    """The rows that say most, one for each slot of the reader's table."""
    most = np.argsort(-worth, kind="stable")[:MOST_FEATURES]
    _, first = np.unique(keys[most] >> np.uint64(64 - SLOT_BITS), return_index=True)
    return np.sort(most[first])


def _calibrate(
    rows: Sequence[Sample],
    known: RowFeatures,
    others: Sequence[Hashes],
    truth: NDArray[np.int64],
    labels: tuple[str, ...],
) -> tuple[float, float, float, Floats]:
    """Slope, slope by length, the lexicon's weight and the biases that make held-out probabilities true at all lengths."""
    lexicon = Lexicon(read_sections(DATA / "civic.txt", "civic"))
    scores, lengths, words, right = [], [], [], []
    folds = GroupKFold(FOLDS, shuffle=True, random_state=0)
    for fitted, held in folds.split(rows, truth, groups(row.text for row in rows)):
        away = [known.whole[i] for i in held]
        model = _linear([rows[i] for i in fitted], _some(known, fitted), [*others, *away], truth[fitted])
        for cut in CUTS:
            texts = [rows[i].text[:cut] for i in held]
            whole = [_features(text) for text in texts]
            scores.append(_scores(model, whole, [_features(text[:HEAD]) for text in texts]))
            lengths.append(np.log1p(np.diff(_matrix(whole, model.keys, model.idf).indptr) / 100))
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
