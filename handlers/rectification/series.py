"""差评成串: when bad grades of one unit in one category are a series, and the single push to a supervisor about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from msgspec import Struct

from handlers.context import Context
from handlers.items import wording
from handlers.notifications.recipients import supervisors
from handlers.pushes import Card, CardKind, Push
from handlers.tickets.ticket import Ticket
from handlers.tickets.wording import brief


class SeriesRule(Struct, frozen=True):
    """When bad grades are a series."""

    count: int
    """Number of bad grades."""

    grade: int
    """The best grade that counts as bad."""

    days: int
    """Replies of so many days are counted."""

    @property
    def span(self) -> timedelta:
        """The days as a length of time."""
        return timedelta(days=self.days)


RULE = SeriesRule(count=5, grade=2, days=30)
"""Source: our own count; 不满意 and worse are bad grades after 国办发〔2019〕51号 (好差评). Storage's index uses this grade."""


def proposal(unit_id: str, category: str, tickets: Sequence[Ticket], ctx: Context) -> tuple[Push, ...]:
    """Returns the pushes to the nearest supervisors, with a ready command. Empty when nobody can be reached."""
    unit = ctx.directory.name(unit_id)
    numbers = tuple(ticket.number for ticket in tickets)
    text = wording.proposal(unit, category, numbers, RULE.days)
    card = Card(
        kind=CardKind.TASK,
        number=numbers[-1],
        title=brief(f"{category}多次评价不满意"),
        state="整改建议",
        note=f"近{RULE.days}天{len(numbers)}件不满意",
        at=ctx.now,
    )
    people = supervisors(ctx.directory, unit_id, ctx.now)
    return tuple(
        Push(ctx.fresh.id(), person_id, None, text, card, staff_id=ctx.directory.staff_id(person_id))
        for person_id in people
    )
