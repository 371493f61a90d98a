"""Learning from corrections: fit anew, compare with the model in use, and replace it only by one that is not worse."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from nlp.appeals.category import CATEGORIES
from nlp.text import segment
from nlp.training.corpus import Sample, groups, read_corrections, read_csv
from nlp.training.fitting import fit
from nlp.training.keeping import alone, candidate, keep, write
from nlp.training.quality import SHORT, QualityFigures, measure
from nlp.understand import Reader, load

CORRECTION_WEIGHT = 3.0
"""A correction counts as much as three labelled messages: somebody looked at it."""
_HELD_PART = 10
"""One group of messages in so many is held out where no held-out file is given."""


class Judged(Struct, frozen=True):
    """A model's figures on held-out messages, whole and cut short, and the share of corrections it gets right."""

    held: QualityFigures
    held_short: QualityFigures
    corrections: float | None


class RefitDecision(Struct, frozen=True):
    """Whether the new model was written, and why (in words)."""

    written: bool
    reason: str
    old: Judged
    new: Judged


def refit(
    labelled: Path, corrections: Path | None, held: Path | None, unlabelled: Sequence[Path], target: Path
) -> RefitDecision:
    """Fit on `labelled` and `corrections`; write `target` when the new model is not worse than the one there.

    Raises OSError and ValueError for files that cannot be read or rows whose category is none of the fifteen, BusyError
    (a ValueError) while another process fits the same model.
    """
    with alone(target):
        return _refit(labelled, corrections, held, unlabelled, target)


def _refit(
    labelled: Path, corrections: Path | None, held: Path | None, unlabelled: Sequence[Path], target: Path
) -> RefitDecision:
    rows = read_csv(labelled)
    corrected = read_corrections(corrections, CORRECTION_WEIGHT) if corrections else []
    if held:
        apart = read_csv(held)
    else:
        sides = [number % _HELD_PART == 0 for number in groups(row.text for row in rows)]
        apart = [row for row, away in zip(rows, sides, strict=True) if away]
        rows = [row for row, away in zip(rows, sides, strict=True) if not away]
    unknown = {row.label for row in (*rows, *corrected, *apart)} - set(CATEGORIES)
    if unknown:
        raise ValueError(f"not a category: {', '.join(sorted(unknown))}")
    old = _judged(load(model=target), apart, corrected)
    segment.load()
    content = fit([*rows, *corrected], [row for path in unlabelled for row in read_csv(path)])
    fitted = candidate(target)
    write(content, fitted)
    new = _judged(load(model=fitted), apart, corrected)
    reason = _worse(old, new)
    keep(fitted, target if reason is None else None)
    return RefitDecision(reason is None, reason or "not worse than the model in use", old, new)


def _judged(reader: Reader, apart: Sequence[Sample], corrected: Sequence[Sample]) -> Judged:
    texts, truth = [row.given for row in apart], [row.label for row in apart]
    right = [reader.topic(row.given).category == row.label for row in corrected]
    return Judged(
        measure(reader, texts, truth),
        measure(reader, [text[:SHORT] for text in texts], truth),
        sum(right) / len(right) if right else None,
    )


def _worse(old: Judged, new: Judged) -> str | None:
    """Where the new model is worse, in words."""
    for name, before, after in (
        ("whole messages", old.held.macro_f1, new.held.macro_f1),
        ("messages cut short", old.held_short.macro_f1, new.held_short.macro_f1),
        ("the corrections", old.corrections or 0.0, new.corrections or 0.0),
    ):
        if after < before:
            return f"worse on {name}: {after:.3f} instead of {before:.3f}"
    return None
