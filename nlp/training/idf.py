"""Makes `nlp/data/idf.txt` from jieba's own `idf.txt` (jieba 0.42.1, MIT licence): `python -m nlp.training.idf`.

Kept are the words of two to five characters that are common enough to be told from rare ones; every other word is
counted as rare, which is what it is.
"""

from __future__ import annotations

from pathlib import Path

import jieba.analyse

TARGET = Path(__file__).parent.parent / "data" / "idf.txt"
MOST = 16_000
HEAD = "# How rare words are (inverse document frequency). Source: jieba 0.42.1 (MIT), idf.txt; made by nlp/training/idf.py.\n"


def main() -> None:
    """Write the file anew."""
    source = Path(jieba.analyse.__file__).parent / "idf.txt"
    rows = [
        (float(idf), word) for word, idf in (line.split() for line in source.read_text(encoding="utf-8").splitlines())
    ]
    kept = sorted((idf, word) for idf, word in rows if 2 <= len(word) <= 5 and word[0] >= "\u4e00")[:MOST]
    TARGET.write_text(HEAD + "".join(f"{word} {idf:.1f}\n" for idf, word in kept), encoding="utf-8")


if __name__ == "__main__":
    main()
