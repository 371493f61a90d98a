"""合并: one matter of one person goes on under one number, and nothing of the other is lost on the way.

The surviving ticket takes urgency, the earlier date, words, place and files (`events.Absorbed`). Why it is so:
docs/adr/0025-merging-keeps-the-danger.md.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from handlers.deadlines import deadlines
from handlers.errors import Refused
from handlers.notifications.notify import notices
from handlers.official import targets, wording
from handlers.official.commands.types import Command, Merge
from handlers.official.scene import Scene
from handlers.pushes import Push
from handlers.tickets import lifecycle, publishing
from handlers.tickets.events import Absorbed, By, Sealed
from handlers.tickets.lifecycle import Change
from handlers.tickets.states import ON_THE_OTHER, OPEN
from handlers.tickets.ticket import Promise, State, Taken, Ticket


class Survival(Struct, frozen=True):
    """What a merger does to the ticket that goes on: as it was, and its change."""

    before: Ticket
    change: Change


def survivor(scene: Scene, number: str, ticket: Ticket) -> Ticket:
    """The ticket that `ticket` may be merged into. Refused, saying what to do instead, when it may not."""
    into = targets.permitted(scene, Merge(ticket.number, number), number)
    if into.id == ticket.id:
        return into  # the log of the ticket itself refuses this (`lifecycle`)
    for unit_id in (into.unit_id, *into.co_units):
        scene.check_may_have(ticket, scene.directory.unit(unit_id))
    scene.check_may_have(into, scene.directory.unit(ticket.unit_id))
    if into.person_id != ticket.person_id:
        raise Refused(wording.NOT_SAME_PERSON)
    if into.joined_to is not None:
        raise Refused(ON_THE_OTHER[By.STAFF].format(number=into.joined_number))
    if into.state is State.MERGED:
        raise Refused(wording.into_merged(into))
    if into.state is State.REPLIED:
        raise Refused(wording.into_answered(into.number))
    if into.state not in OPEN:
        raise Refused(wording.into_ended(into.number))
    if into.state is State.WAITING and ticket.state is not State.WAITING:
        raise Refused(wording.into_waiting(ticket.number, into.number))
    return into


def survives(command: Command, ticket: Ticket, scene: Scene) -> Survival | None:
    """What becomes of the other ticket when the command is a merger; None for any other command."""
    if not isinstance(command, Merge):
        return None
    into = survivor(scene, command.into, ticket)
    return Survival(into, lifecycle.apply(into, absorbed(ticket, into, scene), scene.actor, scene.now))


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


def asks(ticket: Ticket, survival: Survival, scene: Scene) -> str:
    """The question before it, which says exactly what will happen."""
    change, directory = survival.change, scene.directory
    desks = dict.fromkeys((change.ticket.unit_id, ticket.unit_id, *change.ticket.co_units))
    names = [directory.name(unit) for unit in desks]
    return wording.ask(ticket, survival.before, change, names, scene.now)


def can_be_undone(command: Command, ticket: Ticket) -> bool:
    """A merger is taken back for both tickets at once; not where others had joined, who stand behind the other one by then."""
    return isinstance(command, Merge) and not ticket.crowd


def told(scene: Scene, survival: Survival, pushes: tuple[Push, ...]) -> tuple[Push, ...]:
    """The pushes of both changes. Who works on the one that goes on need not hear from the other one, too."""
    ours = notices(scene.ctx, survival.change, survival.before)
    heard = {push.person_id for push in ours}
    return ours + tuple(push for push in pushes if push.person_id not in heard)


def undone(scene: Scene, ticket_id: int, seq: int) -> tuple[Change, tuple[Push, ...]]:
    """The other ticket of a merger as it was before, and who is told; its author hears of it from the first."""
    before, history = scene.found.by_id[ticket_id], scene.found.history.get(ticket_id, ())
    change = lifecycle.undo(history, seq, scene.actor, scene.now)
    pushes = notices(scene.ctx, change, before)
    return change, tuple(push for push in pushes if push.person_id != before.person_id)
