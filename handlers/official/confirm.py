"""Commands 确认, 照发, 取消 and 撤销: answer a question of the room, or take back the last command."""

from __future__ import annotations

from typing import ClassVar

from msgspec.structs import replace

from handlers.errors import Refused
from handlers.notifications.notify import notices
from handlers.official import wording
from handlers.official.changing import about, carry_out, undo_tap, yes_no
from handlers.official.command import OWN, WHICH, WUHU_REPLY, Argument, Command, Group, Slot, Spec
from handlers.official.scene import Asker, Deed, Scene, Unclear, nothing, says
from handlers.official.talk import Order
from handlers.outcome import Outcome, Reply
from handlers.pushes import Push
from handlers.queries import NOTHING, ById, HistoryOf, Needs
from handlers.tickets import lifecycle, numbers
from handlers.tickets.lifecycle import Change
from handlers.tickets.ticket import Ticket

NUMBER_WITHIN = 40
"""A number that leads a reason ends within so many characters."""


class Undo(Command, frozen=True):
    """撤销: take back my last command."""

    name: ClassVar[str] = "撤销"
    which: str | None = None
    """The ticket it was about. None for any."""


def _undo_needs(_command: Undo, asker: Asker) -> Needs:
    last = asker.talk.undoable
    if last is None:
        return NOTHING
    both = [ById(ticket_id) for ticket_id in (last.ticket_id, last.with_id) if ticket_id is not None]
    return frozenset((*both, *map(HistoryOf, both)))


def _undo(scene: Scene, which: str | None) -> Outcome:
    """Take back the official's last command. One that was named, or tapped below, is taken back only if it is the last."""
    last = scene.talk.undoable
    before = scene.found.by_id.get(last.ticket_id) if last is not None else None
    if last is None or before is None or scene.now > last.until or not scene.sees(before):
        raise Refused(wording.NOTHING_TO_UNDO)
    history = scene.found.history.get(last.ticket_id, ())
    its_own = (last.mark,) if which is None else (0, last.mark)
    below_another = scene.mark is not None and last.mark and scene.mark not in its_own
    if which not in (None, before.number) or below_another:
        raise Unclear(wording.last_was(history[last.seq - 1].what.verb, before), (undo_tap(last),))
    change = lifecycle.undo(history, last.seq, scene.actor, scene.now)
    what = history[last.seq - 1].what
    _check_may_undo(change.ticket, scene)
    outcome = Outcome(
        reply=Reply(wording.undone(what, what.verb, change.ticket, scene.directory)),
        talk=replace(scene.talk, undoable=None, ticket_id=change.ticket.id),
        tickets=(change.ticket,),
        events=(change.event,),
        pushes=notices(scene.ctx, change, before),
    )
    if last.with_id is None:
        return outcome
    other, pushes = _undo_other(scene, last.with_id, last.with_seq)
    return replace(
        outcome,
        tickets=(*outcome.tickets, other.ticket),
        events=(*outcome.events, other.event),
        pushes=outcome.pushes + pushes,
    )


def _check_may_undo(after: Ticket, scene: Scene) -> None:
    """Raises `Refused` when the desk it would go back to must keep away, or is out of the official's reach."""
    scene.check_may_have(after, scene.directory.unit(after.unit_id))
    if not scene.reads(after):
        raise Refused(wording.NOTHING_TO_UNDO)


def _undo_other(scene: Scene, ticket_id: int, seq: int) -> tuple[Change, tuple[Push, ...]]:
    """Returns the other ticket of a merger as it was before, and the pushes. Its author is told through the first."""
    before, history = scene.found.by_id[ticket_id], scene.found.history.get(ticket_id, ())
    change = lifecycle.undo(history, seq, scene.actor, scene.now)
    pushes = notices(scene.ctx, change, before)
    return change, tuple(push for push in pushes if push.person_id != before.person_id)


UNDO = Deed[Undo](
    Spec(Undo, Group.SELF, (WHICH,), "五分钟内收回自己的上一条命令", "撤销", OWN, ("撤回", "反悔", "回退")),
    _undo_needs,
    lambda command, scene: _undo(scene, command.which),
)


class Confirm(Command, frozen=True):
    """确认: carry out what you asked me about."""

    name: ClassVar[str] = "确认"
    which: str | None = None
    """The ticket or 整改 it was about. None for what was asked last."""


def _confirm(scene: Scene, which: str | None) -> Outcome:
    """Carry out what waits. Every rule is checked again, because much may have happened since."""
    order = _waiting(scene, which, wording.NOTHING_TO_CONFIRM)
    if order.held:
        raise Refused(wording.SAY_WHY)
    return _carry_out(scene, replace(scene, confirmed=True))


CONFIRM = Deed[Confirm](
    Spec(Confirm, Group.SELF, (WHICH,), "照刚才问的办", "确认", OWN, ("确定", "是的", "同意", "是", "对", "yes", "ok")),
    nothing,
    lambda command, scene: _confirm(scene, command.which),
)


class SendAnyway(Command, frozen=True):
    """照发: the reply goes out as it is, although the review found something to mend; why."""

    name: ClassVar[str] = "照发"
    reason: str


def _send_anyway(scene: Scene, reason: str) -> Outcome:
    """Send the held reply as it is; the reason goes into the log. A number that leads the reason says which reply is
    meant.
    """
    named = numbers.cut(reason[:NUMBER_WITHIN])
    which = named.numbers[0] if named.numbers and not named.before else None
    order = _waiting(scene, which, wording.NOTHING_HELD)
    if not order.held:
        raise Refused(wording.NOTHING_HELD)
    return _carry_out(scene, replace(scene, confirmed=True, anyway=reason))


SEND_ANYWAY = Deed[SendAnyway](
    Spec(
        SendAnyway,
        Group.SELF,
        (Argument("reason", Slot.TEXT, "原因"),),
        "答复被提醒后仍按原文发出，原因留底，市民看不到",
        "照发 市民要的就是这一句",
        WUHU_REPLY,
        ("照样发", "仍然发", "就这样发"),
    ),
    nothing,
    lambda command, scene: _send_anyway(scene, command.reason),
)


class Cancel(Command, frozen=True):
    """取消: do not carry it out."""

    name: ClassVar[str] = "取消"
    which: str | None = None
    """As for 确认."""


def _cancel(scene: Scene, which: str | None) -> Outcome:
    """Drop what waits: a command first, else the pictures sent."""
    talk = scene.talk
    if talk.order is not None and scene.now <= talk.order.until:
        _waiting(scene, which, wording.NOTHING_TO_CANCEL)
        return Outcome(reply=Reply(wording.CANCELLED), talk=replace(talk, order=None))
    if talk.pieces and which is None:
        return Outcome(reply=Reply(wording.pictures_dropped(len(talk.pieces))), talk=replace(talk, pieces=()))
    return says(wording.NOTHING_TO_CANCEL)


CANCEL = Deed[Cancel](
    Spec(Cancel, Group.SELF, (WHICH,), "刚才问的不办了", "取消", OWN, ("算了", "不办了", "放弃", "否", "no")),
    nothing,
    lambda command, scene: _cancel(scene, command.which),
)


def _waiting(scene: Scene, which: str | None, none: str) -> Order:
    """Returns what waits and is meant. Raises `Refused`, saying `none` or what waits instead."""
    order = scene.talk.order
    if order is None or scene.now > order.until:
        raise Refused(none)
    subject = about(scene.waiting)
    if which is not None and which != subject:
        raise Unclear(wording.another_waits(which, order.words), yes_no(subject))
    # A tap of ours names its ticket; one that does not was sent before they did, or stands below another question.
    its_own = (order.mark,) if subject else (0, order.mark)
    below_another = scene.mark is not None and order.mark and scene.mark not in its_own
    if which is None and below_another:
        raise Unclear(wording.which_waits(order.words), yes_no(subject))
    return order


def _carry_out(scene: Scene, confirmed: Scene) -> Outcome:
    if scene.waiting is None or isinstance(scene.waiting, Confirm | SendAnyway):
        raise Refused(wording.NOTHING_TO_CONFIRM)
    outcome = carry_out(scene.waiting, confirmed)
    return replace(outcome, talk=replace(outcome.talk or scene.talk, order=None))


CONFIRMING = (UNDO, CONFIRM, SEND_ANYWAY, CANCEL)
