"""Fits `nlp/data/danger.npz` to examples: `python -m nlp.training.danger [FOLDER]`.

Learnt from: `rows/dangers.csv` (dangers and what only sounds like them) and `rows/matters.csv` (ordinary appeals), both invented.
A FOLDER with train.csv (title, detail) adds ordinary appeals that are not in the tree; only features that five rows have
are kept, as hashes. Needs scikit-learn and scipy, which nothing at run time does.
"""

from __future__ import annotations

import csv
import io
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import scipy.sparse
from msgspec import Struct
from msgspec.structs import asdict
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from nlp.appeals.danger import CONCEPT, MODEL, NONE, Concepts, DangerModel, Judgement, features, placed, windows
from nlp.appeals.model import SLOT_BITS
from nlp.text import segment
from nlp.text.normalize import fold
from nlp.training.corpus import read_csv
from nlp.training.keeping import write

ROWS = Path(__file__).parent / "rows"
LEAST_ROWS = 2
"""Windows in which a feature of our own examples must occur to be kept; of rows from outside the tree five."""
LEAST_OTHERS = 5
ORDINARY = 0.3
"""What a window of an ordinary appeal counts beside one of the examples."""
STRENGTH = 10.0
KIND_STRENGTH = 1.0
"""How freely the detection of a danger and the choice of its kind follow the examples; chosen by cross-validation."""

OTHERS_EVERY = 4
"""Of the appeals from outside one in so many is learnt from; the others are there to measure."""
FOLDS = 5


class Slots:
    """Which slots of the model's table are taken: of two features that share one the more common is kept."""

    def __init__(self) -> None:
        self._taken: set[int] = set()

    def is_free(self, key: int) -> bool:
        """Returns whether nobody has the slot of this feature, and takes it."""
        slot = key >> (64 - SLOT_BITS)
        free = slot not in self._taken
        self._taken.add(slot)
        return free


class Example(Struct, frozen=True):
    """A message and what it is: a kind of danger or none."""

    text: str
    label: str
    weight: float = 1.0


class Fitted(Struct, frozen=True):
    """What a model is made of: see `DangerModel`."""

    kinds: tuple[str, ...]
    weights: NDArray[np.float32]
    keys: NDArray[np.uint64]
    terms: NDArray[np.float32]
    intercept: NDArray[np.float32]

    def model(self) -> DangerModel:
        """Returns the model in memory."""
        return DangerModel(Concepts(), **asdict(self))


def examples() -> list[Example]:
    """Returns the rows of `rows/dangers.csv`."""
    with (ROWS / "dangers.csv").open(encoding="utf-8") as file:
        return [
            Example(fold(row["text"]).text, NONE if row["grade"] == NONE else row["kind"])
            for row in csv.DictReader(file)
        ]


def ordinary() -> list[Example]:
    """Returns the appeals of `rows/matters.csv` that are not urgent."""
    with (ROWS / "matters.csv").open(encoding="utf-8") as file:
        return [Example(fold(row["text"]).text, NONE, ORDINARY) for row in csv.DictReader(file) if row["urgent"] == "0"]


def others(folder: Path) -> list[Example]:
    """Returns one in `OTHERS_EVERY` of the appeals in a folder outside the tree."""
    return [Example(row.text, NONE, ORDINARY) for row in read_csv(folder / "train.csv")[::OTHERS_EVERY]]


def fit(rows: Sequence[Example], outside: Sequence[Example] = ()) -> bytes:
    """Returns a model file. Of a long danger the clauses that a first fit finds most dangerous are learnt from."""
    first = _fitted(_cut(rows, None), _cut(outside, None)).model()
    return _packed(_fitted(_cut(rows, first), _cut(outside, first)))


def judged(model: DangerModel, text: str) -> Judgement | None:
    """Returns what the model says of a folded text."""
    return model.judge(text, segment.tokens(text))


def _cut(rows: Sequence[Example], model: DangerModel | None) -> list[Example]:
    """The windows of the rows; of a danger the one that speaks most for it, or all of it where nobody knows yet."""
    cut: list[Example] = []
    for row in rows:
        spans = list(windows(row.text))
        if row.label != NONE and len(spans) > 1:
            best = judged(model, row.text) if model else None
            spans = [(best.start, best.end)] if best else [(0, len(row.text))]
        cut += [Example(row.text[start:end], row.label, row.weight) for start, end in spans[:4]]
    return [each for each in cut if each.text]


def _fitted(rows: Sequence[Example], outside: Sequence[Example]) -> Fitted:
    concepts = Concepts()
    every = [*rows, *outside]
    found = [np.unique(placed(row.text, segment.tokens(row.text)).hashes, return_counts=True) for row in every]
    inside = Counter(int(key) for keys, _ in found[: len(rows)] for key in keys)
    beyond = Counter(int(key) for keys, _ in found[len(rows) :] for key in keys)
    slots = Slots()
    kept = [
        key
        for key, count in inside.most_common()
        if count >= LEAST_ROWS and (count > beyond[key] or count >= LEAST_OTHERS) and slots.is_free(key)
    ]
    keys = np.array(sorted(kept), dtype=np.uint64)
    place = {int(key): at for at, key in enumerate(keys)}
    idf = np.array([1 + np.log((1 + len(every)) / (1 + inside[int(key)] + beyond[int(key)])) for key in keys])
    lines: list[tuple[int, int, float]] = []
    for at, (row, (hashed, times)) in enumerate(zip(every, found, strict=True)):
        named = {concept for _, concept in concepts.found(row.text)}
        lines += [(at, column, CONCEPT) for column in concepts.features(named)]
        known = [(place[int(key)], int(count)) for key, count in zip(hashed, times, strict=True) if int(key) in place]
        length = np.sqrt(max(sum(count * idf[column] ** 2 for column, count in known), 1.0))
        lines += [(at, concepts.columns + column, count * idf[column] / length) for column, count in known]
    lined, columns, values = zip(*lines, strict=True)
    table = scipy.sparse.csr_matrix((values, (lined, columns)), shape=(len(every), concepts.columns + len(keys)))
    labels = np.array([row.label for row in every])
    is_danger = labels != NONE
    detect = LogisticRegression(C=STRENGTH, max_iter=400)
    detect.fit(table, is_danger, sample_weight=[row.weight for row in every])
    kinds = LogisticRegression(C=KIND_STRENGTH, max_iter=400)
    kinds.fit(table[is_danger][:, : concepts.columns], labels[is_danger])
    of_words = detect.coef_[0]
    weights = np.concatenate((of_words[None, : concepts.columns], kinds.coef_)).T.astype(np.float32)
    terms = np.stack((idf, of_words[concepts.columns :]), axis=1).astype(np.float32)
    intercept = np.concatenate((detect.intercept_, kinds.intercept_)).astype(np.float32)
    return Fitted(tuple(map(str, kinds.classes_)), weights, keys, terms, intercept)


def _packed(fitted: Fitted) -> bytes:
    content = io.BytesIO()
    np.savez_compressed(
        content,
        features=np.array(features()),
        kinds=np.array(fitted.kinds),
        weights=fitted.weights.astype(np.float16),
        keys=fitted.keys,
        terms=fitted.terms.astype(np.float16),
        intercept=fitted.intercept,
    )
    return content.getvalue()


def cross_validated(rows: Sequence[Example], more: Sequence[Example]) -> list[tuple[Example, Judgement | None]]:
    """Returns each example with what a model says that has not seen it."""
    said: list[tuple[Example, Judgement | None]] = []
    for learn, hold in StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(rows, [row.label for row in rows]):
        kept = [rows[at] for at in learn]
        first = _fitted(_cut([*kept, *more], None), ()).model()
        said += [(rows[at], judged(first, rows[at].text)) for at in hold]
    return said


def main(folder: str = "") -> None:
    """Print how examples are judged that were not learnt from, then write the model fitted to all."""
    segment.load()
    rows, more = examples(), ordinary()
    said = cross_validated(rows, more)
    for least in (-2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0):
        hit = Counter(row.label != NONE for row, judgement in said if judgement and judgement.margin > least)
        size = Counter(row.label != NONE for row, _ in said)
        print(
            f"margin > {least:4}: {hit[True] / size[True]:.3f} of dangers, {hit[False] / size[False]:.3f} of look-alikes"
        )
    kinds = [judgement.kind == row.label for row, judgement in said if judgement and row.label != NONE]
    print(f"kind right: {sum(kinds) / len(kinds):.3f} of {len(kinds)}")
    write(fit([*rows, *more], others(Path(folder)) if folder else ()), MODEL)


if __name__ == "__main__":
    main(*sys.argv[1:])
