"""One tick over many tickets: who is told once, what is summed up, and which document a ticket is on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta

import pytest
from msgspec.structs import replace

from handlers.chasing import chase_notice
from handlers.chasing.chase_notice import ChaseNotice, OpenNotices
from handlers.chasing.tick import Tick
from handlers.tickets import numbers
from handlers.tickets.events.clock import CardColour
from handlers.tickets.ticket import Cards, Chase, State, Ticket
from tests.support import chasing_walks, samples
from tests.support.samples import START

DAY = timedelta(days=1)
ME, DESK, CHIEF = samples.CITIZEN_PERSON, (102, 107), 103


class Beside:
    """The tickets beside those that are due; remembers which mains were asked for."""

    def __init__(self, *tickets: Ticket) -> None:
        self.tickets = tickets
        self.asked: list[int] = []

    def followers(self, ids: Collection[int]) -> Sequence[Ticket]:
        return [ticket for ticket in self.tickets if ticket.joined_to in ids]

    def by_id(self, ids: Collection[int]) -> Sequence[Ticket]:
        self.asked += ids
        return [ticket for ticket in self.tickets if ticket.id in ids]


def ticket(serial: int = 1, **changes: object) -> Ticket:
    filed = chasing_walks.filed(number=numbers.make(serial, START)).ticket
    return replace(filed, id=serial, **changes)


def ticked(*due: Ticket, days: int, beside: Beside | None = None) -> Tick:
    tick = Tick(samples.context(START + days * DAY), OpenNotices(2026, 11))
    tick.chase_all(due, beside or Beside())
    return tick


def whats(tick: Tick) -> list[str]:
    return [type(event.what).__name__ for event in tick.outcome().events]


@pytest.mark.parametrize(
    ("days", "steps"),
    [
        (1, []),
        (2, ["Reminded"]),
        (8, ["Reminded", "Reminded"]),
        (9, ["Carded"]),
        (20, ["Carded", "Carded"]),
    ],
)
def test_each_step_is_taken_when_it_is_due(days: int, steps: list[str]) -> None:
    tick = ticked(ticket(), days=days)
    assert whats(tick) == steps
    assert tick.failed == {}


def test_of_two_cards_at_once_everybody_is_told_of_the_red_one() -> None:
    tick = ticked(ticket(), days=20)
    to_citizen, to_staff = tick.outcome().pushes, tick.told().pushes
    assert [push.person_id for push in to_citizen] == [ME]
    assert "红牌" in to_citizen[0].text
    assert sorted(push.person_id for push in to_staff) == sorted((*DESK, CHIEF))
    assert all(push.text.startswith("红牌") for push in to_staff)


@pytest.mark.parametrize(("many", "singles"), [(3, 3), (4, 0)])
def test_many_reminders_are_one_summary_for_each_person(many: int, singles: int) -> None:
    told = ticked(*(ticket(serial) for serial in range(1, many + 1)), days=2).told()
    assert len(told.pushes) == singles * len(DESK)
    assert [push.person_id for push in told.summaries] == ([] if singles else list(DESK))
    assert all(f"{many} 件" in push.text for push in told.summaries)


def test_a_ticket_whose_rule_fails_is_left_and_the_others_go_on() -> None:
    broken, sound = ticket(1, unit_id="nowhere", promise=None), ticket(2)
    tick = ticked(broken, sound, days=9)
    assert list(tick.failed) == [1]
    assert [event.ticket_id for event in tick.outcome().events] == [2]
    assert tick.current(broken) is broken
    assert tick.current(sound).cards.yellow_at == START + 9 * DAY


def test_a_follower_is_taken_along_and_chased_as_it_stands_then() -> None:
    main = ticket(1, crowd=1)
    follower = ticket(2, joined_to=1, joined_number=main.number, person_id=8)
    tick = ticked(follower, main, days=9, beside=Beside(main, follower))
    assert [(event.ticket_id, type(event.what).__name__) for event in tick.outcome().events] == [
        (1, "Carded"),
        (2, "Followed"),
    ]
    assert {push.person_id for push in tick.outcome().pushes} == {ME, 8}


@pytest.mark.parametrize("days", [3, 4])
def test_the_one_that_is_left_is_told_and_no_other_is_loaded(days: int) -> None:
    main = replace(samples.ticket_in(State.REPLIED), id=1, crowd=1)
    leaving = replace(
        main, id=2, number="26000028", joined_to=1, joined_number=main.number, crowd=0, rating=1,
        chase=Chase(redo_by=START + 3 * DAY),
    )  # fmt: skip
    beside = Beside(main)
    tick = ticked(leaving, days=2, beside=beside)
    assert (whats(tick), beside.asked) == ([], [])
    tick = ticked(leaving, days=days, beside=beside)
    assert beside.asked == [1]
    assert [(event.ticket_id, type(event.what).__name__) for event in tick.outcome().events] == [
        (2, "Reopened"),
        (1, "Parted"),
    ]
    assert (tick.current(leaving).joined_to, tick.current(main).crowd) == (None, 0)


# The document


def test_tickets_of_a_unit_share_a_document_and_units_do_not() -> None:
    town, at = samples.directory(), START + 30 * DAY
    ledger = OpenNotices(2026, 11)
    for serial, unit in enumerate(("housing", "water", "housing"), 1):
        one = ticket(serial, unit_id=unit)
        number = ledger.number_for(unit)
        ledger = ledger.with_line(one, town, at)
        assert one.number in {line.number for line in ledger.all()[number].lines}
    assert [(one.number, one.unit, one.superior, len(one.lines)) for one in ledger.all().values()] == [
        ("催〔2026〕0012号", "市住建局", "江城市政府", 2),
        ("催〔2026〕0013号", "市水务局", "江城市政府", 1),
    ]


def test_a_full_document_is_followed_by_the_next_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chase_notice, "MOST_LINES", 2)
    ledger, given = OpenNotices(2026, 0), []
    for serial in range(1, 6):
        given.append(ledger.number_for("housing"))
        ledger = ledger.with_line(ticket(serial), samples.directory(), START)
    assert given == [f"催〔2026〕{serial:04d}号" for serial in (1, 1, 2, 2, 3)]
    assert {number: len(one.lines) for number, one in ledger.all().items()} == {given[0]: 2, given[2]: 2, given[4]: 1}


def test_documents_go_on_within_a_year_only() -> None:
    ledger = OpenNotices(2026, 11).with_line(ticket(), samples.directory(), START)
    assert ledger.of_year(2026, 12).number_for("housing") == "催〔2026〕0012号"
    assert ledger.of_year(2027, 0).number_for("housing") == "催〔2027〕0001号"
    assert ledger.of_year(2026, 12).filled == ()


def test_a_unit_without_a_superior_has_none_on_its_document() -> None:
    (document,) = OpenNotices(2026, 0).with_line(ticket(unit_id="city"), samples.directory(), START).all().values()
    assert (document.unit, document.superior) == ("江城市政府", "")


@pytest.mark.parametrize(
    ("changes", "done"),
    [
        ({}, ("没有受理",)),
        ({"accepted_at": START}, ("04-01 09:12 受理",)),
        (
            {"transfers": 1, "returns": 2, "asks": 1, "extensions": 1, "urges": 3, "reworks": 1},
            ("没有受理", "转办 1 次", "退回 2 次", "请市民补充 1 次", "延期 1 次", "市民催办 3 次", "重办 1 次"),
        ),
        ({"cards": Cards(yellow_at=START)}, ("没有受理", "04-01 09:12 黄牌")),
        (
            {"cards": Cards(yellow_at=START, red_at=START + DAY, withdrawn=(CardColour.YELLOW,))},
            ("没有受理", "04-01 09:12 黄牌（已撤）", "04-02 09:12 红牌"),
        ),
    ],
)
def test_a_line_tells_what_was_done_and_names_no_citizen(changes: dict[str, object], done: tuple[str, ...]) -> None:
    one = ticket(1, title="东湖路的路灯坏了，联系我13900001111", **changes)
    line = chase_notice.line(one, one.promise.reply_by + 2 * DAY)
    assert (line.number, line.due, line.late, line.done) == (one.number, one.promise.reply_by, "2 天", done)
    assert "13900001111" not in line.title


def test_a_document_is_numbered_by_the_year_in_china() -> None:
    assert chase_notice.year_of(START.replace(year=2027, month=1, day=1, hour=0, minute=30)) == 2027
    assert isinstance(OpenNotices(2026, 0).with_line(ticket(), samples.directory(), START).open["housing"], ChaseNotice)
