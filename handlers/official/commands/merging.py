"""Command 合并: two tickets of one person about one matter go on under one number.

The surviving ticket takes over urgency, the earlier date, words, place and files (`events.Absorbed`). Why:
docs/adr/0025-merging-keeps-the-danger.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from msgspec.structs import replace

from handlers.deadlines import deadlines
from handlers.errors import Refused
from handlers.official.changing import Survival, TicketChange, changes, ticket_needs
from handlers.official.command import HOTLINE_RULES, NUMBER, Argument, Asks, Group, Slot, Spec, TicketCommand
from handlers.official.scene import Asker, Scene, permitted_ticket
from handlers.official.wording import case
from handlers.queries import ByNumber, Needs
from handlers.tickets import lifecycle, publishing
from handlers.tickets.events import By
from handlers.tickets.events.filing import Sealed
from handlers.tickets.events.joining import Absorbed, Merged
from handlers.tickets.lifecycle import Change
from handlers.tickets.numbers import is_number
from handlers.tickets.states import ON_THE_OTHER, OPEN
from handlers.tickets.ticket import Promise, State, Taken, Ticket
from handlers.tickets.wording import brief, moment


class Merge(TicketCommand, frozen=True):
    """合并: the ticket goes on under another number."""

    name: ClassVar[str] = "合并"
    into: str
    """Number of the ticket that survives."""


def _needs(command: Merge, asker: Asker) -> Needs:
    found = ticket_needs(command, asker)
    return found | {ByNumber(command.into)} if is_number(command.into) else found


def survivor(scene: Scene, number: str, ticket: Ticket) -> Ticket:
    """The ticket that `ticket` may be merged into. Refused, saying what to do instead, when it may not."""
    into = permitted_ticket(scene, Merge.name, number)
    if into.id == ticket.id:
        return into  # the log of the ticket itself refuses this (`lifecycle`)
    for unit_id in (into.unit_id, *into.co_units):
        scene.check_may_have(ticket, scene.directory.unit(unit_id))
    scene.check_may_have(into, scene.directory.unit(ticket.unit_id))
    if into.person_id != ticket.person_id:
        raise Refused(NOT_SAME_PERSON)
    if into.joined_to is not None:
        raise Refused(ON_THE_OTHER[By.STAFF].format(number=into.joined_number))
    if into.state is State.MERGED:
        raise Refused(into_merged(into))
    if into.state is State.REPLIED:
        raise Refused(into_answered(into.number))
    if into.state not in OPEN:
        raise Refused(into_ended(into.number))
    if into.state is State.WAITING and ticket.state is not State.WAITING:
        raise Refused(into_waiting(ticket.number, into.number))
    return into


def _survival(command: Merge, ticket: Ticket, scene: Scene) -> Survival:
    """What becomes of the other ticket."""
    into = survivor(scene, command.into, ticket)
    change = lifecycle.apply(into, absorbed(ticket, into, scene), scene.actor, scene.now)
    return Survival(into, change, _question(ticket, into, change, scene))


def absorbed(ticket: Ticket, into: Ticket, scene: Scene) -> Absorbed:
    """What `into` takes over of `ticket`."""
    own = Taken(ticket.number, ticket.title, ticket.text)
    kept = publishing.inherited(into, ticket) or Sealed()
    return Absorbed(
        number=ticket.number,
        words=(own, *ticket.taken),
        urgent=ticket.urgent,
        place=ticket.place if into.place is None else None,
        attachments=ticket.attachments,
        promise=_sooner(ticket, into, scene),
        urges=ticket.urges,
        answer_by=ticket.chase.answer_by,
        supervised=ticket.supervised,
        accused=_accused(scene.accused(ticket), scene.accused(into)),
        sealed=kept.sort,
        danger=kept.danger,
    )


def _accused(theirs: tuple[str, ...], own: tuple[str, ...]) -> tuple[str, ...] | None:
    """Whom both accuse, where that is more than the surviving one did."""
    both = tuple(dict.fromkeys((*own, *theirs)))
    return both if len(both) > len(own) else None


def _sooner(ticket: Ticket, into: Ticket, scene: Scene) -> Promise | None:
    """The promise by which `into` goes on, where that is another than its own: of both the earlier dates."""
    theirs, own = ticket.promise, into.promise
    if ticket.state is State.WAITING and into.state is not State.WAITING:
        moved = deadlines.resume(ticket, scene.now, scene.ctx.terms_for(ticket.unit_id))
        theirs = replace(theirs, reply_by=moved.reply_by, remind_at=moved.remind_at)
    promise = theirs if theirs.reply_by < own.reply_by else own
    if into.accepted_at is None and ticket.accepted_at is None:
        promise = replace(promise, accept_by=min(theirs.accept_by, own.accept_by))
    return None if promise == own else promise


def _question(ticket: Ticket, before: Ticket, change: Change, scene: Scene) -> str:
    """The question before it, which says exactly what will happen."""
    desks = dict.fromkeys((change.ticket.unit_id, ticket.unit_id, *change.ticket.co_units))
    names = [scene.directory.name(unit) for unit in desks]
    return _ask(ticket, before, change, names, scene.now)


NOT_SAME_PERSON = "没有合并：两件不是同一位市民提交的。不同市民的同一件事，请分别办理、分别答复。"


def into_ended(number: str) -> str:
    """合并 into a ticket whose journey is over."""
    return f"没有合并：{number} 已经了结，请并到还在办的一件。"


def into_merged(into: Ticket) -> str:
    """合并 into a ticket that was merged itself."""
    return f"没有合并：{into.number} 已经了结，并到了 {into.merged_into}。请并到 {into.merged_into}。"


def into_answered(number: str) -> str:
    """合并 into a ticket that has its answer."""
    return f"没有合并：{number} 已经答复，并进去就没有人再答复了。请分别答复；{number} 要重办的，等重办以后再合并。"


def into_waiting(number: str, into: str) -> str:
    """合并 of a running ticket into one whose clock stands still."""
    return f"没有合并：{into} 正在等市民补充，时钟停着，并进去 {number} 也跟着停了。请反过来：合并 {into} {number}"


def _ask(ticket: Ticket, before: Ticket, change: Change, desks: Sequence[str], now: datetime) -> str:
    """The question before a merger: what goes on, what it takes over, who is told. `desks`: that of the survivor first."""
    into, what = change.ticket, change.event.what
    assert isinstance(what, Absorbed)
    lines = [
        f"要把 {ticket.number}「{brief(ticket.title)}」并入 {into.number} 吗？以后只办 {into.number}。",
        f"{into.number}「{brief(into.title)}」在{desks[0]}。",
        _urgency(ticket, before),
        _date(before, into, now),
        _taken(ticket, what),
        f"市民再用 {ticket.number} 补充、催办、评价，都算在 {into.number} 上。",
    ]
    crowd = ticket.crowd
    if crowd:
        lines.append(f"附议 {ticket.number} 的 {crowd} 人改为附议 {into.number}。")
    above = "、督办员" if into.urgent else ""
    lines.append(f"会告诉：市民、{'、'.join(desks)}{above}。")
    lines.append("有人附议，执行后不能撤销。" if crowd else "执行后 5 分钟内可以撤销，两件都恢复原样。")
    return "\n".join(line for line in lines if line)


def _urgency(ticket: Ticket, before: Ticket) -> str:
    if not ticket.urgent or before.urgent:
        return ""
    return f"{ticket.number} 是紧急件，{before.number} 跟着变为紧急件。"


def _date(before: Ticket, into: Ticket, now: datetime) -> str:
    if into.promise.reply_by == before.promise.reply_by:
        return f"期限不变：{moment(into.promise.reply_by, now)} 前答复。"
    was = moment(before.promise.reply_by, now)
    return f"期限取早的一个：{moment(into.promise.reply_by, now)} 前答复（原来{was}）。"


def _taken(ticket: Ticket, what: Absorbed) -> str:
    parts = ["市民的话"]
    if what.place is not None:
        parts.append(f"地点（{what.place.text or what.place.area}）")
    if what.attachments:
        parts.append(f"{len(what.attachments)} 个附件")
    return f"从 {ticket.number} 转过去：{'、'.join(parts)}。"


MERGE = changes(
    Spec(
        Merge,
        Group.DISPATCH,
        (NUMBER, Argument("into", Slot.NUMBER, "并入的编号")),
        "同一人同一件事：前一件并入后一件",
        "合并 {number} {other}",
        HOTLINE_RULES,
        ("并案", "并入", "并单"),
        Asks.ALWAYS_UNDOABLE,
    ),
    TicketChange[Merge, Merged](
        Merged,
        lambda command, ticket, scene: Merged(survivor(scene, command.into, ticket).number),
        lambda what, ticket, scene: f"已把 {case(ticket)}并入 {what.into}。",
        survival=_survival,
    ),
    _needs,
)

MERGING = (MERGE,)
