"""Words cut anew where the segmenter joins the end of a street's name to what follows: 桂花 | 街上, 黄河 | 大 | 道路 | 灯, 18 | 号路 | 灯."""

from __future__ import annotations

from itertools import accumulate, zip_longest

from nlp.text.segment import Segmentation

_ON = frozenset("路上 街上 巷上 街有 巷有 路有".split())
_BESIDE = frozenset("路边 街边 巷边 路旁 街旁 路面 街面 街头 巷里 街里 路段".split())
_LAMP = "道路"
_HOUSE = "号路"
_SEAMS = _ON | _BESIDE | {_LAMP, _HOUSE}
_PROPER_TAGS = frozenset("nr ns nz nt nrt nrfg j".split())
_ENDS = frozenset("路街巷道段")


def apart(words: Segmentation) -> Segmentation:
    """The same words, those of streets cut where the name ends."""
    if _SEAMS.isdisjoint(words.words):
        return words
    made: list[tuple[str, str]] = []
    pairs = list(zip(words.words, words.tags, strict=True))
    for (word, tag), (after, _) in zip_longest(pairs, pairs[1:], fillvalue=("", "")):
        before, its = made[-1] if made else ("", "")
        if before and before[-1] not in _ENDS and (word in _ON or (word in _BESIDE and _is_name(before, its, after))):
            made += [(word[:-1], "n"), (word[-1], "f")]
        elif word == _LAMP and before.endswith("大") and after.startswith("灯"):
            made[-1:] = [(before[:-1], its)] if len(before) > 1 else []
            made += [("大道", "n"), ("路", "n")]
        elif word == _HOUSE and after.startswith("灯"):
            made += [("号", "m"), ("路", "n")]
        else:
            made.append((word, tag))
    cut, tags = zip(*made, strict=True)
    return Segmentation(cut, tags, tuple(accumulate(map(len, cut), initial=0)))


def _is_name(before: str, tag: str, after: str) -> bool:
    """Whether the word before is a street's rather than what lies at any road: "桂花路边", "园丁路边上", but not "水泥路面"."""
    return tag in _PROPER_TAGS or (after == "上" and tag == "n" and len(before) > 1)
