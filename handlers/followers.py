"""附议: what an event of a ticket causes on the tickets that follow it, and what an event of a follower causes on the
leader.

A follower takes the state of its leader (`Standing`) by events of its own: its log is complete, and folding it needs no
other ticket. All of it is written in the transaction that changed the leader. Why: docs/adr/0010-joining.md.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime

from msgspec.structs import replace

from handlers.context import Context
from handlers.deadlines import deadlines
from handlers.notifications.notify import notices_of
from handlers.outcome import Outcome
from handlers.tickets import lifecycle, masking
from handlers.tickets.events import Actor, By, Event, Happening
from handlers.tickets.events.clock import (
    Urged,
)
from handlers.tickets.events.filing import Supplemented, Withdrawn
from handlers.tickets.events.joining import (
    Added,
    Alone,
    Followed,
    Gathered,
    Joined,
    Merged,
    Parted,
    Raised,
    Shared,
)
from handlers.tickets.events.work import (
    Reopened,
    Undone,
)
from handlers.tickets.lifecycle import Change
from handlers.tickets.states import ANSWERED, OPEN
from handlers.tickets.ticket import Standing, State, Ticket

_SYSTEM = Actor(By.SYSTEM)


def standing(main: Ticket) -> Standing:
    """Returns the ticket's state, fit to be shown to its followers."""
    by_author = main.state is State.REWORK
    return Standing(
        state=main.state,
        unit_id=main.unit_id,
        promise=main.promise,
        reason="" if by_author else masking.for_followers(main.reason),
        waiting_since=main.waiting_since,
        paused_in=main.paused_in,
        co_units=main.co_units,
        returns=main.returns,
        transfers=main.transfers,
        asks=main.asks,
        extensions=main.extensions,
        reworks=main.reworks,
        supervised=main.supervised,
        accepted_at=main.accepted_at,
        reply=masking.for_followers(main.reply),
        replied_at=main.replied_at,
        closed_at=main.closed_at,
        cards=main.cards,
    )


def shared(what: Happening, by: By) -> Shared | None:
    """Returns what followers learn of an event, without anything that only its author said or was asked. None for what
    is not theirs.
    """
    told = what.for_followers(by)
    return told if isinstance(told, Shared) else None


def joined(main: Ticket) -> Joined:
    """Returns the event by which a ticket begins to follow `main`."""
    return Joined(main.id, main.number, main.version, standing(main))


def sooner(main: Ticket, now: datetime, ctx: Context) -> tuple[Change, ...]:
    """Returns the change of date that the crowd rule makes. Empty when the reply is due as soon anyway."""
    what = deadlines.shorten(main, now, ctx.terms_for(main.unit_id))
    return () if what is None else (lifecycle.apply(main, what, _SYSTEM, now),)


def report_back(ticket: Ticket, what: Happening) -> Added | Parted | None:
    """Returns what the ticket that is followed learns of this step of a follower's owner. None for nothing."""
    if ticket.joined_to is None:
        return None
    match what:
        case Supplemented(text=text, attachments=attachments):
            return Added(ticket.number, text, attachments)
        case Urged(words=words):
            return Added(ticket.number, words, urged=True)
        case Withdrawn() | Reopened() | Alone():
            return Parted(ticket.number)
        case _:
            return None


def changed_leaders(outcome: Outcome) -> frozenset[int]:
    """Returns the ids of tickets in this outcome to whose followers something happens."""
    crowds = {ticket.id for ticket in outcome.tickets if ticket.crowd}
    if not crowds:
        return frozenset()
    return frozenset(event.ticket_id for event in outcome.events if event.ticket_id in crowds and _concerns(event))


def merged_into(outcome: Outcome) -> frozenset[str]:
    """Returns the numbers of the tickets that followed tickets were merged into."""
    moving = changed_leaders(outcome)
    return frozenset(
        event.what.into for event in outcome.events if event.ticket_id in moving and isinstance(event.what, Merged)
    )


def propagate(
    outcome: Outcome, followers: Mapping[int, Sequence[Ticket]], by_number: Mapping[str, Ticket], ctx: Context
) -> Outcome:
    """Returns what this outcome causes for the followers of its tickets: tickets, events and pushes, no reply.

    `followers`: by the id of the ticket followed, oldest first, as they stand. `by_number`: the tickets that were
    merged into.
    """
    changes: list[tuple[Change, Ticket]] = []
    after = {ticket.id: ticket for ticket in outcome.tickets}
    now = {one.id: one for each in followers.values() for one in each}
    for event in outcome.events:
        if event.ticket_id not in followers or not _concerns(event):
            continue
        main = after[event.ticket_id]
        crowd = [now[one.id] for one in followers[event.ticket_id] if now[one.id].joined_to == main.id]
        for change, before in _happens(event, main, crowd, by_number, ctx):
            changes.append((change, before))
            now[change.ticket.id] = change.ticket
    last = {change.ticket.id: change.ticket for change, _ in changes}
    return Outcome(
        tickets=tuple(last.values()),
        events=tuple(change.event for change, _ in changes),
        pushes=notices_of(ctx, changes),
    )


def by_leader(leaders: Collection[int], tickets: Iterable[Ticket]) -> dict[int, list[Ticket]]:
    """Returns for each of these leaders the tickets that follow it, in the order given."""
    crowds: dict[int, list[Ticket]] = {ticket_id: [] for ticket_id in leaders}
    for ticket in tickets:
        if ticket.joined_to in crowds:
            crowds[ticket.joined_to].append(ticket)
    return crowds


def with_followers(outcome: Outcome, load: Callable[[Collection[int]], Iterable[Ticket]], ctx: Context) -> Outcome:
    """Returns the outcome together with what it makes of those who follow its tickets.

    `load` returns the followers of the tickets with these ids as stored, oldest first. A follower that the outcome has
    changed itself goes on from there. For outcomes in which nothing is merged.
    """
    leaders = changed_leaders(outcome)
    if not leaders:
        return outcome
    changed = {ticket.id: ticket for ticket in outcome.tickets}
    crowds = by_leader(leaders, (changed.get(stored.id, stored) for stored in load(leaders)))
    more = propagate(outcome, crowds, {}, ctx)
    return replace(
        outcome,
        tickets=tuple((changed | {ticket.id: ticket for ticket in more.tickets}).values()),
        events=outcome.events + more.events,
        pushes=outcome.pushes + more.pushes,
    )


def _concerns(event: Event) -> bool:
    return isinstance(event.what, Withdrawn | Merged) or shared(event.what, event.actor.by) is not None


def _happens(
    event: Event, main: Ticket, crowd: Sequence[Ticket], by_number: Mapping[str, Ticket], ctx: Context
) -> list[tuple[Change, Ticket]]:
    if isinstance(event.what, Withdrawn):
        return _succeed(event, main, crowd, ctx)
    if isinstance(event.what, Merged):
        return _gather(event, main, crowd, by_number[event.what.into], ctx)
    return _follow(event, main, crowd)


def _follow(event: Event, main: Ticket, crowd: Sequence[Ticket]) -> list[tuple[Change, Ticket]]:
    """Set every follower to the state of the ticket. A follower who has rated the reply is not drawn into a 重办."""
    what = shared(event.what, event.actor.by)
    if what is None:
        return []
    actor = event.actor if event.actor.by in (By.STAFF, By.CLOCK) else _SYSTEM
    stands = standing(main)
    answered = main.state in ANSWERED
    found: list[tuple[Change, Ticket]] = []
    for one in crowd:
        done = one.rating is not None and not answered and not isinstance(what, Undone)
        if event.seq <= one.followed or done:
            continue
        own = replace(stands, rating=one.rating) if answered and one.rating is not None else stands
        found.append((lifecycle.apply(one, Followed(event.seq, what, own), actor, event.at), one))
    return found


def _succeed(event: Event, main: Ticket, crowd: Sequence[Ticket], ctx: Context) -> list[tuple[Change, Ticket]]:
    """Let the first follower take the ticket's place; the others follow that one."""
    waiting = [one for one in crowd if one.state in OPEN]
    if not waiting:
        return []
    heir, others = waiting[0], waiting[1:]
    what = Raised(main.number, len(others))
    if heir.state is State.WAITING:
        moved = deadlines.resume(heir, event.at, ctx.terms_for(heir.unit_id))
        what = Raised(
            main.number, len(others), heir.paused_in or State.ACCEPTED, moved.reply_by, moved.remind_at, moved.back
        )
    raised = lifecycle.apply(heir, what, _SYSTEM, event.at)
    return [(raised, heir), *_follow_another(raised.ticket, others, event)]


def _gather(
    event: Event, main: Ticket, crowd: Sequence[Ticket], into: Ticket, ctx: Context
) -> list[tuple[Change, Ticket]]:
    """Let all follow the ticket that theirs was merged into. It may be due sooner with so many."""
    waiting = [one for one in crowd if one.state in OPEN]
    if not waiting:
        return []
    gathered = lifecycle.apply(into, Gathered(main.number, len(waiting)), _SYSTEM, event.at)
    changes = [(gathered, into)]
    changes += [(change, gathered.ticket) for change in sooner(gathered.ticket, event.at, ctx)]
    return [*changes, *_follow_another(changes[-1][0].ticket, waiting, event)]


def _follow_another(main: Ticket, crowd: Sequence[Ticket], event: Event) -> list[tuple[Change, Ticket]]:
    what = joined(main)
    return [(lifecycle.apply(one, what, _SYSTEM, event.at), one) for one in crowd]
