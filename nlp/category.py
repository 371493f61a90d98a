"""The category of an appeal: first level with a probability, second level where the words tell it.

The probability comes from the words of `data/civic.txt`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from msgspec import Struct

from nlp.lexicon import Hit

OTHER = "其他"
"""Nothing in the message tells a category."""

CATEGORIES = (
    "城乡建设", "党务政务", "国土资源", "环境保护", "纪检监察", "交通运输", "经济管理", "科技与信息产业", "民政", "农村农业",
    "商贸旅游", "卫生计生", "政法", "教育文体", "劳动和社会保障",
)  # fmt: skip
"""The first level of the classification."""

SURE = 0.6
"""At and above this confidence a category is acted upon; below it a dispatcher decides."""

_KNOWN = frozenset(CATEGORIES)
_HEAD = 40
_STRENGTH = {1.0: 0.2, 2.0: 0.7, 3.0: 1.6}
_BASE = 0.8
"""What the unknown weighs: the pseudo-evidence for `OTHER`."""
_SUBCATEGORY_LEAST = 1.6
_SUBCATEGORY_LEAD = 1.25


class Topic(Struct, frozen=True):
    """First level (or `OTHER`), its probability 0-1, and the second level or None."""

    category: str
    confidence: float
    subcategory: str | None


def evidence(hits: Iterable[Hit]) -> dict[str, dict[str, float]]:
    """What the listed words speak for: category → second level → strength. A word counts once, more when said first."""
    seen: set[str] = set()
    found: dict[str, dict[str, float]] = {}
    for hit in hits:
        if hit.word in seen:
            continue
        for row in hit.evidence:
            if row.group in _KNOWN:
                seen.add(hit.word)
                parts = found.setdefault(row.group, {})
                strength = _STRENGTH[row.weight] * (1.4 if hit.start < _HEAD else 1.0) * (1.15 if len(hit.word) > 3 else 1.0)
                parts[row.part] = parts.get(row.part, 0.0) + strength
    return found


def topic(hits: Iterable[Hit]) -> Topic:
    """The category of a message whose listed words are known."""
    found = evidence(hits)
    sums = {category: sum(parts.values()) for category, parts in found.items()}
    if not sums:
        return Topic(OTHER, 0.0, None)
    best = max(sums, key=lambda category: sums[category])
    total = sum(math.exp(min(value, 12.0)) for value in sums.values()) + math.exp(_BASE)
    confidence = math.exp(min(sums[best], 12.0)) / total
    if sums[best] < _BASE:
        return Topic(OTHER, 0.0, None)
    return Topic(best, confidence, subcategory(found[best]))


def subcategory(parts: dict[str, float]) -> str | None:
    """The second level that clearly leads, else None."""
    ranked = sorted(parts.items(), key=lambda item: -item[1])
    if not ranked or ranked[0][1] < _SUBCATEGORY_LEAST:
        return None
    if len(ranked) > 1 and ranked[0][1] < _SUBCATEGORY_LEAD * ranked[1][1]:
        return None
    return ranked[0][0]
