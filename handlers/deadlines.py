"""By when we promise to take up and to answer an appeal, how a promise is moved, and what a pause gives back.

A promise is counted once, at filing, and written into the event: a ticket keeps the rule it was filed under.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from msgspec import Struct

from handlers.calendar import CHINA, WorkCalendar
from handlers.errors import Refused
from handlers.tickets.ticket import Promise, Ticket
from handlers.zone import SHANGHAI, day_of

END_OF_WORK = time(18, 0, tzinfo=SHANGHAI)
"""A term in working days ends when offices close on its last day."""
ACCEPT_DAYS = 1
"""Source: 乐清 (product.md): taken up within one working day."""
MAX_EXTENSION_DAYS = 15
"""One extension is at most this many working days. Source: 乐清's 15 for complex matters, 北京's 15 d for hard ones."""


class Policy(Struct, frozen=True):
    """One row: the limit to answer in working days or in hours, the rule in a citizen's words, and where it is from."""

    name: str
    rule: str
    source: str
    days: int = 0
    hours: int = 0


URGENT = Policy("紧急", "紧急情况 2 小时内处置回应", "北京: 2 h emergencies", hours=2)
VITAL = Policy("水电气暖", "停水、停电、停气、停暖 24 小时内答复", "北京: 24 h water, power, heat", hours=24)
QUESTION = Policy("咨询", "咨询 2 个工作日内答复", "乐清: questions 2", days=2)
COMPLAINT = Policy("投诉", "投诉 5 个工作日内答复", "乐清: complaints 5; 芜湖: yellow card after 5", days=5)
REPORT = Policy("举报", "举报 5 个工作日内答复", "乐清: complaints 5", days=5)
HELP = Policy("求助", "求助 5 个工作日内答复", "乐清: complaints 5", days=5)
IDEA = Policy("建议", "建议 15 个工作日内答复", "乐清: complex 15", days=15)
OTHER = Policy("其他", "5 个工作日内答复", "芜湖: a reply within 3–5 days", days=5)

POLICIES: dict[str, Policy] = {
    "咨询": QUESTION,
    "投诉": COMPLAINT,
    "举报": REPORT,
    "求助": HELP,
    "建议": IDEA,
    "感谢": OTHER,
}
"""By kind of appeal; urgency and vital supplies come before it."""

VITAL_CATEGORIES = frozenset({"自来水供应", "电力供应", "燃气供应", "冬季采暖"})
"""Lower levels of the category tree that are about supplies one cannot live without."""
VITAL_KINDS = frozenset({"投诉", "求助"})
_OUTAGE = re.compile(
    r"[停断缺没][了着]?(?:有)?(?:自来)?水(?![平准印务])|不[供来][水电气暖]"
    r"|[停没断][了着]?(?:有)?电(?![话梯视影动瓶脑池费器])|[停没][了着]?(?:有)?气(?![质氛派愤温])"
    r"|[停没断][了着]?(?:有)?(?:燃气|天然气|煤气|液化气)(?!费)|[停没][了着]?(?:有)?(?:暖气?|供暖|供热)(?!费)"
    r"|(?:水|电|燃气|天然气|煤气|暖气|供暖)[又都全]?[停断]了|自来水[^,，。；;]{0,8}[停断]了|(?:暖气|家里|屋里)(?:一直|都|还是)?(?:不热|冰凉|不暖)"
)


def vital(kind: str, text: str) -> bool:
    """Whether somebody is without water, power, gas or heat: words of an outage, in a complaint or a call for help."""
    return kind in VITAL_KINDS and _OUTAGE.search(text) is not None


def policy(kind: str, category: str, urgent: bool, is_vital: bool = False) -> Policy:
    """The row that holds for such an appeal: urgency first, then vital supplies, then the kind."""
    if urgent:
        return URGENT
    if is_vital or (kind in VITAL_KINDS and category in VITAL_CATEGORIES):
        return VITAL
    return POLICIES.get(kind, OTHER)


def promise(
    kind: str,
    category: str,
    urgent: bool,
    at: datetime,
    *,
    is_vital: bool = False,
    calendar: WorkCalendar = CHINA,
) -> Promise:
    """What we promise for an appeal filed at `at` (aware)."""
    row = policy(kind, category, urgent, is_vital)
    if row.hours:
        reply_by = at + timedelta(hours=row.hours)
        return Promise(min(_due(calendar, day_of(at), ACCEPT_DAYS), reply_by), reply_by, row.rule, in_hours=True)
    return _in_days(calendar, row, day_of(at))


def extend(ticket: Ticket, days: int, at: datetime, calendar: WorkCalendar = CHINA) -> datetime:
    """The date after an extension of `days` working days, counted from the promised date. Refused out of range."""
    if not 1 <= days <= MAX_EXTENSION_DAYS:
        raise Refused(f"延期请写 1 到 {MAX_EXTENSION_DAYS} 个工作日。")
    later = _due(calendar, day_of(ticket.promise.reply_by), days)
    if later <= at:
        raise Refused("这样延期之后还是已经过期，请多延几天，或尽快答复。")
    return later


def resume(ticket: Ticket, at: datetime, calendar: WorkCalendar = CHINA) -> datetime:
    """The date after a pause that ends at `at`: what the unit lost by waiting is given back, and no more.

    A rule in hours gets the hours back, a rule in working days the working days that began during the pause.
    """
    asked, reply_by = ticket.waiting_since, ticket.promise.reply_by
    if asked is None or at <= asked:
        return reply_by
    if ticket.promise.in_hours:
        return reply_by + (at - asked)
    lost = len(calendar.between(day_of(asked), day_of(at)))
    return _due(calendar, day_of(reply_by), lost) if lost else reply_by


@lru_cache(maxsize=4096)
def _due(calendar: WorkCalendar, day: date, days: int) -> datetime:
    return datetime.combine(calendar.after(day, days), END_OF_WORK).astimezone(UTC)


@lru_cache(maxsize=256)
def _in_days(calendar: WorkCalendar, row: Policy, day: date) -> Promise:
    return Promise(_due(calendar, day, ACCEPT_DAYS), _due(calendar, day, row.days), row.rule)
