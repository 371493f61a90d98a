"""Issues that many people raise: appeals gathered by place and matter as they arrive, ranked by an explainable heat.

A report joins the issue whose typical reports it resembles; two issues that turn out to be one are merged. Heat counts
people, not messages: a person who writes twenty times is one person.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from datetime import datetime, timedelta

import numpy as np
from msgspec import Struct

from nlp.matching.index import Index
from nlp.matching.similar import Matcher
from nlp.matching.sketch import Appeal, Sketch, stack

JOIN = 0.72
"""Mean score against an issue's typical reports at which a report joins it; above `SAME`, since one wrong member draws others."""
MERGE = 0.63
"""Mean score between two issues' typical reports at which they are one."""
_TYPICAL = 6
_NEAR = 24
_RECENT = timedelta(days=30)
_GROWTH_BOUNDS = (0.8, 1.5)
_VOTES = 0.5
"""What the square root of the votes counts beside people: to agree costs a tap, to write costs an evening. 100 votes are 5
people."""
_REPEATED = 0.1
"""What all further messages of people who already wrote add, per natural logarithm of their number."""

# Word → how much an issue that speaks of nothing else gains. Life first, then vital supply, then savings: the order of
# GB/T 33358-2016 and of municipal duty rosters for what cannot wait.
_SEVERITY: dict[str, float] = {
    word: gain
    for gain, words in (
        (0.35, "死亡 伤亡 坍塌 倒塌 爆炸 燃气泄漏 起火 火灾 触电 中毒 溺水 高空坠物"),
        (0.2, "开裂 沉降 裂缝 消防 安全隐患 豆腐渣 高压线 停水 停电 停气 停暖 污染 欠薪 拖欠工资 强制"),
        (0.1, "诈骗 跑路 集资 噪音 扰民 粉尘 油烟 辐射 捆绑 垄断"),
    )
    for word in words.split()
}
# Search: 燃气泄漏 | 又停水 | 工地噪音
# Not: 路灯不亮
_SEVERE = re.compile("|".join(sorted(_SEVERITY, key=len, reverse=True)))
# Who is concerned, as people call themselves; the first listed wins a tie.
_CROWDS = re.compile(
    "业主|居民|村民|学生|家长|职工|员工|教师|退休人员|农民工|司机|乘客|患者|受害人|出借人|投资人|商户|租户|购房者|车主|老人|残疾人"
)
_ANYBODY = "市民"
_PLACE_LENGTH = (3, 16)
_TITLES_READ = 60
_NOWHERE = frozenset({"有限公司", "人民政府", "搅拌站", "教育局", "公安局"})
_FEWEST_ALIKE, _NEARLY_ALWAYS = 3, 0.7
_BORDERS = frozenset("市区县省镇乡在是的住于到去往从对把和与及我们")


class Report(Struct, frozen=True):
    """One appeal with what heat is made of.

    `person` is any stable name of the author, `places` and `words` are what `nlp.understand` found (best first; may be
    empty), `up` and `down` are votes of others.
    """

    id: int
    appeal: Appeal
    at: datetime
    person: str
    up: int = 0
    down: int = 0
    places: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


class Issue(Struct, frozen=True):
    """One issue, and why it is hot.

    `heat` = (people + ½√votes + a little for repeated messages) × growth × severity. `growth` compares the people of the last
    30 days with those of the 30 days before, and is least where nobody wrote in either; `days` are days on which anybody
    wrote.
    """

    heat: float
    title: str
    place: str
    crowd: str
    first: datetime
    last: datetime
    ids: tuple[int, ...]
    people: int
    days: int
    votes: int
    growth: float
    severity: float
    words: tuple[str, ...]


class _Gathering:
    """The reports of one issue and the sketches of its typical ones."""

    def __init__(self) -> None:
        self.members: list[Report] = []
        self.typical: list[Sketch] = []


class Gatherer:
    """Gathers reports into issues as they come. Holds its reports; not safe to change from several threads."""

    def __init__(self, matcher: Matcher) -> None:
        """Nothing gathered yet."""
        self._matcher = matcher
        self._index = Index(matcher)
        self._of: dict[int, int] = {}
        self._gatherings: dict[int, _Gathering] = {}
        self._next = 0

    def add(self, report: Report) -> int:
        """Put a report to its issue or begin one; returns the issue's number, which lasts until it is merged into another.

        A report that is already gathered (by its id) is not counted again.
        """
        if report.id in self._of:
            return self._of[report.id]
        sketch = self._matcher.sketch(report.appeal)
        near = [self._of[each.id] for each in self._index.near(sketch, _NEAR) if each.same]
        fits = {number: self._fit(sketch, number) for number in dict.fromkeys(near)}
        home = max(fits, key=fits.__getitem__, default=None)
        if home is None or fits[home] < JOIN:
            home = self._next
            self._next += 1
            self._gatherings[home] = _Gathering()
        self._join(home, report, sketch)
        for other in [number for number, fit in fits.items() if number != home and fit >= MERGE]:
            if self._alike(home, other) >= MERGE:
                self._merge(home, other)
        self._index.add(report.id, report.appeal)
        return home

    def ranked(self, now: datetime, since: datetime | None = None, most: int | None = None) -> list[Issue]:
        """Issues by heat, the hottest first, as they stand at `now`; only reports from `since` on where it is given."""
        found = []
        for gathering in self._gatherings.values():
            members = [each for each in gathering.members if each.at <= now and (since is None or each.at >= since)]
            if members:
                found.append((_heat(members, now), gathering, members))
        found.sort(key=lambda row: (-row[0].heat, row[2][0].id))
        return [self._issue(heat, gathering, members) for heat, gathering, members in found[:most]]

    def _fit(self, sketch: Sketch, number: int) -> float:
        """Mean score against the typical reports."""
        return float(self._matcher.scores(sketch, stack(self._gatherings[number].typical)).mean())

    def _alike(self, one: int, other: int) -> float:
        return float(np.mean([self._fit(sketch, other) for sketch in self._gatherings[one].typical]))

    def _join(self, number: int, report: Report, sketch: Sketch) -> None:
        gathering = self._gatherings[number]
        gathering.members.append(report)
        self._of[report.id] = number
        gathering.typical.append(sketch)
        if len(gathering.typical) > _TYPICAL:
            self._drop_oddest(gathering)

    def _drop_oddest(self, gathering: _Gathering) -> None:
        """Forget the typical report that resembles the others least."""
        everyone = stack(gathering.typical)
        means = [float(self._matcher.scores(sketch, everyone).mean()) for sketch in gathering.typical]
        gathering.typical.pop(int(np.argmin(means)))

    def _merge(self, home: int, other: int) -> None:
        """Move the smaller issue's reports to `home`."""
        gone, kept = self._gatherings.pop(other), self._gatherings[home]
        kept.members += gone.members
        for report in gone.members:
            self._of[report.id] = home
        kept.typical += gone.typical
        while len(kept.typical) > _TYPICAL:
            self._drop_oddest(kept)

    def _issue(self, heat: _Heat, gathering: _Gathering, members: list[Report]) -> Issue:
        ordered = sorted(members, key=lambda report: (report.at, report.id))
        words = Counter(word for report in members for word in set(report.words))
        place = _place(members)
        return Issue(
            heat=heat.heat,
            title=self._title(gathering, members, place),
            place=place,
            crowd=_crowd(members),
            first=ordered[0].at,
            last=ordered[-1].at,
            ids=tuple(report.id for report in ordered),
            people=heat.people,
            days=heat.days,
            votes=heat.votes,
            growth=heat.growth,
            severity=heat.severity,
            words=tuple(word for word, _ in words.most_common(6)),
        )

    def _title(self, gathering: _Gathering, members: list[Report], place: str) -> str:
        """The title of the report that resembles the typical ones most, of those that name the place if any does."""
        typical = stack(gathering.typical)
        titled = [report for report in members[-_TITLES_READ:] if report.appeal.title] or members[:1]
        titled = [report for report in titled if place in report.appeal.title] or titled
        scores = [float(self._matcher.scores(self._matcher.sketch(each.appeal), typical).mean()) for each in titled]
        best = titled[int(np.argmax(scores))].appeal
        return best.title or best.detail[:40]


class _Heat(Struct, frozen=True):
    heat: float
    people: int
    days: int
    votes: int
    growth: float
    severity: float


def _heat(members: list[Report], now: datetime) -> _Heat:
    people = {report.person for report in members}
    repeated = len(members) - len(people)
    votes = max(0, sum(report.up - report.down for report in members))
    recent = {report.person for report in members if now - report.at <= _RECENT}
    before = {report.person for report in members if _RECENT < now - report.at <= 2 * _RECENT}
    growth = _growth(len(recent), len(before))
    severity = 1 + sum(_severity(report) for report in members) / len(members)
    crowd = len(people) + _VOTES * math.sqrt(votes) + _REPEATED * math.log1p(repeated)
    days = {report.at.date() for report in members}
    return _Heat(crowd * growth * severity, len(people), len(days), votes, growth, severity)


def _growth(recent: int, before: int) -> float:
    if not recent and not before:
        return _GROWTH_BOUNDS[0]
    return min(max(math.pow((recent + 1) / (before + 1), 0.25), _GROWTH_BOUNDS[0]), _GROWTH_BOUNDS[1])


def _severity(report: Report) -> float:
    text = report.appeal.title + report.appeal.detail[:200]
    return max((_SEVERITY[word] for word in _SEVERE.findall(text)), default=0.0)


def _crowd(members: list[Report]) -> str:
    said = Counter(
        word for each in members for word in set(_CROWDS.findall(each.appeal.title + each.appeal.detail[:200]))
    )
    return said.most_common(1)[0][0] if said else _ANYBODY


def _place(members: list[Report]) -> str:
    """The place that most reports name; of equally frequent ones the longest."""
    texts = [f"{each.appeal.title}\n{each.appeal.detail[:200]}" for each in members[:_TITLES_READ]]
    named = {
        place
        for report in members[:_TITLES_READ]
        for place in report.places[:3]
        if _PLACE_LENGTH[0] <= len(place) <= _PLACE_LENGTH[1]
    }
    worth = {place: sum(place in text for text in texts) * min(len(place), 8) ** 0.5 for place in named - _NOWHERE}
    best = max(sorted(worth), key=lambda place: worth[place], default=members[0].places[0] if members[0].places else "")
    return _widened(best, texts)


def _widened(place: str, texts: list[str]) -> str:
    """The place with the characters that nearly always stand before it: the finder may have begun too late."""
    while place and len(place) < _PLACE_LENGTH[1]:
        before = Counter(text[at - 1] for text in texts for at in [text.find(place)] if at > 0)
        common, count = before.most_common(1)[0] if before else ("", 0)
        if (
            count < _FEWEST_ALIKE
            or count < _NEARLY_ALWAYS * before.total()
            or not "\u4e00" <= common <= "\u9fff"
            or common in _BORDERS
        ):
            break
        place = common + place
    return place
