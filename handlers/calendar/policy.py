"""The policy: the limits (acceptance, reply, chasing …) for each kind of appeal, in dated editions. Each row names its
source.

A ticket keeps the edition it was filed under: what follows from a rule is written into its events. An installation may
replace `DEFAULT` by a file of its own (`bot/files/policy.py` reads it).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from handlers.calendar.office_hours import DEFAULT_HOURS, Hours
from handlers.calendar.workdays import CHINA, WorkCalendar


class Span(Struct, frozen=True, cache_hash=True):
    """A length of time in one measure: hours round the clock, calendar days, or working days."""

    hours: int = 0
    days: int = 0
    workdays: int = 0

    def __str__(self) -> str:
        if self.workdays:
            return f"{self.workdays}wd"
        return f"{self.days}d" if self.days else f"{self.hours}h"

    @property
    def words(self) -> str:
        """The length in Chinese."""
        if self.workdays:
            return f"{self.workdays} 个工作日"
        return f"{self.days} 天" if self.days else f"{self.hours} 小时"


_SPAN = re.compile(r"(\d{1,4})(h|d|wd)")


def span(text: str) -> Span:
    """Returns the span of a text such as "2h", "15d" or "5wd". Raises ValueError for anything else."""
    found = _SPAN.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"a span is written as 2h, 15d or 5wd, not {text!r}")
    count, unit = int(found[1]), found[2]
    return Span(hours=count) if unit == "h" else Span(days=count) if unit == "d" else Span(workdays=count)


class Ladder(Struct, frozen=True, cache_hash=True):
    """When the cards and the 催办通知单 follow, counted from the promised date. Never in working days."""

    yellow: Span
    red: Span
    notice: Span
    source: str


class Rule(Struct, frozen=True, cache_hash=True):
    """One row of the policy: for which appeals, the limits, and their source. An empty field matches all."""

    name: str
    words: str
    """The rule as a citizen reads it."""

    source: str
    accept: Span
    reply: Span
    ladder: Ladder | None
    """None: a late reply costs no card."""

    kinds: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    urgent: bool = False
    vital: bool = False

    def holds(self, kind: str, category: str, urgent: bool, vital: bool) -> bool:
        """Returns whether the row matches such an appeal."""
        if (self.urgent and not urgent) or (self.vital and not (vital or self._vital_category(kind, category))):
            return False
        if self.kinds and kind not in self.kinds:
            return False
        return self.vital or not self.categories or category in self.categories

    def _vital_category(self, kind: str, category: str) -> bool:
        return kind in VITAL_KINDS and category in self.categories


class CrowdRule(Struct, frozen=True, cache_hash=True):
    """A limit for tickets that many people follow."""

    people: int
    """It applies from so many people on."""

    reply: Span
    """From then on the reply is due within this time, if that is sooner."""

    words: str


class Edition(Struct, frozen=True, cache_hash=True):
    """All rules in force from one day until the next edition."""

    effective: date
    rules: tuple[Rule, ...]
    crowd: tuple[CrowdRule, ...] = ()
    wait: Span = Span(workdays=5)
    """Longest pause for the citizen's answer."""

    urge_answer: Span = Span(workdays=1)
    """Within this time a unit answers a 催办."""

    returns: int = 3
    """At this many 退回 an arbiter decides."""

    ruling: Span = Span(workdays=1)
    """Within this time the arbiter decides."""

    extension: int = 15
    """Longest extension in working days."""

    rating: Span = Span(days=7)
    """How long a grade may be given."""

    redo: Span = Span(hours=24)
    """After this time a low grade without a reason becomes a 重办."""

    revisit: Span = Span(days=21)
    """How long after closing the citizen is asked again (回头看)."""

    revisit_every: int = 5
    """One of so many closed tickets is asked again."""

    look: Span = Span(days=7)
    """Within this time the citizen answers a 回头看."""

    def rule(self, kind: str, category: str, urgent: bool, vital: bool = False) -> Rule:
        """Returns the first row that matches. The last row of an edition matches everything."""
        return _first_row(self, kind, category, urgent, vital)

    def crowd_rule(self, people: int) -> CrowdRule | None:
        """Returns the strictest crowd rule that so many people have reached. None when none is."""
        reached = [row for row in self.crowd if people >= row.people]
        return max(reached, key=lambda row: row.people) if reached else None


@lru_cache(maxsize=1024)
def _first_row(edition: Edition, kind: str, category: str, urgent: bool, vital: bool) -> Rule:
    return next(row for row in edition.rules if row.holds(kind, category, urgent, vital))


class Book:
    """All editions. Before the first one's day its rules hold too."""

    def __init__(self, editions: Iterable[Edition]) -> None:
        self.editions = tuple(sorted(editions, key=lambda one: one.effective))
        if not self.editions:
            raise ValueError("a policy has at least one edition")
        self._named = {one.effective.isoformat(): one for one in self.editions}

    def named(self, effective: str) -> Edition | None:
        """Returns the edition by its first day, such as 2026-11-01. None when it is not kept."""
        return self._named.get(effective)

    def on(self, day: date) -> Edition:
        """Returns the edition in force on this day."""
        newest = self.editions[-1]
        if newest.effective <= day:
            return newest
        return next((one for one in reversed(self.editions) if one.effective <= day), self.editions[0])


class Terms(Struct, frozen=True):
    """What dates are computed by."""

    book: Book
    calendar: WorkCalendar = CHINA
    office: Hours = DEFAULT_HOURS
    """Hours of the unit that owes the reply."""

    def at(self, office: Hours) -> Terms:
        """Returns the same terms with these hours."""
        return self if office is self.office else replace(self, office=office)


VITAL_CATEGORIES = frozenset({"自来水供应", "电力供应", "燃气供应", "冬季采暖"})
"""Lower-level categories of supplies that nobody can live without."""

VITAL_KINDS = frozenset({"投诉", "求助"})

_LEQING = "乐清：受理 1 个工作日，咨询 2 个、投诉 5 个、复杂的 15 个工作日"
_WUHU = "芜湖市民心声：超过 5 天黄牌，超过 15 天红牌，超过 30 天发催办通知单"

IN_DAYS = Ladder(Span(), Span(days=10), Span(days=25), _WUHU)
"""For a limit of five days: a card after more than 5 and more than 15 days, the notice after more than 30."""

IN_HOURS = Ladder(Span(), Span(hours=24), Span(hours=72), "自定：该在几小时内办的，不能拖成几天")

_DAY = Span(workdays=1)


def _plain(name: str, days: int, source: str, *kinds: str) -> Rule:
    words = f"{name} {days} 个工作日内答复" if kinds else f"{days} 个工作日内答复"
    return Rule(name, words, source, _DAY, Span(workdays=days), IN_DAYS, kinds=frozenset(kinds))


FIRST = Edition(
    effective=date(2026, 1, 1),
    rules=(
        Rule(
            "紧急",
            "紧急情况 2 小时内处置回应",
            "北京 12345：紧急情况 2 小时",
            Span(hours=2),
            Span(hours=2),
            IN_HOURS,
            urgent=True,
        ),
        Rule(
            "水电气暖",
            "停水、停电、停气、停暖 24 小时内答复",
            "北京 12345：水、电、气、暖 24 小时",
            _DAY,
            Span(hours=24),
            IN_HOURS,
            categories=VITAL_CATEGORIES,
            vital=True,
        ),
        _plain("咨询", 2, _LEQING, "咨询"),
        _plain("投诉", 5, f"{_LEQING}；{_WUHU}", "投诉"),
        _plain("举报", 5, _LEQING, "举报"),
        _plain("求助", 5, _LEQING, "求助"),
        _plain("建议", 15, _LEQING, "建议"),
        Rule(
            "感谢",
            "感谢和表扬 5 个工作日内转达",
            "自定：转达到人就行，晚了不亮牌",
            _DAY,
            Span(workdays=5),
            None,
            kinds=frozenset({"感谢"}),
        ),
        _plain("其他", 5, "芜湖市民心声：3 至 5 天内答复"),
    ),
    crowd=(
        CrowdRule(10, Span(workdays=3), "10 人以上一起推动的，3 个工作日内答复"),
        CrowdRule(50, Span(workdays=1), "50 人以上一起推动的，1 个工作日内答复"),
    ),
)
DEFAULT = Book([FIRST])
TERMS = Terms(DEFAULT)
"""The policy and calendar that ship with the project."""
