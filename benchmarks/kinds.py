"""The kind on messages that the rules were made by, and on as many that they were not.

Both sets are cut in two by a hash of the id. The board's labels were chosen by the people who wrote: the same question about
the same building site stands there as 咨询 and as 投诉/求助, and more messages that say 建议 in their title are filed as
投诉/求助 than as 建言, so no reader reaches 0.9 there. `kind_judged.csv` (file, id, place in Kind) is our own reading of
titles and excerpts: what the person asks for first, 投诉 where nothing else is asked. Doubtful ones were left out.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Sequence
from pathlib import Path

from nlp.training.quality import macro_f1
from nlp.understand import Kind, Reader

JUDGED = Path(__file__).parent / "kind_judged.csv"
# The board knows fewer kinds than we do.
BOARD_KINDS = {
    Kind.COMPLAINT: "投诉/求助",
    Kind.HELP: "投诉/求助",
    Kind.REPORT: "投诉/求助",
    Kind.QUESTION: "咨询",
    Kind.SUGGESTION: "建言",
    Kind.PRAISE: "感谢",
}
_THREE = ("投诉/求助", "咨询", "建言")
Labelled = tuple[str, str, str]
"""Id, text and the board's kind."""


def judged(texts: dict[tuple[str, str], str]) -> list[Labelled]:
    """Our own labels with the texts they are about."""
    with JUDGED.open(encoding="ascii", newline="") as file:
        return [
            (row["id"], texts[row["file"], row["id"]], BOARD_KINDS[list(Kind)[int(row["kind"])]])
            for row in csv.DictReader(file)
        ]


def table(reader: Reader, board: Sequence[Labelled], texts: dict[tuple[str, str], str]) -> None:
    """Macro-F1 of three kinds, and the F1 of each, for both halves of both sets."""
    print("kind               messages  macro-F1   投诉/求助  咨询  建言")
    for name, rows in (("board, cut texts", board), ("read by us", judged(texts))):
        for half, said in ((0, "tuned on"), (1, "held out")):
            chosen = [row for row in rows if hashlib.sha256(row[0].encode()).digest()[0] & 1 == half]
            truth = [kind for _, _, kind in chosen]
            guess = [BOARD_KINDS[reader.understand(text).kind] for _, text, _ in chosen]
            each = "  ".join(f"{macro_f1(truth, guess, [kind]):.2f}" for kind in _THREE)
            print(f"  {name}, {said:10}{len(chosen):5}  {macro_f1(truth, guess, _THREE):8.3f}   {each}")
