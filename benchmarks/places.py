"""Places: is the best one the one that a careful reader would name? `python -m benchmarks understanding` prints the table.

`places_judged.csv` is our own reading of 500 messages drawn at random: file, id, then field (title or detail; the board's
`content` counts as detail), start and end of the core of a place, that is its name without the house number or the building
where the name alone says which place it is. A message's first row is the best place, the most specific one where the
matter happens; further rows are as good (what the title names, the other of two roads, the spelling of the body). A row
without field says that the message names no place. The messages are in three parts. Of the first 400 every second one of each
file was tuned on and the other was held out until its errors were read once (0.754 right at
that moment); the last 100 were drawn and read after that, and their errors were never looked at.

The rule is strict. A returned place is right when it contains a judged core whole, letter by letter, holds no mark that
ends a clause and is at most `SURPLUS` characters longer than that core: "梅溪湖街道" is not right for "梅溪湖街道看云路", nor is half
a sentence around it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Sequence
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from nlp.understand import Reader

_JUDGED = Path(__file__).parent / "places_judged.csv"
_APPEALS = Path(__file__).parents[2] / "shared" / "data" / "appeals"
SURPLUS = 20
"""Characters by which a right answer may be longer: the divisions before the name and the building after it."""
_CLAUSE = re.compile(r"[,。;!?，；！？\n]")
_WIDE = re.compile(r"[A-Z]\d*[市县区州]|西地省|[\u4e00-\u9fff]{2,3}[市县区]|杭州|宁波|广州|余杭")
"""Cores no narrower than a county: easy to find, and of little use to who is sent there."""
_NAMES = re.compile(
    r"(?:[A-Za-z]\d*[市县区]|[\u4e00-\u9fff]){1,8}?"
    r"(?:小区|花园|公寓|街道|社区|村|镇|乡|大道|路口|路|街|巷|小学|中学|大学|学校|幼儿园|医院|公园|广场|大厦|市场|苑|站|区|县|市)"
)


class Part(StrEnum):
    """What a message was used for."""

    TUNED = "tuned on"
    SEEN = "held out, then read once"
    FRESH = "drawn last, never used"


_FIRST = 400
"""Messages of the first two parts."""


class Judged(NamedTuple):
    """One message with the cores that are right, best first; none when it names no place."""

    file: str
    text: str
    cores: tuple[str, ...]
    part: Part


class Figures(NamedTuple):
    """Shares of messages. `narrow` is `best` among those whose judged place is narrower than a county."""

    best: float
    three: float
    narrow: float
    silent: float


Finder = Callable[[str], Sequence[str]]


def judged() -> list[Judged]:
    """The messages that we read, in the order of the file."""
    rows: dict[tuple[str, str], list[dict[str, str]]] = {}
    with _JUDGED.open(encoding="ascii", newline="") as file:
        for row in csv.DictReader(file):
            rows.setdefault((row["file"], row["id"]), []).append(row)
    told: dict[tuple[str, str], dict[str, str]] = {}
    for name in {file for file, _ in rows}:
        with (_APPEALS / f"{name}.csv").open(encoding="utf-8-sig", newline="") as data:
            for row in csv.DictReader(data):
                id_ = row.get("message_id") or row.get("tid") or row["id"]
                told[name, id_] = {"title": row["title"], "detail": row.get("detail") or row.get("content") or ""}
    found: list[Judged] = []
    count: dict[str, int] = {}
    for (name, id_), places in rows.items():
        fields = told[name, id_]
        cores = tuple(fields[one["field"]][int(one["start"]) : int(one["end"])] for one in places if one["field"])
        count[name] = count.get(name, 0) + 1
        half = Part.SEEN if count[name] % 2 == 0 else Part.TUNED
        text = f"{fields['title'].strip()}\n{fields['detail'].strip()}"
        found.append(Judged(name, text, cores, half if len(found) < _FIRST else Part.FRESH))
    return found


def right(place: str, cores: Sequence[str]) -> bool:
    """Whether a returned place is one of those judged (the rule is at the head of this file)."""
    if _CLAUSE.search(place):
        return False
    return any(core in place and len(place) - len(core) <= SURPLUS for core in cores)


def measure(messages: Sequence[Judged], find: Finder) -> Figures:
    """How often the finder's first place, or one of its first three, is right, and how often it rightly says nothing."""
    answers = [(one, list(find(one.text))[:3]) for one in messages]
    named = [(one, given) for one, given in answers if one.cores]
    narrow = [(one, given) for one, given in named if not _WIDE.fullmatch(one.cores[0])]
    none = [given for one, given in answers if not one.cores]
    return Figures(
        _share([right(given[0], one.cores) if given else False for one, given in named]),
        _share([any(right(each, one.cores) for each in given) for one, given in named]),
        _share([right(given[0], one.cores) if given else False for one, given in narrow]),
        _share([not given for given in none]),
    )


def _share(verdicts: Sequence[bool]) -> float:
    return sum(verdicts) / len(verdicts) if verdicts else float("nan")


def tagged(text: str) -> list[str]:
    """The baseline: runs of words that jieba tags as names of places or bodies (ns, nt), longest first."""
    runs: list[str] = []
    after = False
    for pair in import_module("jieba.posseg").cut(text):
        is_name = pair.flag in ("ns", "nt")
        if is_name and after:
            runs[-1] += pair.word
        elif is_name:
            runs.append(pair.word)
        after = is_name
    return sorted(dict.fromkeys(runs), key=len, reverse=True)


def ended(text: str) -> list[str]:
    """The other baseline: whatever ends like a place, longest first."""
    return sorted(dict.fromkeys(match.group() for match in _NAMES.finditer(text)), key=len, reverse=True)


def places(reader: Reader) -> None:
    """The table: each part alone, then both baselines on the whole."""
    messages = judged()
    print("places                     messages  best right  in first three  narrower than a county  silent where none")
    for part in Part:
        ours = [one for one in messages if one.part is part]
        _line(part, ours, lambda text: [place.text for place in reader.understand(text).places])
    for name, find in (("jieba ns/nt, longest", tagged), ("suffix pattern, longest", ended)):
        _line(name, messages, find)


def _line(name: str, messages: Sequence[Judged], find: Finder) -> None:
    figures = measure(messages, find)
    none = sum(not one.cores for one in messages)
    print(
        f"{name:27}{len(messages):8}{figures.best:12.3f}{figures.three:16.3f}{figures.narrow:24.3f}"
        f"{figures.silent:14.3f} of {none}"
    )
