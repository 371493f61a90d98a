"""Looking without touching: 待办, 查看, 为何."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from msgspec.structs import replace

from handlers.deadlines.explain import explain
from handlers.deadlines.explain_steps import Question
from handlers.directory import absence
from handlers.directory.directory import Directory, Role, Staff
from handlers.errors import Refused
from handlers.official import permissions, targets, views, wording
from handlers.official.commands import due, handling
from handlers.official.commands import todo as waiting
from handlers.official.commands.row import Slot, Spec
from handlers.official.commands.types import Close, Show, Why
from handlers.official.rectification import working
from handlers.official.scene import Scene, speaks_of
from handlers.official.spec import SPEC
from handlers.outcome import Outcome, Reply
from handlers.pushes import Choice
from handlers.tickets import lifecycle
from handlers.tickets.events import By
from handlers.tickets.ticket import State, Ticket
from handlers.tracking import checkpoints
from handlers.tracking import view as timeline
from handlers.tracking.model import Audience, Checkpoint
from nlp.appeals.personal import mask

PAGE = 8
"""Tickets of 待办 on one page: what fits on a phone without scrolling far."""
CROWD_SHOWN = 3
"""Words of those who follow a ticket that 查看 shows; the page has all of them."""
LOOKS_DOWN = frozenset({Role.SUPERVISOR, Role.LEADER, Role.ADMIN})
"""Roles whose 待办 and 统计 hold the units below their own as well."""


def desks(staff: Staff, directory: Directory, now: datetime) -> frozenset[str]:
    """The units whose desks this official looks after now, for themselves or in somebody's place."""
    roles = absence.roles(directory, staff, now)
    own = {staff.unit_id}
    if Role.DISPATCHER in roles and directory.within(directory.dispatch_id, staff.unit_id):
        own.add(directory.dispatch_id)
    if not LOOKS_DOWN.isdisjoint(roles):
        own |= {unit_id for unit_id in directory.units if directory.within(unit_id, staff.unit_id)}
    return frozenset(own)


def todo(scene: Scene, page: int) -> Outcome:
    """待办: a page of what waits, most pressing first: open tickets, and answered ones with a promise that is due."""
    found = (ticket for ticket in (*scene.found.desk, *scene.found.owing) if scene.reads(ticket))
    tickets = sorted(found, key=lambda ticket: waiting.urgency(ticket, scene.now))
    pages = max(1, -(-len(tickets) // PAGE))
    items = working.todo(scene) if page == 1 else []
    if page > pages:
        raise Refused(wording.last_page(pages) if tickets else views.EMPTY_DESK)
    if not tickets:
        return Outcome(reply=Reply("\n".join(items) or views.EMPTY_DESK), talk=replace(scene.talk, page=1))
    late = sum(due.overdue(ticket, scene.now) for ticket in tickets)
    shown = tickets[(page - 1) * PAGE : page * PAGE]
    lines = [views.desk_title(len(tickets), late, page, pages), *items]
    for ticket in shown:
        elsewhere = ticket.unit_id != scene.staff.unit_id
        unit = scene.directory.name(ticket.unit_id) if elsewhere else ""
        lines.append(views.desk_line(ticket, waiting.in_words(ticket, scene.now), unit))
    choices = [Choice(f"查看 {shown[0].number}", f"查看 {shown[0].number}")]
    if page < pages:
        choices.append(Choice("更多", "更多"))
    return Outcome(reply=Reply("\n".join(lines), tuple(choices)), talk=replace(scene.talk, page=page))


def show(scene: Scene, command: Show) -> Outcome:
    """查看: what an official needs to work on a ticket, as far as they may know it."""
    ticket = targets.permitted(scene, command, command.number)
    history = scene.found.history.get(ticket.id, ())
    veil = _veil(scene, ticket)
    view = timeline.view(
        ticket, history, scene.directory, scene.now, Audience.STAFF, main=scene.found.mains.get(ticket.joined_to or 0)
    )
    link = scene.ctx.desk_link(ticket, scene.staff) if scene.ctx.desk_link else ""
    next_steps = possible(scene, ticket)
    lines = [
        *views.ticket(ticket, view, due.in_words(ticket, scene.now), veil),
        *(veil(line) for line in waiting.lines(ticket, scene.now)),
        views.files(len(view.attachments), link),
        "经过：",
        *(views.stop(stop, veil(stop.detail)) for stop in reversed(_newest_of_crowd(view.checkpoints))),
        "可以：" + " · ".join(row.verb for row in next_steps) if next_steps else "",
    ]
    taps = tuple(Choice(row.verb, f"{row.verb} {ticket.number}") for row in next_steps if _one_tap(row, ticket))
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


def possible(scene: Scene, ticket: Ticket) -> tuple[Spec, ...]:
    """The commands that would change this ticket now and that this official may give."""
    where = permissions.relation(scene.directory, scene.staff, ticket)
    return tuple(
        row
        for row in SPEC
        if (what := handling.LEADS_TO.get(row.command)) is not None
        and any(permissions.may(role, row.command, where) for role in scene.roles)
        and lifecycle.can(ticket, what, By.STAFF)
    )


def why(scene: Scene, command: Why) -> Outcome:
    """为何: the promise line by line, from the log."""
    ticket = targets.permitted(scene, command, command.number)
    question = Question(scene.now, Audience.STAFF, scene.ctx.terms, scene.directory.name)
    steps = explain(ticket, scene.found.history.get(ticket.id, ()), question)
    lines = [
        f"{ticket.number} 的期限：{due.in_words(ticket, scene.now)}",
        *(f"{place}. {step}" for place, step in enumerate(steps, 1)),
    ]
    return speaks_of(scene, ticket.id, "\n".join(lines))


def _one_tap(row: Spec, ticket: Ticket) -> bool:
    """Whether the number alone makes the command; closing without a word needs an answer given before."""
    needed = [argument for argument in row.arguments if argument.required]
    return [argument.slot for argument in needed] == [Slot.NUMBER] and (
        row.command is not Close or ticket.state is State.REPLIED
    )


def _veil(scene: Scene, ticket: Ticket) -> Callable[[str], str]:
    where = permissions.relation(scene.directory, scene.staff, ticket)
    return str if any(permissions.sees_personal(role, where) for role in scene.roles) else mask
