"""Carrying out a command: find the ticket, ask who may, let it happen, say what came of it."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from handlers.citizen.talk import Order, Undoable
from handlers.errors import Refused
from handlers.notices import notices
from handlers.official import (
    binding,
    changes,
    figures,
    hot,
    leave,
    permissions,
    reading,
    rectifying,
    rework,
    targets,
    wording,
    wording_clock,
)
from handlers.official.changes import ChangeCommand
from handlers.official.commands import (
    Bind,
    Cancel,
    Command,
    Confirm,
    Help,
    Hot,
    More,
    Rank,
    SendAnyway,
    Show,
    Stats,
    Todo,
    Unbind,
    Undo,
    Why,
)
from handlers.official.commands_clock import ComeBack, TakeLeave
from handlers.official.commands_rectification import RectificationCommand
from handlers.official.grammar import WrongCommand, parse, render
from handlers.official.scene import Question, Scene, says
from handlers.official.spec import BY_WORD
from handlers.outcome import Outcome, Reply
from handlers.pushes import Choice
from handlers.tickets import lifecycle
from handlers.tickets.events import By, Noted
from handlers.tickets.lifecycle import UNDO_WITHIN, Change
from handlers.tickets.ticket import Ticket
from handlers.tickets.wording import VERBS

CONFIRM_WITHIN = timedelta(minutes=10)
"""How long we wait for 确认: long enough to think, short enough to remember what was asked."""

YES_NO = (Choice("确认", "确认"), Choice("取消", "取消"))


def run(command: Command, scene: Scene) -> Outcome:  # noqa: C901, PLR0912 -- a case a command
    """What the command changes and how it is answered. Raises Refused when it may not or cannot be done."""
    if isinstance(command, RectificationCommand):
        found = rectifying.run(command, scene)
        return _wait(scene, found.command, found.ask) if isinstance(found, Question) else found
    match command:
        case Todo(page=page):
            return reading.todo(scene, page)
        case More():
            return reading.todo(scene, scene.talk.page + 1)
        case Show():
            return reading.show(scene, command)
        case Why():
            return reading.why(scene, command)
        case Stats(period=words):
            return figures.stats(scene, words)
        case Rank(period=words):
            return figures.rank(scene, words)
        case Hot():
            return hot.show(scene, command)
        case Undo():
            return _undo(scene)
        case Confirm():
            return _confirm(scene)
        case SendAnyway(reason=reason):
            return _send_anyway(scene, reason)
        case Cancel():
            return _cancel(scene)
        case Bind():
            raise Refused(wording.bound_already(scene.directory.name(scene.staff.unit_id)))
        case Unbind():
            return binding.unbind(scene) if scene.confirmed else _wait(scene, command, wording.ASK_UNBIND)
        case TakeLeave(span=span):
            return leave.take(span, scene)
        case ComeBack():
            return leave.come_back(scene)
        case Help(verb=verb):
            return says(
                wording.help_one(BY_WORD[verb]) if verb else wording.help_all(permissions.known_to(*scene.roles))
            )
        case _:
            return _change(command, scene)


def _change(command: ChangeCommand, scene: Scene) -> Outcome:
    """Lets something happen to a ticket; a refusal names the ticket when the official did not."""
    if command.number is not None:
        return _change_one(command, scene)
    ticket = targets.ticket(scene, None)
    try:
        return _change_one(command, scene)
    except Refused as refused:
        raise Refused(wording.about(ticket, refused.say)) from refused


def _change_one(command: ChangeCommand, scene: Scene) -> Outcome:
    """The change itself, or the question whether it shall be."""
    ticket = targets.permitted(scene, command, command.number)
    lifecycle.check_can(ticket, changes.LEADS_TO[type(command)], By.STAFF)
    noted = rework.note(command, ticket, scene)
    read = changes.judged(command, ticket, scene.now)
    what = changes.happening(command, ticket, scene, read)
    before = _noted(noted, ticket, scene)
    change = lifecycle.apply(before[-1].ticket if before else ticket, what, scene.actor, scene.now)
    final = changes.must_ask(command, what, ticket, scene)
    if scene.confirmed:
        return _done(command, scene, ticket, (*before, change), final)
    hints = changes.to_mend(command, read)
    if hints:
        return _hold(scene, replace(command, number=ticket.number), hints)
    if final:
        return _wait(scene, replace(command, number=ticket.number), wording.ask_first(ticket, what, scene.directory))
    return _done(command, scene, ticket, (*before, change), final)


def _noted(words: str, ticket: Ticket, scene: Scene) -> tuple[Change, ...]:
    return (lifecycle.apply(ticket, Noted(words), scene.actor, scene.now),) if words else ()


def _done(command: ChangeCommand, scene: Scene, before: Ticket, changed: tuple[Change, ...], final: bool) -> Outcome:
    """The outcome of the last change, which is the command's own, and of those before it."""
    change = changed[-1]
    talk = replace(
        scene.talk,
        ticket_id=change.ticket.id,
        order=None,
        undoable=None if final else Undoable(change.ticket.id, change.event.seq, scene.now + UNDO_WITHIN),
        pieces=() if type(command) in changes.TAKES_PICTURES else scene.talk.pieces,
    )
    said = wording.done(change.event.what, change.ticket, scene.directory, scene.now)
    said += wording_clock.watched(change.ticket.vows[len(before.vows) :], scene.now)
    if len(changed) > 1:
        said += wording_clock.LIFTED
    if not final:
        said = f"{said}\n{wording.CAN_UNDO}"
    return Outcome(
        reply=Reply(said, () if final else (Choice("撤销", "撤销"),)),
        talk=talk,
        tickets=(change.ticket,),
        events=tuple(each.event for each in changed),
        pushes=notices(scene.ctx, change, before),
    )


def _wait(scene: Scene, command: Command, ask: str) -> Outcome:
    """Remembers the command, complete with its number, until it is confirmed."""
    order = Order(render(command), scene.now + CONFIRM_WITHIN)
    return Outcome(reply=Reply(f"{ask}\n{wording.HOW_TO_CONFIRM}", YES_NO), talk=replace(scene.talk, order=order))


def _hold(scene: Scene, command: Command, hints: tuple[str, ...]) -> Outcome:
    """Remembers an answer that should be mended: the official writes it anew, or sends it as it is and says why."""
    order = Order(render(command), scene.now + CONFIRM_WITHIN, held=True)
    return Outcome(
        reply=Reply(wording.to_mend(hints, render(replace(command, text="…"))), (YES_NO[1],)),
        talk=replace(scene.talk, order=order),
    )


def _send_anyway(scene: Scene, reason: str) -> Outcome:
    """Sends the held answer as it is; why goes into the log."""
    order = scene.talk.order
    if order is None or not order.held or scene.now > order.until:
        raise Refused(wording.NOTHING_HELD)
    return _carry_out(scene, order, replace(scene, confirmed=True, anyway=reason))


def _confirm(scene: Scene) -> Outcome:
    """Carries out what waits; every rule is asked again, for much may have happened since."""
    order = scene.talk.order
    if order is None or scene.now > order.until:
        raise Refused(wording.NOTHING_TO_CONFIRM)
    if order.held:
        raise Refused(wording.SAY_WHY)
    return _carry_out(scene, order, replace(scene, confirmed=True))


def _carry_out(scene: Scene, order: Order, confirmed: Scene) -> Outcome:
    command = parse(order.words)
    if isinstance(command, WrongCommand | Confirm | SendAnyway):
        raise Refused(wording.NOTHING_TO_CONFIRM)
    outcome = run(command, confirmed)
    return replace(outcome, talk=replace(outcome.talk or scene.talk, order=None))


def _cancel(scene: Scene) -> Outcome:
    """Drops what waits: a command first, else the pictures sent."""
    talk = scene.talk
    if talk.order is not None:
        return Outcome(reply=Reply(wording.CANCELLED), talk=replace(talk, order=None))
    if talk.pieces:
        return Outcome(reply=Reply(wording.pictures_dropped(len(talk.pieces))), talk=replace(talk, pieces=()))
    return says(wording.NOTHING_TO_CANCEL)


def _undo(scene: Scene) -> Outcome:
    """Takes back the official's own last command."""
    last = scene.talk.undoable
    before = scene.found.by_id.get(last.ticket_id) if last is not None else None
    if last is None or before is None or scene.now > last.until:
        raise Refused(wording.NOTHING_TO_UNDO)
    history = scene.found.history.get(last.ticket_id, ())
    change = lifecycle.undo(history, last.seq, scene.actor, scene.now)
    what = history[last.seq - 1].what
    return Outcome(
        reply=Reply(wording.undone(what, VERBS[type(what)], change.ticket, scene.directory)),
        talk=replace(scene.talk, undoable=None, ticket_id=change.ticket.id),
        tickets=(change.ticket,),
        events=(change.event,),
        pushes=notices(scene.ctx, change, before),
    )
