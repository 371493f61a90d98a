"""Deletes waiting pushes that an official must not read any more.

Two cases: an official is released from their account (all pushes to them as an official), and a unit must keep away
(回避) from a ticket that accuses it (all pushes to its staff about that ticket).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from sqlalchemy import Connection, delete, func, select, update

from handlers.directory import jurisdiction
from handlers.pushes import Push, to_official
from storage.queries import batch_loading
from storage.schema import rows
from storage.schema.in_list import among
from storage.schema.tables import OutboxState, outbox, people, spelled, tickets

_WAITS = spelled(OutboxState.PENDING, OutboxState.PARKED, OutboxState.DEAD, OutboxState.UNCERTAIN)
"""States in which a push may still reach the person. A push that a worker has claimed is checked in `Outbox.claim`."""


def drop(db: Connection, person_id: int) -> int:
    """Delete the waiting pushes of this person as an official, and correct their count of parked pushes. Returns the
    number deleted.
    """
    return _delete(db, [person_id], lambda _push: True)


def keep_away(db: Connection, accused: Mapping[int, Collection[str]]) -> int:
    """Delete the waiting pushes of officials who must keep away. `accused`: the accused units by ticket id.

    Returns the number deleted.
    """
    directory = batch_loading.directory(db)
    away = {
        ticket_id: {
            member.person_id
            for member in directory.staff.values()
            if member.person_id is not None and jurisdiction.barred(directory, units, member.unit_id)
        }
        for ticket_id, units in accused.items()
    }
    persons = sorted(set().union(*away.values()))
    return _delete(db, persons, lambda push: push.person_id in away.get(push.ticket_id or 0, ())) if persons else 0


def _delete(db: Connection, persons: list[int], gone: Callable[[Push], bool]) -> int:
    query = select(outbox.c.doc).where(among(outbox.c.person_id, "persons"), outbox.c.state.in_(_WAITS))
    waiting = [push for doc in db.execute(query, {"persons": persons}).scalars() if gone(push := rows.push(doc))]
    about = {push.ticket_id for push in waiting if push.ticket_id is not None}
    owned = select(tickets.c.id, tickets.c.person_id).where(among(tickets.c.id, "ids"))
    owners = {row.id: row.person_id for row in db.execute(owned, {"ids": sorted(about)})}
    lost = [push for push in waiting if to_official(push, owners.get(push.ticket_id or 0))]
    if lost:
        db.execute(delete(outbox).where(among(outbox.c.id, "ids")), {"ids": [push.id for push in lost]})
        parked = (
            select(func.count())
            .select_from(outbox)
            .where(outbox.c.person_id == people.c.id, outbox.c.state == OutboxState.PARKED.value)
        )
        persons = sorted({push.person_id for push in lost})
        count = update(people).where(among(people.c.id, "persons")).values(parked=parked.scalar_subquery())
        db.execute(count, {"persons": persons})
    return len(lost)
