"""Routing: the unit an appeal goes to, by the most specific row of the routing table, else the dispatch unit; with the
reason.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ahocorasick_rs import AhoCorasick
from msgspec import Struct

from handlers.directory import jurisdiction
from handlers.directory.accused import NONE, Accusation
from handlers.directory.directory import Directory, Route

_ENDINGS = ("街道", "新区", "区", "县", "市", "镇", "乡", "省")
"""What people leave out when they name a place: 五一街道 is 五一, if at least two characters remain.

Communities, villages and grids are taken by their full names only: 阳光, 和平 and 幸福 are everywhere, and a wrong part of
town is worse than none.
"""
_NOT_SHORT = ("路", "大道", "巷", "桥")
"""After a short name these make another thing of it: 五一路 is a road and may lie anywhere."""

# Search: 出示身份证 | 带着户口本 | 身份证号:110101
# Not: 办身份证
_SHOWN = re.compile(
    r"(?:出示|登记|提供|复印|[带凭持拿验刷看])(?:[着上好了过]|我的|本人)?(?:身份证|户口[本簿])|身份证(?:号码|号)?[是为:： ]{0,2}\d[\d*]{5}"
)
"""Papers that somebody shows, or whose number he gives, say who he is and not what it is about."""


MOST_GUESSES = 3
"""Namesakes offered to choose from; of more, none is likely enough."""


class Routing(Struct, frozen=True):
    """The unit, and the reason as one clause for the timeline."""

    unit_id: str
    reason: str


class _Areas:
    """The directory's areas: their depth in the tree, which lies in which, and all their everyday names.

    Two streets or communities of one name, in two districts, share a depth and a row here; `_namesakes` tells them apart.
    """

    def __init__(self, directory: Directory) -> None:
        self.depth: dict[str, int] = {}
        self.within: dict[str, frozenset[str]] = {"": frozenset()}
        parents: dict[str, set[str]] = {}
        for unit in directory.units.values():
            if unit.area:
                above = directory.above(unit.id)
                around = {one.area for one in above if one.area} | self.within.get(unit.area, frozenset())
                self.within[unit.area] = frozenset(around | {unit.area})
                self.depth[unit.area] = max(self.depth.get(unit.area, 0), len(above))
                parent = next((one.area for one in above if one.area not in ("", unit.area)), "")
                parents.setdefault(unit.area, set()).add(parent)
        names: dict[str, tuple[str, ...]] = {}
        for area in self.depth:
            short = next((area.removesuffix(end) for end in _ENDINGS if area.endswith(end)), area)
            if len(short) >= 2:
                names[short] = (*names.get(short, ()), area)
        names |= {area: (area,) for area in self.depth}
        self._names = list(names.items())
        self._parents = {area: self._apart(around) for area, around in parents.items()}
        self._finder = AhoCorasick([name for name, _ in self._names])

    def found(self, words: str) -> str:
        """The area the words speak of; of namesakes that nothing tells apart, the area around all of them."""
        meant = self._meant(words)
        if len(meant) < 2:
            return meant[0][1] if meant else ""
        around = frozenset.intersection(*(self.within[area] - {self._own(text)} for text, area in meant))
        return max(around, key=lambda area: self.depth[area], default="")

    def guesses(self, words: str) -> tuple[str, ...]:
        """Two or three full names that the words may mean; none when they are clear, or could mean anything."""
        meant = self._meant(words)
        return tuple(text for text, _ in meant) if 2 <= len(meant) <= MOST_GUESSES else ()

    def _meant(self, words: str) -> list[tuple[str, str]]:
        """What may be meant, as full name and area to go by: narrowest first, full names before short, longer before shorter."""
        best: tuple[str, ...] = ()
        best_rank = (-1, False, 0, 0)
        named: set[str] = set()
        for index, start, end in self._finder.find_matches_as_indexes(words, overlapping=True):
            name, areas = self._names[index]
            if name not in self.depth and words.startswith(_NOT_SHORT, end):
                continue
            named.update(areas)
            rank = (max(self.depth[area] for area in areas), name in self.depth, len(name), -start)
            if rank > best_rank:
                best, best_rank = areas, rank
        choices = [choice for area in best for choice in self._choices(area, single=len(best) == 1)]
        told = [choice for choice in choices if any(area in named for area in self._around(choice))]
        return told if len(told) == 1 else choices

    def _choices(self, area: str, *, single: bool) -> list[tuple[str, str]]:
        parents = self._parents[area]
        if len(parents) > 1:
            return [(parent + area, parent) for parent in parents]
        return [(area if single else "".join((*parents, area)), area)]

    def _around(self, choice: tuple[str, str]) -> frozenset[str]:
        """What tells this choice from its namesakes when it is named too."""
        text, area = choice
        return frozenset({area}) if area != self._own(text) else frozenset(self._parents[area])

    def _own(self, text: str) -> str:
        """The area whose name ends the text."""
        return max((area for area in self.depth if text.endswith(area)), key=len, default="")

    def _apart(self, parents: set[str]) -> tuple[str, ...]:
        """The areas around namesakes, without those that hold another of them: they speak of the same place."""
        narrow = {
            one for one in parents if one and not any(one != other and one in self.within[other] for other in parents)
        }
        return tuple(sorted(narrow))


class _RoutingTable:
    """The usable rows of one directory, most specific first, remembered by the category and area they were asked for."""

    def __init__(self, directory: Directory) -> None:
        self.areas = _Areas(directory)
        usable = [one for one in directory.routes if one.unit_id in directory.units]
        self._rows = sorted(usable, key=self._rank)
        self._asked: dict[tuple[str, str], tuple[Route, ...]] = {}
        self._categories = {one.category for one in usable}

    def _rank(self, one: Route) -> tuple[int, bool, bool, int]:
        """More filled fields come first, then words before categories before areas, then the narrower area."""
        filled = sum(map(bool, (one.category, one.area, one.words)))
        return -filled, not one.words, not one.category, -self.areas.depth.get(one.area, 0)

    def rows(self, category: str, area: str) -> tuple[Route, ...]:
        """The rows whose category and area hold for these."""
        key = (category if category in self._categories else "", area if area in self.areas.within else "")
        if key not in self._asked:
            around = self.areas.within[key[1]] | {""}
            self._asked[key] = tuple(r for r in self._rows if r.category in ("", key[0]) and r.area in around)
        return self._asked[key]


@lru_cache(maxsize=4)
def _table(directory: Directory) -> _RoutingTable:
    return _RoutingTable(directory)


def area_of(directory: Directory, words: str) -> str:
    """Returns the area of the unit tree that the place words name. Empty for none."""
    return _table(directory).areas.found(words) if words else ""


def guesses(directory: Directory, words: str) -> tuple[str, ...]:
    """Returns two or three areas, by full name, that the place words may mean. Empty when they are clear or unknown.

    Each of them, given to `area_of`, is clear.
    """
    return _table(directory).areas.guesses(words) if words else ()


def meet(directory: Directory, one: str, other: str) -> bool:
    """Returns whether two areas of the unit tree are the same or one lies in the other. An unknown area meets every
    other.
    """
    within = _table(directory).areas.within
    return one not in within or other not in within or one in within[other] | {""} or other in within[one] | {""}


def beyond_region(directory: Directory, place: str) -> str:
    """Returns the place without the names of the whole region that the service looks after, which people leave out."""
    depth = _table(directory).areas.depth
    widest = min(depth.values(), default=0)
    for area in depth:
        if depth[area] == widest:
            place = place.replace(area, "")
    return place.strip()


def route(
    directory: Directory,
    category: str,
    area: str,
    text: str,
    leader: str | None,
    *,
    accusing: Accusation = NONE,
    urgent: bool = False,
) -> Routing:
    """Returns the unit in charge. A letter to a leader goes to the dispatcher, who passes it on by hand; an accusation
    of somebody in office goes by `jurisdiction.instead`, whatever it is about.
    """
    if accusing.made:
        unit_id = jurisdiction.instead(directory, accusing.units, urgent=urgent)
        return Routing(unit_id, f"反映的是单位或工作人员本身，按回避规定由{directory.name(unit_id)}办理")
    if leader:
        return Routing(directory.dispatch_id, f"写给{leader}的，先由{directory.name(directory.dispatch_id)}呈转")
    if "身份证" in text or "户口" in text:
        text = _SHOWN.sub(" ", text)
    for one in _table(directory).rows(category, area):
        word = next((word for word in one.words if word in text), "")
        if word or not one.words:
            return Routing(one.unit_id, _reason(directory, one, word))
    return Routing(directory.dispatch_id, f"还不能确定由谁办，先由{directory.name(directory.dispatch_id)}分派")


def _reason(directory: Directory, one: Route, word: str) -> str:
    name = directory.name(one.unit_id)
    what = f"「{word}」一类的事" if word else f"「{one.category}」类的事" if one.category else "的事"
    if not (word or one.category or one.area):
        return f"没有更具体的分工，由{name}办理"
    return f"{one.area}{what}归{name}办理" if one.area else f"{what}归{name}办理"
