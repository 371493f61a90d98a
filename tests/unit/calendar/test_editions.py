"""A ticket keeps the rule it was filed under: editions change at midnight in China, and what was promised stays."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from msgspec.structs import replace

from handlers.calendar.office_hours import hours
from handlers.calendar.policy import Book, CrowdRule, Edition, Rule, Span, Terms
from handlers.calendar.zone import SHANGHAI
from handlers.deadlines import deadlines
from handlers.directory.directory import Directory, Level, Unit
from handlers.errors import Refused
from handlers.tickets import lifecycle
from handlers.tickets.ticket import Promise, Ticket
from tests.support import samples

DAY = Span(workdays=1)


def edition(effective: str, days: int, **changes: object) -> Edition:
    """An edition of one rule."""
    rule = Rule("全部", f"{days} 个工作日内答复", "试", DAY, Span(workdays=days), None)
    return replace(Edition(date.fromisoformat(effective), (rule,)), **changes)


OLD = edition("2026-01-01", 5, extension=15, crowd=(CrowdRule(2, Span(workdays=3), "旧"),))
NEW = edition("2026-04-15", 2, extension=3, crowd=(CrowdRule(2, DAY, "新"),))
TERMS = Terms(Book([NEW, OLD]))


def at(words: str) -> datetime:
    """A moment in China."""
    return datetime.fromisoformat(words).replace(tzinfo=SHANGHAI)


def promised(moment: datetime) -> Promise:
    return deadlines.promise("投诉", "", False, moment, terms=TERMS)


def ticket(moment: datetime, **changes: object) -> Ticket:
    begun = lifecycle.start(5, samples.filed(promise=promised(moment)), samples.CITIZEN, moment).ticket
    return replace(begun, **changes)


@pytest.mark.parametrize(
    ("moment", "rule", "of"),
    [
        (at("2026-04-14 23:59:59"), "5 个工作日内答复", "2026-01-01"),
        (at("2026-04-15 00:00:00"), "2 个工作日内答复", "2026-04-15"),
        (datetime(2026, 4, 14, 15, 59, 59, tzinfo=UTC), "5 个工作日内答复", "2026-01-01"),
        (datetime(2026, 4, 14, 16, 0, 0, tzinfo=UTC), "2 个工作日内答复", "2026-04-15"),
        (at("2025-06-02 12:00:00"), "5 个工作日内答复", "2026-01-01"),
    ],
)
def test_the_edition_of_the_day_in_china_holds(moment: datetime, rule: str, of: str) -> None:
    assert (promised(moment).rule, promised(moment).edition) == (rule, of)


def test_a_second_before_midnight_and_one_after_are_promised_by_different_rules() -> None:
    assert promised(at("2026-04-14 23:59:59")).reply_by == at("2026-04-21 18:00")
    assert promised(at("2026-04-15 00:00:00")).reply_by == at("2026-04-17 18:00")


def test_what_was_promised_outlives_the_edition() -> None:
    filed = ticket(at("2026-04-14 10:00"))
    assert deadlines.extend(filed, 15, at("2026-04-16 10:00"), TERMS).reply_by == at("2026-05-14 18:00")
    with pytest.raises(Refused, match="1 到 3"):
        deadlines.extend(ticket(at("2026-04-15 10:00")), 4, at("2026-04-16 10:00"), TERMS)


def test_a_crowd_is_judged_by_the_rule_the_ticket_was_filed_under() -> None:
    old = deadlines.shorten(ticket(at("2026-04-14 10:00"), crowd=1), at("2026-04-15 10:00"), TERMS)
    assert old is not None
    assert (old.rule, old.reply_by) == ("旧", at("2026-04-20 18:00"))
    new = deadlines.shorten(ticket(at("2026-04-15 10:00"), crowd=1), at("2026-04-15 10:00"), TERMS)
    assert new is not None
    assert (new.rule, new.reply_by) == ("新", at("2026-04-16 18:00"))


def test_an_edition_that_is_no_longer_kept_leaves_the_rules_of_the_day() -> None:
    filed = ticket(at("2026-04-14 10:00"))
    assert deadlines.own_edition(filed, at("2026-04-16 10:00"), Terms(Book([NEW]))) is NEW


class TestOfficeHours:
    """A term in working days ends when the unit's own office closes, and the reminder comes when it opens."""

    LATE = TERMS.at(hours("08:00", "20:00"))

    def test_the_day_ends_when_the_office_closes(self) -> None:
        promise = deadlines.promise("投诉", "", False, at("2026-04-01 09:00"), terms=self.LATE)
        assert (promise.accept_by, promise.reply_by) == (at("2026-04-02 20:00"), at("2026-04-09 20:00"))
        assert promise.remind_at == at("2026-04-08 08:00")

    def test_whatever_moves_the_date_keeps_to_the_hours(self) -> None:
        filed = ticket(at("2026-04-01 09:00"), waiting_since=at("2026-04-02 08:00"), crowd=1)
        kept = replace(filed, promise=replace(filed.promise, reply_by=at("2026-04-09 20:00")))
        for moved in (
            deadlines.extend(filed, 2, at("2026-04-02 10:00"), self.LATE),
            deadlines.resume(kept, at("2026-04-07 08:00"), self.LATE),
            deadlines.shorten(filed, at("2026-04-02 10:00"), self.LATE),
        ):
            assert moved is not None
            assert moved.reply_by.astimezone(SHANGHAI).hour == 20
            assert moved.remind_at is not None
            assert moved.remind_at.astimezone(SHANGHAI).hour == 8
        assert deadlines.later(at("2026-04-02 10:00"), DAY, self.LATE) == at("2026-04-03 20:00")

    def test_hours_are_counted_round_the_clock(self) -> None:
        rule = Rule("全部", "3 小时", "试", Span(hours=1), Span(hours=3), None)
        terms = Terms(Book([replace(OLD, rules=(rule,))])).at(hours("10:00", "11:00"))
        promise = deadlines.promise("投诉", "", False, at("2026-04-04 23:00"), terms=terms)
        assert promise.reply_by == at("2026-04-05 02:00")
        assert promise.in_hours

    def test_two_units_count_apart(self) -> None:
        both = [deadlines.promise("投诉", "", False, at("2026-04-01 09:00"), terms=each) for each in (TERMS, self.LATE)]
        assert both[1].reply_by - both[0].reply_by == timedelta(hours=2)

    def test_the_context_knows_the_hours_of_the_unit(self) -> None:
        ctx = samples.context()
        assert ctx.terms_for("housing") is ctx.terms
        assert ctx.terms_for("a unit that was removed") is ctx.terms
        ctx.directory = Directory([Unit("gas", "燃气公司", Level.CITY, closes="20:00")], (), (), "gas")
        assert ctx.terms_for("gas").office == hours("09:00", "20:00")

    @pytest.mark.parametrize(("opens", "closes"), [("9:00", "18:00"), ("24:00", "25:00"), ("18:00", "09:00"), ("", "")])
    def test_hours_that_are_none_are_refused(self, opens: str, closes: str) -> None:
        with pytest.raises(ValueError, match=r"09:00|end after"):
            hours(opens, closes)


def test_days_of_the_calendar_are_counted_round_the_clock_and_given_back_so() -> None:
    rule = Rule("全部", "7 天内答复", "试", DAY, Span(days=7), None)
    terms = Terms(Book([replace(OLD, rules=(rule,))]))
    moment = at("2026-09-30 22:00")
    promise = deadlines.promise("投诉", "", False, moment, terms=terms)
    assert promise.reply_by == moment + timedelta(days=7)
    begun = lifecycle.start(5, samples.filed(promise=promise), samples.CITIZEN, moment).ticket
    paused = replace(begun, waiting_since=moment + timedelta(hours=1))
    resumed = deadlines.resume(paused, moment + timedelta(hours=6), terms)
    assert resumed.reply_by == promise.reply_by + timedelta(hours=5)
