"""What a released official was still to be told: pushes that wait for them as an official are deleted with their place."""

from __future__ import annotations

from sqlalchemy import Connection, delete, func, select, update

from handlers.pushes import to_official
from storage import rows
from storage.among import among
from storage.tables import OutboxState, outbox, people, spelled, tickets

_WAITS = spelled(OutboxState.PENDING, OutboxState.PARKED, OutboxState.DEAD, OutboxState.UNCERTAIN)
"""What may still reach the person; a push that a worker holds is asked about when it leaves (`Outbox.claim`)."""


def drop(db: Connection, person_id: int) -> int:
    """Delete what waits for the person as an official, and count what is still parked for them anew; how many it were."""
    query = select(outbox.c.doc).where(outbox.c.person_id == person_id, outbox.c.state.in_(_WAITS))
    waiting = [rows.push(doc) for doc in db.execute(query).scalars()]
    about = {push.ticket_id for push in waiting if push.ticket_id is not None}
    owned = select(tickets.c.id, tickets.c.person_id).where(among(tickets.c.id, "ids"))
    owners = {row.id: row.person_id for row in db.execute(owned, {"ids": sorted(about)})}
    gone = [push.id for push in waiting if to_official(push, owners.get(push.ticket_id or 0))]
    if gone:
        db.execute(delete(outbox).where(among(outbox.c.id, "ids")), {"ids": gone})
        parked = (
            select(func.count())
            .select_from(outbox)
            .where(outbox.c.person_id == person_id, outbox.c.state == OutboxState.PARKED.value)
        )
        db.execute(update(people).where(people.c.id == person_id).values(parked=parked.scalar_subquery()))
    return len(gone)
