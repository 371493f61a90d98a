"""Where an appeal goes, and why, in the sample town."""

from __future__ import annotations

import pytest

from handlers.directory import routing
from handlers.directory.directory import Directory, Level, Route, Unit
from handlers.directory.routing import Routing
from tests.support import samples

TOWN = samples.directory()


@pytest.mark.parametrize(
    ("category", "area", "text", "leader", "unit", "reason"),
    [
        ("城乡建设", "", "路面坏了", None, "housing", "「城乡建设」类的事归市住建局办理"),
        ("城乡建设", "东湖区", "路面坏了", None, "lake-city", "东湖区「城乡建设」类的事归东湖区城管局办理"),
        ("城乡建设", "松林社区", "路面坏了", None, "lake-city", "东湖区「城乡建设」类的事归东湖区城管局办理"),
        ("城乡建设", "五一街道", "井盖丢了", None, "may", "五一街道「井盖」一类的事归五一街道办办理"),
        ("民政", "松林社区", "办证", None, "may", "五一街道的事归五一街道办办理"),
        ("城乡建设", "", "楼上漏水", None, "water", "「漏水」一类的事归市水务局办理"),
        ("民政", "东湖区", "办证", None, "dispatch", "还不能确定由谁办，先由市派单台分派"),
        ("", "", "", None, "dispatch", "还不能确定由谁办，先由市派单台分派"),
        ("交通运输", "", "公交", None, "dispatch", "还不能确定由谁办，先由市派单台分派"),
        ("城乡建设", "东湖区", "路灯", "市长", "dispatch", "写给市长的，先由市派单台呈转"),
        ("城乡建设", "没听过的地方", "路面", None, "housing", "「城乡建设」类的事归市住建局办理"),
    ],
)
def test_route(category: str, area: str, text: str, leader: str | None, unit: str, reason: str) -> None:
    assert routing.route(TOWN, category, area, text, leader) == Routing(unit, reason)


@pytest.mark.parametrize(
    ("words", "area"),
    [
        ("", ""),
        ("不知道哪里", ""),
        ("江城市东湖区五一街道松林社区门口", "松林社区"),
        ("江城市东湖区", "东湖区"),
        ("东湖边上", "东湖区"),
        ("五一街", "五一街道"),
        ("五一路口", ""),
        ("五一大道", ""),
        ("东湖区五一路", "东湖区"),
        ("五一街道五一路", "五一街道"),
        ("松林小区3栋", ""),
        ("东湖松林社区", "松林社区"),
    ],
)
def test_area_of(words: str, area: str) -> None:
    assert routing.area_of(TOWN, words) == area


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("我身份证430102199001011234，我们楼的电梯坏了三天", "lifts"),
        ("电梯坏了，物业要我登记身份证才肯说话", "lifts"),
        ("带着户口本去报修，物业还是不管电梯", "lifts"),
        ("身份证丢了怎么补办，要带户口本吗", "police"),
        ("补办身份证，3楼窗口没有人", "police"),
        ("凭身份证领取居住证的窗口，户口在外地能办吗", "police"),
    ],
)
def test_papers_that_are_shown_are_not_what_it_is_about(text: str, unit: str) -> None:
    units = [Unit(name, name, Level.COUNTY) for name in ("desk", "police", "lifts")]
    routes = (Route("police", words=("身份证", "户口")), Route("lifts", words=("电梯",)))
    assert routing.route(Directory(units, (), routes, "desk"), "", "", text, None).unit_id == unit


def test_an_empty_town_sends_everything_to_the_dispatcher() -> None:
    empty = Directory((samples.UNITS[1],), (), (), "dispatch")
    assert routing.area_of(empty, "东湖区") == ""
    assert routing.route(empty, "城乡建设", "东湖区", "路灯", None).unit_id == "dispatch"


def test_a_rule_for_everything_says_so() -> None:
    town = Directory(samples.UNITS, (), (Route("may"),), "dispatch")
    assert routing.route(town, "民政", "", "办证", None) == Routing("may", "没有更具体的分工，由五一街道办办理")


def _twins() -> Directory:
    """Two districts with a 和平社区 each, a 城关镇 in one and a 城关街道 in the other."""
    units = (
        Unit("city", "市政府", Level.CITY, None, "江城市"),
        Unit("dispatch", "市派单台", Level.CITY, "city"),
        Unit("lake", "东湖区政府", Level.COUNTY, "city", "东湖区"),
        Unit("hill", "南山区政府", Level.COUNTY, "city", "南山区"),
        Unit("peace-lake", "和平居委会", Level.COMMUNITY, "lake", "和平社区"),
        Unit("peace-hill", "和平居委会", Level.COMMUNITY, "hill", "和平社区"),
        Unit("gate-lake", "城关镇政府", Level.STREET, "lake", "城关镇"),
        Unit("gate-hill", "城关街道办", Level.STREET, "hill", "城关街道"),
    )
    return Directory(units, (), (), "dispatch")


@pytest.mark.parametrize(
    ("words", "guesses", "area"),
    [
        ("和平社区门口", ("东湖区和平社区", "南山区和平社区"), "江城市"),
        ("东湖区和平社区", (), "东湖区"),
        ("南山和平社区", (), "南山区"),
        ("城关", ("东湖区城关镇", "南山区城关街道"), "江城市"),
        ("城关街道", (), "城关街道"),
        ("南山区城关", (), "城关街道"),
        ("东湖", (), "东湖区"),
        ("别处", (), ""),
        ("", (), ""),
    ],
)
def test_namesakes_are_told_apart_by_what_lies_around_them(words: str, guesses: tuple[str, ...], area: str) -> None:
    assert routing.guesses(_twins(), words) == guesses
    assert routing.area_of(_twins(), words) == area


def test_every_guess_is_clear() -> None:
    town = _twins()
    for words in ("和平社区", "城关"):
        areas = [routing.area_of(town, guess) for guess in routing.guesses(town, words)]
        assert len(set(areas)) == len(areas) == 2


@pytest.mark.parametrize(
    ("one", "other", "met"),
    [
        ("东湖区", "东湖区", True),
        ("东湖区", "城关镇", True),
        ("东湖区", "江城市", True),
        ("东湖区", "南山区", False),
        ("城关镇", "城关街道", False),
        ("城关镇", "南山区", False),
        ("东湖区", "没听过的地方", True),
        ("没听过的地方", "别处", True),
    ],
)
def test_areas_meet_where_one_lies_in_the_other_or_nobody_knows(one: str, other: str, met: bool) -> None:
    assert routing.meet(_twins(), one, other) is met
    assert routing.meet(_twins(), other, one) is met
