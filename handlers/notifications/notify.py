"""Turns changes of tickets into pushes, by the rows of `rules.TABLE`.

Nobody is told of their own deed. The citizen's link, which lets its holder act as the citizen, is sent to the citizen
only. When no staff of a unit can be reached, a dispatcher is told; when there is none, nobody is, and the ticket still
shows on the desk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from handlers.context import Context
from handlers.directory import accused, jurisdiction
from handlers.directory.directory import Directory
from handlers.notifications.recipients import desk, heads, leaders, supervisors
from handlers.notifications.rules import TABLE, NotificationRule, To, words
from handlers.pushes import Card, Push
from handlers.tickets import wording
from handlers.tickets.events import By, clock, grades, joining
from handlers.tickets.events.base import Facts
from handlers.tickets.events.clock import COLOURS
from handlers.tickets.lifecycle import Change
from handlers.tickets.states import OPEN, What
from handlers.tickets.ticket import State, Ticket


def notices(ctx: Context, change: Change, before: Ticket | None) -> tuple[Push, ...]:
    """Returns the pushes of a change, at most one for each person. `before` is the ticket before it, None when new."""
    ticket, event = change.ticket, change.event
    told = _actor(ctx.directory, change)
    facts: Facts | None = None
    pushes: list[Push] = []
    away = _kept_away(ctx.directory, ticket)
    for row in TABLE[type(event.what)]:
        if not row.when(change, before):
            continue
        for person_id in _recipients(row.to, ctx, change, before):
            if person_id in told or (row.to is not To.CITIZEN and away(person_id)):
                continue
            told.add(person_id)
            facts = facts or Facts(
                ticket, before, event.at, event.actor, ctx.directory, ctx.links.citizen(ticket.token)
            )
            path = f"/t/{ticket.token}" if row.to is To.CITIZEN else ""
            text = words(row.to, event.what, facts)
            card = _card(row, change, path)
            told_as = None if row.to is To.CITIZEN else ctx.directory.staff_id(person_id)
            taps = row.taps(change)
            pushes.append(Push(ctx.fresh.id(), person_id, ticket.id, text, card, taps, told_as))
    return tuple(pushes)


def notices_of(ctx: Context, changes: Iterable[tuple[Change, Ticket | None]]) -> tuple[Push, ...]:
    """Returns the pushes of several changes in order, each paired with its ticket before it."""
    return tuple(push for change, before in changes for push in notices(ctx, change, before))


def in_turn(changes: Sequence[Change], before: Ticket) -> tuple[tuple[Change, Ticket], ...]:
    """Returns successive changes of one ticket, each paired with the ticket before that change."""
    befores = (before, *(change.ticket for change in changes))
    return tuple(zip(changes, befores, strict=False))


_NOTES: dict[State, str] = {
    State.WAITING: "等您补充，点开看问题",
    State.REPLIED: "点开看答复，请您评价",
    State.CLOSED: "点开看结果，欢迎评价",
    State.REFUSED: "点开看原因和去处",
    State.MERGED: "已并到另一件，点开看",
}
"""Card texts for tickets without a date to wait for."""


def _note(change: Change) -> str:
    ticket = change.ticket
    if ticket.state in _NOTES:
        return _NOTES[ticket.state]
    if ticket.state not in OPEN:
        return wording.STATES[ticket.state]
    if change.event.at > ticket.promise.reply_by:
        return "已逾期，会尽快答复"
    return f"{wording.card_date(ticket.promise.reply_by)}答复"


_STEPS: dict[What, str] = {
    clock.ChaseNoticeIssued: "催办通知",
    clock.Resumed: "恢复计时",
    clock.UrgeIgnored: "催办未回",
    clock.CommitmentBroken: "承诺到期",
    grades.Revisited: "回头看看",
}
"""Card texts for events that the ticket's state does not show."""


def _state(change: Change) -> str:
    what = change.event.what
    if isinstance(what, joining.Followed):
        what = what.what
    if isinstance(what, clock.Carded):
        return f"逾期{COLOURS[what.colour]}"
    return _STEPS.get(type(what)) or wording.STATES[change.ticket.state]


def _card(row: NotificationRule, change: Change, path: str) -> Card:
    ticket = change.ticket
    return Card(
        kind=row.card,
        number=ticket.number,
        title=wording.brief(ticket.title),
        state=row.state or _state(change),
        note=_note(change),
        at=change.event.at,
        path=path,
        due=ticket.promise.reply_by if ticket.state in OPEN else None,
    )


def _actor(directory: Directory, change: Change) -> set[int]:
    """Returns the person who did it, if known."""
    actor = change.event.actor
    if actor.by is By.CITIZEN:
        return {change.ticket.person_id}
    if actor.by is By.STAFF and actor.id is not None:
        member = directory.staff.get(actor.id)
        return {member.person_id} if member and member.person_id is not None else set()
    return set()


def _kept_away(directory: Directory, ticket: Ticket) -> Callable[[int], bool]:
    """Returns whether the ticket accuses this official's unit or one above it, so that they are told nothing."""
    against = accused.of(ticket, directory)

    def away(person_id: int) -> bool:
        member = directory.member(person_id) if against else None
        return member is not None and jurisdiction.barred(directory, against, member.unit_id)

    return away


def _recipients(to: To, ctx: Context, change: Change, before: Ticket | None) -> tuple[int, ...]:
    ticket, directory, now = change.ticket, ctx.directory, ctx.now
    match to:
        case To.CITIZEN:
            return (ticket.person_id,)
        case To.DESK:
            return desk(directory, ticket.unit_id, now)
        case To.PREVIOUS:
            return desk(directory, before.unit_id, now) if before else ()
        case To.HELPERS:
            return tuple(person for unit in ticket.co_units for person in desk(directory, unit, now))
        case To.NEW_HELPER:
            return desk(directory, ticket.co_units[-1], now) if ticket.co_units else ()
        case To.HEAD:
            return heads(directory, ticket.unit_id, now)
        case To.ABOVE:
            return supervisors(directory, ticket.unit_id, now)
        case To.TOP:
            return leaders(directory, ticket.unit_id, now)
