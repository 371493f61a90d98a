"""Whom a text accuses: offices by name, alias, people and titles; never a complaint about a service."""

from __future__ import annotations

from itertools import product

import pytest

from benchmarks.hostile_texts import Hostile
from handlers.directory.accused import accusation, units
from handlers.directory.directory import Directory, Level, Role, Staff, Unit
from tests.support.costs import too_slow

UNITS = (
    Unit("city", "云川市", Level.CITY, area="云川市"),
    Unit("county", "松江县人民政府", Level.COUNTY, "city", "松江县", aliases=("县政府",)),
    Unit("dispatch", "县受理中心", Level.COUNTY, "county", aliases=("12345",)),
    Unit("roads", "县城市管理局", Level.COUNTY, "county", aliases=("城管局", "城管")),
    Unit("team", "城管执法中队", Level.STREET, "roads"),
    Unit("school", "县教育体育局", Level.COUNTY, "county", aliases=("教体局",)),
    Unit("police", "松江县公安局", Level.COUNTY, "county"),
    Unit("street", "河东街道办事处", Level.STREET, "county", "河东街道", aliases=("河东街道",)),
    Unit("homes", "长青社区居委会", Level.COMMUNITY, "street", "长青社区", aliases=("长青社区",)),
    Unit("power", "松江供电公司", Level.COUNTY, "county", aliases=("供电局",)),
)
DIRECTORY = Directory(UNITS, (Staff(1, "school", Role.HANDLER, "钱大可"),), (), "dispatch")

OFFICES = {
    "城管局": "roads",
    "县城市管理局": "roads",
    "教体局": "school",
    "公安局": "police",
    "派出所": "police",
    "供电局": "power",
}
PEOPLE = ("局长", "副局长", "的赵科长", "一个姓孙的科员", "的工作人员", "审批股的李某", "里有人")
DEEDS = (
    "收受老板的红包",
    "吃拿卡要",
    "利用职权以权谋私",
    "挪用公款给自己装修",
    "收了商户的好处费才盖章",
    "冒领补贴",
    "给违法的厂子当保护伞",
)


@pytest.mark.parametrize(("office", "person", "deed"), list(product(OFFICES, PEOPLE, DEEDS)))
def test_misconduct_of_an_offices_people_accuses_the_office(office: str, person: str, deed: str) -> None:
    for text in (f"{office}{person}{deed}", f"我要举报{office}{person}，{deed}，请严肃查处"):
        assert units(text, DIRECTORY) == (OFFICES[office],)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("某派出所的民警喝醉了动手打人", ("police",)),
        ("长青社区书记优亲厚友，低保都给了自己侄子", ("homes",)),
        ("河东街道办主任贪污拆迁款", ("street",)),
        ("我到教体局办转学，科长要好处费，不给就拖", ("school",)),
        ("开发商行贿城管局副局长", ("roads",)),
        ("收了黑钱的城管局副局长还在台上", ("roads",)),
        ("举报钱大可索贿", ("school",)),
        ("县长的小舅子承包了全县的工程", ("county",)),
        ("向12345举报城管局局长，收摊贩的保护费", ("roads",)),
        ("举报城管局不作为", ("roads",)),
        ("我是教体局职工，我们局长吃空饷", ("school",)),
        ("城管局和派出所的人都收了赌场老板的钱", ("police", "roads")),
    ],
)
def test_who_is_meant(text: str, expected: tuple[str, ...]) -> None:
    assert units(text, DIRECTORY) == expected


@pytest.mark.parametrize(
    "text",
    [
        "路灯坏了城管局不修",
        "我向城管局举报过烧烤摊三次没人管",
        "举报城管局门口有人占道经营",
        "举报请城管局查处南门夜市",
        "举报信请教体局处理",
        "举报烧烤摊违规占道，城管局一直不管",
        "请城管局查处南门夜市，老板嚣张还打人",
        "物业公司贪污维修基金，找城管局也没用",
        "教体局窗口态度差，让我跑了三趟",
        "学校食堂克扣学生伙食费，希望教体局查一查",
        "供电局收了我两次电费",
        "感谢公安局破案，民警从不收红包",
        "派出所不立案，我不服",
        "公安局家属院有人私自搭棚子",
        "教体局的电话打了一下午没人接",
        "我被骗了五万，派出所让我等消息",
        "城管局认定为违法建设，我不服这个决定",
        "举报城管局不修路灯",
        "我家住长青社区，楼上邻居天天打麻将",
        "",
    ],
)
def test_a_complaint_about_a_service_accuses_nobody(text: str) -> None:
    found = accusation(text, DIRECTORY)
    assert (found.units, found.made) == ((), False)


def test_somebody_in_office_is_accused_though_the_office_is_unknown() -> None:
    found = accusation("举报水利局张副局长收受工程老板红包", DIRECTORY)
    assert (found.units, found.made) == ((), True)
    assert accusation("村支书把低保都给了他家亲戚", DIRECTORY).made
    assert not accusation("我们老板收供货商回扣", DIRECTORY).made


def test_an_informants_words_accuse_whoever_is_told_of() -> None:
    text = "教体局的赵科长天天盯着我，我怕，别说是我讲的"
    assert units(text, DIRECTORY) == ()
    assert units(text, DIRECTORY, informant=True) == ("school",)
    assert units("请城管局别说是我讲的，夜市太吵", DIRECTORY, informant=True) == ()


@pytest.mark.parametrize(
    "seed",
    [
        "城管局局长收",
        "他收了老板",
        "举报城管局，",
        "向",
        "局",
        "的",
        "举报",
        "小舅子低保给",
        "教体局城管局",
        "县城市管理局管理局",
        "\n",
        "没没",
        "赵某",
    ],
)
def test_reading_costs_no_more_than_in_proportion(seed: str) -> None:
    assert too_slow(lambda text: accusation(text, DIRECTORY), Hostile("", seed), 8_000) == ""


def test_a_large_directory_is_read_as_fast() -> None:
    many = [
        Unit(f"{name}{n}", f"第{n}县{name}", Level.COUNTY)
        for n in range(300)
        for name in ("城管局", "教育局", "公安局", "人社局", "民政局", "住建局")
    ]
    directory = Directory(many, (), (), many[0].id)
    assert units("第7县民政局局长贪污", directory) == ("民政局7",)
    hostile = Hostile("", "第7县民政局的科长收受红包，请查处。")
    assert too_slow(lambda text: accusation(text, directory), hostile) == ""
