"""Labelled and unlabelled messages as the fitting sees them: folded, without place masks, in several lengths."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec import Struct

from nlp.text.normalize import fold

# Place names of the training data were masked by their publisher as letters and digits ("A7县"); they must not be learnt.
_MASKS = re.compile(r"(?:[A-Za-z]\d{0,3}|西地)(?:省|市|区|县)")
_ALIKE = 14
"""Characters of the body (or of a title without one) that make two messages likely copies of one another."""


class Sample(Struct, frozen=True):
    """One message: its prepared text, the text as it was sent, its label (empty when it has none), how much it counts."""

    text: str
    given: str
    label: str
    weight: float = 1.0


class Variant(Struct, frozen=True):
    """What the person might have sent instead of message number `row`."""

    row: int
    text: str
    weight: float


def row(given: str, label: str, weight: float = 1.0) -> Sample:
    """A row of a message as it was sent; its title, if any, is the first line."""
    return Sample(fold(_MASKS.sub(" ", given)).text, given, label, weight)


def read_csv(path: Path) -> list[Sample]:
    """Rows of a CSV file with the columns title, detail and, when labelled, label."""
    return [
        row(f"{each['title'].strip()}\n{(each.get('detail') or '').strip()}".strip(), each.get("label") or "")
        for each in _records(path)
    ]


def read_unlabelled(paths: Sequence[Path], apart: Path | None = None) -> list[Sample]:
    """Rows of CSV files, without those whose file and `message_id` are named in `apart`, and without likely copies of those."""
    rows = [each for path in paths for each in read_csv(path)]
    if apart is None:
        return rows
    named = {(each["file"], each["id"]) for each in _records(apart)}
    away = [(path.stem, each.get("message_id")) in named for path in paths for each in _records(path)]
    numbers = groups(each.text for each in rows)
    held = {number for number, known in zip(numbers, away, strict=True) if known}
    return [each for each, number in zip(rows, numbers, strict=True) if number not in held]


def _records(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def read_corrections(path: Path, weight: float) -> list[Sample]:
    """Rows of a JSONL file of officials' corrections: text (or title and detail), category.

    A correction of the unit alone teaches no category and is passed over. Raises ValueError naming the line that is not one.
    """
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
            if "category" not in found and "unit" in found:
                continue
            text = found["text"] if "text" in found else f"{found['title']}\n{found.get('detail', '')}"
            rows.append(row(text.strip(), found["category"], weight))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"{path.name}:{number}: a correction is an object with text and category") from error
    return rows


def views(rows: Sequence[Sample]) -> list[Variant]:
    """Every message whole, cut short, as its title alone and as its body alone, each with its weight."""
    found = []
    for number, each in enumerate(rows):
        title, _, body = each.text.partition("\n")
        found.append(Variant(number, each.text, each.weight))
        found.append(Variant(number, each.text[:40], 0.7 * each.weight))
        if body:
            found.append(Variant(number, title, 0.5 * each.weight))
        if len(body) >= 40:
            found.append(Variant(number, body, 0.5 * each.weight))
        if len(body) >= 60:
            found.append(Variant(number, body[:60], 0.4 * each.weight))
        if len(each.text) > 100:
            found.append(Variant(number, each.text[:80], 0.5 * each.weight))
    return found


def groups(texts: Iterable[str]) -> list[int]:
    """A number for each text, the same for texts that are likely copies: they must stay on one side of a split."""
    known: dict[str, int] = {}
    found = []
    for text in texts:
        title, _, body = text.partition("\n")
        keys = [part[:_ALIKE] for part in (title, body) if len(part) >= _ALIKE] or [text]
        number = next((known[key] for key in keys if key in known), len(known))
        for key in keys:
            known.setdefault(key, number)
        found.append(number)
    return found
