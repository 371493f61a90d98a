"""Command 待办: the tickets on an official's desk, whom each waits for, and until when."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum
from typing import ClassVar

from msgspec import Struct
from msgspec.structs import replace

from handlers.chasing.due_steps import VOW_REMINDER, owes_at
from handlers.directory import absence
from handlers.directory.directory import Directory, Role, Staff
from handlers.errors import Refused
from handlers.items.queries import RunningItems
from handlers.official import permissions, views
from handlers.official.command import HOTLINE, OWN, Argument, Command, Group, Slot, Spec
from handlers.official.commands import ruling
from handlers.official.rectification import working as rectification
from handlers.official.scene import Asker, Deed, Scene
from handlers.outcome import Outcome, Reply
from handlers.pushes import Choice
from handlers.queries import DeskOf, Needs, OwedBy
from handlers.tickets.events.clock import COLOURS
from handlers.tickets.states import ANSWERED, OPEN, UNACCEPTED
from handlers.tickets.ticket import State, Ticket
from handlers.tickets.wording import cut, lasting, moment, promise
from handlers.tracking import returns_and_promises
from handlers.tracking.model import Audience

PAGE = 8
"""Tickets of 待办 on one page: what fits on a phone without scrolling far."""
LOOKS_DOWN = frozenset({Role.SUPERVISOR, Role.LEADER, Role.ADMIN})
"""Roles whose 待办 and 统计 hold the units below their own as well."""
SAID_SHOWN = 24
"""Characters of an answer to a 催办 in 查看."""


def next_step(ticket: Ticket) -> tuple[datetime, str] | None:
    """When the unit's next step is due, and which: 受理 or 答复. None while nothing is expected of a unit."""
    if ticket.state not in OPEN or ticket.state is State.WAITING:
        return None
    if ticket.state in UNACCEPTED and ticket.accepted_at is None and ticket.asks == 0:
        return ticket.promise.accept_by, "受理"
    return ticket.promise.reply_by, "答复"


def step_in_words(ticket: Ticket, now: datetime) -> str:
    """The due date for the eye: 今天 18:00 前答复, 已逾期 2 天, 等市民补充."""
    found = next_step(ticket)
    if found is not None:
        return views.due(*found, now=now)
    return views.PAUSED if ticket.state is State.WAITING else views.NOT_DUE


def overdue(ticket: Ticket, now: datetime) -> bool:
    """Whether the next step should have been done."""
    found = next_step(ticket)
    return found is not None and found[0] < now


class Waits(IntEnum):
    """Kinds of what waits, the most pressing first."""

    URGE = 0
    RULING = 1
    VOW = 2
    CARD = 3
    STEP = 4
    NOBODY = 5


class Waiting(Struct, frozen=True):
    """The most pressing of what waits, when it is due, and a short word of it ("" where the due date says all)."""

    what: Waits
    at: datetime
    words: str = ""


def most_pressing(ticket: Ticket, now: datetime) -> Waiting:
    """What is to be done first of this ticket."""
    chase = ticket.chase
    if chase.answer_by is not None:
        return Waiting(Waits.URGE, chase.answer_by, f"催办待回应{_by(chase.answer_by, now)}")
    if chase.rule_by is not None:
        return Waiting(Waits.RULING, chase.rule_by, f"等裁定{_by(chase.rule_by, now)}")
    owed = owes_at(ticket)
    if owed is not None and owed - VOW_REMINDER <= now:
        return Waiting(Waits.VOW, owed, f"承诺{_by(owed, now)}兑现")
    step = next_step(ticket)
    if step is None:
        return Waiting(Waits.NOBODY, ticket.promise.reply_by)
    cards = ruling.live_cards(ticket)
    if cards:
        return Waiting(Waits.CARD, step[0], COLOURS[cards[-1]])
    return Waiting(Waits.STEP, step[0])


def urgency(ticket: Ticket, now: datetime) -> tuple[Waits, datetime, int]:
    """Sorts what presses most to the front; what waits for the citizen comes last."""
    found = most_pressing(ticket, now)
    return found.what, found.at, ticket.id


def in_words(ticket: Ticket, now: datetime) -> str:
    """For a line of 待办: what waits, then when the next step is due."""
    words = most_pressing(ticket, now).words
    step = step_in_words(ticket, now) if ticket.state not in ANSWERED else ""
    return " · ".join(part for part in (words, step) if part)


def waits(ticket: Ticket, now: datetime) -> list[str]:
    """For 查看: everything that waits, for whom, and how it is done."""
    chase, number = ticket.chase, ticket.number
    found: list[str] = []
    if chase.answer_by is not None:
        found.append(f"等承办单位回应催办{_by(chase.answer_by, now)}：回应 {number} 哪天前怎么办")
    elif chase.said and chase.said_by is not None:
        found.append(f"已回应催办：{cut(chase.said, SAID_SHOWN)}（{moment(chase.said_by, now)} 前）")
    if chase.rule_by is not None:
        found.append(f"等督办员裁定归谁办{_by(chase.rule_by, now)}：裁定 {number} 单位 理由")
    cards = ruling.live_cards(ticket)
    if cards:
        found.append(f"在牌：{'、'.join(COLOURS[card] for card in cards)}")
    if ticket.rounds and not ticket.called_back and (ticket.state is State.REWORK or ticket.replied_at is None):
        found.append(f"重办要先回访市民，并换一个人答复：回访 {number} 说明")
    promises = returns_and_promises.promises(ticket, None, now, Audience.STAFF)
    return [*found, *(f"承诺{place}：{promise(each)}" for place, each in enumerate(promises, 1))]


def _by(at: datetime, now: datetime) -> str:
    return f"（已过 {lasting(now - at)}）" if at < now else f"（{moment(at, now)} 前）"


def desks(staff: Staff, directory: Directory, now: datetime) -> frozenset[str]:
    """The units whose desks this official looks after now, for themselves or in somebody's place."""
    roles = absence.roles(directory, staff, now)
    own = {staff.unit_id}
    if Role.DISPATCHER in roles and directory.within(directory.dispatch_id, staff.unit_id):
        own.add(directory.dispatch_id)
    if not LOOKS_DOWN.isdisjoint(roles):
        own |= {unit_id for unit_id in directory.units if directory.within(unit_id, staff.unit_id)}
    return frozenset(own)


class Todo(Command, frozen=True):
    """待办: what lies on my desk; pages count from 1."""

    name: ClassVar[str] = "待办"
    page: int = 1


class More(Command, frozen=True):
    """更多: the next page of 待办."""

    name: ClassVar[str] = "更多"


def _needs(_command: Todo | More, asker: Asker) -> Needs:
    staff, ctx = asker.staff, asker.ctx
    signs = not permissions.ABOVE.isdisjoint(asker.roles)
    units = desks(staff, ctx.directory, ctx.now)
    items = RunningItems(None if signs else frozenset({staff.unit_id}))
    return frozenset({DeskOf(units), OwedBy(units), items})


def _show(scene: Scene, page: int) -> Outcome:
    """待办: a page of what waits, most pressing first: open tickets, and answered ones with a promise that is due."""
    found = (ticket for ticket in (*scene.found.one(DeskOf), *scene.found.one(OwedBy)) if scene.reads(ticket))
    tickets = sorted(found, key=lambda ticket: urgency(ticket, scene.now))
    pages = max(1, -(-len(tickets) // PAGE))
    items = rectification.todo(scene) if page == 1 else []
    if page > pages:
        raise Refused(last_page(pages) if tickets else views.EMPTY_DESK)
    if not tickets:
        return Outcome(reply=Reply("\n".join(items) or views.EMPTY_DESK), talk=replace(scene.talk, page=1))
    late = sum(overdue(ticket, scene.now) for ticket in tickets)
    shown = tickets[(page - 1) * PAGE : page * PAGE]
    lines = [views.desk_title(len(tickets), late, page, pages), *items]
    for ticket in shown:
        elsewhere = ticket.unit_id != scene.staff.unit_id
        unit = scene.directory.name(ticket.unit_id) if elsewhere else ""
        lines.append(views.desk_line(ticket, in_words(ticket, scene.now), unit))
    choices = [Choice(f"查看 {shown[0].number}", f"查看 {shown[0].number}")]
    if page < pages:
        choices.append(Choice("更多", "更多"))
    return Outcome(reply=Reply("\n".join(lines), tuple(choices)), talk=replace(scene.talk, page=page))


def last_page(pages: int) -> str:
    """更多 after the last page."""
    return f"后面没有了，一共 {pages} 页。回「待办」从头看。"


TODO = (
    Deed[Todo](
        Spec(
            Todo,
            Group.LOOK,
            (Argument("page", Slot.PAGE, "页", required=False),),
            "桌上的工单，最急的在最前面",
            "待办",
            HOTLINE,
            ("代办", "待处理", "我的待办", "我的工单", "工单列表", "清单", "列表", "任务"),
        ),
        _needs,
        lambda command, scene: _show(scene, command.page),
    ),
    Deed[More](
        Spec(More, Group.LOOK, (), "待办的下一页", "更多", OWN, ("下一页", "下页", "继续")),
        _needs,
        lambda command, scene: _show(scene, scene.talk.page + 1),
    ),
)
