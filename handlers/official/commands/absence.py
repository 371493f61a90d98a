"""请假 and 销假: from when to when an official is away, and which colleague stands in."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta

from msgspec.structs import replace

from handlers.calendar.zone import SHANGHAI, day_of
from handlers.directory import absence
from handlers.directory.directory import Staff
from handlers.errors import Refused
from handlers.official import wording
from handlers.official.scene import Scene, Unclear
from handlers.outcome import Outcome, Reply
from handlers.pushes import Choice
from nlp.text.days import Mention, mentions
from nlp.text.normalize import fold

LONGEST_LEAVE = timedelta(days=183)
"""Longer than half a year is no leave but another post."""

_DEPUTY = re.compile(
    r"(?:[由请让]\s*)?(?:代理人?|代班|代办|顶班|替班)\s*+(?:[::,]\s*+)?(?P<after>[\u4e00-\u9fffa-z·]{1,12})?"
)
_BEFORE = re.compile(r"[由请让]\s*(?P<name>[\u4e00-\u9fffa-z·]{1,8}?)\s*(?:代理|代班|代办|顶班|替班)")
_UNTIL = re.compile(r"(?:到|至|-|~)\s*$")


def take(words: str, scene: Scene) -> Outcome:
    """From these words until they end, the deputy is told in this official's place and may what they may."""
    seen = fold(words).text
    name, span = _deputy_named(seen)
    begins, ends = _span(span, scene)
    deputy = _deputy(name, words, scene) if name else None
    member = replace(scene.staff, deputy_id=deputy.id if deputy else None, away_from=begins, away_until=ends)
    others = [one for one in scene.directory.bound(member.unit_id) if one.id != member.id]
    said = wording.on_leave(begins, ends, deputy, bool(others), scene.now)
    return Outcome(reply=Reply(said, (Choice("销假", "销假"),)), staff=(member,))


def come_back(scene: Scene) -> Outcome:
    """The leave is over, or does not begin."""
    member = scene.staff
    if member.away_until is None or member.away_until <= scene.now:
        raise Refused(wording.NOT_AWAY)
    return Outcome(
        reply=Reply(wording.BACK, (Choice("待办", "待办"),)),
        staff=(replace(member, deputy_id=None, away_from=None, away_until=None),),
    )


def _deputy_named(seen: str) -> tuple[str, str]:
    """The deputy's name ("" for none), and the words without it."""
    found = _BEFORE.search(seen)
    if found:
        return found["name"], seen[: found.start()] + seen[found.end() :]
    found = _DEPUTY.search(seen)
    if not found:
        return "", seen
    if not found["after"]:
        raise Refused(wording.WHICH_DEPUTY)
    return found["after"], seen[: found.start()] + seen[found.end() :]


def _span(seen: str, scene: Scene) -> tuple[datetime, datetime]:
    """From when until when. One day alone is that day, or with 到 before it all days until then; a length begins today."""
    named = mentions(seen, day_of(scene.now), scene.ctx.terms.calendar.after)
    if not named:
        raise Refused(wording.NO_SPAN)
    first, last = named[0], named[-1]
    ends = _end(last, named, scene)
    begins = scene.now
    alone = len(named) == 1 and not last.span and not _UNTIL.search(seen[: last.start]) and not last.by
    if (len(named) > 1 and not first.span) or alone:
        begins = max(scene.now, _midnight(first))
    if not begins < ends:
        raise Refused(wording.SPAN_OVER)
    if ends - begins > LONGEST_LEAVE:
        raise Refused(wording.TOO_LONG)
    return begins, ends


def _midnight(named: Mention) -> datetime:
    return datetime.combine(named.day, time(0, tzinfo=SHANGHAI)).astimezone(UTC)


def _end(last: Mention, named: tuple[Mention, ...], scene: Scene) -> datetime:
    """The end of the last day; of a length of days the first day counts ("明天起3天")."""
    if last.hours:
        return scene.now + timedelta(hours=last.hours)
    day = last.day
    if last.span:
        day -= timedelta(days=1)
        if len(named) > 1:
            day += named[0].day - day_of(scene.now)
    return _midnight(Mention(0, 0, day)) + timedelta(days=1)


def _deputy(name: str, words: str, scene: Scene) -> Staff:
    """The colleague of this name in the same unit. Unclear when several have it."""
    colleagues = [one for one in scene.directory.bound(scene.staff.unit_id) if one.id != scene.staff.id]
    found = [one for one in colleagues if one.name.lower() == name] or [
        one for one in colleagues if name in one.name.lower() or one.name.lower() in name
    ]
    if not found:
        raise Refused(wording.no_such_colleague(name, colleagues))
    if len(found) > 1:
        taps = tuple(Choice(one.name, f"请假 {words.replace(name, one.name)}") for one in found[:3])
        raise Unclear(wording.which_colleague(name, found), taps)
    if found[0].id in absence.away(scene.directory, scene.now):
        raise Refused(wording.deputy_away(found[0].name))
    return found[0]
