"""整改 by command: who may, which item is meant, and what comes of it; one use case a function.

What concerns tickets is in `handlers/rectification/tickets.py`. The tickets themselves are loaded once the item is known
(`Outcome.more`): an item may cover thousands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from handlers.calendar.zone import day_of
from handlers.directory import jurisdiction
from handlers.directory.directory import Role, Staff
from handlers.errors import Refused
from handlers.items import events
from handlers.items.item import Due, Item, Measure, State
from handlers.items.lifecycle import Change, apply, check_can, may_tell, next_due, open_measures
from handlers.items.states import RUNNING
from handlers.items.wording import public
from handlers.official import permissions
from handlers.official.commands.handling import NODS
from handlers.official.permissions import Relation
from handlers.official.rectification import opening, wording
from handlers.official.rectification.types import (
    Cover,
    Drop,
    Establish,
    Items,
    Plan,
    Postpone,
    Progress,
    RectificationCommand,
    SendBack,
    SignOff,
    Submit,
    SupervisorsCommand,
    UnitsCommand,
)
from handlers.official.scene import Question, Scene, Unclear, says
from handlers.outcome import Needs, Outcome, Reply
from handlers.pushes import Choice
from handlers.rectification import dates
from handlers.rectification import tickets as covering
from handlers.talk import Talk
from handlers.tickets.ticket import Attachment, Ticket
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


EVERYWHERE = "全部答复"
"""Begins the opinion of whoever wants tickets on other desks answered too."""
_IN_TODO = 5
_DONE = ("已经完成", "已完成", "全部完成", "完成", "已办完", "办完")
_LOOKS_OVER = frozenset({Role.DISPATCHER, Role.SUPERVISOR, Role.LEADER, Role.ADMIN})


class Scope(Struct, frozen=True):
    """A command's item with the tickets that it covers, as they stand now."""

    item: Item
    tickets: tuple[Ticket, ...]


def needs(command: RectificationCommand, staff: Staff, roles: Sequence[Role]) -> Needs:
    """What must be loaded first; the tickets of an item are asked for when it is known."""
    match command:
        case Establish(source=source):
            return opening.needs(source)
        case Cover(item=key, source=source):
            return opening.needs(source).and_also(_named(key, staff, everywhere=True))
        case Items(item=None):
            return (
                Needs(running=True) if not _LOOKS_OVER.isdisjoint(roles) else Needs(items_of=frozenset({staff.unit_id}))
            )
        case Items(item=key):
            return _named(key, staff, everywhere=True)
        case _:
            return _named(command.item, staff, everywhere=isinstance(command, SupervisorsCommand))


def _named(key: str | None, staff: Staff, everywhere: bool) -> Needs:
    if key is not None:
        return Needs(items=frozenset({key}))
    return Needs(running=True) if everywhere else Needs(items_of=frozenset({staff.unit_id}))


def run(command: RectificationCommand, scene: Scene) -> Outcome | Question:
    """What the command changes and how it is answered; a Question where it waits for 确认."""
    if not any(permissions.may(role, type(command), Relation.ELSEWHERE) for role in scene.roles):
        permissions.check_may(scene.staff.role, type(command), Relation.ELSEWHERE)
    match command:
        case Items():
            return _look(command, scene)
        case Establish():
            return opening.establish(command, scene)
        case _:
            return _change(command, scene)


def _change(command: UnitsCommand | Cover | SignOff | SendBack | Drop, scene: Scene) -> Outcome | Question:
    item = _item(command, scene)
    if isinstance(command, UnitsCommand):
        _check_lead(item, scene)
    else:
        opening.check_above(item.unit_id, scene)
    check_can(item, _LEADS_TO[type(command)], scene.actor)
    if isinstance(command, Cover):
        return opening.cover(replace(command, item=item.key), item, scene)
    tickets = _tickets(item, scene)
    if tickets is None:
        return Outcome(more=Needs(ids=frozenset(item.tickets)))
    return _USES[type(command)](replace(command, item=item.key), Scope(item, tickets), scene)


def _tickets(item: Item, scene: Scene) -> tuple[Ticket, ...] | None:
    """The tickets that the item covers; None until they were loaded."""
    if item.tickets and not scene.found.again:
        return None
    return tuple(scene.found.by_id[one] for one in item.tickets if one in scene.found.by_id)


def _item(command: Any, scene: Scene) -> Item:
    """The item that is meant: the one named, or the only one it can be."""
    if command.item is not None:
        found = scene.found.items.get(command.item)
        if found is None:
            raise Refused(wording.no_such_item(command.item))
        return found
    running = [one for one in scene.found.items.values() if one.state in RUNNING and _within_reach(one, scene)]
    waiting = [one for one in running if one.state is State.SUBMITTED]
    signs = isinstance(command, SignOff | SendBack)
    fitting = sorted(waiting if signs else running, key=lambda one: one.id)
    if len(fitting) == 1:
        return fitting[0]
    if not fitting:
        raise Refused(
            wording.NONE_TO_SIGN
            if signs
            else wording.NONE_MINE
            if isinstance(command, UnitsCommand)
            else wording.NONE_RUNNING
        )
    raise Unclear(wording.which_item(fitting), tuple(Choice(one.key, f"整改 {one.key}") for one in fitting[:3]))


def _check_lead(item: Item, scene: Scene) -> None:
    """Refused for everybody but the lead unit, and those who lead it."""
    leads = Role.LEADER in scene.roles and scene.directory.within(item.unit_id, scene.staff.unit_id)
    runs = Role.ADMIN in scene.roles and jurisdiction.serves(scene.directory, scene.staff.unit_id, item.unit_id)
    if scene.staff.unit_id != item.unit_id and not leads and not runs:
        raise Refused(wording.not_yours(item, scene.directory.name(item.unit_id)))


def _look(command: Items, scene: Scene) -> Outcome:
    if command.item is not None:
        item = _item(command, scene)
        return says(wording.shown(item, scene.directory.name(item.unit_id), scene.now), *_taps(item))
    running = sorted(
        (one for one in scene.found.items.values() if one.state in RUNNING and _within_reach(one, scene)),
        key=lambda one: (next_due(one) or one.opened_at, one.id),
    )
    if not running:
        return says(wording.NONE_RUNNING if Role.SUPERVISOR in scene.roles else wording.NONE_MINE)
    names = [scene.directory.name(one.unit_id) if one.unit_id != scene.staff.unit_id else "" for one in running]
    first = Choice(f"整改 {running[0].key}", f"整改 {running[0].key}")
    return says(wording.listing(running, names, scene.now), first)


def _within_reach(item: Item, scene: Scene) -> bool:
    return jurisdiction.serves(scene.directory, scene.staff.unit_id, item.unit_id)


def todo(scene: Scene) -> list[str]:
    """For 待办: what the official's unit leads, and what waits for their verdict, the soonest due first."""
    due = (item for item in scene.found.items.values() if _waits_for(item, scene))
    found = sorted(due, key=lambda item: (next_due(item) or item.opened_at, item.id))
    return [wording.todo_line(item, scene.now) for item in found[:_IN_TODO]]


def _waits_for(item: Item, scene: Scene) -> bool:
    """Whether the item's next step is this official's: their unit's, or the verdict on one they opened or stand above."""
    if item.state is not State.SUBMITTED:
        return item.unit_id == scene.staff.unit_id
    if permissions.ABOVE.isdisjoint(scene.roles) or item.unit_id == scene.staff.unit_id:
        return False
    return item.opened_by.id == scene.staff.id or scene.directory.within(item.unit_id, scene.staff.unit_id)


def _taps(item: Item) -> tuple[Choice, ...]:
    """How the next command is written."""
    offered = {State.OPENED: ("措施",), State.DOING: ("进展", "报验"), State.SUBMITTED: ("验收", "退改")}
    return tuple(Choice(f"帮助 {verb}", f"帮助 {verb}") for verb in offered.get(item.state, ()))


def _plan(command: Plan, scope: Scope, scene: Scene) -> Outcome:
    planned = read(command.text, scope.item, scene)
    change = apply(scope.item, events.Planned(planned.measures, planned.analysis), scene.actor, scene.now)
    return _done(change, scope, scene, wording.planned(change.item, len(planned.measures)))


def _progress(command: Progress, scope: Scope, scene: Scene) -> Outcome:
    item, place = scope.item, command.which or 0
    done = bool(place) and command.text.startswith(_DONE)
    if place:
        _check_measure(item, place)
    words = next((command.text.removeprefix(word) for word in _DONE if command.text.startswith(word)), "")
    text = (words if done else command.text).strip(" ，,。:：") or "已完成"
    files = tuple(Attachment(piece.id, piece.kind) for piece in scene.talk.pieces)
    told = may_tell(item, scene.now)
    what = events.Progressed(_public(text, item, scene), files, place, done, told)
    change = apply(item, what, scene.actor, scene.now)
    said = wording.progressed(change.item, told, len(files))
    return _done(change, scope, scene, said, replace(scene.talk, pieces=(), order=None))


def _postpone(command: Postpone, scope: Scope, scene: Scene) -> Outcome:
    item = scope.item
    waiting = open_measures(item)
    if command.which is None and len(waiting) != 1:
        raise Refused(wording.which_measure(item) if waiting else wording.no_such_measure(item))
    place = command.which or waiting[0][0]
    _check_measure(item, place)
    dated = day_first(command.text, scene)
    if dated is None or not dated[1]:
        raise Refused(wording.NO_NEW_DAY.format(key=item.key))
    day = due(dated[0], item, scene)
    what = events.Extended(place, day, _public(dated[1], item, scene), may_tell(item, scene.now))
    change = apply(item, what, scene.actor, scene.now)
    return _done(change, scope, scene, wording.postponed(change.item, place, scene.now))


def _check_measure(item: Item, place: int) -> None:
    if not 1 <= place <= len(item.measures):
        raise Refused(wording.no_such_measure(item))
    if item.measures[place - 1].done_at is not None:
        raise Refused(wording.done_already(place))


def _submit(command: Submit, scope: Scope, scene: Scene) -> Outcome:
    if NODS.fullmatch(command.text):
        raise Refused(wording.EMPTY_REPLY)
    terms = scene.ctx.terms_for(scope.item.opened_by.unit_id or scope.item.unit_id)
    sign = dates.within(scene.now, dates.SIGN, terms)
    what = events.SubmittedForSignOff(_public(command.text, scope.item, scene), sign)
    change = apply(scope.item, what, scene.actor, scene.now)
    return _done(change, scope, scene, wording.submitted(change.item, scene.now))


def _send_back(command: SendBack, scope: Scope, scene: Scene) -> Outcome:
    item = scope.item
    again = dates.within(scene.now, dates.AGAIN, scene.ctx.terms_for(item.unit_id))
    what = events.SentBack(_public(command.text, item, scene), again, may_tell(item, scene.now))
    change = apply(item, what, scene.actor, scene.now)
    return _done(change, scope, scene, wording.sent_back(change.item, scene.directory.name(item.unit_id)))


def _sign_off(command: SignOff, scope: Scope, scene: Scene) -> Outcome | Question:
    everywhere = command.text.startswith(EVERYWHERE)
    verdict = command.text.removeprefix(EVERYWHERE).strip(" ，,。:：") or "同意销号"
    change = apply(scope.item, events.SignedOff(_public(verdict, scope.item, scene)), scene.actor, scene.now)
    end = covering.conclude(change, scope.tickets, scene.ctx, everywhere)
    if not scene.confirmed:
        return Question(command, wording.ask_sign(scope.item, end.answered, end.left))
    outcome = covering.with_item(change, end.outcome, scene.ctx)
    return _said(outcome, scene, wording.signed(change.item, end.answered, end.left))


def _drop(command: Drop, scope: Scope, scene: Scene) -> Outcome | Question:
    if not scene.confirmed:
        return Question(command, wording.ask_drop(scope.item))
    change = apply(scope.item, events.Dropped(_public(command.text, scope.item, scene)), scene.actor, scene.now)
    return _done(change, scope, scene, wording.dropped(change.item))


def _public(text: str, item: Item, scene: Scene) -> str:
    unit = scene.directory.units.get(item.unit_id)
    return public(text, unit.phone if unit else "")


def _done(change: Change, scope: Scope, scene: Scene, said: str, talk: Talk | None = None) -> Outcome:
    return _said(covering.of(change, scope.tickets, scene.ctx), scene, said, talk)


def _said(outcome: Outcome, scene: Scene, said: str, talk: Talk | None = None) -> Outcome:
    return replace(outcome, reply=Reply(said), talk=talk or replace(scene.talk, order=None))


_USES: dict[type, Callable[[Any, Scope, Scene], Outcome | Question]] = {
    Plan: _plan,
    Progress: _progress,
    Postpone: _postpone,
    Submit: _submit,
    SendBack: _send_back,
    SignOff: _sign_off,
    Drop: _drop,
}

_LEADS_TO: dict[type, type] = {
    Plan: events.Planned,
    Progress: events.Progressed,
    Postpone: events.Extended,
    Submit: events.SubmittedForSignOff,
    SendBack: events.SentBack,
    SignOff: events.SignedOff,
    Cover: events.Covered,
    Drop: events.Dropped,
}
