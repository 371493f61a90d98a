"""Commands about days that a unit names: 回应 to a citizen's 催办, 兑现 of what an answer promised, 回访."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import ClassVar

from handlers.calendar.policy import Span
from handlers.calendar.zone import SHANGHAI, day_of
from handlers.chasing import due_steps
from handlers.deadlines import deadlines
from handlers.errors import Refused
from handlers.official.changing import TicketChange, changes
from handlers.official.command import HOTLINE, NUMBER, OWN, Argument, Group, Slot, Spec, TicketCommand
from handlers.official.scene import Scene, Unclear
from handlers.official.wording import VOW_SHOWN, case
from handlers.pushes import Choice
from handlers.tickets.events import clock, work
from handlers.tickets.ticket import Commitment, Ticket
from handlers.tickets.wording import WEEKDAYS, cut, moment, short
from nlp.replies.promises import vows as read_vows
from nlp.text.days import Mention, mentions
from nlp.text.normalize import fold

LATE_GRACE = Span(workdays=3)
"""The longest that a late answer may still be put off by a dated statement, where no card is nearer; our own."""
MOST_VOWS = 5
"""Promises of one answer that are watched: more than anybody makes in earnest."""


class Respond(TicketCommand, frozen=True):
    """回应: the answer to the citizen's 催办; its words name a day."""

    name: ClassVar[str] = "回应"
    text: str


NO_DAY = "没有执行：回应要写明日期，市民才知道等到哪天。例如：周五前更换、11月28日前到场、3天内修好。"
NOT_URGED = "没有执行：市民没有催办过这件，不用回应。想告诉市民进展，请发「现场」或「答复」。"


def _respond(command: Respond, ticket: Ticket, scene: Scene) -> clock.UrgeAnswered:
    if not ticket.urges and ticket.crowd_urged_at is None:
        raise Refused(NOT_URGED)
    return clock.UrgeAnswered(command.text, stated_by(command.text, ticket, scene))


def stated_by(text: str, ticket: Ticket, scene: Scene) -> datetime:
    """The moment that the answer to a 催办 names. Refused where it names none, one that is past, or one too late."""
    today = day_of(scene.now)
    words = fold(text).text
    named = mentions(words, today, scene.ctx.terms.calendar.after)
    if not named:
        raise Refused(NO_DAY)
    ahead = [each for each in named if each.day >= today]
    if not ahead:
        raise Refused(day_past(max(each.day for each in named), today))
    latest = _latest(ticket, scene)
    last = max(ahead, key=lambda each: (each.day, each.hours))
    by = _moment(last, ticket, scene)
    if day_of(by) == day_of(latest):
        by = min(by, latest)
    if by > latest or by <= scene.now:
        raise Refused(too_late(latest, ticket.promise.reply_by, scene.now))
    return by


def end_of(day: date, ticket: Ticket, scene: Scene) -> datetime:
    """When the unit's offices close on that day; its very end where they have closed already."""
    closes = datetime.combine(day, scene.directory.hours(ticket.unit_id).closes).astimezone(UTC)
    return closes if closes > scene.now else datetime.combine(day, time(23, 59, tzinfo=SHANGHAI)).astimezone(UTC)


def _moment(named: Mention, ticket: Ticket, scene: Scene) -> datetime:
    return scene.now + timedelta(hours=named.hours) if named.hours else end_of(named.day, ticket, scene)


def _latest(ticket: Ticket, scene: Scene) -> datetime:
    """What the next step needs: the promised date; once that is past, the next card, and never more than the grace."""
    if ticket.promise.reply_by > scene.now:
        return ticket.promise.reply_by
    grace = deadlines.later(scene.now, LATE_GRACE, scene.ctx.terms_for(ticket.unit_id))
    return min([grace, *(at for at in due_steps.ladder(ticket).values() if at > scene.now)])


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日（周{WEEKDAYS[day.weekday()]}）"


def day_past(day: date, today: date) -> str:
    """The day named has passed."""
    return f"没有执行：{_day(day)}已经过了，今天是{_day(today)}。请写一个往后的日期。"


def too_late(latest: datetime, reply_by: datetime, now: datetime) -> str:
    """The day named comes after what the next step needs."""
    why = "答复期限" if reply_by > now else "已经逾期，最迟"
    return f"没有执行：日期太晚了，{why}是{moment(latest, now)}。请写这之前的日期；确实来不及，请用「延期」。"


RESPOND = changes(
    Spec(
        Respond,
        Group.WORK,
        (NUMBER, Argument("text", Slot.TEXT, "哪天前怎么办")),
        "回应市民的催办，要写明哪天前做什么；不回应会报给上级",
        "回应 {number} 周五前更换灯泡",
        HOTLINE,
        ("回应催办", "答催办", "回催办"),
    ),
    TicketChange[Respond, clock.UrgeAnswered](
        clock.UrgeAnswered,
        _respond,
        lambda what, ticket, scene: f"已回应 {case(ticket)}的催办，市民看得到：{moment(what.by, scene.now)} 前。",
    ),
)


class Fulfil(TicketCommand, frozen=True):
    """兑现: what a reply promised was done."""

    name: ClassVar[str] = "兑现"
    which: int | None
    """Number of the commitment, from 1. None for the only open one."""

    text: str


NO_VOWS = "没有执行：这件的答复里没有答应过哪天前办什么，不用兑现。"
ALL_KEPT = "没有执行：答应过的都已经兑现了。"


def _fulfil(command: Fulfil, ticket: Ticket, _scene: Scene) -> clock.CommitmentKept:
    which, text = command.which, command.text
    waiting = open_vows(ticket)
    if not ticket.vows:
        raise Refused(NO_VOWS)
    if not waiting:
        raise Refused(ALL_KEPT)
    if which is None and len(waiting) > 1:
        taps = tuple(Choice(f"第{place}项", f"兑现 {ticket.number} 第{place}项 {text}") for place, _ in waiting[:3])
        raise Unclear(which_vow(waiting), taps)
    place = which or waiting[0][0]
    if not 1 <= place <= len(ticket.vows):
        raise Refused(no_such_vow(len(ticket.vows)))
    if ticket.vows[place - 1].kept_at is not None:
        raise Refused(kept_already(place))
    return clock.CommitmentKept(place, text)


def promised(text: str, ticket: Ticket, scene: Scene) -> tuple[Commitment, ...]:
    """What the answer promises by a day, each as a vow that is watched; those of earlier answers stay."""
    found = read_vows(text, day_of(scene.now), scene.ctx.terms.calendar.after)[:MOST_VOWS]
    known = {vow.text for vow in ticket.vows}
    new = (Commitment(words, end_of(day, ticket, scene)) for words, day in found if words not in known)
    return (*ticket.vows, *new)


def open_vows(ticket: Ticket) -> tuple[tuple[int, Commitment], ...]:
    """What was promised and not done yet, with its place from 1."""
    return tuple((place, vow) for place, vow in enumerate(ticket.vows, 1) if vow.kept_at is None)


def which_vow(waiting: Iterable[tuple[int, Commitment]]) -> str:
    """Several promises are open."""
    lines = "\n".join(f"第{place}项：{cut(vow.text, VOW_SHOWN)}（{short(vow.by)}）" for place, vow in waiting)
    return f"兑现的是哪一项？\n{lines}"


def no_such_vow(count: int) -> str:
    """A place beyond the last."""
    return f"没有执行：一共 {count} 项，请写第1项到第{count}项。"


def kept_already(place: int) -> str:
    """A promise that was kept before."""
    return f"没有执行：第{place}项已经兑现过了。"


def _fulfilled(what: clock.CommitmentKept, ticket: Ticket, _scene: Scene) -> str:
    left = sum(vow.kept_at is None for vow in ticket.vows)
    rest = f"还有 {left} 项待兑现。" if left else ""
    return f"已记下兑现 {case(ticket)}的第{what.vow}项，市民看得到。{rest}"


FULFIL = changes(
    Spec(
        Fulfil,
        Group.WORK,
        (NUMBER, Argument("which", Slot.ITEM, "第几项", required=False), Argument("text", Slot.TEXT, "说明")),
        "答复里答应过的事办到了，市民会看到",
        "兑现 {number} 第1项 灯泡今天上午已换好",
        OWN,
        ("已兑现", "兑现承诺", "承诺兑现"),
    ),
    TicketChange[Fulfil, clock.CommitmentKept](clock.CommitmentKept, _fulfil, _fulfilled),
)


class CallBack(TicketCommand, frozen=True):
    """回访: the citizen was spoken with."""

    name: ClassVar[str] = "回访"
    text: str


CALL_BACK = changes(
    Spec(
        CallBack,
        Group.WORK,
        (NUMBER, Argument("text", Slot.TEXT, "说明")),
        "记下和市民通过话；重办的要先回访再答复",
        "回访 {number} 已通话，市民说还有两盏不亮",
        HOTLINE,
        ("已回访", "电话回访", "回访记录"),
    ),
    TicketChange[CallBack, work.CalledBack](
        work.CalledBack,
        lambda command, ticket, scene: work.CalledBack(command.text),
        lambda what, ticket, scene: f"已记下对 {case(ticket)}的回访。",
    ),
)

PROMISES = (RESPOND, FULFIL, CALL_BACK)
