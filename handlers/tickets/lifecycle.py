"""Life of a ticket: `apply` checks an event by the table and applies it; `fold` replays the log.

Rules are in `states.TABLE` and in the checks below; an event's own `fold` only assigns, so that a log written under
older rules still folds to the same ticket.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from handlers.errors import Broken, Refused
from handlers.tickets import states
from handlers.tickets.events import Actor, By, Event, Happening
from handlers.tickets.events.filing import Amended, Filed, Sealed
from handlers.tickets.events.grades import Informed
from handlers.tickets.events.joining import Added, Alone, Backed, Parted
from handlers.tickets.events.work import Noted, Undone
from handlers.tickets.ticket import Ticket

UNDO_WITHIN = timedelta(minutes=5)
"""An official's command can be taken back this long (contracts, 撤销)."""


class Change(Struct, frozen=True):
    """What happened and the ticket it led to."""

    ticket: Ticket
    event: Event


def start(ticket_id: int, filed: Filed, actor: Actor, at: datetime) -> Change:
    """A new ticket from its first event."""
    event = Event(ticket_id, 1, at, actor, filed)
    return Change(filed.open_ticket(ticket_id, at), event)


def check_can(ticket: Ticket, what: type[Happening], by: By) -> None:
    """Raise Refused, with a sentence for whoever asked, when `what` may not happen to the ticket now."""
    say = _refusal(ticket, what, by)
    if say is not None:
        raise Refused(say)


def can(ticket: Ticket, what: type[Happening], by: By) -> bool:
    """Whether `what` may happen to the ticket now."""
    return _refusal(ticket, what, by) is None


def _refusal(ticket: Ticket, what: type[Happening], by: By) -> str | None:
    if ticket.joined_to is not None and what not in states.FOLLOWERS[by] and by in states.ON_THE_OTHER:
        return states.ON_THE_OTHER[by].format(number=ticket.joined_number)
    if what is Alone and ticket.joined_to is None and by is By.CITIZEN:
        return states.ALONE_ALREADY
    return states.refusal(what, ticket.state, by)


def apply(ticket: Ticket, what: Happening, actor: Actor, at: datetime) -> Change:
    """Let `what` happen. Raises Refused when it may not; taking back goes through `undo`, filing through `start`."""
    kind = type(what)
    if kind is Undone or kind is Filed:
        raise Broken(f"{kind.__name__} does not go through apply")
    check_can(ticket, kind, actor.by)
    what.check(ticket, at)
    if isinstance(what, Amended) and (ticket.state not in states.UNACCEPTED or ticket.joined_to is not None):
        # A unit that has taken it up keeps it; a correction that moves it elsewhere is the unit's to transfer.
        what = replace(what, unit_id=None)
    event = Event(ticket.id, ticket.version + 1, at, actor, what)
    return Change(event.fold(ticket), event)


def fold(events: Sequence[Event]) -> Ticket:
    """The ticket that a whole log leads to. Broken when the log does not begin with Filed or has gaps."""
    if any(event.seq != place for place, event in enumerate(events, 1)):
        raise Broken("a ticket's log has a gap")
    ticket = fold_counting(events)
    return ticket if ticket.version == len(events) else replace(ticket, version=len(events))


def fold_counting(events: Sequence[Event]) -> Ticket:
    """The ticket that these events of a log lead to, which may leave some out. Broken when they do not begin with Filed."""
    if not events or not isinstance(filed := events[0].what, Filed):
        raise Broken("a ticket's log begins with Filed")
    undone = {event.what.seq for event in events if isinstance(event.what, Undone)}
    ticket = filed.open_ticket(events[0].ticket_id, events[0].at)
    for event in events[1:]:
        if event.seq not in undone and not isinstance(event.what, Undone):
            ticket = event.fold(ticket)
    return ticket


def undo(history: Sequence[Event], seq: int, actor: Actor, at: datetime) -> Change:
    """Take back the event `seq` of the actor's own. Refused when it is too late or somebody has acted since."""
    ticket = fold(history)
    check_can(ticket, Undone, actor.by)
    undone = {event.what.seq for event in history if isinstance(event.what, Undone)}
    if not 1 < seq <= len(history) or seq in undone or isinstance(history[seq - 1].what, Undone):
        raise Refused("这一步已经不在了，没有可以撤销的。")
    event = history[seq - 1]
    if (event.actor.by, event.actor.id) != (actor.by, actor.id):
        raise Refused("只能撤销自己刚做的一步。")
    if at - event.at > UNDO_WITHIN:
        raise Refused("已经超过 5 分钟，不能撤销了。需要改正请直接办下一步，例如转办或再次答复。")
    for later in history[seq:]:
        if later.seq in undone or isinstance(later.what, Undone | Noted | Backed | Added | Parted | Informed | Sealed):
            continue
        if later.actor.by is By.CITIZEN:
            raise Refused("市民在这之后已经有了新动作，不能撤销了。需要改正请直接办下一步。")
        raise Refused("这件事在这之后又有了新动作，请先看最新进展，再决定怎么改正。")
    taken_back = Event(ticket.id, ticket.version + 1, at, actor, Undone(seq))
    return Change(fold((*history, taken_back)), taken_back)


def take_back(
    history: Sequence[Event], seqs: Sequence[int], actor: Actor, at: datetime, reason: str
) -> tuple[Change, ...]:
    """Take back these events, whoever's and however old: a fault of the service, for a `reason` that everybody reads.

    Broken for one that is no event of the log or is taken back already.
    """
    log = list(history)
    undone = {event.what.seq for event in log if isinstance(event.what, Undone)}
    changes: list[Change] = []
    for seq in seqs:
        if not 1 < seq <= len(history) or seq in undone or isinstance(log[seq - 1].what, Undone):
            raise Broken(f"event {seq} cannot be taken back")
        undone.add(seq)
        event = Event(log[0].ticket_id, len(log) + 1, at, actor, Undone(seq, reason))
        log.append(event)
        changes.append(Change(fold(log), event))
    return tuple(changes)
