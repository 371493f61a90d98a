"""Places named in a message: exact substrings, best first.

A place is a run of adjacent parts, "岳麓区" + "梅溪湖街道" + "东方红路12号" + "阳光花园": divisions known by name, and words that end
like roads, compounds, schools, crossings or landmarks together with the name before them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Container, Sequence
from functools import lru_cache

from msgspec import Struct

from nlp.places.divisions import Divisions
from nlp.places.everyday import apart, everyday
from nlp.places.ranking import PlacePart, kind_of, runs_of, worth
from nlp.places.words import (
    BY_LAST,
    COMMON,
    ENDINGS,
    EXTENDING,
    GENERIC,
    NAME_TAGS,
    NEVER,
    ONE_EACH,
    PRECISION,
    STOPS,
    TELLING,
    WHOLE,
    PlaceKind,
)
from nlp.text.lexicon import Hits
from nlp.text.normalize import Folded
from nlp.text.segment import Segmentation

__all__ = ["PlaceFinder", "PlaceKind", "PlaceMention"]


class PlaceMention(Struct, frozen=True):
    """A place at [start, end) of the given text, whose exact substring is `text`.

    `region` is the code of the division it lies in where the message or the service's home decides it, else None; then
    `guesses` are the codes of the two or three divisions that it may be, none when there are more.
    """

    text: str
    start: int
    end: int
    region: str | None
    kind: PlaceKind
    guesses: tuple[str, ...] = ()


_REGION = PRECISION[PlaceKind.REGION]
_DOTS = frozenset("·•")
# Parts of speech that a name is made of only in words of one character, and those of which unlisted names are made.
_LOOSE_TAGS = frozenset({"v", "d", "p", "y", "q", "ad"})
_OPEN_TAGS = frozenset("n nr ns nz nt nrt nrfg ng j eng x zg s".split())
_PROPER_TAGS = frozenset("nr ns nz nt nrt nrfg ng j x zg".split())
_NOUN_TAGS = frozenset("n nr ns nz nt nrt ng".split())
_NUMBER_TAGS = frozenset({"m", "q", "mq"})
_LONGEST_NAME = 12
# Search: 12号院 | 3栋2单元501室 | 西段
# Not: 十二点
_TAIL = re.compile(
    r"(?:[ ]?(?:\d{1,5}|[a-z]\d{0,3}|[一二三四五六七八九十百]{1,4})[ ]?(?:号院|号楼(?!道|梯|顶)|号线|号|弄|栋|幢|座|期|单元|楼|室|户|组|号门|号地块|区)(?:(?:附|之)\d+号?)?){1,4}(?:附近|旁边|对面)?"
    r"|(?:东|西|南|北)?段(?!时)"
)
_CROSS_END = re.compile(r"(?:的)?(?:十字路口|丁字路口|交叉路口|交叉口|交汇处|交界处|路口|立交|拐角)")
_MASKED = re.compile(r"(?:[a-z西]\d{0,3}(?:地?省|市|区|县|镇|乡|街道|村|小区))+")
# Search: g60高速 | 207国道 | 地铁2号线大学城站
# Not: 第207号
_HIGHWAY = re.compile(
    r"(?<![a-z\d])[gsx]\d{2,4}(?!\d)(?:国道|省道|高速|县道)?|\d{3}(?:国道|省道)|(?:地铁)?\d{1,2}号线(?:[^,。;!? ()-]{1,6}站)?"
)
# What is looked for, and the cheap signs that it may be there: patterns that begin with a set of characters are found fast.
_WRITTEN = (
    (re.compile("[a-z西][\\d地省市区县镇乡街村小]"), _MASKED, PlaceKind.REGION),
    (re.compile(r"[gsx\d](?:(?<=[gsx])\d\d|国道|省道|号线)"), _HIGHWAY, PlaceKind.ROAD),
)
# Endings that make a name only with a number or a compound after them: "幸福里12号", but not "合同里".
_AROUND = frozenset({PlaceKind.REGION, PlaceKind.VILLAGE})
# Kinds whose classes are everyday words; their names without a word of their own weigh less by `_PLAIN`.
_PLAIN_KINDS = frozenset({PlaceKind.SCHOOL, PlaceKind.HOSPITAL, PlaceKind.STATION, PlaceKind.LANDMARK})
_PLAIN = 2.0
# A street with a house number is one whatever its name means: "希望路12号".
_STREET_ENDS, _NAMING_TAGS = frozenset("路 街 巷 大道 大街 胡同".split()), frozenset("v vn a an".split())
_HOUSE = re.compile(r"[ ]?\d{1,4}[ ]?号(?!线|开|起|前|后|以|那|上|下|晚|早|中|就|才)")
_VAGUE, _UNITS = frozenset("几数多各每半两"), frozenset("所家个条座栋幢处间名位")
# Endings that hardly anything but a name has, so that a word like a verb before them is one.
_OF_NAMES = frozenset("府 城 苑 湾 新城 名都 庭 阁 轩 郡 园 国际".split())
_COUNTED = frozenset("组 路 街 大道 巷 村".split())
_WEAK = frozenset({"里", "道", "庭", "国际"})
_NUMBERED = re.compile(
    r"小区|社区|城|广场|大厦|公寓|的?业主|楼盘|项目|\d{1,4}(?:号|栋|幢|弄)|[一二三四五六七八九十\d]{1,2}(?:期|组)"
)
# A compound called by its name alone: by who lives in it, by what is said of it.
# Search: 我是阳光花园的业主 | 买了幸福里二期的住户
# Not: 我是业主 | 我是阳光花园的保安
_OWNED = re.compile(
    r"(?:我们?(?:都)?是|本人[系是为]|作为|住在|家住|购买了?|买了)([\u4e00-\u9fffa-z\d]{2,20}?)(?:小区)?(?:[一二三四五六七八九十\d]{1,2}期)?的?"
    r"(?:全体|一名|一位|一个|准|期房)*(?:业主|住户|购房者)"
)
_OWNERS = ("业主", "住户", "购房者")
_OWNER_REACH, _OWNERS_READ, _BESIDE = 34, 3, 3
_ESTATE = re.compile(
    r"的?(?:小区|业主|楼盘|项目|[一二三四五六\d]{1,2}期|\d{1,3}[栋幢号]|房屋|房子|精装|商品房|物业|开发商|售楼|商铺)"
)
_SAYS_MORE = re.compile(r"[的一这该本我你他们在是有个名位几和与及等被,。、 ()各多某]")
_OPEN_PRECISION, _OWNED_PRECISION = 5.0, 5.5
_LONGEST_OPEN, _WIDEST_GAP = 9, 5
_MOST = 5
_OPENING, _TITLE = 30, 60
"""Characters in which the matter's own place is usually named: the title, where there is one, otherwise the first words."""
_GOES_ON, _LOCAL_AFTER = frozenset("路街道巷大银"), frozenset("的这那有在一区县市城本多很也都")
_LEADS = frozenset("将因按从由被把让给向往该使受进住")


class PlaceFinder:
    """Finds places with one table of divisions. `home` is the code of the region that the service belongs to."""

    def __init__(self, divisions: Divisions, home: str = "") -> None:
        """Take the divisions and the home region."""
        self._divisions = divisions
        self._home = home

    def find(self, given: str, folded: Folded, words: Segmentation, hits: Hits) -> tuple[PlaceMention, ...]:
        """At most five places of the given text, best first."""
        text = folded.text
        regions = self._regions(text, hits)
        for signs, pattern, kind in _WRITTEN:
            if signs.search(text):
                regions += [PlacePart(*match.span(), kind, PRECISION[kind]) for match in pattern.finditer(text)]
        opening = text.find("\n", 0, _TITLE)
        opening = _OPENING if opening < 0 else opening
        words = apart(words)
        parts = [*regions, *_both(text, _named(text, words, regions), everyday(text, hits))]
        parts += _called(text, words, parts, opening)
        runs = runs_of(text, parts)
        names = [part.division for part in parts if part.division]
        if len(runs) > 1:
            runs.sort(key=lambda run: -worth(text, run, opening))
        found: dict[str, PlaceMention] = {}
        for run in runs:
            start, end = folded.span(run[0].start, max([part.end for part in run]))
            quoted = given[start:end]
            if quoted not in found:
                region = self._region(run, names) if names else None
                guesses = self._guesses(run) if names and region is None else ()
                found[quoted] = PlaceMention(quoted, start, end, region, kind_of(run), guesses)
                if len(found) == _MOST:
                    break
        return tuple(found.values())

    def _regions(self, text: str, hits: Hits) -> list[PlacePart]:
        """Division names, the longest where they overlap."""
        named = sorted(hits["name"], key=lambda hit: (hit.start, -hit.end))
        parts: list[PlacePart] = []
        after = 0
        for hit in named:
            if hit.start >= after:
                parts.append(PlacePart(hit.start, hit.end, PlaceKind.REGION, _REGION, hit.word))
                after = hit.end
        return [part for part in parts if len(part.division) > 2 or not self._inside_word(text, part)]

    def _inside_word(self, text: str, part: PlacePart) -> bool:
        """Whether a short name is only the beginning of another: "长沙路" lies anywhere, "望城坡" is not in 望城."""
        after = text[part.end : part.end + 1]
        if part.division in self._divisions.local:
            return after.isalnum() and after not in _LOCAL_AFTER
        return after in _GOES_ON

    def _region(self, run: Sequence[PlacePart], names: Sequence[str]) -> str | None:
        codes = [
            code
            for part in run
            if part.division and (code := self._divisions.resolve(part.division, names, self._home))
        ]
        return max(codes, key=len) if codes else None

    def _guesses(self, run: Sequence[PlacePart]) -> tuple[str, ...]:
        """What the run's own divisions may be, at home where any of them is."""
        named = [part.division for part in run if part.division]
        return self._divisions.guesses(named[-1], self._home) if named else ()


def _named(text: str, words: Segmentation, regions: Sequence[PlacePart]) -> list[PlacePart]:
    """Words that end like a place, with the name before them and the number after them."""
    parts = []
    # A short region may be the beginning of a name: "丽江花园".
    borders = {part.end: part.start for part in regions if part.end - part.start > 2}
    ends = {part.end for part in regions if part.kind is PlaceKind.REGION}
    named_until = -1
    starts = words.starts
    for index in [place for place, word in enumerate(words.words) if word[-1] in BY_LAST]:
        word = words.words[index]
        ending = _ending(word)
        if not ending:
            continue
        start, end = starts[index], starts[index + 1]
        if word == "路" and text[start - 1 : start] == "路":
            continue
        kind, precision = ENDINGS[ending]
        if start == named_until and word in EXTENDING:
            pass
        elif end in borders and borders[end] <= start:
            start = borders[end]
        else:
            start = _begin(text, words, index, borders, ends)
            if start < 0 or (ending in _WEAK and start not in ends and not _NUMBERED.match(text, end)):
                continue
        named_until = _after(text, end, kind)
        if kind is PlaceKind.VILLAGE:
            ends.add(named_until)
        elif kind in _PLAIN_KINDS and start not in ends and not _is_proper(words, start, index):
            precision -= _PLAIN
        parts.append(PlacePart(start, named_until, kind, precision))
    return parts


def _both(text: str, named: list[PlacePart], known: Sequence[PlacePart]) -> list[PlacePart]:
    """Names by their words and names known as a whole: of two one within the other the longer."""
    if not known:
        return named
    every = [(part.start, -part.end, 0, part) for part in named]
    every += [(part.start, -_after(text, part.end, part.kind), 1, part) for part in known]
    kept: list[PlacePart] = []
    until = [0, 0]
    for start, end, side, part in sorted(every, key=lambda each: each[:3]):
        if -end > until[1 - side]:
            until[side] = max(until[side], -end)
            kept.append(PlacePart(start, -end, part.kind, part.precision))
    return kept


def _is_proper(words: Segmentation, start: int, index: int) -> bool:
    """Whether any word of the name is more than an everyday word: "县属银行" and "热门学校" are hardly names."""
    while index >= 0 and words.starts[index] >= start:
        if words.tags[index] in _PROPER_TAGS or len(words.words[index]) == 1:
            return True
        index -= 1
    return False


@lru_cache(maxsize=4096)
def _ending(word: str) -> str:
    """What the word ends with like a place, "" when it does not or is never one."""
    return "" if word in NEVER else next(filter(word.endswith, BY_LAST[word[-1]]), "")


def _begin(text: str, words: Segmentation, index: int, borders: Container[int], ends: set[int]) -> int:
    """Where the name begins that ends with this word; -1 when it is no name but a class of places."""
    starts, last = words.starts, words.words[index]
    ending = _ending(last)
    if index:
        before = words.words[index - 1]
        if before + last in WHOLE:
            return starts[index - 1]
        if (
            last in _STREET_ENDS
            and len(before) > 1
            and words.tags[index - 1] in _NAMING_TAGS
            and _HOUSE.match(text, starts[index + 1])
        ):
            return starts[index - 1]
        if not ends and last in GENERIC and (before in STOPS or words.tags[index - 1] not in NAME_TAGS):
            return -1
    first = _leftmost(words, index, borders)
    while first < index and (words.words[first] in COMMON or _counts(words, first, ending)):
        first += 1
    start = starts[first]
    if first < index:
        name = text[start : starts[index + 1]]
        is_name = name not in GENERIC and not (name.isdigit() or (ending == "路" and name[:-1].isdigit()))
        if text[start] in _LEADS and len(words.words[first]) > 2 and words.tags[first] in _PROPER_TAGS:
            start += 1
    else:
        stem = last[: -len(ending)]
        is_name = last in WHOLE or (len(last) > 1 and last not in GENERIC and stem not in COMMON and not last.isdigit())
        if not is_name and last in ONE_EACH and start in ends:
            return start
    near = (
        next((border for border in range(start - 1, start - _WIDEST_GAP - 1, -1) if border in ends), -1) if ends else -1
    )
    if near >= 0 and _continues(text, words, first, near, "" if is_name else last):
        return near
    return start if is_name else -1


def _counts(words: Segmentation, place: int, ending: str) -> bool:
    """Whether the word only says how many or when: "两所" and "2017年", but not "七层" in "七层坡社区"."""
    tag = words.tags[place]
    if tag not in _NUMBER_TAGS or ending in _COUNTED:
        return False
    word = words.words[place]
    return tag != "m" or word[0].isdigit() or word[0] in _VAGUE or word[-1] in _UNITS


def _continues(text: str, words: Segmentation, first: int, near: int, last: str) -> bool:
    """Whether the words from a region's end to the name are the beginning of the name: "冠山镇" + "洲上" + "村"."""
    between = text[near : words.starts[first]]
    if _SAYS_MORE.search(between):
        return False
    place = first - 1
    told = not last or last in ONE_EACH
    while place >= 0 and words.starts[place] >= near:
        word = words.words[place]
        tag = words.tags[place]
        if not last and tag not in _NOUN_TAGS:
            return False
        if tag == "v" and len(word) > 1 and last not in _OF_NAMES and text.find(between, near + 1) < 0:
            return False
        if len(word) > 1 and word in STOPS:
            return False
        told = told or word not in COMMON
        place -= 1
    return told


def _leftmost(words: Segmentation, index: int, borders: Container[int]) -> int:
    """The first word of the name that ends with this word: to the left over words that names are made of."""
    last = words.words[index]
    first, end = index, words.starts[index + 1]
    if len(last) >= 3 and last not in GENERIC and last[: -len(_ending(last))] not in COMMON:
        return first
    for place in range(index - 1, max(0, index - 5) - 1, -1):
        word, tag, begins = words.words[place], words.tags[place], words.starts[place]
        if word in _DOTS or (word == "之" and last == "城"):
            continue
        if words.starts[first] in borders or word in STOPS or end - begins > _LONGEST_NAME:
            break
        if tag not in NAME_TAGS or not word[0].isalnum() or (tag == "t" and word[0].isdigit()):
            break
        if tag in _LOOSE_TAGS and len(word) > 1:
            break
        if word in GENERIC and word not in TELLING:
            break
        first = place
    return first


def _called(text: str, words: Segmentation, parts: Sequence[PlacePart], opening: int) -> list[PlacePart]:
    """Compounds and the like whose names end like no place: after a region in the opening, or by who lives there."""
    found = []
    regions = {part.end for part in parts if part.end <= opening and part.kind in _AROUND}
    if regions:
        taken = {part.start for part in parts}
        found += [
            PlacePart(end, until, PlaceKind.COMPOUND, _OPEN_PRECISION)
            for end in regions
            if end not in taken and (until := _open_end(text, words, end))
        ]
    for sign in _OWNERS:
        place = text.find(sign)
        if place >= 0:
            found += _owned(text, parts, place, sign)
    return found


def _owned(text: str, parts: Sequence[PlacePart], place: int, sign: str) -> list[PlacePart]:
    """The name in "我是…的业主", looked for at the first few times that the owner is spoken of."""
    for _ in range(_OWNERS_READ):
        for part in parts:
            if part.end <= place <= part.end + _BESIDE and part.kind is PlaceKind.COMPOUND:
                return []
        match = _OWNED.search(text, max(0, place - _OWNER_REACH), place + len(sign))
        if match:
            start, until = match.span(1)
            start = max([part.end for part in parts if start < part.end < until], default=start)
            name = text[start:until]
            is_name = until - start > 1 and name not in COMMON and name not in GENERIC and not _SAYS_MORE.search(name)
            return [PlacePart(start, until, PlaceKind.COMPOUND, _OWNED_PRECISION)] if is_name else []
        place = text.find(sign, place + 1)
        if place < 0:
            break
    return []


def _open_end(text: str, words: Segmentation, start: int) -> int:
    """Where a name ends that begins here and has no ending of its own; 0 when nothing says that it is one."""
    # An unlisted name may be cut together with the end of the region before it: "B3" + "区天玺".
    index = bisect_right(words.starts, start) - 1
    end, proper, count = start, False, 0
    for place in range(index, min(index + 4, len(words.words))):
        word, tag = words.words[place][max(0, start - words.starts[place]) :], words.tags[place]
        if tag not in _OPEN_TAGS or word in STOPS or word in COMMON or not word[0].isalnum():
            break
        if word in GENERIC and word not in TELLING:
            break
        if end + len(word) - start > _LONGEST_OPEN:
            break
        end += len(word)
        proper = proper or tag in _PROPER_TAGS
        count += 1
    if not proper or end - start < 3:
        return 0
    if _ESTATE.match(text, end):
        return end
    is_person = count == 1 and end - start == 3 and words.tags[index] == "nr"
    return 0 if is_person or text.count(text[start:end]) < 2 else end


def _after(text: str, end: int, kind: PlaceKind) -> int:
    """Past the house number, and past the second road of a crossing."""
    tail = _TAIL.match(text, end)
    if tail:
        return tail.end()
    if kind is PlaceKind.ROAD:
        crossing = _CROSS_END.match(text, end)
        if crossing:
            return crossing.end()
    return end
