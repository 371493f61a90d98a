"""How well dangers and secrets are read, on rows that another hand wrote from situations: `python -m benchmarks dangers`.

`danger_judged.csv` has 260 dangers and 485 messages that only sound like one, `sealed_judged.csv` 140 sealed messages and 140 that are
not. Two hands wrote them by docs/guide.md without seeing the readers or what these learn from; each row was labelled by its writer
alone, a second reader is missing. Nothing may be chosen by these rows, no rule learns from them.
"""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from pathlib import Path

from nlp.understand import Grade, Reader, load

HERE = Path(__file__).parent
Z = 1.96
"""Standard deviations of a 95 % interval."""


def rows(name: str) -> list[dict[str, str]]:
    """Returns the rows of a judged file."""
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def share(hit: int, of: int) -> str:
    """Returns a share with its 95 % interval (Wilson)."""
    if not of:
        return "none"
    part, width = hit / of, Z * Z / of
    middle = (part + width / 2) / (1 + width)
    half = Z * math.sqrt(part * (1 - part) / of + width / of / 4) / (1 + width)
    return f"{hit:3} of {of}: {part:.3f} [{middle - half:.3f}, {middle + half:.3f}]"


def dangers(reader: Reader) -> None:
    """Print recall, right numbers and false alarms, then recall by kind."""
    judged = rows("danger_judged.csv")
    found = [each.danger for each in reader.understand_all([row["text"] for row in judged])]
    pairs = list(zip(judged, found, strict=True))
    real = [(row, danger) for row, danger in pairs if row["danger"] == "1"]
    alike = [danger for row, danger in pairs if row["danger"] == "0"]
    named = [danger is not None and not set(danger.call).isdisjoint(row["numbers"].split()) for row, danger in real]
    print(f"dangers recognised            {share(sum(danger is not None for _, danger in real), len(real))}")
    certain = sum(danger is not None and danger.grade is Grade.CERTAIN for _, danger in real)
    print(f"  of them certain             {share(certain, len(real))}")
    print(f"a right number named          {share(sum(named), len(real))}")
    print(f"look-alikes taken for one     {share(sum(danger is not None for danger in alike), len(alike))}")
    by_kind: dict[str, list[bool]] = defaultdict(list)
    for row, danger in real:
        by_kind[row["kind"]].append(danger is not None)
    print("by kind: " + ", ".join(f"{kind} {sum(hits)}/{len(hits)}" for kind, hits in by_kind.items()))


def secrets(reader: Reader) -> None:
    """Print recall and precision of sealed messages, strictly by sort and leniently."""
    judged = rows("sealed_judged.csv")
    sorts = [each.sealed_sort for each in reader.understand_all([row["text"] for row in judged])]
    told = [
        (row["sort"], str(sort.value) if sort is not None else "none") for row, sort in zip(judged, sorts, strict=True)
    ]
    sealed = [sort for sort, said in told if sort != "none"]
    both = sum(sort != "none" and said != "none" for sort, said in told)
    print(f"sealed recognised, any sort   {share(both, len(sealed))}")
    print(f"sealed recognised, its sort   {share(sum(a == b != 'none' for a, b in told), len(sealed))}")
    print(f"of what is sealed, rightly    {share(both, sum(said != 'none' for _, said in told))}")


def main() -> None:
    """Print both tables."""
    reader = load()
    dangers(reader)
    secrets(reader)
