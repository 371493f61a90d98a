"""The table of moves of an item, its fold, its numbers, its dates."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import product

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.calendar.policy import TERMS
from handlers.directory.directory import Directory, Level, Unit
from handlers.errors import Broken, Refused
from handlers.items import events, lifecycle, numbers, states, wording
from handlers.items.events import ItemEvent
from handlers.items.item import Item, ItemDue, ItemOwed, ItemState, Measure, Origin
from handlers.rectification import dates, notify
from handlers.tickets.events import Actor, By
from tests.support.stored import shapes

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
STAFF = Actor(By.STAFF, 7, "老郑", "dispatch")
DUE = ItemDue(NOW + timedelta(days=3), NOW + timedelta(days=2))
DIRECTORY = Directory([Unit("roads", "县城市管理局", Level.COUNTY)], (), (), "roads")

SAMPLES: dict[type, events.What] = {
    events.Planned: events.Planned((Measure("换电缆", DUE),), "挖断"),
    events.Progressed: events.Progressed("换好了", measure=1, done=True),
    events.ItemExtended: events.ItemExtended(1, DUE, "等料"),
    events.SubmittedForSignOff: events.SubmittedForSignOff("都亮了", DUE),
    events.SentBack: events.SentBack("还有不亮的", DUE),
    events.SignedOff: events.SignedOff("同意"),
    events.Covered: events.Covered((9,), 1),
    events.Dropped: events.Dropped("重复"),
    events.Warned: events.Warned(ItemOwed.PLAN, DUE.by),
}
_FILES = "[{id: int, kind: image/voice/video}]"
_DUE = "{by: datetime, remind_at: datetime | none = null, reminded: bool = false, late: bool = false}"

STORED: dict[str, str] = {
    "opened": f"number: str, key: str, year: int, serial: int, origin: hot/grades/supervisor, unit_id: str, cause: str, tickets: [int], people: int, plan: {_DUE}",
    "planned": f'measures: [{{text: str, due: {_DUE}, done_at: datetime | none = null}}], analysis: str = ""',
    "progressed": f"text: str, attachments: {_FILES} = [], measure: int = 0, done: bool = false, told: bool = true",
    "extended": f"measure: int, due: {_DUE}, reason: str, told: bool = true",
    "submitted": f"conclusion: str, sign: {_DUE}",
    "sent_back": f"reason: str, again: {_DUE}, told: bool = true",
    "signed": "verdict: str",
    "covered": "tickets: [int], people: int",
    "dropped": "reason: str",
    "warned": "owed: plan/measure/again/sign, by: datetime, measure: int = 0, late: bool = false",
}
"""A stored log is read for ever: a tag, a field, its type or its default never changes. A new event adds its line here."""

HANDS = {kind: Actor(By.CLOCK) if kind is events.Warned else STAFF for kind in SAMPLES}
WAY = {
    ItemState.OPENED: (),
    ItemState.DOING: (events.Planned,),
    ItemState.SUBMITTED: (events.Planned, events.SubmittedForSignOff),
    ItemState.SIGNED: (events.Planned, events.SubmittedForSignOff, events.SignedOff),
    ItemState.DROPPED: (events.Dropped,),
}


def opened() -> events.Opened:
    return events.Opened("整〔2026〕0001号", "Z26001", 2026, 1, Origin.HOT, "roads", "路灯不亮", (1, 2), 2, DUE)


def item_in(state: ItemState) -> tuple[Item, list[ItemEvent]]:
    """An item on its shortest way to this state, with its log."""
    change = lifecycle.start(5, opened(), STAFF, NOW)
    log = [change.event]
    for kind in WAY[state]:
        change = lifecycle.apply(change.item, SAMPLES[kind], HANDS[kind], NOW)
        log.append(change.event)
    assert change.item.state is state
    return change.item, log


def test_every_event_is_stored_as_it_always_was() -> None:
    assert shapes(ItemEvent) == STORED


def test_an_item_is_opened_once() -> None:
    with pytest.raises(Broken):
        opened().fold(item_in(ItemState.DOING)[0], NOW, STAFF)


def test_every_kind_of_event_has_its_rows_its_title_its_fold_and_its_sample() -> None:
    assert [row.what for row in states.TABLE] == list(states.WHATS)
    assert set(events.ItemHappening.__subclasses__()) == set(states.WHATS)
    assert {what for what in states.WHATS if what.title and "fold" in vars(what)} == set(states.WHATS) - {events.Opened}
    assert set(notify.TABLE) == set(states.WHATS) - {events.Warned}
    assert set(SAMPLES) == set(states.WHATS) - {events.Opened}
    assert set(states.NAMES) == set(states.IS) == set(ItemState)


@pytest.mark.parametrize(("state", "kind"), list(product(ItemState, SAMPLES)))
def test_whole_matrix(state: ItemState, kind: type) -> None:
    item, log = item_in(state)
    row = states.row(kind, state)
    if row is None:
        with pytest.raises(Refused) as refused:
            lifecycle.apply(item, SAMPLES[kind], HANDS[kind], NOW)
        assert "{" not in refused.value.say
        return
    change = lifecycle.apply(item, SAMPLES[kind], HANDS[kind], NOW)
    assert change.item.state is (row.to or state)
    assert lifecycle.fold([*log, change.event]) == change.item
    assert change.item.version == len(log) + 1


@pytest.mark.parametrize(("by", "kind"), list(product(By, SAMPLES)))
def test_in_the_wrong_hands(by: By, kind: type) -> None:
    row = next(row for row in states.TABLE if row.what is kind)
    item, _ = item_in(min(row.starts))
    if by in row.by:
        lifecycle.check_can(item, kind, Actor(by))
    else:
        with pytest.raises(Refused):
            lifecycle.check_can(item, kind, Actor(by))


@pytest.mark.parametrize("kind", SAMPLES)
def test_events_keep_their_form(kind: type) -> None:
    event = ItemEvent(5, 2, NOW, STAFF, SAMPLES[kind])
    assert msgspec.json.decode(msgspec.json.encode(event), type=ItemEvent) == event


@pytest.mark.parametrize("kind", [kind for kind in SAMPLES if kind not in {events.SubmittedForSignOff, events.Warned}])
def test_citizens_read_whole_sentences(kind: type) -> None:
    item, _ = item_in(ItemState.SUBMITTED)
    said = SAMPLES[kind].for_citizens(item, DIRECTORY.name(item.unit_id))
    assert said
    assert "None" not in said
    assert not said.endswith("。")


def test_public_words_keep_the_units_telephone_and_nobody_elses() -> None:
    said = wording.public("请打 0571-6688123，住户电话 13900001234", "0571-6688123")
    assert "0571-6688123" in said
    assert "13900001234" not in said


def test_damaged_logs() -> None:
    _, log = item_in(ItemState.SUBMITTED)
    for damaged in ([], log[1:], [log[0], log[2]]):
        with pytest.raises(Broken):
            lifecycle.fold(damaged)


def test_nothing_is_due_of_what_is_over() -> None:
    for state in states.ENDED:
        item, _ = item_in(state)
        assert lifecycle.next_due(item) is None
        assert lifecycle.next_look(item) is None
    item, _ = item_in(ItemState.OPENED)
    assert lifecycle.next_due(item) == DUE.by
    assert lifecycle.next_look(item) == DUE.remind_at


@pytest.mark.parametrize(("kind", "told"), [(events.Progressed, True), (events.Progressed, False)])
def test_quiet_progress_leaves_the_day_open(kind: type, told: bool) -> None:
    item, _ = item_in(ItemState.DOING)
    later = NOW + timedelta(hours=5)
    change = lifecycle.apply(item, events.Progressed("快了", told=told), STAFF, later)
    assert change.item.told_at == (later if told else NOW)
    assert lifecycle.may_tell(change.item, NOW + timedelta(days=1)) is not told


@given(st.integers(2025, 2059), st.integers(1, 9999))
def test_numbers_are_read_as_they_are_written(year: int, serial: int) -> None:
    key = numbers.key(year, serial)
    assert numbers.key_of(numbers.number(year, serial)) == key
    assert numbers.read(key.lower()) == (key, len(key))
    assert numbers.read(key[1:], bare=True) == (key, len(key) - 1)


@pytest.mark.parametrize("text", ["26000015", "z26000015", "z2600", "z00123", "z26000", "整改很久", "", "13912345678"])
def test_what_is_no_number(text: str) -> None:
    assert numbers.read(text, bare=True) is None


@pytest.mark.parametrize(
    ("day", "by", "remind"),
    [
        (date(2026, 11, 27), (11, 27, 10), (11, 26, 1)),
        (date(2026, 11, 30), (11, 30, 10), (11, 27, 1)),
        (date(2026, 11, 29), (11, 29, 10), (11, 27, 1)),
        (date(2026, 11, 24), (11, 24, 10), None),
        (date(2026, 11, 23), (11, 23, 10), None),
    ],
)
def test_a_working_day_before(day: date, by: tuple[int, int, int], remind: tuple[int, int, int] | None) -> None:
    due = dates.on(day, NOW, TERMS)
    assert due.by == datetime(2026, *by, tzinfo=UTC)
    assert due.remind_at == (datetime(2026, *remind, tzinfo=UTC) if remind else None)


def test_after_hours_the_day_lasts_until_midnight() -> None:
    evening = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
    assert dates.on(date(2026, 11, 23), evening, TERMS).by == datetime(2026, 11, 23, 15, 59, tzinfo=UTC)
