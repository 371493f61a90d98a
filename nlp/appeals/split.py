"""Several matters in one message: cut where the person says that another one begins.

Cautious: a list of details of one matter stays whole. Parts must have a subject of their own to stand alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

from nlp.text.normalize import Folded

# Search: 路灯坏了。另外,垃圾没人收 | 还有一个问题,井盖松了 | 第二个问题是停车难
# Not: 车里还有一个人
_NEXT = re.compile(
    r"(?:(?<=[,.。;!?\n ])|^)(?:另外(?:还有|再)?(?:反映)?(?:一个|一件)?(?:问题|事|事情)?|还有(?:一个|一件|个|件)(?:问题|事|事情)|再(?:反映|说|问)(?:一个|一件|个|件)(?:问题|事|事情)?|"
    r"(?:顺便|同时)(?:再|也)?(?:反映|问|说|投诉|咨询)(?:一下|一个|一件)?(?:问题|事)?|第[二三四五](?:个|件)(?:问题|事|事情)?|其[二三]|此外|除此之外|对了)[,:、是 ]?"
)
# Only after one of the above: by itself 还有 goes on with a list.
_ALSO = re.compile(r"(?<=[,.。;!?\n ])(?:还有|再就是|再有就是|最后(?:就是|还有)?|再一个)[,:、是 ]?")
# Search: 一、路灯坏了 | 1.路灯坏了 | 第一,路灯坏了
# Not: 宽1.5米 | 第一天
_NUMBERED = re.compile(
    r"(?:(?<=[,.。;!?\n: ])|^)(?:[1-5][.、)](?!\d)|[一二三四五][、.]|\([1-5一二三四五]\)|第[一二三四五][,、:])"
)
# A pattern is tried only where one of its signs is: looking for a sign costs a fiftieth of trying.
_NEXT_SIGNS = ("另外", "还有", "再反映", "再说", "再问", "顺便", "同时", "第", "其二", "其三", "此外", "除此", "对了")
_NUMBERED_SIGNS = ("1.", "1、", "1)", "一、", "一.", "(1", "(一", "第一")
_SHORTEST = 6
_MOST = 5


def matters(given: str, folded: Folded, subject: Callable[[str], frozenset[str]]) -> tuple[str, ...]:
    """Exact substrings of the given text, one for each matter; the whole text (trimmed) where there is one.

    `subject` names what a folded part is about, nothing when it cannot tell. Parts that share a subject are one matter.
    """
    text = folded.text
    for pattern, signs in ((_NEXT, _NEXT_SIGNS), (_NUMBERED, _NUMBERED_SIGNS)):
        if not any(map(text.__contains__, signs)):
            continue
        starts = [match.start() for match in pattern.finditer(text)]
        if pattern is _NEXT and any(starts):
            starts = sorted({*starts, *(match.start() for match in _ALSO.finditer(text))})
        if pattern is _NUMBERED and len(starts) < 2:
            continue
        borders = [0, *(start for start in starts if start > 0), len(text)]
        parts = _parts(text, borders, subject) if len(borders) > 2 else []
        if len(parts) > 1:
            return tuple(given[slice(*folded.span(start, end))].strip() for start, end in parts[:_MOST])
    whole = given.strip()
    return (whole,) if whole else ()


def _parts(text: str, borders: list[int], subject: Callable[[str], frozenset[str]]) -> list[tuple[int, int]]:
    """Spans with a subject of their own; a part without one, or with the same one, belongs to the part before it."""
    parts: list[tuple[int, int]] = []
    subjects: list[frozenset[str]] = []
    for start, end in pairwise(borders):
        about = subject(text[start:end]) if end - start >= _SHORTEST else frozenset()
        if parts and (not about or any(about & known for known in subjects)):
            parts[-1] = (parts[-1][0], end)
            subjects[-1] |= about
        elif parts and not subjects[-1]:
            parts[-1] = (parts[-1][0], end)
            subjects[-1] = about
        else:
            parts.append((start, end))
            subjects.append(about)
    return parts
