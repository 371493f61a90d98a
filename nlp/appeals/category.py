"""The category of an appeal: first level with a probability, second level where the words tell it.

Seven categories have a fitted linear model; the words of `data/civic.txt` speak for all fifteen and are the only witness for
the other eight. Both are weighed into one probability.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from msgspec import Struct

from nlp.appeals.model import CategoryModel
from nlp.text.lexicon import DATA, Hits
from nlp.text.segment import Segmentation

MODEL = DATA / "category.npz"
"""The shipped model."""

OTHER = "其他"
"""Nothing in the message tells a category."""

CATEGORIES = (
    "城乡建设", "党务政务", "国土资源", "环境保护", "纪检监察", "交通运输", "经济管理", "科技与信息产业", "民政", "农村农业",
    "商贸旅游", "卫生计生", "政法", "教育文体", "劳动和社会保障",
)  # fmt: skip
"""The first level of the classification."""

SURE = 0.68
"""At and above this confidence a category is acted upon; below it a dispatcher decides."""

_HEAD = 40
_STRENGTH = {1.0: 0.2, 2.0: 0.7, 3.0: 1.6, 4.0: 3.0}
_FIRST_HAN = "\u4e00"
_FEWEST_WORDS = 2
"""Chinese words below which a message without a listed one says nothing."""
_SUBCATEGORY_LEAST = 1.6
_SUBCATEGORY_LEAD = 1.25


class Topic(Struct, frozen=True):
    """First level (or `OTHER`), its probability 0-1, and the second level or None."""

    category: str
    confidence: float
    subcategory: str | None

    @property
    def sure(self) -> bool:
        """Whether the category may be acted upon without a dispatcher's look."""
        return self.confidence >= SURE


def evidence(hits: Hits) -> dict[str, dict[str, float]]:
    """What the listed words speak for: category → second level → strength. A word counts once, more when said first."""
    seen: set[str] = set()
    found: dict[str, dict[str, float]] = {}
    for hit in hits["civic"]:
        if hit.word in seen:
            continue
        for row in hit.evidence:
            if row.section == "civic":
                seen.add(hit.word)
                parts = found.setdefault(row.group, {})
                strength = (
                    _STRENGTH[row.weight] * (1.4 if hit.start < _HEAD else 1.0) * (1.15 if len(hit.word) > 3 else 1.0)
                )
                parts[row.part] = parts.get(row.part, 0.0) + strength
    return found


def topic(model: CategoryModel, folded: str, words: Segmentation, hits: Hits) -> Topic:
    """The category of a folded message whose words, and listed words, are known."""
    return _topic(model, model.scores(folded, words), words, evidence(hits))


def topics(
    model: CategoryModel, folded: Sequence[str], words: Sequence[Segmentation], hits: Sequence[Hits]
) -> list[Topic]:
    """The same of each of several messages."""
    if len(folded) == 1:
        return [topic(model, folded[0], words[0], hits[0])]
    scored = model.scores_of_all(folded, words)
    return [_topic(model, *each) for each in zip(scored, words, map(evidence, hits), strict=True)]


def _topic(
    model: CategoryModel, scored: tuple[list[float], int], words: Segmentation, found: dict[str, dict[str, float]]
) -> Topic:
    if not found and sum(len(word) > 1 and word[0] >= _FIRST_HAN for word in words.words) < _FEWEST_WORDS:
        return Topic(OTHER, 0.0, None)
    logits = _combined(model, *scored, found)
    best = max(logits, key=logits.__getitem__)
    highest = logits[best]
    total = sum([math.exp(value - highest) for value in logits.values()])
    return Topic(best, 1 / total, subcategory(found.get(best, {})))


def _combined(
    model: CategoryModel, scores: list[float], known: int, found: dict[str, dict[str, float]]
) -> dict[str, float]:
    """Log-odds of all categories: fitted ones from scores and words, the others from words alone."""
    weigh = model.calibration
    length = math.log1p(known / 100)
    slope = weigh.slope + weigh.longer * length
    told = {category: math.log1p(sum(parts.values())) for category, parts in found.items()}
    logits = {
        label: slope * score + weigh.lexicon * told.get(label, 0.0) + bias
        for label, score, bias in zip(model.labels, scores, model.bias, strict=True)
    }
    for category, value in told.items():
        if category not in logits:
            logits[category] = weigh.unfitted + weigh.unfitted_lexicon * value - weigh.unfitted_longer * length
    return logits


def subcategory(parts: dict[str, float]) -> str | None:
    """The second level that clearly leads, else None."""
    sums: dict[str, float] = {}
    for part, strength in parts.items():
        second = part.partition("/")[0]
        sums[second] = sums.get(second, 0.0) + strength
    ranked = sorted(sums.items(), key=lambda item: -item[1])
    if not ranked or ranked[0][1] < _SUBCATEGORY_LEAST:
        return None
    if len(ranked) > 1 and ranked[0][1] < _SUBCATEGORY_LEAD * ranked[1][1]:
        return None
    return ranked[0][0]
