"""The names in the place and the title of an appeal, by which appeals about the same place are found."""

from __future__ import annotations

import re
from functools import lru_cache
from unicodedata import normalize

LEAST_NAMED = 4
"""Characters of a place of no known kind that still name it."""

# Search: 某某县 | 东湖区西湖街道
# Not: 小区门口 | 街道办
_REGION = re.compile(
    r"^(?:(?:[A-Za-z]?\d{0,2}|[\u4e00-\u9fff]{1,6}?)(?:省|市(?![场民政])|(?<![小社校园景厂库])区(?!域)|县|镇(?!政)|乡(?!政)|街道(?!办)))+"
)
# Search: 幸福路12号 | 阳光小区
# Not: 的路 | 街道办
_NAME = re.compile(
    r"((?!的)[\u4e00-\u9fff]{2,8}?(?:大道|路|街(?!道)|巷|胡同|小区|花园|家园|公寓|苑|广场|大厦|市场|超市|公园|学校|小学|中学|大学"
    r"|幼儿园|医院|卫生院|车站|地铁站|大桥|水库|村|社区|工业园|[新国商].{0,2}城|府|湾|郡|庭|墅|城))(?:(\d{1,5})号)?"
)
_VAGUE = re.compile(
    r"的|^(?:我们?|你们?|这|那|每|各|某|老旧?|旧|附近|旁边|楼下|门口|对面|本|整|全|一|楼|名单|家|小区|单元|村口)"
)
"""Words before a kind of place that make it no name: 旁边的小学 may be any school of the town."""
_CLASS = re.compile(
    r"(?:马路|道路|公路|铁路|线路|电路|管路|网路|半路|小路|走路|上路|问路)$|^(?:农贸|菜|批发|综合|蔬菜|农产品)市场$"
)
"""Classes of places and things that end like a name: 孩子走在马路中间 is at no road, and any town has a 农贸市场."""
# Search: 58车贷 | 205路公交
# Not: 205号公交 | 5路公交
_MARKED = re.compile(
    r"(?<![0-9A-Za-z])(?:\d*[A-Za-z]+\d*|\d{2,})(?![年月日号栋楼元万小时点分个米层户人岁天度块名位条家市区县省周期届级班单平多余])[\u4e00-\u9fff]{2}"
)
"""A name by its figures or letters, of a thing that has no place: 58车贷, 205路公交."""
_BESIDE = "里内上下边口旁中外前后处"
"""Where a place ends that only tells where at something without a name."""

Name = tuple[str, str]
"""The name of a place or thing, and its house number: "" for none."""


@lru_cache(maxsize=1024)
def names(place: str, title: str) -> tuple[Name, ...]:
    """The names in an appeal's place ("" for none), in its title, and of things that are named by figures or letters."""
    # Cached: an appeal is sought before it is kept.
    text = title if title.isascii() else normalize("NFKC", title)
    things = [(thing.lower(), "") for thing in _MARKED.findall(text)]
    told = [each for each in _named(_REGION.sub("", text)) if not each[1]]
    return tuple(dict.fromkeys((*names_of_place(place), *told, *things)))


@lru_cache(maxsize=4096)
def names_of_place(place: str) -> tuple[Name, ...]:
    """The names in a place. Where one of them has a house number, those without are left out: they stand beside it.

    Empty for a place without a name of its own.
    """
    text = place if place.isascii() else normalize("NFKC", place)
    text = _REGION.sub("", text.replace(" ", ""))
    found = _named(text)
    if not found and len(text) >= LEAST_NAMED and text[-1] not in _BESIDE and _VAGUE.search(text) is None:
        return ((text, ""),)
    return tuple(each for each in found if each[1]) or tuple(found)


def _named(text: str) -> list[Name]:
    found = _NAME.findall(text)
    return [(name, number) for name, number in found if not _VAGUE.search(name) and not _CLASS.search(name)]
