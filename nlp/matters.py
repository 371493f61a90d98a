"""Several matters in one message: cut where the person says that another one begins.

Cautious: a list of details of one matter stays whole. Parts must have a subject of their own to stand alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from nlp.normalize import Folded

_NEXT = re.compile(
    r"(?:(?<=[,.。;!?\n ])|^)(?:另外(?:还有|再)?(?:反映)?(?:一个|一件)?(?:问题|事|事情)?|还有(?:一个|一件|个|件)(?:问题|事|事情)|再(?:反映|说|问)(?:一个|一件|个|件)(?:问题|事|事情)?|"
    r"(?:顺便|同时)(?:再|也)?(?:反映|问|说|投诉|咨询)(?:一下|一个|一件)?(?:问题|事)?|第[二三四五](?:个|件)(?:问题|事|事情)?|其[二三]|此外|除此之外|对了)[,:、是 ]?"
)
_NUMBERED = re.compile(r"(?:(?<=[,.。;!?\n: ])|^)(?:[1-5][.、)](?!\d)|[一二三四五][、.]|\([1-5一二三四五]\)|第[一二三四五][,、:]|[①-⑤])")
_SHORTEST = 8
_MOST = 5


def matters(given: str, folded: Folded, subject: Callable[[str], str | None]) -> tuple[str, ...]:
    """Exact substrings of the given text, one for each matter; the whole text (trimmed) where there is one.

    `subject` names what a folded part is about, None when it cannot tell. Parts about the same thing are one matter.
    """
    text = folded.text
    for pattern in (_NEXT, _NUMBERED):
        starts = [match.start() for match in pattern.finditer(text)]
        if pattern is _NUMBERED and len(starts) < 2:
            continue
        borders = [0, *(start for start in starts if start > 0), len(text)]
        parts = _parts(text, borders, subject) if len(borders) > 2 else []
        if len(parts) > 1:
            return tuple(given[slice(*folded.span(start, end))].strip() for start, end in parts[:_MOST])
    whole = given.strip()
    return (whole,) if whole else ()


def _parts(text: str, borders: list[int], subject: Callable[[str], str | None]) -> list[tuple[int, int]]:
    """Spans with a subject of their own; a part without one, or with the same one, belongs to the part before it."""
    parts: list[tuple[int, int]] = []
    subjects: list[str | None] = []
    for start, end in zip(borders, borders[1:], strict=False):
        about = subject(text[start:end]) if end - start >= _SHORTEST else None
        if parts and (about is None or about in subjects):
            parts[-1] = (parts[-1][0], end)
        elif parts and subjects[-1] is None:
            parts[-1] = (parts[-1][0], end)
            subjects[-1] = about
        else:
            parts.append((start, end))
            subjects.append(about)
    return parts
