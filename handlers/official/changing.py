"""Execution of a command that changes a ticket: finds it, checks permission, asks for 确认, applies the event, words the
reply.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Generic, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from handlers.errors import Refused
from handlers.notifications.notify import notices
from handlers.official import wording
from handlers.official.command import Asks, Command, ItemCommand, Slot, Spec, TicketCommand
from handlers.official.scene import Asker, Deed, Scene, Unclear, find_ticket, leaves_county, permitted_ticket
from handlers.official.talk import Order, Undoable, officials
from handlers.outcome import Outcome, Reply
from handlers.pushes import Choice, Push
from handlers.queries import NOTHING, ById, ByNumber, HistoryOf, Needs
from handlers.talk import new_mark
from handlers.tickets import lifecycle, numbers
from handlers.tickets.events import By, Happening, desks
from handlers.tickets.events.work import Noted
from handlers.tickets.lifecycle import UNDO_WITHIN, Change
from handlers.tickets.numbers import is_number
from handlers.tickets.ticket import Attachment, Ticket
from nlp.replies.review import Review, review

CONFIRM_WITHIN = timedelta(minutes=10)
"""How long we wait for 确认: long enough to think, short enough to remember what was asked."""
NAMED_WITHIN = 200
"""Characters of an official's words in which the number of another ticket is looked for."""
LONGEST_LABEL = 24
"""Characters of a tap that repeats a command."""
GOOD_ENOUGH = 50
"""Score of the review from which an answer goes out even though it leaves a question open."""
NODS = re.compile(r"(?:(?:好|好的|收到|知道|明白|了解|已阅|阅|嗯|哦|行|可以|同意|是|ok|OK|在|测试)[了的]?|[\W\d_])+")
"""Answers that say nothing to the person, however politely ("好的，收到")."""

C = TypeVar("C", bound=TicketCommand)
E = TypeVar("E", bound=Happening)
Name = Callable[[str], str]


class Survival(Struct, frozen=True):
    """What a merger does to the ticket that goes on: as it was, its change, and the question before it."""

    before: Ticket
    change: Change
    ask: str


class TicketChange(Struct, Generic[C, E], frozen=True):
    """What a command lets happen to its ticket."""

    event: type[Happening]
    make: Callable[[C, Ticket, Scene], E]
    """Returns the event, complete. Raises Refused or Unclear when words or ticket do not make one."""
    done: Callable[[E, Ticket, Scene], str]
    """What the official reads afterwards; the ticket as it is by then."""
    ask: Callable[[E, Ticket, Scene], str] | None = None
    """The question before something that cannot be undone."""
    answer: Callable[[C], str] | None = None
    """The command's words that answer the citizen: they are reviewed before they go out."""
    note: Callable[[Ticket, Scene], str] | None = None
    """What goes into the log beside it; "" for nothing."""
    survival: Callable[[C, Ticket, Scene], Survival] | None = None
    """What becomes of the other ticket of a merger."""
    takes_pictures: bool = False
    """Whether the files that the official sent before belong to it."""


def carry_out(command: Command, scene: Scene) -> Outcome:
    """What the command changes and how it is answered. Raises Refused when it may not or cannot be done."""
    outcome = scene.deeds[type(command)].run(command, scene)
    if not outcome.staff and not outcome.others:
        return outcome
    # The last command was this one, and it is none that 撤销 takes back.
    return replace(outcome, talk=replace(outcome.talk or scene.talk, undoable=None))


def ticket_needs(command: TicketCommand, asker: Asker) -> Needs:
    """The ticket that is named, else the one last spoken of."""
    meant = _meant(command, asker)
    return NOTHING if meant is None else frozenset({meant})


def ticket_and_history(command: TicketCommand, asker: Asker) -> Needs:
    """The ticket with its log."""
    meant = _meant(command, asker)
    return NOTHING if meant is None else frozenset({meant, HistoryOf(meant)})


def _meant(command: TicketCommand, asker: Asker) -> ByNumber | ById | None:
    """The ticket to load; None for a number that is none, and where no ticket was spoken of."""
    if command.number is not None:
        return ByNumber(command.number) if is_number(command.number) else None
    spoken_of = asker.talk.ticket_id
    return None if spoken_of is None else ById(spoken_of)


def changes(spec: Spec, change: TicketChange[C, E], needs: Callable[[C, Asker], Needs] = ticket_needs) -> Deed[C]:
    """The deed of a command that lets something happen to a ticket."""

    def run(command: C, scene: Scene) -> Outcome:
        return _change(command, spec, change, scene)

    return Deed(spec, needs, run, change.event)


def _change(command: C, spec: Spec, change: TicketChange[C, E], scene: Scene) -> Outcome:
    """Lets something happen to a ticket; a refusal names the ticket when the official did not."""
    if command.number is not None:
        return _change_one(command, spec, change, scene)
    ticket = find_ticket(scene, None)
    _check_meant(command, spec, ticket)
    try:
        return _change_one(command, spec, change, scene)
    except Refused as refused:
        raise Refused(wording.about(ticket, refused.say)) from refused


def _check_meant(command: TicketCommand, spec: Spec, ticket: Ticket) -> None:
    """Raise Unclear when the number was left out and the words name another ticket than the one spoken of last."""
    words = (getattr(command, argument.field) for argument in spec.arguments if argument.slot is Slot.TEXT)
    named = [number for each in words for number in numbers.find(each[:NAMED_WITHIN])]
    if not named or ticket.number in named:
        return
    says = (spec.render(replace(command, number=number)) for number in (named[0], ticket.number))
    taps = tuple(Choice(each[:LONGEST_LABEL], each) for each in says if len(each) <= NAMED_WITHIN)
    raise Unclear(wording.which_number(named[0], ticket), taps)


def _change_one(command: C, spec: Spec, change: TicketChange[C, E], scene: Scene) -> Outcome:
    """The change itself, or the question whether it shall be."""
    ticket = permitted_ticket(scene, command.name, command.number)
    lifecycle.check_can(ticket, change.event, By.STAFF)
    noted = change.note(ticket, scene) if change.note else ""
    answer = change.answer(command) if change.answer else ""
    read = review(ticket.title, ticket.text, answer, ticket.filed_at, scene.now) if answer else None
    what = change.make(command, ticket, replace(scene, review=read))
    before = (lifecycle.apply(ticket, Noted(noted), scene.actor, scene.now),) if noted else ()
    changed = lifecycle.apply(before[-1].ticket if before else ticket, what, scene.actor, scene.now)
    final = _must_ask(spec, what, ticket, scene)
    survival = change.survival(command, ticket, scene) if change.survival else None
    # A merger is taken back for both tickets at once; not where others had joined, who stand behind the other one by then.
    undoable = not final or (survival is not None and not ticket.crowd)
    said = change.done(what, changed.ticket, scene)
    if scene.confirmed:
        done = _done(said, scene, ticket, (*before, changed), final=not undoable, takes_pictures=change.takes_pictures)
        return _with_survivor(scene, done, survival) if survival is not None else done
    whole = replace(command, number=ticket.number)
    if hints := _to_mend(answer, read):
        return _hold(scene, whole, hints)
    if final:
        return wait(scene, whole, _question(change, what, ticket, survival, scene))
    return _done(said, scene, ticket, (*before, changed), final=final, takes_pictures=change.takes_pictures)


def _question(change: TicketChange[C, E], what: E, ticket: Ticket, survival: Survival | None, scene: Scene) -> str:
    if survival is not None:
        return survival.ask
    assert change.ask is not None, f"{change.event.__name__} waits for 确认 and has no question"
    return f"{change.ask(what, ticket, scene)}\n执行后不能撤销。"


def _to_mend(answer: str, read: Review | None) -> tuple[str, ...]:
    """What the answer, so reviewed, should mend before it goes out; nothing where there is none.

    What is only missing (a telephone number, the rule) holds nothing up, and neither does a soft word beside a date, or one
    question left open in an answer that is good otherwise.
    """
    if read is None:
        return ()
    empty = read.receipt_only or read.deflects or NODS.fullmatch(answer) is not None
    harmful = read.personal or read.suspicions
    dateless = read.vague and not read.parts.next
    evasive = read.unanswered and read.score < GOOD_ENOUGH
    grave = empty or harmful or dateless or evasive
    return read.hints() if grave else ()


def _must_ask(spec: Spec, what: Happening, ticket: Ticket, scene: Scene) -> bool:
    """Whether the command waits for 确认 (`Spec.asks`); what waits cannot be undone afterwards."""
    if spec.asks is Asks.OUT_OF_COUNTY:
        return isinstance(what, desks.Transferred) and leaves_county(scene.directory, ticket.unit_id, what.unit_id)
    return spec.asks is Asks.ALWAYS or spec.asks is Asks.ALWAYS_UNDOABLE


def pictures(scene: Scene) -> tuple[Attachment, ...]:
    """The files that the official sent before."""
    return tuple(Attachment(piece.id, piece.kind) for piece in scene.talk.pieces)


def _done(
    said: str, scene: Scene, before: Ticket, changed: tuple[Change, ...], *, final: bool, takes_pictures: bool
) -> Outcome:
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
        pieces=() if takes_pictures else scene.talk.pieces,
    )
    said += wording.watched(change.ticket.vows[len(before.vows) :], scene.now)
    if len(changed) > 1:
        said += wording.LIFTED
    if not final:
        said = f"{said}\n{wording.CAN_UNDO}"
    return Outcome(
        reply=Reply(said, () if final else (undo_tap(undoable),), mark),
        talk=talk,
        tickets=(change.ticket,),
        events=tuple(each.event for each in changed),
        pushes=notices(scene.ctx, change, before),
    )


def _with_survivor(scene: Scene, done: Outcome, survival: Survival) -> Outcome:
    """The merger's outcome with the ticket that goes on, which is spoken of from now on."""
    talk, change = officials(done.talk or scene.talk), survival.change
    undoable = talk.undoable
    if undoable is not None:
        undoable = replace(undoable, with_id=change.ticket.id, with_seq=change.event.seq)
    return replace(
        done,
        talk=replace(talk, ticket_id=change.ticket.id, undoable=undoable),
        tickets=(*done.tickets, change.ticket),
        events=(*done.events, change.event),
        pushes=_told(scene, survival, done.pushes),
    )


def _told(scene: Scene, survival: Survival, pushes: tuple[Push, ...]) -> tuple[Push, ...]:
    """The pushes of both changes. Who works on the one that goes on need not hear from the other one, too."""
    ours = notices(scene.ctx, survival.change, survival.before)
    heard = {push.person_id for push in ours}
    return ours + tuple(push for push in pushes if push.person_id not in heard)


def about(command: Command | None) -> str:
    """The ticket or 整改 that the command is about; "" for one about neither."""
    if isinstance(command, TicketCommand):
        return command.number or ""
    return command.item or "" if isinstance(command, ItemCommand) else ""


def wait(scene: Scene, command: Command, ask: str) -> Outcome:
    """Remembers the command, complete with its number, until it is confirmed."""
    order = Order(_render(command, scene), scene.now + CONFIRM_WITHIN, mark=new_mark(scene.now))
    reply = Reply(f"{ask}\n{wording.HOW_TO_CONFIRM}", yes_no(about(command)), order.mark)
    return Outcome(reply=reply, talk=replace(scene.talk, order=order))


def _hold(scene: Scene, command: Command, hints: tuple[str, ...]) -> Outcome:
    """Remembers an answer that should be mended: the official writes it anew, or sends it as it is and says why."""
    order = Order(_render(command, scene), scene.now + CONFIRM_WITHIN, held=True, mark=new_mark(scene.now))
    said = wording.to_mend(hints, _render(replace(command, text="…"), scene))
    return Outcome(reply=Reply(said, (yes_no(about(command))[1],), order.mark), talk=replace(scene.talk, order=order))


def _render(command: Command, scene: Scene) -> str:
    return scene.deeds[type(command)].spec.render(command)


def yes_no(number: str) -> tuple[Choice, Choice]:
    """Both answers, with the ticket or 整改 that they are about."""
    return (
        Choice("确认", f"确认 {number}" if number else "确认"),
        Choice("取消", f"取消 {number}" if number else "取消"),
    )


def undo_tap(last: Undoable) -> Choice:
    """Takes back the last command, named."""
    return Choice("撤销", f"撤销 {last.number}".rstrip())
