"""Commands 查看 and 为何: show a ticket, and why its answer is due when it is. They change nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from handlers.deadlines.explain import explain
from handlers.deadlines.explain_steps import Inquiry
from handlers.official import permissions, views
from handlers.official.changing import ticket_and_history
from handlers.official.command import HOTLINE_RULES, NUMBER, OWN, Group, Slot, Spec, TicketCommand
from handlers.official.commands import todo
from handlers.official.scene import AnyDeed, Deed, Scene, permitted_ticket, speaks_of
from handlers.outcome import Outcome
from handlers.pushes import Choice
from handlers.tickets import lifecycle
from handlers.tickets.events import By, work
from handlers.tickets.ticket import State, Ticket
from handlers.tracking import checkpoints, timeline
from handlers.tracking.model import Audience, Checkpoint
from nlp.appeals.personal import mask

CROWD_SHOWN = 3
"""Words of those who follow a ticket that 查看 shows; the page has all of them."""


class Show(TicketCommand, frozen=True):
    """查看: everything I may know of one ticket."""

    name: ClassVar[str] = "查看"


def _show(scene: Scene, command: Show) -> Outcome:
    """查看: what an official needs to work on a ticket, as far as they may know it."""
    ticket = permitted_ticket(scene, command.name, command.number)
    history = scene.found.history.get(ticket.id, ())
    veil = _veil(scene, ticket)
    view = timeline.view(
        ticket, history, scene.directory, scene.now, Audience.STAFF, main=scene.found.mains.get(ticket.joined_to or 0)
    )
    link = scene.ctx.links.desk(ticket, scene.staff) if scene.ctx.links.desk else ""
    next_steps = possible(scene, ticket)
    lines = [
        *views.ticket(ticket, view, todo.step_in_words(ticket, scene.now), veil),
        *(veil(line) for line in todo.waits(ticket, scene.now)),
        views.files(len(view.attachments), link),
        "经过：",
        *(views.stop(stop, veil(stop.detail)) for stop in reversed(_newest_of_crowd(view.checkpoints))),
        "可以：" + " · ".join(deed.spec.verb for deed in next_steps) if next_steps else "",
    ]
    taps = tuple(
        Choice(deed.spec.verb, f"{deed.spec.verb} {ticket.number}") for deed in next_steps if _one_tap(deed, ticket)
    )
    return speaks_of(scene, ticket.id, "\n".join(filter(None, lines)), *taps)


def _newest_of_crowd(stops: Sequence[Checkpoint]) -> list[Checkpoint]:
    """The stops (newest first) with no more than the newest words of those who follow."""
    seen, kept = 0, []
    for stop in stops:
        ofcrowd = stop.title in checkpoints.CROWD
        seen += ofcrowd
        if not ofcrowd or seen <= CROWD_SHOWN:
            kept.append(stop)
    return kept


def possible(scene: Scene, ticket: Ticket) -> tuple[AnyDeed, ...]:
    """Returns the commands that would change this ticket now and that this official may give."""
    where = permissions.relation(scene.directory, scene.staff, ticket)
    return tuple(
        deed
        for deed in scene.deeds.values()
        if deed.leads_to is not None
        and any(permissions.may(role, deed.spec.verb, where) for role in scene.roles)
        and lifecycle.can(ticket, deed.leads_to, By.STAFF)
    )


def _one_tap(deed: AnyDeed, ticket: Ticket) -> bool:
    """Returns whether the number alone makes the command; closing without a word needs an answer given before."""
    needed = [argument for argument in deed.spec.arguments if argument.required]
    return [argument.slot for argument in needed] == [Slot.NUMBER] and (
        deed.leads_to is not work.Closed or ticket.state is State.REPLIED
    )


def _veil(scene: Scene, ticket: Ticket) -> Callable[[str], str]:
    where = permissions.relation(scene.directory, scene.staff, ticket)
    return str if any(permissions.sees_personal(role, where) for role in scene.roles) else mask


SHOW = Deed[Show](
    Spec(
        Show,
        Group.LOOK,
        (NUMBER,),
        "一件工单的原话、地点、期限和经过；之后的命令可以不写编号",
        "查看 {number}",
        HOTLINE_RULES,
        ("查询", "详情", "看看", "打开", "进度", "查", "看"),
    ),
    ticket_and_history,
    lambda command, scene: _show(scene, command),
)


class Why(TicketCommand, frozen=True):
    """为何: why is it due then?"""

    name: ClassVar[str] = "为何"


def _why(scene: Scene, command: Why) -> Outcome:
    """为何: the promise line by line, from the log."""
    ticket = permitted_ticket(scene, command.name, command.number)
    question = Inquiry(scene.now, Audience.STAFF, scene.ctx.terms, scene.directory.name)
    steps = explain(ticket, scene.found.history.get(ticket.id, ()), question)
    lines = [
        f"{ticket.number} 的期限：{todo.step_in_words(ticket, scene.now)}",
        *(f"{place}. {step}" for place, step in enumerate(steps, 1)),
    ]
    return speaks_of(scene, ticket.id, "\n".join(lines))


WHY = Deed[Why](
    Spec(
        Why,
        Group.LOOK,
        (NUMBER,),
        "期限为什么是这一天，逐条说明",
        "为何 {number}",
        OWN,
        ("为什么", "为啥", "期限", "怎么算的"),
    ),
    ticket_and_history,
    lambda command, scene: _why(scene, command),
)

LOOKING = (SHOW, WHY)
