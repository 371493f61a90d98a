"""The clock's steps on a 整改 item: one reminder of each date that is near or missed, and the inclusion of later tickets."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.context import Context
from handlers.items.events import Covered
from handlers.items.item import Item
from handlers.items.lifecycle import ItemChange, apply, looks
from handlers.outcome import Outcome
from handlers.rectification import covering, notify
from handlers.tickets.events import Actor, By
from handlers.tickets.ticket import Ticket

_CLOCK = Actor(By.CLOCK)
_SYSTEM = Actor(By.SYSTEM)


def warn(item: Item, ctx: Context) -> Outcome:
    """Returns every reminder that is due. A date that has passed is reported as late, not as near."""
    due = [look.what for look in looks(item) if look.at <= ctx.now]
    late = {(what.owed, what.measure) for what in due if what.late}
    changes: list[ItemChange] = []
    for what in due:
        if what.late or (what.owed, what.measure) not in late:
            changes.append(apply(changes[-1].item if changes else item, what, _CLOCK, ctx.now))
    return Outcome(others=tuple(changes), pushes=tuple(push for one in changes for push in notify.pushes(one, ctx)))


def gather(item: Item, issue: Sequence[Ticket], running: frozenset[str], ctx: Context) -> Outcome:
    """Returns the inclusion of later tickets of the same hot issue. `running` are the numbers of all running items.

    An issue belongs to the item when it holds at least half of the item's tickets, or the item half of the issue's.
    """
    known = frozenset(item.tickets)
    both = sum(ticket.id in known for ticket in issue)
    if not both or 2 * both < min(len(issue), len(known)):
        return Outcome()
    room = max(0, covering.MOST - len(known))
    new = [
        ticket
        for ticket in covering.countable(issue)
        if ticket.id not in known and ticket.filed_at > item.opened_at and ticket.rectified not in running
    ][:room]
    if not new:
        return Outcome()
    what = Covered(tuple(ticket.id for ticket in new), covering.people(new))
    return covering.of(apply(item, what, _SYSTEM, ctx.now), new, ctx)
