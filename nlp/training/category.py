"""Fits the shipped category model: `python -m nlp.training.category TRAIN.csv [UNLABELLED.csv …] [--apart JUDGED.csv]`.

Columns label, title, detail; unlabelled files need the last two. The unlabelled messages named in JUDGED.csv (columns file, id)
and their likely copies are not learnt from, so that the model can be measured on them; for that a file needs `message_id`.
Written are `nlp/data/category.npz` and its hash.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from nlp.appeals.category import MODEL
from nlp.text import segment
from nlp.training.corpus import read_csv, read_unlabelled
from nlp.training.fitting import fit
from nlp.training.keeping import write


def main() -> None:
    """Fit and write."""
    parser = argparse.ArgumentParser(prog="python -m nlp.training.category")
    parser.add_argument("labelled", type=Path)
    parser.add_argument("unlabelled", type=Path, nargs="*")
    parser.add_argument("--apart", type=Path)
    given = parser.parse_args()
    segment.load()
    content = fit(read_csv(given.labelled), read_unlabelled(given.unlabelled, given.apart))
    write(content, MODEL)
    print(f"{MODEL.name}: {len(content) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
