"""Where an appeal goes, and why, in the sample town."""

from __future__ import annotations

import pytest

from handlers import routing
from handlers.routing import Routing
from handlers.units import Directory, Route
from tests.unit.tickets import samples

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


def test_an_empty_town_sends_everything_to_the_dispatcher() -> None:
    empty = Directory((samples.UNITS[1],), (), (), "dispatch")
    assert routing.area_of(empty, "东湖区") == ""
    assert routing.route(empty, "城乡建设", "东湖区", "路灯", None).unit_id == "dispatch"


def test_a_rule_for_everything_says_so() -> None:
    town = Directory(samples.UNITS, (), (Route("may"),), "dispatch")
    assert routing.route(town, "民政", "", "办证", None) == Routing("may", "没有更具体的分工，由五一街道办办理")
