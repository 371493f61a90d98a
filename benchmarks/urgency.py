"""How well what cannot wait is told, on messages that we read ourselves.

Rule for labelling. A message is urgent when it asks for help against something that endangers life or limb now or may at any
moment (gas, fire, collapse, live wires, open manholes, things that fall, slopes and houses that give way, people held, lost,
threatened, thinking of suicide or in need of blood; a lift in use that drops or again and again shuts people in), or when
water, power, gas or heating of homes is off at the time of writing. It is not for what may happen one day (blocked fire
lanes, cracks in new walls, traffic), for pollution and noise, for what is over and fought about, for supply that fails now
and then, or for lifts that merely stand still. Where careful readers may differ the label is left empty and not counted.
`part` says how a message was chosen: 0 by the rules of before, 1 by a net of words of danger, 2 by a wider net, 3 outside both,
4 by the rules of now, used for tuning only. `urgent_judged.csv` keeps ids and labels, never a text; messages were read in
excerpts by one reader. Half of parts 0 to 3 (by a hash of the id) was kept out of sight of the rules.
"""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from pathlib import Path

from msgspec import Struct

from nlp.understand import Reader

JUDGED = Path(__file__).parent / "urgent_judged.csv"
# How many of the 13,155 different messages of hot_messages, replies and train each part was drawn from.
_DRAWN_FROM = {0: 191, 1: 1_856, 2: 2_357, 3: 8_751}
_TUNING = 4


class Judged(Struct, frozen=True):
    """One message by file and id; `urgent` is None where readers may differ."""

    file: str
    id: str
    part: int
    urgent: bool | None

    @property
    def held_out(self) -> bool:
        """Whether the rules were made without it."""
        return self.part != _TUNING and bool(hashlib.sha256(f"{self.file}/{self.id}".encode()).digest()[0] & 1)


def judged() -> list[Judged]:
    """All labels."""
    with JUDGED.open(encoding="ascii", newline="") as file:
        return [
            Judged(row["file"], row["id"], int(row["part"]), row["urgent"] == "1" if row["urgent"] else None)
            for row in csv.DictReader(file)
        ]


def table(reader: Reader, texts: dict[tuple[str, str], str]) -> None:
    """Precision and recall as counted, and as they would be among all messages that the parts were drawn from."""
    labels = judged()
    print("urgent              messages  urgent  found  precision  recall   among all: precision  recall")
    told = {each: reader.understand(texts[each.file, each.id]).urgent for each in labels if each.urgent is not None}
    for name, chosen in (
        ("held out", [each for each in told if each.held_out]),
        ("tuned on", [each for each in told if not each.held_out and each.part != _TUNING]),
        ("tuned on, found", [each for each in told if each.part == _TUNING]),
    ):
        counts = Counter((each.urgent, told[each]) for each in chosen)
        drawn = Counter(each.part for each in chosen)
        weighed: Counter[tuple[bool | None, bool]] = Counter()
        for each in chosen:
            weighed[each.urgent, told[each]] += 1000 * _DRAWN_FROM.get(each.part, 0) // drawn[each.part]
        right = counts[True, True]
        share = "" if not weighed.total() else f"{_precision(weighed):21.2f}  {_recall(weighed):6.2f}"
        print(
            f"  {name:18}{len(chosen):8}  {right + counts[True, False]:6}  {right + counts[False, True]:5}  "
            f"{_precision(counts):9.2f}  {_recall(counts):6.2f}   {share}"
        )
    print(f"  not counted because readers may differ: {sum(each.urgent is None for each in labels)}")


def _precision(counts: Counter[tuple[bool | None, bool]]) -> float:
    return counts[True, True] / max(counts[True, True] + counts[False, True], 1)


def _recall(counts: Counter[tuple[bool | None, bool]]) -> float:
    return counts[True, True] / max(counts[True, True] + counts[True, False], 1)
