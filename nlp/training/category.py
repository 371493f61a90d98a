"""Fits the shipped category model: `python -m nlp.training.category TRAIN.csv [UNLABELLED.csv …]`.

Columns label, title, detail; unlabelled files need the last two. Written are `nlp/data/category.npz` and its hash.
"""

from __future__ import annotations

import sys
from pathlib import Path

from nlp import segment
from nlp.category import MODEL
from nlp.training.corpus import read_csv
from nlp.training.fitting import fit
from nlp.training.keeping import write


def main() -> None:
    """Fit and write."""
    segment.load()
    labelled, *others = (read_csv(Path(name)) for name in sys.argv[1:])
    content = fit(labelled, [row for rows in others for row in rows])
    write(content, MODEL)
    print(f"{MODEL.name}: {len(content) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
