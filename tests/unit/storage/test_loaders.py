"""Every kind of thing that a rule may ask for has one loader, every kind of change one writer; a later message sees what an
earlier one changed.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from typing import Any, TypeVar

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection, create_engine, insert

import handlers
from handlers.directory.directory import Role, Staff
from handlers.items.events import Dropped, ItemEvent
from handlers.items.item import Item, ItemDue, ItemState, Origin
from handlers.items.lifecycle import ItemChange
from handlers.items.queries import ItemBy, LastSerial, RunningItems
from handlers.outcome import OtherChange, Outcome
from handlers.queries import NOTHING, ById, ByNumber, DeskOf, Found, HistoryOf, InviteOf, Mine, Needs, Query
from handlers.tickets.events import Actor, By
from handlers.tickets.ticket import State
from storage.schema import rows
from storage.schema.tables import events, metadata, rectifications, staff, tickets
from storage.transactions import writing
from storage.transactions.batch import BatchView
from storage.transactions.loaders import LOADERS
from tests.support import samples

T = TypeVar("T")
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)


def kinds(of: type[T]) -> Iterator[type[T]]:
    """Every kind of this class in `handlers`."""
    for module in pkgutil.walk_packages(handlers.__path__, "handlers."):
        import_module(module.name)
    for kind in of.__subclasses__():
        yield kind
        yield from kinds(kind)


@pytest.mark.parametrize("kind", sorted(set(kinds(Query)), key=repr))
def test_each_kind_of_query_has_exactly_one_loader(kind: type[Query[Any]]) -> None:
    assert len([loader for loader in LOADERS if kind in loader.kinds]) == 1


def test_no_loader_answers_what_nobody_can_ask() -> None:
    assert {kind for loader in LOADERS for kind in loader.kinds} == set(kinds(Query))


def test_each_kind_of_change_has_a_writer() -> None:
    assert set(writing.OTHERS) == set(kinds(OtherChange))


@pytest.fixture
def db() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture
def view() -> BatchView:
    return BatchView(NOW)


def item(serial: int, unit: str = "housing", year: int = 2026) -> Item:
    key = f"Z{year % 100}{serial:03d}"
    opened = Actor(By.STAFF, 1, "小丁", "dispatch")
    return Item(serial, key, key, year, serial, Origin.HOT, unit, "路灯", NOW, opened, ItemDue(NOW))


def test_a_later_message_sees_the_items_as_an_earlier_one_left_them(db: Connection, view: BatchView) -> None:
    first, second = item(1), item(2, "water")
    db.execute(insert(rectifications), [rows.item_row(first), rows.item_row(second)])
    named, own, all_of_them, last = (
        ItemBy("Z26001"),
        RunningItems(frozenset({"housing"})),
        RunningItems(),
        LastSerial(2026),
    )
    asked: Needs = frozenset({named, ItemBy("Z26009"), own, all_of_them, last, LastSerial(2025)})
    view.load(db, asked)
    found = view.found(asked)
    assert (found.get(named), found.get(ItemBy("Z26009")), found.get(own)) == (first, None, (first,))
    assert (set(found.get(all_of_them)), found.get(last), found.get(LastSerial(2025))) == ({first, second}, 2, 0)
    ended, third, old = replace(first, state=ItemState.DROPPED), item(3), item(70, year=2020)
    event = ItemEvent(1, 2, NOW, first.opened_by, Dropped("立重了"))
    view.take(Outcome(others=tuple(ItemChange(one, event) for one in (ended, third, old))))
    found = view.found(asked)
    assert (found.get(named), found.get(own)) == (ended, (third, old))
    assert (set(found.get(all_of_them)), found.get(last)) == ({second, third, old}, 3)


def test_a_used_code_opens_nothing_for_the_next_message(db: Connection, view: BatchView) -> None:
    member = Staff(3, "housing", Role.HANDLER, "小吴", None, "hash", 9)
    db.execute(insert(staff), [rows.staff_row(member)])
    asked: Needs = frozenset({InviteOf("hash"), InviteOf("other")})
    view.load(db, asked)
    assert (view.found(asked).get(InviteOf("hash")), view.found(asked).get(InviteOf("other"))) == (member, None)
    view.take(Outcome(staff=(replace(member, person_id=5, invite_hash=None),)))
    assert view.found(asked).one(InviteOf) is None


def test_tickets_and_their_events_are_those_after_the_earlier_messages(db: Connection, view: BatchView) -> None:
    change = samples.start()
    ticket, other = change.ticket, replace(change.ticket, id=change.ticket.id + 1, number="26000028", token="t2")
    db.execute(insert(tickets), [rows.ticket_row(ticket), rows.ticket_row(other)])
    db.execute(insert(events), [rows.event_row(change.event)])
    named, mine, desk = ByNumber(ticket.number), Mine(ticket.person_id), DeskOf(frozenset({ticket.unit_id}))
    asked: Needs = frozenset({named, HistoryOf(named), mine, desk, ById(77), HistoryOf(ById(77))})
    view.load(db, asked)
    found = view.found(asked)
    assert (found.get(named), found.history, found.get(HistoryOf(named))) == (
        ticket,
        {ticket.id: (change.event,)},
        (change.event,),
    )
    assert (found.by_number, found.by_id, found.get(HistoryOf(ById(77)))) == ({ticket.number: ticket}, {}, ())
    assert {one.id for one in found.get(mine)} == {one.id for one in found.get(desk)} == {ticket.id, other.id}
    closed = replace(ticket, state=State.CLOSED, joined_to=other.id)
    event = replace(change.event, seq=2)
    view.take(Outcome(tickets=(closed,), events=(event,)))
    found = view.found(asked)
    assert (found.get(named), found.get(desk), found.mains) == (closed, (other,), {other.id: other})
    assert found.get(HistoryOf(named)) == (change.event, event)


def test_what_was_not_asked_for_is_not_answered(view: BatchView) -> None:
    found = view.found(NOTHING)
    assert (found.mine, found.by_id, found.by_number, found.history) == ((), {}, {}, {})
    with pytest.raises(KeyError):
        found.get(Mine(1))
    with pytest.raises(KeyError):
        Found().one(InviteOf)
