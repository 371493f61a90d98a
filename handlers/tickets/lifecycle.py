"""A ticket's life: `apply` asks the table whether something may happen and then lets it; `fold` lets it happen again.

Rules are in `states.TABLE` and in the checks below; `evolution` only assigns, so that a log written under older rules
still folds to the same ticket.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from handlers.errors import Broken, Refused
from handlers.tickets import states
from handlers.tickets.events import Actor, By, Event, Happening
from handlers.tickets.events.clock import Urged
from handlers.tickets.events.grades import Informed, Rated
from handlers.tickets.events.joining import Added, Alone, Backed, Joined, Merged, Parted
from handlers.tickets.events.work import (
    Amended,
    Closed,
    CoHandled,
    Extended,
    Filed,
    Noted,
    Returned,
    Sealed,
    Transferred,
    Undone,
)
from handlers.tickets.evolution import born, evolve
from handlers.tickets.ticket import State, Ticket

UNDO_WITHIN = timedelta(minutes=5)
"""An official's command can be taken back this long (contracts, 撤销)."""
URGE_EVERY = timedelta(hours=24)
"""One 催办 a day and ticket: each must mean something to the unit."""
MAX_EXTENSIONS = 2
"""A promise may be moved twice; after that it is a matter for a supervisor."""


class Change(Struct, frozen=True):
    """What happened and the ticket it led to."""

    ticket: Ticket
    event: Event


def start(ticket_id: int, filed: Filed, actor: Actor, at: datetime) -> Change:
    """A new ticket from its first event."""
    event = Event(ticket_id, 1, at, actor, filed)
    return Change(born(event, filed), event)


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


def may_urge(ticket: Ticket, at: datetime) -> bool:
    """Whether enough time has passed since the citizen urged last."""
    return ticket.urged_at is None or at - ticket.urged_at >= URGE_EVERY


def apply(ticket: Ticket, what: Happening, actor: Actor, at: datetime) -> Change:
    """Let `what` happen. Raises Refused when it may not; taking back goes through `undo`, filing through `start`."""
    kind = type(what)
    if kind is Undone or kind is Filed:
        raise Broken(f"{kind.__name__} does not go through apply")
    check_can(ticket, kind, actor.by)
    check = _CHECKS.get(kind)
    if check is not None:
        check(ticket, what, at)
    if isinstance(what, Amended) and (ticket.state not in states.UNACCEPTED or ticket.joined_to is not None):
        # A unit that has taken it up keeps it; a correction that moves it elsewhere is the unit's to transfer.
        what = replace(what, unit_id=None)
    event = Event(ticket.id, ticket.version + 1, at, actor, what)
    return Change(evolve(ticket, event), event)


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
    ticket = born(events[0], filed)
    for event in events[1:]:
        if event.seq not in undone and not isinstance(event.what, Undone):
            ticket = evolve(ticket, event)
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


def _check_desk(ticket: Ticket, what: Transferred, _at: datetime) -> None:
    if ticket.chase.rule_by is not None:
        raise Refused(f"这件事已经退回 {ticket.returns} 次，正在等裁定归谁办，不能再转办。裁定之后马上有单位接手。")
    if what.unit_id == ticket.unit_id:
        raise Refused("这件事已经在这个单位了，请换一个单位。")


def _check_return(ticket: Ticket, _what: Returned, _at: datetime) -> None:
    if ticket.chase.ruled:
        raise Refused("这件事已经裁定归现在的单位办，不能再退回。有异议请找裁定的上级。")


def _check_helper(ticket: Ticket, what: CoHandled, _at: datetime) -> None:
    if what.unit_id == ticket.unit_id:
        raise Refused("这个单位就是主办单位，不用再协办。")
    if what.unit_id in ticket.co_units:
        raise Refused("这个单位已经在协办了。")


def _check_extension(ticket: Ticket, what: Extended, at: datetime) -> None:
    if ticket.extensions >= MAX_EXTENSIONS:
        raise Refused(f"已经延期 {MAX_EXTENSIONS} 次，不能再延。请尽快答复，或请上级督办协调。")
    if what.days < 1 or what.reply_by <= max(at, ticket.promise.reply_by):
        raise Refused("新的期限必须晚于现在和原来的期限，请多延几天。")


def _check_closing(ticket: Ticket, what: Closed, _at: datetime) -> None:
    if ticket.state is not State.REPLIED and not what.text.strip():
        raise Refused("还没有答复市民，请先答复，或在办结后面写上处理结果。")


def _check_urging(ticket: Ticket, _what: Urged, at: datetime) -> None:
    if not may_urge(ticket, at):
        raise Refused("您在一天之内已经催过了，承办单位已经收到。满一天还没有进展，可以再催。")


def _check_score(_ticket: Ticket, what: Rated, _at: datetime) -> None:
    if not 1 <= what.score <= 5:
        raise Refused("评价请用 1 到 5：5 非常满意，1 非常不满意。")


def _check_joining(ticket: Ticket, what: Joined, _at: datetime) -> None:
    if what.into == ticket.id:
        raise Refused("这就是您自己的那一件，不用附议。")
    if ticket.crowd:
        raise Refused("已经有人和您一起推动这件事，不能再把它并到别人那里。")


def _check_merger(ticket: Ticket, what: Merged, _at: datetime) -> None:
    if what.into == ticket.number:
        raise Refused("不能把一件事并到它自己，请写另一件的编号。")


_CHECKS: dict[type, Callable[[Ticket, Any, datetime], None]] = {
    Transferred: _check_desk,
    Returned: _check_return,
    CoHandled: _check_helper,
    Extended: _check_extension,
    Closed: _check_closing,
    Joined: _check_joining,
    Urged: _check_urging,
    Rated: _check_score,
    Merged: _check_merger,
}
