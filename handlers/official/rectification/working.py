"""Commands of a 整改's lead unit: 整改, 措施, 进展, 展期, 报验."""

from __future__ import annotations

import re
from datetime import date
from typing import ClassVar

from msgspec import Struct
from msgspec.structs import replace

from handlers.calendar.zone import day_of
from handlers.directory.directory import Role
from handlers.errors import Refused
from handlers.items import events
from handlers.items.item import Item, ItemDue, ItemState, Measure
from handlers.items.lifecycle import apply, may_tell, next_due
from handlers.items.queries import known
from handlers.items.states import RUNNING
from handlers.official import permissions
from handlers.official.changing import NODS
from handlers.official.command import HOTLINE, Argument, Group, ItemCommand, Slot, Spec
from handlers.official.rectification import wording
from handlers.official.rectification.changing import (
    Scope,
    Side,
    done,
    item_change,
    meant,
    named,
    shown_to_all,
    within_reach,
)
from handlers.official.rectification.opening import LEDGER
from handlers.official.scene import Asker, Deed, Scene, says
from handlers.outcome import Outcome
from handlers.pushes import Choice
from handlers.queries import Needs
from handlers.rectification import dates
from handlers.tickets import masking
from handlers.tickets.ticket import Attachment
from nlp.text.days import mentions
from nlp.text.normalize import fold

ITEM = Argument("item", Slot.RECTIFICATION, "整改编号")
WHICH = Argument("which", Slot.ITEM, "第几项", required=False)


_IN_TODO = 5
_LOOKS_OVER = frozenset({Role.DISPATCHER, Role.SUPERVISOR, Role.LEADER, Role.ADMIN})


class Items(ItemCommand, frozen=True):
    """整改: the running ones, or one in full."""

    name: ClassVar[str] = "整改"
    item: str | None = None


def _items_needs(command: Items, asker: Asker) -> Needs:
    looks_over = not _LOOKS_OVER.isdisjoint(asker.roles)
    return named(command.item, asker, everywhere=looks_over)


def _look(command: Items, scene: Scene) -> Outcome:
    if command.item is not None:
        item = meant(command.item, Side.ABOVE, scene)
        return says(wording.shown(item, scene.directory.name(item.unit_id), scene.now), *_taps(item))
    running = sorted(
        (one for one in known(scene.found) if one.state in RUNNING and within_reach(one, scene)),
        key=lambda one: (next_due(one) or one.opened_at, one.id),
    )
    if not running:
        return says(wording.NONE_RUNNING if Role.SUPERVISOR in scene.roles else wording.NONE_MINE)
    names = [scene.directory.name(one.unit_id) if one.unit_id != scene.staff.unit_id else "" for one in running]
    first = Choice(f"整改 {running[0].key}", f"整改 {running[0].key}")
    return says(wording.listing(running, names, scene.now), first)


def _taps(item: Item) -> tuple[Choice, ...]:
    """How the next command is written."""
    offered = {ItemState.OPENED: ("措施",), ItemState.DOING: ("进展", "报验"), ItemState.SUBMITTED: ("验收", "退改")}
    return tuple(Choice(f"帮助 {verb}", f"帮助 {verb}") for verb in offered.get(item.state, ()))


def todo(scene: Scene) -> list[str]:
    """For 待办: what the official's unit leads, and what waits for their verdict, the soonest due first."""
    due = (item for item in known(scene.found) if _waits_for(item, scene))
    found = sorted(due, key=lambda item: (next_due(item) or item.opened_at, item.id))
    return [wording.todo_line(item, scene.now) for item in found[:_IN_TODO]]


def _waits_for(item: Item, scene: Scene) -> bool:
    """Whether the item's next step is this official's: their unit's, or the verdict on one they opened or stand above."""
    if item.state is not ItemState.SUBMITTED:
        return item.unit_id == scene.staff.unit_id
    if permissions.ABOVE.isdisjoint(scene.roles) or item.unit_id == scene.staff.unit_id:
        return False
    return item.opened_by.id == scene.staff.id or scene.directory.within(item.unit_id, scene.staff.unit_id)


ITEMS = Deed[Items](
    Spec(
        Items,
        Group.RECTIFY,
        (Argument("item", Slot.RECTIFICATION, "整改编号", required=False),),
        "在办的整改；后面写编号就看那一项的原因、措施、时限和进展",
        "整改 Z26003",
        LEDGER,
        ("整改清单", "整改台账", "整改项"),
    ),
    _items_needs,
    _look,
)


class Plan(ItemCommand, frozen=True):
    """措施: a line for each, which begins with its day; a line that begins with 原因 says what was found."""

    name: ClassVar[str] = "措施"
    text: str


_MARK = re.compile(r"\s*(?:[0-9]{1,2}[.、)）](?![0-9])|[①-⑳]|[-•·])?\s*(?:在|于|到|至)?")
_AFTER_DAY = re.compile(r"\s?(?:(?:之|以)?[前内](?![进往后部外])|底前?|当天)?[\s,，:：、]*")
_ANALYSIS = re.compile(r"\s*(?:查明)?原因\s*[:：,，是为\s]\s*")
LONGEST = 200
"""Characters of one measure: it stands in a list on a phone."""


class MeasurePlan(Struct, frozen=True):
    """What the words plan, and what they say of the cause."""

    measures: tuple[Measure, ...]
    analysis: str


def read_measures(text: str, item: Item, scene: Scene) -> MeasurePlan:
    """The measures in these words. Refused where a line of theirs has no day ahead, or nothing but a day."""
    measures: list[Measure] = []
    analysis = ""
    for line in filter(None, (line.strip() for line in text.splitlines())):
        if found := _ANALYSIS.match(line):
            analysis = masking.for_followers(line[found.end() :].strip())
            continue
        dated = day_first(line, scene)
        if dated is None:
            raise Refused(wording.NO_DAY.format(key=item.key))
        measures.append(Measure(masking.for_followers(dated[1][:LONGEST]), _due_on(dated[0], item, scene)))
    if any(not each.text for each in measures):
        raise Refused(wording.NO_WORDS)
    return MeasurePlan(tuple(measures), analysis)


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


def _due_on(day: date, item: Item, scene: Scene) -> ItemDue:
    """The day as a date that is owed. Refused where it is past or too far away."""
    today = day_of(scene.now)
    if not today <= day or (day - today).days > dates.LONGEST.days:
        raise Refused(wording.day_past(day))
    return dates.on(day, scene.now, scene.ctx.terms_for(item.unit_id))


def _plan(command: Plan, scope: Scope, scene: Scene) -> Outcome:
    planned = read_measures(command.text, scope.item, scene)
    change = apply(scope.item, events.Planned(planned.measures, planned.analysis), scene.actor, scene.now)
    return done(change, scope, scene, wording.planned(change.item, len(planned.measures)))


PLAN = item_change(
    Spec(
        Plan,
        Group.RECTIFY,
        (ITEM, Argument("text", Slot.TEXT, "期限 内容")),
        "牵头单位定措施，每行一项，先写哪天前，再写做什么；另起一行写「原因：」说明查明的原因",
        "措施 Z26003 12月5日前 更换滨河路全部灯杆电缆",
        LEDGER,
        ("整改措施",),
    ),
    Side.LEAD,
    events.Planned,
    _plan,
)


class Progress(ItemCommand, frozen=True):
    """进展 of a 整改."""

    name: ClassVar[str] = "进展"
    which: int | None
    """Number of the measure, from 1. None when none is named."""

    text: str


_DONE = ("已经完成", "已完成", "全部完成", "完成", "已办完", "办完")


def _progress(command: Progress, scope: Scope, scene: Scene) -> Outcome:
    item, place = scope.item, command.which or 0
    finished = bool(place) and command.text.startswith(_DONE)
    if place:
        _check_measure(item, place)
    words = next((command.text.removeprefix(word) for word in _DONE if command.text.startswith(word)), "")
    text = (words if finished else command.text).strip(" ，,。:：") or "已完成"
    files = tuple(Attachment(piece.id, piece.kind) for piece in scene.talk.pieces)
    told = may_tell(item, scene.now)
    what = events.Progressed(shown_to_all(text, item, scene), files, place, finished, told)
    change = apply(item, what, scene.actor, scene.now)
    said = wording.progressed(change.item, told, len(files))
    return done(change, scope, scene, said, replace(scene.talk, pieces=(), order=None))


def _check_measure(item: Item, place: int) -> None:
    if not 1 <= place <= len(item.measures):
        raise Refused(wording.no_such_measure(item))
    if item.measures[place - 1].done_at is not None:
        raise Refused(wording.done_already(place))


PROGRESS = item_change(
    Spec(
        Progress,
        Group.RECTIFY,
        (ITEM, WHICH, Argument("text", Slot.TEXT, "内容")),
        "写到哪一步了；先发来的照片作为佐证。某项做完，写「第1项 完成 说明」",
        "进展 Z26003 第1项 完成 12 根灯杆电缆已全部换新",
        LEDGER,
        ("整改进展",),
    ),
    Side.LEAD,
    events.Progressed,
    _progress,
)


class Postpone(ItemCommand, frozen=True):
    """展期: a measure will be done later; the words begin with the new day."""

    name: ClassVar[str] = "展期"
    which: int | None
    text: str


def _postpone(command: Postpone, scope: Scope, scene: Scene) -> Outcome:
    item = scope.item
    waiting = item.open_measures()
    if command.which is None and len(waiting) != 1:
        raise Refused(wording.which_measure(item) if waiting else wording.no_such_measure(item))
    place = command.which or waiting[0][0]
    _check_measure(item, place)
    dated = day_first(command.text, scene)
    if dated is None or not dated[1]:
        raise Refused(wording.NO_NEW_DAY.format(key=item.key))
    due = _due_on(dated[0], item, scene)
    what = events.ItemExtended(place, due, shown_to_all(dated[1], item, scene), may_tell(item, scene.now))
    change = apply(item, what, scene.actor, scene.now)
    return done(change, scope, scene, wording.postponed(change.item, place, scene.now))


POSTPONE = item_change(
    Spec(
        Postpone,
        Group.RECTIFY,
        (ITEM, WHICH, Argument("text", Slot.TEXT, "新期限 原因")),
        "一项措施要推迟，写新的日期和原因，市民看得到",
        "展期 Z26003 第1项 12月12日前 电缆要从外地调运",
        HOTLINE,
        ("整改展期", "整改延期"),
    ),
    Side.LEAD,
    events.ItemExtended,
    _postpone,
)


class Submit(ItemCommand, frozen=True):
    """报验: it is done, and this is what citizens will read."""

    name: ClassVar[str] = "报验"
    text: str


def _submit(command: Submit, scope: Scope, scene: Scene) -> Outcome:
    if NODS.fullmatch(command.text):
        raise Refused(wording.EMPTY_REPLY)
    terms = scene.ctx.terms_for(scope.item.opened_by.unit_id or scope.item.unit_id)
    sign = dates.within(scene.now, dates.SIGN, terms)
    what = events.SubmittedForSignOff(shown_to_all(command.text, scope.item, scene), sign)
    change = apply(scope.item, what, scene.actor, scene.now)
    return done(change, scope, scene, wording.submitted(change.item, scene.now))


SUBMIT = item_change(
    Spec(
        Submit,
        Group.RECTIFY,
        (ITEM, Argument("text", Slot.TEXT, "结论")),
        "牵头单位认为改好了，请督办员验收；结论会原样答复给所有市民",
        "报验 Z26003 滨河路 12 根灯杆电缆已全部换新，路灯当晚全部点亮。",
        LEDGER,
        ("报请验收", "申请验收"),
    ),
    Side.LEAD,
    events.SubmittedForSignOff,
    _submit,
)

WORKING = (ITEMS, PLAN, PROGRESS, POSTPONE, SUBMIT)
