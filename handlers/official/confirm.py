"""Carrying out a command: find the ticket, ask who may, let it happen, say what came of it."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from handlers.errors import Refused
from handlers.notifications.notify import notices
from handlers.official import permissions, targets, wording
from handlers.official.commands import absence, account, figures, handling, hot, looking, merging, rework
from handlers.official.commands.handling import ChangeCommand
from handlers.official.commands.merging import Survival
from handlers.official.commands.types import (
    Bind,
    Cancel,
    ComeBack,
    Command,
    Confirm,
    Help,
    Hot,
    More,
    Rank,
    SendAnyway,
    Show,
    Stats,
    TakeLeave,
    Todo,
    Unbind,
    Undo,
    Why,
)
from handlers.official.grammar import WrongCommand, parse, render
from handlers.official.rectification import working
from handlers.official.rectification.types import RectificationCommand
from handlers.official.scene import Question, Scene, Unclear, says
from handlers.official.spec import BY_WORD
from handlers.outcome import Outcome, Reply
from handlers.pushes import Choice
from handlers.talk import Order, Undoable, new_mark
from handlers.tickets import lifecycle, numbers
from handlers.tickets.events import By, Noted
from handlers.tickets.lifecycle import UNDO_WITHIN, Change
from handlers.tickets.ticket import Ticket
from handlers.tickets.wording import VERBS

NUMBER_WITHIN = 40
"""Characters of a reason within which a number that leads it ends."""
CONFIRM_WITHIN = timedelta(minutes=10)
"""How long we wait for 确认: long enough to think, short enough to remember what was asked."""


def run(command: Command, scene: Scene) -> Outcome:
    """What the command changes and how it is answered. Raises Refused when it may not or cannot be done."""
    outcome = _run(command, scene)
    if not outcome.staff and not outcome.item_events:
        return outcome
    # The last command was this one, and it is none that 撤销 takes back.
    return replace(outcome, talk=replace(outcome.talk or scene.talk, undoable=None))


def _run(command: Command, scene: Scene) -> Outcome:  # noqa: C901, PLR0912 -- a case a command
    if isinstance(command, RectificationCommand):
        found = working.run(command, scene)
        return _wait(scene, found.command, found.ask) if isinstance(found, Question) else found
    match command:
        case Todo(page=page):
            return looking.todo(scene, page)
        case More():
            return looking.todo(scene, scene.talk.page + 1)
        case Show():
            return looking.show(scene, command)
        case Why():
            return looking.why(scene, command)
        case Stats(period=words):
            return figures.stats(scene, words)
        case Rank(period=words):
            return figures.rank(scene, words)
        case Hot():
            return hot.show(scene, command)
        case Undo(which=which):
            return _undo(scene, which)
        case Confirm(which=which):
            return _confirm(scene, which)
        case SendAnyway(reason=reason):
            return _send_anyway(scene, reason)
        case Cancel(which=which):
            return _cancel(scene, which)
        case Bind():
            raise Refused(wording.bound_already(scene.directory.name(scene.staff.unit_id)))
        case Unbind():
            return account.unbind(scene) if scene.confirmed else _wait(scene, command, wording.ASK_UNBIND)
        case TakeLeave(span=span):
            return absence.take(span, scene)
        case ComeBack():
            return absence.come_back(scene)
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
    _check_meant(command, ticket)
    try:
        return _change_one(command, scene)
    except Refused as refused:
        raise Refused(wording.about(ticket, refused.say)) from refused


def _check_meant(command: ChangeCommand, ticket: Ticket) -> None:
    """Raise Unclear when the number was left out and the words name another ticket than the one spoken of last."""
    words = (value for name in _SAYS if isinstance(value := getattr(command, name, None), str))
    named = [number for each in words for number in numbers.find(each[:NAMED_WITHIN])]
    if not named or ticket.number in named:
        return
    says = (render(replace(command, number=number)) for number in (named[0], ticket.number))
    taps = tuple(Choice(each[:LONGEST_LABEL], each) for each in says if len(each) <= NAMED_WITHIN)
    raise Unclear(wording.which_number(named[0], ticket), taps)


_SAYS = ("text", "reason", "question", "opinion")
"""Fields of commands that hold an official's own words."""
NAMED_WITHIN = 200
"""Characters of an official's words in which the number of another ticket is looked for."""
LONGEST_LABEL = 24
"""Characters of a tap that repeats a command."""


def _change_one(command: ChangeCommand, scene: Scene) -> Outcome:
    """The change itself, or the question whether it shall be."""
    ticket = targets.permitted(scene, command, command.number)
    lifecycle.check_can(ticket, handling.LEADS_TO[type(command)], By.STAFF)
    noted = rework.note(command, ticket, scene)
    read = handling.judged(command, ticket, scene.now)
    what = handling.happening(command, ticket, scene, read)
    before = _noted(noted, ticket, scene)
    change = lifecycle.apply(before[-1].ticket if before else ticket, what, scene.actor, scene.now)
    final = handling.must_ask(command, what, ticket, scene)
    survival = merging.survives(command, ticket, scene)
    if scene.confirmed:
        done = _done(command, scene, ticket, (*before, change), final and not merging.can_be_undone(command, ticket))
        return _with_survivor(scene, done, survival) if survival is not None else done
    hints = handling.to_mend(command, read)
    if hints:
        return _hold(scene, replace(command, number=ticket.number), hints)
    if final:
        ask = merging.asks(ticket, survival, scene) if survival else wording.ask_first(ticket, what, scene.directory)
        return _wait(scene, replace(command, number=ticket.number), ask)
    return _done(command, scene, ticket, (*before, change), final)


def _noted(words: str, ticket: Ticket, scene: Scene) -> tuple[Change, ...]:
    return (lifecycle.apply(ticket, Noted(words), scene.actor, scene.now),) if words else ()


def _done(command: ChangeCommand, scene: Scene, before: Ticket, changed: tuple[Change, ...], final: bool) -> Outcome:
    """The outcome of the last change, which is the command's own, and of those before it."""
    change = changed[-1]
    mark = new_mark(scene.now)
    until = scene.now + UNDO_WITHIN
    undoable = Undoable(change.ticket.id, change.event.seq, until, mark, change.ticket.number)
    talk = replace(
        scene.talk,
        ticket_id=change.ticket.id,
        order=None,
        undoable=None if final else undoable,
        pieces=() if type(command) in handling.TAKES_PICTURES else scene.talk.pieces,
    )
    said = wording.done(change.event.what, change.ticket, scene.directory, scene.now)
    said += wording.watched(change.ticket.vows[len(before.vows) :], scene.now)
    if len(changed) > 1:
        said += wording.LIFTED
    if not final:
        said = f"{said}\n{wording.CAN_UNDO}"
    return Outcome(
        reply=Reply(said, () if final else (_undo_tap(undoable),), mark),
        talk=talk,
        tickets=(change.ticket,),
        events=tuple(each.event for each in changed),
        pushes=notices(scene.ctx, change, before),
    )


def _with_survivor(scene: Scene, done: Outcome, survival: Survival) -> Outcome:
    """The merger's outcome with the ticket that goes on, which is spoken of from now on."""
    talk, change = done.talk or scene.talk, survival.change
    undoable = talk.undoable
    if undoable is not None:
        undoable = replace(undoable, with_id=change.ticket.id, with_seq=change.event.seq)
    return replace(
        done,
        talk=replace(talk, ticket_id=change.ticket.id, undoable=undoable),
        tickets=(*done.tickets, change.ticket),
        events=(*done.events, change.event),
        pushes=merging.told(scene, survival, done.pushes),
    )


def _wait(scene: Scene, command: Command, ask: str) -> Outcome:
    """Remembers the command, complete with its number, until it is confirmed."""
    return _ask(scene, Order(render(command), scene.now + CONFIRM_WITHIN, mark=new_mark(scene.now)), ask)


def _ask(scene: Scene, order: Order, ask: str) -> Outcome:
    reply = Reply(f"{ask}\n{wording.HOW_TO_CONFIRM}", yes_no(order), order.mark)
    return Outcome(reply=reply, talk=replace(scene.talk, order=order))


def yes_no(order: Order) -> tuple[Choice, Choice]:
    """Both answers, with the ticket or 整改 that they are about."""
    about = subject(order)
    return (
        Choice("确认", f"确认 {about}" if about else "确认"),
        Choice("取消", f"取消 {about}" if about else "取消"),
    )


def subject(order: Order) -> str:
    """The ticket or 整改 that the waiting command is about; "" for one about neither."""
    command = parse(order.words)
    about = getattr(command, "number", None) or getattr(command, "item", None)
    return about if isinstance(about, str) else ""


def _hold(scene: Scene, command: Command, hints: tuple[str, ...]) -> Outcome:
    """Remembers an answer that should be mended: the official writes it anew, or sends it as it is and says why."""
    order = Order(render(command), scene.now + CONFIRM_WITHIN, held=True, mark=new_mark(scene.now))
    return Outcome(
        reply=Reply(wording.to_mend(hints, render(replace(command, text="…"))), (yes_no(order)[1],), order.mark),
        talk=replace(scene.talk, order=order),
    )


def _waiting(scene: Scene, which: str | None, none: str) -> Order:
    """What waits and is meant by this answer. Raises Refused, saying `none` or what waits instead, when it is not."""
    order = scene.talk.order
    if order is None or scene.now > order.until:
        raise Refused(none)
    about = subject(order)
    if which is not None and which != about:
        raise Unclear(wording.another_waits(which, order.words), yes_no(order))
    # A tap of ours names its ticket; one that does not was sent before they did, or stands below another question.
    its_own = (order.mark,) if about else (0, order.mark)
    below_another = scene.mark is not None and order.mark and scene.mark not in its_own
    if which is None and below_another:
        raise Unclear(wording.which_waits(order.words), yes_no(order))
    return order


def _send_anyway(scene: Scene, reason: str) -> Outcome:
    """Sends the held answer as it is; why goes into the log. A number that leads the reason says which answer is meant."""
    named = numbers.cut(reason[:NUMBER_WITHIN])
    which = named.numbers[0] if named.numbers and not named.before else None
    order = _waiting(scene, which, wording.NOTHING_HELD)
    if not order.held:
        raise Refused(wording.NOTHING_HELD)
    return _carry_out(scene, order, replace(scene, confirmed=True, anyway=reason))


def _confirm(scene: Scene, which: str | None) -> Outcome:
    """Carries out what waits; every rule is asked again, for much may have happened since."""
    order = _waiting(scene, which, wording.NOTHING_TO_CONFIRM)
    if order.held:
        raise Refused(wording.SAY_WHY)
    return _carry_out(scene, order, replace(scene, confirmed=True))


def _carry_out(scene: Scene, order: Order, confirmed: Scene) -> Outcome:
    command = parse(order.words)
    if isinstance(command, WrongCommand | Confirm | SendAnyway):
        raise Refused(wording.NOTHING_TO_CONFIRM)
    outcome = run(command, confirmed)
    return replace(outcome, talk=replace(outcome.talk or scene.talk, order=None))


def _cancel(scene: Scene, which: str | None) -> Outcome:
    """Drops what waits: a command first, else the pictures sent."""
    talk = scene.talk
    if talk.order is not None and scene.now <= talk.order.until:
        _waiting(scene, which, wording.NOTHING_TO_CANCEL)
        return Outcome(reply=Reply(wording.CANCELLED), talk=replace(talk, order=None))
    if talk.pieces and which is None:
        return Outcome(reply=Reply(wording.pictures_dropped(len(talk.pieces))), talk=replace(talk, pieces=()))
    return says(wording.NOTHING_TO_CANCEL)


def _undo_tap(last: Undoable) -> Choice:
    return Choice("撤销", f"撤销 {last.number}".rstrip())


def _check_may_undo(after: Ticket, scene: Scene) -> None:
    """Refused where the desk that it would go back to must keep away by now, or is out of the official's reach."""
    scene.check_may_have(after, scene.directory.unit(after.unit_id))
    if not scene.reads(after):
        raise Refused(wording.NOTHING_TO_UNDO)


def _undo(scene: Scene, which: str | None) -> Outcome:
    """Takes back the official's own last command; one that was named, or tapped below, only if it is the last."""
    last = scene.talk.undoable
    before = scene.found.by_id.get(last.ticket_id) if last is not None else None
    if last is None or before is None or scene.now > last.until or not scene.sees(before):
        raise Refused(wording.NOTHING_TO_UNDO)
    history = scene.found.history.get(last.ticket_id, ())
    its_own = (last.mark,) if which is None else (0, last.mark)
    below_another = scene.mark is not None and last.mark and scene.mark not in its_own
    if which not in (None, before.number) or below_another:
        raise Unclear(wording.last_was(VERBS[type(history[last.seq - 1].what)], before), (_undo_tap(last),))
    change = lifecycle.undo(history, last.seq, scene.actor, scene.now)
    what = history[last.seq - 1].what
    _check_may_undo(change.ticket, scene)
    outcome = Outcome(
        reply=Reply(wording.undone(what, VERBS[type(what)], change.ticket, scene.directory)),
        talk=replace(scene.talk, undoable=None, ticket_id=change.ticket.id),
        tickets=(change.ticket,),
        events=(change.event,),
        pushes=notices(scene.ctx, change, before),
    )
    if last.with_id is None:
        return outcome
    other, pushes = merging.undone(scene, last.with_id, last.with_seq)
    return replace(
        outcome,
        tickets=(*outcome.tickets, other.ticket),
        events=(*outcome.events, other.event),
        pushes=outcome.pushes + pushes,
    )
