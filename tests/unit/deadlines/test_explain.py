"""Why an answer is due when it is: every step that moved the date is told, and what is told adds up to the date."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from handlers.calendar.policy import DEFAULT, FIRST, TERMS, Book, Rule, Span, Terms
from handlers.calendar.workdays import WorkCalendar, YearOverride
from handlers.calendar.zone import SHANGHAI
from handlers.deadlines import deadlines
from handlers.deadlines.explain import briefly, explain
from handlers.deadlines.explain_steps import Inquiry
from handlers.tickets import lifecycle
from handlers.tickets.events import Actor, By, Event, Happening
from handlers.tickets.events.clock import (
    CardColour,
    Carded,
    ChaseNoticeIssued,
    Owed,
    Reminded,
    Resumed,
    Shortened,
    Uncarded,
)
from handlers.tickets.events.desks import Returned, Transferred
from handlers.tickets.events.filing import Supplemented, Withdrawn
from handlers.tickets.events.joining import Alone, Joined
from handlers.tickets.events.work import Accepted, Asked, Closed, Extended, Reopened, Replied
from handlers.tickets.ticket import Ticket
from handlers.tracking.model import Audience
from tests.support import samples

CLOCK = Actor(By.CLOCK)
Make = Callable[[Ticket, datetime], Happening]


def at(words: str) -> datetime:
    """A moment in China."""
    return datetime.fromisoformat(words).replace(tzinfo=SHANGHAI)


class Story:
    """A ticket filed at a moment, to which things happen at others."""

    def __init__(self, filed: str, kind: str = "投诉", *, is_vital: bool = False, terms: Terms = TERMS) -> None:
        self.terms = terms
        promise = deadlines.promise(kind, "", False, at(filed), is_vital=is_vital, terms=terms)
        begun = lifecycle.start(5, samples.filed(promise=promise, kind=kind), samples.CITIZEN, at(filed))
        self.ticket, self.log = begun.ticket, [begun.event]

    def then(self, when: str, what: Happening | Make, by: Actor = samples.HOUSING) -> Story:
        happening = what(self.ticket, at(when)) if callable(what) else what
        change = lifecycle.apply(self.ticket, happening, by, at(when))
        self.ticket, self.log = change.ticket, [*self.log, change.event]
        return self

    def lines(self, now: str, audience: Audience = Audience.STAFF, terms: Terms | None = None) -> tuple[str, ...]:
        return explain(self.ticket, tuple(self.log), self._question(now, audience, terms))

    def brief(self, now: str, audience: Audience = Audience.CITIZEN) -> tuple[str, ...]:
        return briefly(self.ticket, tuple(self.log), self._question(now, audience, None))

    def _question(self, now: str, audience: Audience, terms: Terms | None) -> Inquiry:
        return Inquiry(at(now), audience, terms or self.terms, samples.directory().name)


def extended(days: int) -> Make:
    return lambda ticket, now: Extended(days, "等材料。", deadlines.extend(ticket, days, now).reply_by)


def supplemented(ticket: Ticket, now: datetime) -> Happening:
    moved = deadlines.resume(ticket, now)
    return Supplemented("左边", reply_by=moved.reply_by, back=moved.back)


def resumed(ticket: Ticket, now: datetime) -> Happening:
    moved = deadlines.resume(ticket, now)
    return Resumed(moved.reply_by, back=moved.back)


def test_filed_rule_days_and_so_due_when() -> None:
    lines = Story("2026-09-28 10:00").lines("2026-09-28 11:00", Audience.CITIZEN)
    assert lines == (
        "今天 10:00 您提交",
        "按 2026年1月1日 起的规定：投诉 5 个工作日内答复",
        "提交当天不算，数 5 个工作日：9月29日至30日 2 天、10月8日至10日 3 天（10月10日调休上班）；到10月10日（周六）18:00 下班为止",
        "没算的：10月1日至7日国庆节",
        "所以：10月10日（周六）18:00 前答复，还有 12 天",
        "要是一直没有答复：10月9日（周五）09:00 提醒承办单位，10月10日（周六）18:00 亮黄牌，10月20日（周二）18:00 亮红牌，11月4日（周三）18:00 发催办通知单",
    )


def test_the_desk_reads_where_the_rule_comes_from() -> None:
    story = Story("2026-09-28 10:00")
    assert "出处：乐清" in story.lines("2026-09-28 11:00")[1]
    assert not any("出处" in line for line in story.lines("2026-09-28 11:00", Audience.CITIZEN))


def test_everything_that_moved_the_date() -> None:
    story = (
        Story("2026-04-01 09:00")
        .then("2026-04-01 10:00", Accepted())
        .then("2026-04-02 10:00", Asked("哪一盏？", at("2026-04-09 18:00")))
        .then("2026-04-07 08:00", supplemented, samples.CITIZEN)
        .then("2026-04-08 09:00", extended(3))
    )
    told = story.lines("2026-04-08 12:00")
    assert told[4:8] == (
        "4月1日（周三）10:00 受理（答应 4月2日（周四）18:00 前）",
        "4月2日（周四）10:00 请市民补充，时钟停，最多停到明天（周四）18:00",
        "昨天 08:00 市民补充了，停了 4 天，其中上班时间 17 小时，补回来：改到4月13日（周一）17:00",
        "今天 09:00 延期 3 个工作日（4月14日至16日 3 天）：改到4月16日（周四）18:00，原因：等材料",
    )
    assert told[8] == "所以：4月16日（周四）18:00 前答复，还有 8 天"
    assert story.ticket.promise.reply_by == at("2026-04-16 18:00")


def test_a_pause_that_ends_by_itself_and_one_that_cost_nothing() -> None:
    asked = Story("2026-04-01 09:00").then("2026-04-02 10:00", Asked("哪一盏？"))
    waited = asked.then("2026-04-10 18:00", resumed, CLOCK).lines("2026-04-11 09:00")
    assert any(
        "等了 8 天 没有等到补充，自动接着计时，其中上班时间 53 小时，补回来：改到4月17日（周五）17:00" in line
        for line in waited
    )
    short = Story("2026-04-01 09:00").then("2026-04-02 10:00", Asked("哪一盏？"))
    told = short.then("2026-04-02 17:30", supplemented, samples.CITIZEN).lines("2026-04-03 09:00")
    assert any("停了 7 小时，其中上班时间 7 小时 30 分，补回来：改到4月10日（周五）16:30" in line for line in told)
    night = Story("2026-04-01 09:00").then("2026-04-02 23:57", Asked("哪一盏？"))
    told = night.then("2026-04-03 00:03", supplemented, samples.CITIZEN).lines("2026-04-03 09:00")
    assert any("停了 6 分钟，没有耽误上班时间，日期不变" in line for line in told)


def test_a_pause_that_was_counted_in_days_is_told_in_days() -> None:
    """Events of the program that counted midnights keep the date that they hold."""
    story = Story("2026-04-01 09:00").then("2026-04-02 10:00", Asked("哪一盏？"))
    told = story.then("2026-04-07 08:00", Supplemented("左边", reply_by=at("2026-04-13 18:00")), samples.CITIZEN)
    lines = told.lines("2026-04-08 12:00")
    days = "停了 4 天，耽误 2 个工作日（4月3日 1 天、4月7日 1 天），补回来：改到4月13日（周一）18:00"
    assert any(days in line for line in lines)
    assert told.ticket.promise.reply_by == at("2026-04-13 18:00")


def test_while_it_waits_the_clock_is_said_to_stand() -> None:
    story = Story("2026-04-01 09:00").then("2026-04-02 10:00", Asked("哪一盏？", at("2026-04-09 18:00")))
    told = story.lines("2026-04-02 15:00", Audience.CITIZEN)
    assert told[-2] == "现在还在等您补充，已经停了 5 小时；停的时间会补回来"
    assert told[-1] == "最多等到4月9日（周四）18:00，到时自动接着计时；停着的时候不亮牌"


def test_desks_change_and_the_clock_does_not_stop() -> None:
    story = Story("2026-04-01 09:00").then("2026-04-02 10:00", Returned("dispatch", "不归我们管"))
    told = story.then("2026-04-02 11:00", Transferred("water"), samples.DISPATCHER).lines("2026-04-02 12:00")
    assert sum("时钟不停，日期不变" in line for line in told) == 2
    assert not any("时钟不停" in line for line in story.brief("2026-04-02 12:00"))


def test_hours_are_counted_round_the_clock() -> None:
    told = Story("2026-02-18 03:00", "求助", is_vital=True).lines("2026-02-18 04:00")
    assert "昼夜连续计 24 小时，周末和节假日也算：明天（周四）03:00 到期" in told
    paused = Story("2026-02-18 03:00", "求助", is_vital=True).then("2026-02-18 05:00", Asked("哪一栋？"))
    answered = paused.then("2026-02-18 08:00", supplemented, samples.CITIZEN).lines("2026-02-18 09:00")
    assert "今天 08:00 市民补充了，停了 3 小时，补回来：改到明天（周四）06:00" in answered


def test_calendar_days_are_said_to_be_such() -> None:
    rule = Rule("全部", "7 天内答复", "试", Span(days=1), Span(days=7), None)
    story = Story("2026-09-28 10:00", terms=Terms(Book([replace(FIRST, rules=(rule,))])))
    assert "按自然日连续计 7 天，周末和节假日也算：10月5日（周一）10:00 到期" in story.lines("2026-09-28 11:00")


def test_a_crowd_brings_the_date_forward() -> None:
    story = Story("2026-04-01 09:00")
    what = Shortened(at("2026-04-07 18:00"), 12, "10 人以上一起推动的，3 个工作日内答复")
    told = story.then("2026-04-02 09:00", what, Actor(By.SYSTEM)).brief("2026-04-02 10:00")
    assert (
        told[-2]
        == "今天 09:00 12 人一起推动，按规定提前（10 人以上一起推动的，3 个工作日内答复）：改到4月7日（周二）18:00"
    )
    assert told[-1].startswith("所以：4月7日（周二）18:00 前答复")


def test_what_the_ladder_has_done_and_will_do() -> None:
    due = at("2026-04-09 18:00")
    story = (
        Story("2026-04-01 09:00")
        .then("2026-04-08 09:00", Reminded(Owed.REPLY, due), CLOCK)
        .then("2026-04-09 18:00", Carded(CardColour.YELLOW, due), CLOCK)
    )
    told = story.lines("2026-04-10 09:00")
    assert "4月8日（周三）09:00 提醒了承办单位" in told
    assert "昨天 18:00 亮了黄牌" in told
    assert told[-2:] == (
        "所以：应在昨天 18:00 前答复，已经过了 15 小时",
        "要是一直没有答复：4月19日（周日）18:00 亮红牌，5月4日（周一）18:00 发催办通知单",
    )
    story.then("2026-04-19 18:00", Carded(CardColour.RED, due), CLOCK)
    story.then("2026-05-04 18:00", ChaseNoticeIssued("催〔2026〕0001号", due), CLOCK)
    story.then("2026-05-05 09:00", Uncarded(CardColour.RED, "停电期间。"), samples.HOUSING)
    told = story.lines("2026-05-05 10:00")
    assert told[-1].startswith("所以：")
    assert "昨天 18:00 发了催办通知单 催〔2026〕0001号" in told
    assert "今天 09:00 撤了红牌，原因：停电期间" in told


def test_a_reminder_that_was_missed_is_not_announced() -> None:
    assert "提醒" in Story("2026-04-01 09:00").lines("2026-04-02 09:00")[-1]
    assert "提醒" not in Story("2026-04-01 09:00").lines("2026-04-10 09:00")[-1]


def test_thanks_cost_no_card() -> None:
    told = Story("2026-04-01 09:00", "感谢").lines("2026-04-01 10:00")
    assert "按 2026年1月1日 起的规定：感谢和表扬 5 个工作日内转达" in told[1]
    assert told[-1].endswith("这类事晚了不亮牌")
    assert "黄牌" not in "".join(told)


def test_a_new_round_counts_anew() -> None:
    story = Story("2026-04-01 09:00").then("2026-04-03 09:00", Replied("修好了"))
    promise = deadlines.promise("投诉", "", False, at("2026-04-20 09:00"))
    story.then("2026-04-20 09:00", Reopened("又坏了", promise), samples.CITIZEN)
    brief = story.brief("2026-04-20 10:00")
    assert brief[0] == "今天 09:00 重新办理，从这时重新计时"
    assert brief[-1] == "所以：4月27日（周一）18:00 前答复，还有 7 天"
    assert "4月3日（周五）09:00 答复，时钟停" in story.lines("2026-04-20 10:00")


def test_a_ticket_that_follows_another_has_its_date() -> None:
    story = Story("2026-04-01 09:00").then("2026-04-02 09:00", samples.SAMPLES[Joined], samples.CITIZEN)
    told = story.lines("2026-04-02 10:00")
    assert any("和 26000028 一起办理，期限跟着它" in line for line in told)
    assert told[-1] == "提醒和亮牌跟着 26000028 走"
    promise = deadlines.promise("投诉", "", False, at("2026-04-03 09:00"))
    brief = story.then("2026-04-03 09:00", Alone("housing", promise), samples.CITIZEN).brief("2026-04-03 10:00")
    assert brief[0] == "今天 09:00 改为单独办理，从这时重新计时"


@pytest.mark.parametrize("what", [Replied("修好了"), Closed("修好了"), Withdrawn()])
def test_nothing_is_to_come_when_it_is_over(what: Happening) -> None:
    by = samples.CITIZEN if isinstance(what, Withdrawn) else samples.HOUSING
    told = Story("2026-04-01 09:00").then("2026-04-02 09:00", what, by).lines("2026-04-20 09:00")
    assert told[-1] == "所以：应在4月9日（周四）18:00 前答复"


def test_a_stranger_reads_no_reasons() -> None:
    story = Story("2026-04-01 09:00").then("2026-04-01 10:00", Accepted()).then("2026-04-02 09:00", extended(3))
    assert "等材料" in "".join(story.lines("2026-04-02 10:00", Audience.CITIZEN))
    assert "等材料" not in "".join(story.lines("2026-04-02 10:00", Audience.STRANGER))


def test_what_was_taken_back_is_not_told() -> None:
    story = Story("2026-04-01 09:00").then("2026-04-01 10:00", Accepted()).then("2026-04-02 09:00", extended(3))
    change = lifecycle.undo(tuple(story.log), 3, samples.HOUSING, at("2026-04-02 09:05"))
    log: tuple[Event, ...] = (*story.log, change.event)
    question = Inquiry(at("2026-04-02 10:00"), Audience.STAFF, TERMS, samples.directory().name)
    assert not any("延期" in line for line in explain(change.ticket, log, question))


def test_days_that_were_announced_later_are_said_to_have_changed_nothing() -> None:
    storm = WorkCalendar([YearOverride(2026, off=frozenset({at("2026-04-02 00:00").date()}), complete=False)])
    told = Story("2026-04-01 09:00").lines("2026-04-03 09:00", terms=Terms(DEFAULT, storm))
    assert "放假安排后来有过调整，日期仍按当时答应的算" in told
    assert "所以：4月9日（周四）18:00 前答复，还有 6 天" in told


def test_an_old_promise_without_edition_is_told_all_the_same() -> None:
    story = Story("2026-04-01 09:00")
    bare = replace(story.ticket.promise, edition="", ladder=(), remind_at=None)
    begun = lifecycle.start(5, samples.filed(promise=bare), samples.CITIZEN, at("2026-04-01 09:00"))
    question = Inquiry(at("2026-04-02 09:00"), Audience.STAFF, TERMS, samples.directory().name)
    told = explain(begun.ticket, (begun.event,), question)
    assert told[1] == "按规定：投诉 5 个工作日内答复"


def test_the_lines_end_in_the_promised_date_whatever_happened() -> None:
    for pause in range(12):
        story = Story("2026-09-24 16:00").then("2026-09-25 09:00", Asked("哪一盏？"))
        back = at("2026-09-25 09:00") + timedelta(days=pause, hours=3)
        story.then(back.strftime("%Y-%m-%d %H:%M"), supplemented, samples.CITIZEN)
        due = story.ticket.promise.reply_by.astimezone(SHANGHAI)
        so = next(line for line in story.lines("2026-09-25 10:00") if line.startswith("所以"))
        assert f"{due.month}月{due.day}日" in so
