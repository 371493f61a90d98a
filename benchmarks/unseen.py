"""The eight categories that no training row has, on messages of our own invention: named, and named with confidence.

Those of `unseen_classes.csv` that are not marked `after` were written before the lexicon was mended, by who mended it: the first
of every two were looked at one by one, the others only counted, but all of them were known, so both flatter. Those marked `after`
were written when the lexicon was finished, of other matters of the same categories; they say how much of the next is to be expected.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from nlp.understand import Reader

MESSAGES = Path(__file__).with_name("unseen_classes.csv")

Row = tuple[str, str]
"""Category and message."""


def parts() -> dict[str, list[Row]]:
    """The messages by what they were for."""
    found: dict[str, list[Row]] = {"looked at": [], "only counted": [], "written after": []}
    with MESSAGES.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file)):
            name = "written after" if row["after"] == "1" else ("looked at", "only counted")[number % 2]
            found[name].append((row["label"], row["text"]))
    return found


def table(reader: Reader) -> None:
    """One row for each part, then how many of each category are named, in the same order."""
    found = parts()
    print("categories without training rows  number  named  sure  right when sure  sure and wrong")
    for name, part in found.items():
        print(f"  {name:32}{_figures(reader, part)}")
    for category in dict.fromkeys(label for part in found.values() for label, _ in part):
        own = [[text for label, text in part if label == category] for part in found.values()]
        print(f"    {category} {'   '.join(_share(reader, category, texts) for texts in own)}")


def _share(reader: Reader, category: str, texts: Sequence[str]) -> str:
    return f"{sum(reader.topic(text).category == category for text in texts)} of {len(texts)}"


def _figures(reader: Reader, part: Sequence[Row]) -> str:
    read = [(label, reader.topic(text)) for label, text in part]
    sure = [(label, topic) for label, topic in read if topic.sure]
    right = sum(label == topic.category for label, topic in sure)
    named = sum(label == topic.category for label, topic in read)
    return (
        f"{len(read):6}  {named / len(read):5.0%}  {len(sure) / len(read):4.0%}  {right / max(len(sure), 1):15.0%}"
        f"  {len(sure) - right:14}"
    )
