"""The month's report: from the first working morning on, to supervisors and leaders, the best of each level first."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest

from handlers.calendar.workdays import CHINA
from handlers.calendar.zone import SHANGHAI
from handlers.directory.directory import Level, Role, Staff
from handlers.rankings import monthly, periods
from handlers.rankings.figures import Figures
from handlers.rankings.order import FLOOR, ranked
from tests.support import samples

NOVEMBER = periods.month(2026, 11)


@pytest.mark.parametrize(
    ("now", "month"),
    [
        (datetime(2026, 12, 1, 9, tzinfo=SHANGHAI), "2026-11"),
        (datetime(2026, 12, 1, 8, 59, tzinfo=SHANGHAI), None),
        (datetime(2026, 12, 2, 0, 1, tzinfo=SHANGHAI), "2026-11"),
        (datetime(2026, 12, 31, 23, 59, tzinfo=SHANGHAI), "2026-11"),
        (datetime(2026, 8, 1, 12, tzinfo=SHANGHAI), None),  # a Saturday
        (datetime(2026, 8, 2, 12, tzinfo=SHANGHAI), None),
        (datetime(2026, 8, 3, 8, 59, tzinfo=SHANGHAI), None),
        (datetime(2026, 8, 3, 9, tzinfo=SHANGHAI), "2026-07"),
        (datetime(2026, 1, 1, 12, tzinfo=SHANGHAI), None),  # a holiday
        (datetime(2026, 1, 5, 9, tzinfo=SHANGHAI), "2025-12"),
    ],
)
def test_the_month_before_is_due_from_its_first_working_morning(now: datetime, month: str | None) -> None:
    period = monthly.due(now, CHINA)
    assert (period.key if period else None) == month


def test_months_follow_one_another_over_the_year() -> None:
    days = [date(2026, 11, 1) + timedelta(days=day) for day in range(70)]
    steps = {
        (later.month - day.month) % 12: monthly.month_index(later) - monthly.month_index(day)
        for day, later in pairwise(days)
    }
    assert steps == {0: 0, 1: 1}
    assert monthly.index(NOVEMBER) == monthly.month_index(date(2026, 11, 30))


def test_supervisors_and_leaders_who_can_be_reached_get_it_once() -> None:
    staff = (
        *samples.STAFF,
        Staff(20, "lake", Role.LEADER, "未绑定", None),
        Staff(21, "lake", Role.SUPERVISOR, "周主任", 103),
        Staff(22, "city", Role.ADMIN, "管理员", 109),
    )
    assert monthly.readers(samples.directory(staff)) == (103, 106)


def test_the_report_names_the_best_of_each_level_that_has_several() -> None:
    def unit(name: str, satisfied: int) -> Figures:
        return Figures(name, due=FLOOR, answered=FLOOR, fair=FLOOR, graded=FLOOR, satisfied=satisfied)

    city = ranked([unit("housing", FLOOR), unit("water", 0), unit("dispatch", FLOOR // 2), unit("city", 1)])
    county = ranked([unit("lake", FLOOR)])
    two = ranked([unit("may", FLOOR), unit("pine", 0)])
    few = ranked([Figures("may", due=1, answered=1), Figures("pine", due=1, answered=1)])
    letter = monthly.letter(
        NOVEMBER, Figures("", due=9, answered=9),
        {Level.CITY: city, Level.COUNTY: county, Level.STREET: few, Level.COMMUNITY: two},
        samples.directory(), "https://town.example/rank/report/2026-11",
    ).splitlines()  # fmt: skip
    assert letter[0] == f"{NOVEMBER.name}报告"
    assert letter[-1] == "全部单位和表格：https://town.example/rank/report/2026-11"
    best, best_of_two = [line for line in letter if "排在前面" in line]
    scores = {each.figures.unit_id: f"{each.score:g}" for each in (*city, *two)}
    assert best.endswith(
        f"市住建局 {scores['housing']} 分、市派单台 {scores['dispatch']} 分、江城市政府 {scores['city']} 分"
    )
    assert best_of_two.endswith(f"五一街道办 {scores['may']} 分、松林社区 {scores['pine']} 分")


def test_the_card_leads_to_the_whole_report() -> None:
    now = datetime(2026, 12, 1, 9, tzinfo=SHANGHAI)
    card = monthly.card(NOVEMBER, now)
    assert (card.path, card.at) == (monthly.path(NOVEMBER), now)
    assert card.path == "/rank/report/2026-11"
