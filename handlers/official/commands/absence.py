"""Commands 请假 and 销假: an official's absence, and the colleague who stands in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import ClassVar

from msgspec.structs import replace

from handlers.calendar.zone import SHANGHAI, day_of
from handlers.directory import absence
from handlers.directory.directory import Staff
from handlers.errors import Refused
from handlers.official.command import OWN, Argument, Command, Group, Slot, Spec
from handlers.official.scene import Deed, Scene, Unclear, nothing
from handlers.outcome import Outcome, Reply
from handlers.pushes import Choice
from handlers.tickets.wording import cut, moment
from nlp.text.days import Mention, mentions
from nlp.text.normalize import fold

LONGEST_LEAVE = timedelta(days=183)
"""Longer than half a year is no leave but another post."""
# Search: 代理 小李 | 由代理人:小李 | 顶班
# Not: 请假 3天
_DEPUTY = re.compile(
    r"(?:[由请让]\s*)?(?:代理人?|代班|代办|顶班|替班)\s*+(?:[::,]\s*+)?(?P<after>[\u4e00-\u9fffa-z·]{1,12})?"
)
_BEFORE = re.compile(r"[由请让]\s*(?P<name>[\u4e00-\u9fffa-z·]{1,8}?)\s*(?:代理|代班|代办|顶班|替班)")
_UNTIL = re.compile(r"(?:到|至|-|~)\s*$")


class TakeLeave(Command, frozen=True):
    """请假: away from when to when, and who stands in ("12月1日到12月5日 代理 小李")."""

    name: ClassVar[str] = "请假"
    span: str


NO_SPAN = "没有执行：请写明从哪天到哪天，例如：请假 12月1日到12月5日 代理 小李；请假 3天；请假 到周五。"
SPAN_OVER = "没有执行：这段时间已经过去了，或者结束在开始之前，请重新写。"
TOO_LONG = "没有执行：一次最多请半年的假。更久的请管理员调整人员。"
WHICH_DEPUTY = "没有执行：还缺代理人的姓名，例如：请假 3天 代理 小李。"


def _take(words: str, scene: Scene) -> Outcome:
    """From these words until they end, the deputy is told in this official's place and may what they may."""
    seen = fold(words).text
    name, span = _deputy_named(seen)
    begins, ends = _span(span, scene)
    deputy = _deputy(name, words, scene) if name else None
    member = replace(scene.staff, deputy_id=deputy.id if deputy else None, away_from=begins, away_until=ends)
    others = [one for one in scene.directory.bound(member.unit_id) if one.id != member.id]
    said = on_leave(begins, ends, deputy, bool(others), scene.now)
    return Outcome(reply=Reply(said, (Choice("销假", "销假"),)), staff=(member,))


def _deputy_named(seen: str) -> tuple[str, str]:
    """The deputy's name ("" for none), and the words without it."""
    found = _BEFORE.search(seen)
    if found:
        return found["name"], seen[: found.start()] + seen[found.end() :]
    found = _DEPUTY.search(seen)
    if not found:
        return "", seen
    if not found["after"]:
        raise Refused(WHICH_DEPUTY)
    return found["after"], seen[: found.start()] + seen[found.end() :]


def _span(seen: str, scene: Scene) -> tuple[datetime, datetime]:
    """From when until when. One day alone is that day, or with 到 before it all days until then; a length begins today."""
    named = mentions(seen, day_of(scene.now), scene.ctx.terms.calendar.after)
    if not named:
        raise Refused(NO_SPAN)
    first, last = named[0], named[-1]
    ends = _end(last, named, scene)
    begins = scene.now
    alone = len(named) == 1 and not last.span and not _UNTIL.search(seen[: last.start]) and not last.by
    if (len(named) > 1 and not first.span) or alone:
        begins = max(scene.now, _midnight(first))
    if not begins < ends:
        raise Refused(SPAN_OVER)
    if ends - begins > LONGEST_LEAVE:
        raise Refused(TOO_LONG)
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
        raise Refused(no_such_colleague(name, colleagues))
    if len(found) > 1:
        taps = tuple(Choice(one.name, f"请假 {words.replace(name, one.name)}") for one in found[:3])
        raise Unclear(which_colleague(name, found), taps)
    if found[0].id in absence.away(scene.directory, scene.now):
        raise Refused(deputy_away(found[0].name))
    return found[0]


def on_leave(begins: datetime, ends: datetime, deputy: Staff | None, others: bool, now: datetime) -> str:
    """请假 done."""
    since = "现在" if begins <= now else moment(begins, now)
    until = moment(ends - timedelta(minutes=1), now)
    if deputy is not None:
        who = f"这期间的推送发给{deputy.name}，{deputy.name}也能办您权限内的事（记为“{deputy.name}（代您）”）。"
    elif others:
        who = "没有指定代理：您的岗位没有别人在时，推送同时发给本单位其他同事和您。"
    else:
        who = "没有指定代理，本单位也没有别的同事，推送仍然发给您。"
    return f"已请假：{since}到{until}。{who}提前回来请回「销假」。"


def no_such_colleague(name: str, colleagues: Sequence[Staff]) -> str:
    """A deputy whom the unit does not have."""
    known = "、".join(one.name for one in colleagues[:5])
    return f"没有执行：本单位没有已绑定的“{cut(name, 12)}”。" + (f"可以是：{known}。" if known else "")


def which_colleague(name: str, found: Sequence[Staff]) -> str:
    """Several colleagues are called like that."""
    return f"叫“{cut(name, 12)}”的有 {len(found)} 位：{'、'.join(one.name for one in found)}。请写全名。"


def deputy_away(name: str) -> str:
    """A deputy who is away."""
    return f"没有执行：{name}也在请假，请换一位代理。"


TAKE_LEAVE = Deed[TakeLeave](
    Spec(
        TakeLeave,
        Group.SELF,
        (Argument("span", Slot.SPAN, "起止 [代理 姓名]"),),
        "不在的这几天，推送和权限交给代理的同事",
        "请假 12月1日到12月5日 代理 小李",
        OWN,
        ("休假", "请休"),
    ),
    nothing,
    lambda command, scene: _take(command.span, scene),
)


class ComeBack(Command, frozen=True):
    """销假: back again."""

    name: ClassVar[str] = "销假"


NOT_AWAY = "您现在没有请假。"
BACK = "欢迎回来，请假已经结束，工单和提醒照常发给您。"


def _come_back(scene: Scene) -> Outcome:
    """The leave is over, or does not begin."""
    member = scene.staff
    if member.away_until is None or member.away_until <= scene.now:
        raise Refused(NOT_AWAY)
    return Outcome(
        reply=Reply(BACK, (Choice("待办", "待办"),)),
        staff=(replace(member, deputy_id=None, away_from=None, away_until=None),),
    )


COME_BACK = Deed[ComeBack](
    Spec(ComeBack, Group.SELF, (), "提前回来，代理结束", "销假", OWN, ("结束请假", "返岗", "取消请假")),
    nothing,
    lambda command, scene: _come_back(scene),
)

ABSENCE = (TAKE_LEAVE, COME_BACK)
