"""Measures as a lead unit types them: a line each that begins with its day, a line of 原因 for what was found."""

from __future__ import annotations

import re
from datetime import date

from msgspec import Struct

from handlers.calendar.zone import day_of
from handlers.errors import Refused
from handlers.items.item import Due, Item, Measure
from handlers.official.rectification import wording
from handlers.official.scene import Scene
from handlers.rectification import dates
from handlers.tracking.privacy import share
from nlp.text.days import mentions
from nlp.text.normalize import fold

_MARK = re.compile(r"\s*(?:[0-9]{1,2}[.、)）](?![0-9])|[①-⑳]|[-•·])?\s*(?:在|于|到|至)?")
_AFTER_DAY = re.compile(r"\s?(?:(?:之|以)?[前内](?![进往后部外])|底前?|当天)?[\s,，:：、]*")
_ANALYSIS = re.compile(r"\s*(?:查明)?原因\s*[:：,，是为\s]\s*")

LONGEST = 200
"""Characters of one measure: it stands in a list on a phone."""


class Planned(Struct, frozen=True):
    """What the words plan, and what they say of the cause."""

    measures: tuple[Measure, ...]
    analysis: str


def read(text: str, item: Item, scene: Scene) -> Planned:
    """The measures in these words. Refused where a line of theirs has no day ahead, or nothing but a day."""
    measures: list[Measure] = []
    analysis = ""
    for line in filter(None, (line.strip() for line in text.splitlines())):
        if found := _ANALYSIS.match(line):
            analysis = share(line[found.end() :].strip())
            continue
        dated = day_first(line, scene)
        if dated is None:
            raise Refused(wording.NO_DAY.format(key=item.key))
        measures.append(Measure(share(dated[1][:LONGEST]), due(dated[0], item, scene)))
    if any(not each.text for each in measures):
        raise Refused(wording.NO_WORDS)
    return Planned(tuple(measures), analysis)


def day_first(line: str, scene: Scene) -> tuple[date, str] | None:
    """The day with which the line begins, and what stands after it; None where it does not begin with one."""
    mark = _MARK.match(line)
    begins = mark.end() if mark else 0
    folded = fold(line)
    named = mentions(folded.text, day_of(scene.now), scene.ctx.terms.calendar.after)
    if not named:
        return None
    start, end = folded.span(named[0].start, named[0].end)
    if start > begins:
        return None
    rest = _AFTER_DAY.sub("", line[end:], count=1)
    return named[0].day, rest.strip()


def due(day: date, item: Item, scene: Scene) -> Due:
    """The day as a date that is owed. Refused where it is past or too far away."""
    today = day_of(scene.now)
    if not today <= day or (day - today).days > dates.LONGEST.days:
        raise Refused(wording.day_past(day))
    return dates.on(day, scene.now, scene.ctx.terms_for(item.unit_id))
