"""The month's report: when it is due, who gets it, what it says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from handlers.calendar.workdays import WorkCalendar
from handlers.calendar.zone import day_of, local
from handlers.directory.directory import Directory, Level, Role
from handlers.pushes import Card, CardKind
from handlers.rankings import periods, wording
from handlers.rankings.figures import Figures
from handlers.rankings.order import Ranked
from handlers.rankings.periods import Period

HOUR = 9
"""Hour of the first working day of a month when the month before is reported."""

READERS = (Role.SUPERVISOR, Role.LEADER)
BEST = 3


def due(now: datetime, calendar: WorkCalendar) -> Period | None:
    """Returns the month whose report is due: the one before, from the first working morning of this one on. None before
    that.
    """
    today = day_of(now)
    first = today.replace(day=1)
    opens = calendar.after(first - timedelta(days=1), 1)
    if today < opens or (today == opens and local(now).hour < HOUR):
        return None
    before = first - timedelta(days=1)
    return periods.month(before.year, before.month)


def index(period: Period) -> int:
    """Returns the months since year 0."""
    return month_index(period.first)


def month_index(day: date) -> int:
    """Returns the months since year 0 of a day."""
    return day.year * 12 + day.month


def readers(directory: Directory) -> tuple[int, ...]:
    """Returns the people who get the report."""
    found = (
        member.person_id
        for member in directory.staff.values()
        if member.role in READERS and member.person_id is not None
    )
    return tuple(dict.fromkeys(found))


def path(period: Period) -> str:
    """Returns the path of the whole report."""
    return f"/rank/report/{period.key}"


def card(period: Period, now: datetime) -> Card:
    """Returns the report's card, for those who can only be sent a template message."""
    return Card(CardKind.TASK, period.key, f"{period.name}报告", "月度报告", "点开看各单位", now, path(period))


def letter(
    period: Period, together: Figures, orders: Mapping[Level, Sequence[Ranked]], directory: Directory, link: str
) -> str:
    """Returns the report in a few lines with the link to all of it: the first unit of each level with several ranked."""
    lines = wording.stats("全部单位", period.name, together)
    lines[0] = f"{period.name}报告"
    for level, order in orders.items():
        placed = [each for each in order if each.place is not None]
        if len(placed) > 1:
            names = "、".join(f"{directory.name(each.figures.unit_id)} {each.score:g} 分" for each in placed[:BEST])
            lines.append(f"{wording.LEVELS[level]}排在前面：{names}")
    return "\n".join([*lines, f"全部单位和表格：{link}"])
