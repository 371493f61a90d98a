"""The bulk statements that write the outcomes of a batch of messages, or of a page of the clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, CursorResult, bindparam, delete, insert, update

from handlers.items.lifecycle import ItemChange
from handlers.messages import Unread
from handlers.outcome import OtherChange, Outcome
from handlers.tickets.events import Happening
from handlers.tickets.events.desks import Recused
from handlers.tickets.events.joining import Alone, Followed, Joined
from handlers.tickets.events.work import Reopened, Undone
from storage.queries import rankings, rectifications
from storage.queues import released
from storage.schema import rows
from storage.schema.bulk import Bulk
from storage.schema.engine import upsert
from storage.schema.in_list import among
from storage.schema.rows import Row
from storage.schema.tables import OutboxState, events, inbox, media, outbox, people, settings, staff, tickets
from storage.transactions.batch import Case

_people_columns = [c.name for c in people.columns if c.name not in ("id", "channel", "openid", "since")]
_ticket_columns = [
    "unit_id",
    "state",
    "reply_by",
    "replied_at",
    "rating",
    "version",
    "doc",
    "joined_to",
    "look_at",
    "owes_at",
    "published_at",
]
_bulk_people = Bulk(lambda dialect: upsert(people, dialect, _people_columns))
_bulk_tickets = Bulk(lambda dialect: upsert(tickets, dialect, _ticket_columns))
_bulk_staff = Bulk(lambda dialect: upsert(staff, dialect))
_bulk_inbox = Bulk(lambda _: insert(inbox))
_bulk_events = Bulk(lambda _: insert(events))
_bulk_outbox = Bulk(lambda _: insert(outbox))
_bulk_media = Bulk(lambda _: insert(media))
_tell = update(outbox).where(among(outbox.c.id, "ids")).values(state=OutboxState.TOLD.value)
_touch_directory = update(settings).where(settings.c.name == "directory_version").values(value=settings.c.value + 1)


OTHERS: Mapping[type[OtherChange], Callable[[Connection, Sequence[Any]], None]] = {ItemChange: rectifications.write}
"""What writes each kind of change besides those of tickets."""


def write(db: Connection, cases: Sequence[Case], now: datetime) -> None:
    """Write the outcomes of these cases. When two cases changed one ticket, the later one wins."""
    done = [(case, case.outcome) for case in cases if case.outcome is not None]
    _bulk_people.run(db, _people(done))
    _bulk_inbox.run(db, [_inbox(case) for case in cases])
    write_happened(db, [outcome for _, outcome in done], now)
    _bulk_media.run(db, _media(done, now))
    staff_rows = [rows.staff_row(member) for _, outcome in done for member in outcome.staff]
    if staff_rows:
        _bulk_staff.run(db, staff_rows)
        db.execute(_touch_directory)
    told = [push_id for case, outcome in done if _told(case, outcome) for push_id in case.parked_ids]
    if told:
        db.execute(_tell, {"ids": told})
    for case, outcome in done:
        if any(member.person_id is None for member in outcome.staff):
            released.drop(db, case.who.person.id)
        if outcome.forget:
            forget(db, case.who.person.id)


def write_happened(db: Connection, outcomes: Sequence[Outcome], now: datetime) -> None:
    """Write what happened to tickets and 整改 items: rows, events, ranking rounds and pushes. For messages, the clock and
    repairs.
    """
    changed = {ticket.id: ticket for outcome in outcomes for ticket in outcome.tickets}
    # In the order of their ids: two writers of one group of tickets then wait for each other and never in a circle.
    _bulk_tickets.run(db, [rows.ticket_row(changed[ticket_id]) for ticket_id in sorted(changed)])
    happened = [event for outcome in outcomes for event in outcome.events]
    _bulk_events.run(db, [rows.event_row(event) for event in happened])
    undone = {event.ticket_id for event in happened if _uncounts(event.what)}
    counted = [one for one in changed.values() if one.version > 1 and (rankings.counts(one) or one.id in undone)]
    if counted:
        rankings.save(db, counted)
    for kind, write_all in OTHERS.items():
        write_all(db, [change for outcome in outcomes for change in outcome.others if isinstance(change, kind)])
    accused = {event.ticket_id: event.what.units for event in happened if isinstance(event.what, Recused)}
    if accused:
        # What their desk was still to be told of the ticket; the pushes of this very change are told to others.
        released.keep_away(db, accused)
    _bulk_outbox.run(db, [rows.push_row(push, now) for outcome in outcomes for push in outcome.pushes])


def _uncounts(what: Happening) -> bool:
    """Returns whether the event may take a ticket out of the rankings that was counted before."""
    if isinstance(what, Followed):
        return isinstance(what.what, Undone | Reopened)
    return isinstance(what, Undone | Alone | Joined)


def _people(done: Sequence[tuple[Case, Outcome]]) -> list[Row]:
    return [
        rows.person_row(outcome.person or case.who.person, outcome.talk if outcome.talk is not None else case.who.talk)
        for case, outcome in done
        if case.new or outcome.person is not None or outcome.talk is not None
    ]


def _inbox(case: Case) -> Row:
    reply = case.outcome.reply if case.outcome else None
    # What nobody could read waits for somebody, like what failed.
    waits = case.failed or isinstance(case.incoming.body, Unread)
    return rows.inbox_row(case.incoming, case.who.person.id, reply, waits)


def _media(done: Sequence[tuple[Case, Outcome]], now: datetime) -> list[Row]:
    return [rows.media_row(wanted, case.who.person.channel, now) for case, outcome in done for wanted in outcome.media]


def _told(case: Case, outcome: Outcome) -> bool:
    return bool(case.parked_ids) and outcome.person is not None and outcome.person.parked == 0


_forget_person = (
    update(people)
    .where(people.c.id == bindparam("person_id"))
    .values(
        openid="gone:" + people.c.id.cast(people.c.openid.type),
        called="",
        following=False,
        talk=None,
        parked=0,
        reach_left=0,
    )
)
# An event's key holds the openid: the row stays, so that a retry is recognised, but leads to nobody's tickets.
_forget_inbox = (
    update(inbox).where(inbox.c.person_id == bindparam("gone_id")).values(person_id=0, body="null", reply=None)
)
_forget_staff = update(staff).where(staff.c.person_id == bindparam("gone_id")).values(person_id=None)
_forget_pushes = delete(outbox).where(
    outbox.c.person_id == bindparam("gone_id"),
    outbox.c.state.in_([OutboxState.PENDING.value, OutboxState.PARKED.value]),
)


def forget(db: Connection, person_id: int) -> None:
    """Delete what ties a person to their account: the platform demands it when somebody unfollows.

    Their tickets stay, without a way back to the account. An official who unfollows needs a new code.
    """
    db.execute(_forget_person, {"person_id": person_id})
    db.execute(_forget_inbox, {"gone_id": person_id})
    db.execute(_forget_pushes, {"gone_id": person_id})
    unbound: CursorResult[tuple[int]] = db.execute(_forget_staff, {"gone_id": person_id})
    if unbound.rowcount:
        db.execute(_touch_directory)
