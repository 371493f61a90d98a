"""Which ticket the person means: the one they number, else the one last spoken of, else the only one it can be."""

from __future__ import annotations

from collections.abc import Callable

from handlers.citizen import wording_after
from handlers.citizen.said import Said
from handlers.citizen.turn import Turn, tap
from handlers.outcome import Reply
from handlers.tickets import lifecycle, numbers
from handlers.tickets.events import By, Happening, Rated
from handlers.tickets.ticket import Ticket

MOST_TAPS = 5
"""Tickets offered for a choice."""


def own(turn: Turn, said: Said, verb: str, what: type[Happening] | None = None) -> Ticket | Reply:
    """The person's own ticket for this wish, or the reply that says why there is none.

    `verb` is the command that a tap repeats with a number; `what` tells which tickets it makes sense for.
    """
    if said.number is not None:
        return numbered(turn, said.number)
    fits = _fits(what)
    last = turn.last()
    if last is not None and fits(last):
        return last
    others = [ticket for ticket in turn.found.mine if fits(ticket)]
    if len(others) == 1:
        return others[0]
    if others:
        taps = tuple(tap(f"{t.number} {t.title}"[:30], f"{verb} {t.number}") for t in others[:MOST_TAPS])
        return Reply(wording_after.choose(verb), taps)
    if last is not None:
        return last
    return turn.found.mine[0] if turn.found.mine else Reply(wording_after.NO_TICKETS)


def answered(turn: Turn, said: Said) -> Ticket | Reply:
    """The ticket for a rating: without a number the answer that came last and has no grade yet.

    The last one spoken of may have an older answer without a grade: then nobody can tell which is meant, and we ask.
    """
    fits = _fits(Rated)
    waiting = sorted(
        (ticket for ticket in turn.found.mine if fits(ticket) and ticket.rating is None and ticket.replied_at),
        key=lambda ticket: ticket.replied_at or ticket.filed_at,
        reverse=True,
    )
    last = turn.last()
    if said.number is not None or not waiting:
        return own(turn, said, "评价", Rated)
    if last in waiting[1:]:
        score = f" {said.score} {said.rest}".rstrip() if said.score is not None else ""
        taps = (tap(f"{t.number} {t.title}"[:30], f"评价 {t.number}{score}") for t in waiting[:MOST_TAPS])
        return Reply(wording_after.choose("评价"), tuple(taps))
    return waiting[0]


def numbered(turn: Turn, given: str) -> Ticket | Reply:
    """The person's own ticket of this number; one answer for unknown and for others'."""
    ticket = by_number(turn, given)
    if ticket is not None and turn.owns(ticket):
        return ticket
    return not_open(given)


def by_number(turn: Turn, given: str) -> Ticket | None:
    """Anybody's ticket of this number, if it was loaded."""
    found = numbers.find(given)
    return turn.found.by_number.get(found[0]) if found else None


def not_open(given: str) -> Reply:
    """What is said for a number that opens nothing: mistyped, unknown, or not theirs."""
    if not numbers.find(given) and numbers.mistyped(given):
        return Reply(wording_after.mistyped(given), (tap("我的"),))
    return Reply(wording_after.NOT_OPEN)


def _fits(what: type[Happening] | None) -> Callable[[Ticket], bool]:
    if what is None:
        return lambda _ticket: True
    return lambda ticket: lifecycle.can(ticket, what, By.CITIZEN)
