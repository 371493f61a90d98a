"""Loads what a batch of messages needs: people, tickets, logs, directory, hot issues, each with one SELECT for the
whole batch.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import Connection, bindparam, or_, select

from handlers.directory.directory import Directory, Staff
from handlers.directory.person import Person
from handlers.hot import HotIssue
from handlers.messages import Channel, Identity, Incoming
from handlers.official.talk import OfficialTalk
from handlers.outcome import Reply
from handlers.queries import MINE_MOST
from handlers.tickets.events import Event
from handlers.tickets.states import OPEN
from handlers.tickets.ticket import Ticket
from storage.schema import rows
from storage.schema.in_list import among
from storage.schema.tables import (
    OutboxState,
    events,
    hot_issues,
    inbox,
    outbox,
    people,
    routes,
    settings,
    spelled,
    staff,
    tickets,
    units,
)

DESK_MOST = 500
"""Open tickets of a desk that are loaded for 待办, soonest due first."""

OWING_MOST = 50
"""Answered tickets with a due commitment that are loaded for 待办."""

AT_ONCE = 500
"""Values in one IN."""


class KnownPerson(Struct):
    """A person's row as loaded: the person, their talk and, for staff, their post."""

    person: Person
    talk: OfficialTalk
    staff: Staff | None
    parked: tuple[str, ...] = ()
    parked_ids: tuple[int, ...] = ()


# Both keys begin with the channel: without it every look would read the whole table. Whose row it is is told apart
# afterwards: it is one row in all but the rarest cases.
_inbox = (
    select(inbox.c.channel, inbox.c.key, inbox.c.sender, inbox.c.reply, people.c.openid)
    .select_from(inbox.outerjoin(people, people.c.id == inbox.c.person_id))
    .where(among(inbox.c.channel, "channels"), among(inbox.c.key, "keys"))
)
_staff_columns = [column.label(f"staff_{column.name}") for column in staff.columns]
# Rows are locked in one order, so that two processes with the same people wait for each other and never deadlock.
_people = (
    select(people, *_staff_columns)
    .select_from(people.outerjoin(staff, staff.c.person_id == people.c.id))
    .where(
        among(people.c.channel, "channels"),
        among(people.c.openid, "openids"),
    )
    .order_by(people.c.id)
    .with_for_update(of=people)
)
_parked = (
    select(outbox.c.id, outbox.c.person_id, outbox.c.doc)
    .where(among(outbox.c.person_id, "ids"), outbox.c.state == spelled(OutboxState.PARKED)[0])
    .order_by(outbox.c.id)
)
_looked_at = (
    select(tickets.c.doc)
    .where(
        or_(
            among(tickets.c.number, "numbers"),
            among(tickets.c.id, "ids"),
        )
    )
    .order_by(tickets.c.id)
)
# Locked too: a writer changes the row before it adds the event, so ticket and log are read as of one moment.
_named = _looked_at.with_for_update()
_followers = select(tickets.c.doc).where(among(tickets.c.joined_to, "ids")).order_by(tickets.c.id).with_for_update()
_mine = (
    select(tickets.c.doc)
    .where(tickets.c.person_id == bindparam("person_id"))
    .order_by(tickets.c.filed_at.desc(), tickets.c.id.desc())
    .limit(MINE_MOST)
)
_desk = (
    select(tickets.c.doc)
    .where(
        among(tickets.c.unit_id, "units"),
        tickets.c.state.in_([state.value for state in sorted(OPEN)]),
        tickets.c.joined_to.is_(None),
    )
    .order_by(tickets.c.reply_by, tickets.c.id)
    .limit(DESK_MOST)
)
_owing = (
    select(tickets.c.doc)
    .where(
        among(tickets.c.unit_id, "units"),
        tickets.c.owes_at.is_not(None),
        tickets.c.owes_at <= bindparam("until"),
    )
    .order_by(tickets.c.owes_at, tickets.c.id)
    .limit(OWING_MOST)
)
_history = (
    select(events.c.ticket_id, events.c.doc)
    .where(among(events.c.ticket_id, "ids"))
    .order_by(events.c.ticket_id, events.c.seq)
)
_hot = select(hot_issues.c.doc).order_by(hot_issues.c.place)
# Locked: of two people who send one code at the same time, the second must see that it is used.
_invite = select(staff).where(staff.c.invite_hash == bindparam("invite")).with_for_update()


def answered(db: Connection, batch: Sequence[Incoming]) -> dict[Identity, Reply | None]:
    """Returns the stored replies of those messages of the batch that were handled before, each for its own sender."""
    wanted = {"channels": _channels(batch), "keys": [incoming.key for incoming in batch]}
    return {
        incoming.identity: rows.reply(doc)
        for channel, key, sender, doc, openid in db.execute(_inbox, wanted)
        for incoming in batch
        if (channel, key) == (incoming.channel.value, incoming.key) and _is_of(incoming, sender, openid)
    }


def _is_of(incoming: Incoming, sender: str, openid: str | None) -> bool:
    """Returns whether an inbox row with this sender's mark and this person's openid belongs to the message's sender.

    A row of a program before revision 0005 has no mark: its person decides.
    """
    return sender == rows.sender_mark(incoming.openid) if sender else openid == incoming.openid


def known(db: Connection, batch: Iterable[Incoming]) -> dict[tuple[Channel, str], KnownPerson]:
    """Returns the people of the batch who wrote before, locked until the transaction ends."""
    wanted = list(batch)
    if not wanted:
        return {}
    openids = list(dict.fromkeys(incoming.openid for incoming in wanted))
    found: dict[tuple[Channel, str], KnownPerson] = {}
    for row in (db.execute(_people, {"channels": _channels(wanted), "openids": openids})).mappings():
        person = rows.person(row)
        member = None
        if row["staff_id"] is not None:
            member = rows.staff({column.name: row[f"staff_{column.name}"] for column in staff.columns})
        found[person.channel, person.openid] = KnownPerson(person, rows.talk(row), member)
    _load_parked(db, [k for k in found.values() if k.person.parked])
    return found


def _channels(batch: Iterable[Incoming]) -> list[str]:
    return sorted({incoming.channel.value for incoming in batch})


def _load_parked(db: Connection, owed: Sequence[KnownPerson]) -> None:
    if not owed:
        return
    by_person = {k.person.id: k for k in owed}
    for push_id, person_id, doc in db.execute(_parked, {"ids": list(by_person)}):
        k, push = by_person[person_id], rows.push(doc)
        k.parked_ids += (push_id,)
        if push.staff_id is None or (k.staff is not None and k.staff.id == push.staff_id):
            k.parked += (push.text,)


def tickets_by(db: Connection, numbers: Collection[str], ids: Collection[int]) -> list[Ticket]:
    """Returns the tickets with these numbers or ids, locked until the transaction ends. What does not exist is left
    out.
    """
    if not numbers and not ids:
        return []
    wanted = {"numbers": list(numbers), "ids": list(ids)}
    return [rows.ticket(doc) for (doc,) in db.execute(_named, wanted)]


def looked_at(db: Connection, numbers: Collection[str], ids: Collection[int]) -> list[Ticket]:
    """Returns the same without locks: for what is shown, and for the many tickets of one 整改."""
    named, known = sorted(numbers), sorted(ids)
    found: list[Ticket] = []
    # No driver takes an unlimited number of values, nor any planner a list of thousands.
    for first in range(0, max(len(named), len(known)), AT_ONCE):
        wanted = {"numbers": named[first : first + AT_ONCE], "ids": known[first : first + AT_ONCE]}
        found += [rows.ticket(doc) for (doc,) in db.execute(_looked_at, wanted)]
    return found


def followers(db: Connection, ids: Collection[int]) -> list[Ticket]:
    """Returns the tickets that follow these, oldest first, locked until the transaction ends."""
    return [rows.ticket(doc) for (doc,) in db.execute(_followers, {"ids": list(ids)})]


def mine(db: Connection, person_id: int) -> list[Ticket]:
    """Returns the person's newest tickets, newest first."""
    return [rows.ticket(doc) for (doc,) in db.execute(_mine, {"person_id": person_id})]


def desk(db: Connection, unit_ids: Collection[str]) -> list[Ticket]:
    """Returns the open tickets of these units, soonest due first."""
    return [rows.ticket(doc) for (doc,) in db.execute(_desk, {"units": list(unit_ids)})]


def owing(db: Connection, unit_ids: Collection[str], until: datetime) -> list[Ticket]:
    """Returns the answered tickets of these units with an open commitment due by `until`, soonest due first."""
    return [rows.ticket(doc) for (doc,) in db.execute(_owing, {"units": list(unit_ids), "until": until})]


def history(db: Connection, ticket_ids: Collection[int]) -> dict[int, tuple[Event, ...]]:
    """Returns all events of these tickets in order, by ticket id."""
    found: dict[int, list[Event]] = {ticket_id: [] for ticket_id in ticket_ids}
    if found:
        for ticket_id, doc in db.execute(_history, {"ids": list(found)}):
            found[ticket_id].append(rows.event(doc))
    return {ticket_id: tuple(log) for ticket_id, log in found.items()}


def directory(db: Connection) -> Directory:
    """Returns the whole directory. It has no units before the first seed file."""
    known = {row.name: row for row in db.execute(select(settings))}
    unit_rows = db.execute(select(units).order_by(units.c.id)).mappings().all()
    staff_rows = db.execute(select(staff).order_by(staff.c.id)).mappings().all()
    route_rows = db.execute(select(routes).order_by(routes.c.id)).mappings().all()
    return Directory(
        [rows.unit(row) for row in unit_rows],
        [rows.staff(dict(row)) for row in staff_rows],
        [rows.route(row) for row in route_rows],
        dispatch_id=known["dispatch_unit"].words,
        version=known["directory_version"].value,
    )


def invite(db: Connection, invite_hash: str) -> Staff | None:
    """Returns the member of staff that this unused code was made for. None when there is none."""
    row = (db.execute(_invite, {"invite": invite_hash})).mappings().first()
    return rows.staff(dict(row)) if row else None


def hot(db: Connection) -> tuple[HotIssue, ...]:
    """Returns the hot issues, hottest first."""
    return tuple(rows.hot_issue(doc) for (doc,) in db.execute(_hot))
