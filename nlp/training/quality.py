"""How well categories are told: the figures that the benchmark prints and by which a new model is judged."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

from nlp.understand import OTHER, Reader

SHORT = 60
"""Characters of a message that was cut short."""


class QualityFigures(Struct, frozen=True):
    """`sure` is the share of messages answered with confidence, `sure_f1` the macro-F1 among them."""

    macro_f1: float
    accuracy: float
    sure: float
    sure_f1: float
    calibration_error: float
    other: int
    outside: int
    """Answers that are none of the labels that occur."""


def macro_f1(truth: Sequence[str], guess: Sequence[str], labels: Sequence[str]) -> float:
    """The mean of the labels' F1; labels that neither side names are left out. 0 when none is named."""
    hits = Counter(right for right, given in zip(truth, guess, strict=True) if right == given)
    said, is_so = Counter(guess), Counter(truth)
    each = [2 * hits[label] / (said[label] + is_so[label]) for label in labels if said[label] + is_so[label]]
    return statistics.mean(each) if each else 0.0


def calibration_error(right: Sequence[bool], confidence: Sequence[float], bins: int = 10) -> float:
    """Expected calibration error over bins of equal width."""
    total = 0.0
    for number in range(bins):
        inside = [i for i, p in enumerate(confidence) if min(int(p * bins), bins - 1) == number]
        if inside:
            accuracy = sum(right[i] for i in inside) / len(inside)
            total += abs(accuracy - statistics.mean(confidence[i] for i in inside)) * len(inside) / len(right)
    return total


def measure(reader: Reader, texts: Sequence[str], truth: Sequence[str]) -> QualityFigures:
    """What the reader makes of texts whose categories are known. Raises ValueError without any."""
    if not texts:
        raise ValueError("nothing to measure on")
    labels = sorted(set(truth))
    read = [reader.topic(text) for text in texts]
    guess = [each.category for each in read]
    right = [a == b for a, b in zip(truth, guess, strict=True)]
    sure = [i for i, each in enumerate(read) if each.sure]
    return QualityFigures(
        macro_f1=macro_f1(truth, guess, labels),
        accuracy=sum(right) / len(right),
        sure=len(sure) / len(read),
        sure_f1=macro_f1([truth[i] for i in sure], [guess[i] for i in sure], labels),
        calibration_error=calibration_error(right, [each.confidence for each in read]),
        other=guess.count(OTHER),
        outside=sum(given not in labels and given != OTHER for given in guess),
    )
