"""回避 from the citizen's side: where a report about an office goes, and what words added later do."""

from __future__ import annotations

import pytest

from handlers.directory import routing
from handlers.directory.accused import accusation
from handlers.directory.directory import Directory, Level, Route, Unit
from handlers.tickets.events.desks import Recused
from handlers.tickets.events.joining import Added, Joined
from handlers.tickets.events.work import Accepted, Closed, Replied
from tests.support.citizens_town import Chat, Town, happenings

LAMP = "河东区解放路12号的路灯坏了三天，晚上很黑"
SAME = "河东区解放路12号这边路灯一直不亮，老人摔了一跤"
BRIBE = "市城管局的科长收了夜市老板的红包，所以一直不管"


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
def li(town: Town) -> Chat:
    return town.citizen()


@pytest.mark.parametrize(
    "words",
    [
        "举报市城管局副局长收受夜市老板的红包",
        "市城管局的李科长吃拿卡要，办个店招要给他塞两条烟，河东区解放路12号",
        "我是市城管局的职工，我们局长用公款吃喝，怕报复请保密",
    ],
)
def test_a_report_about_an_office_is_not_routed_to_it(town: Town, li: Chat, words: str) -> None:
    li.say(words)
    if not town.tickets:
        li.say("跳过")
    ticket = li.ticket
    assert ticket.accused == ("roads",)
    assert ticket.unit_id == "dispatch"


def test_a_complaint_about_a_service_stays_with_the_competent_unit(li: Chat) -> None:
    li.say("河东区解放路12号路灯坏了，市城管局一直不修")
    assert (li.ticket.accused, li.ticket.unit_id) == ((), "roads")


@pytest.mark.parametrize("verb", ["补充", "催办"])
def test_words_added_later_count_from_then_on(town: Town, li: Chat, verb: str) -> None:
    li.say(LAMP)
    assert li.ticket.unit_id == "roads"
    li.say(f"{verb} {li.ticket.number} {BRIBE}")
    assert (li.ticket.accused, li.ticket.unit_id) == (("roads",), "dispatch")
    assert [type(event.what) for event in town.events[li.ticket.id]][1] is Recused
    assert "回避" in "".join(push.text for push in town.pushes if push.person_id == li.id)


@pytest.mark.parametrize(
    "words",
    [
        "你们科长收了夜市老板的红包",
        "来的人收了老板的红包，所以不管",
        "他们收了人家的好处费",
        "工作人员找我要好处费，不给就不修",
    ],
)
def test_whoever_works_on_it_is_meant_where_no_office_is_named(town: Town, li: Chat, words: str) -> None:
    li.say(LAMP)
    li.say(f"补充 {li.ticket.number} {words}")
    assert (li.ticket.accused, li.ticket.unit_id) == (("roads",), "dispatch")


@pytest.mark.parametrize(
    "words", ["来的人态度不好", "村支书也来看过", "老板收了钱不干活", "还是没人来修", "邻居说他们打了电话"]
)
def test_words_that_accuse_nobody_move_nothing(town: Town, li: Chat, words: str) -> None:
    li.say(LAMP)
    li.say(f"补充 {li.ticket.number} {words}")
    assert (li.ticket.accused, li.ticket.unit_id) == ((), "roads")


def test_words_that_accuse_another_unit_are_recorded_and_move_nothing(town: Town, li: Chat) -> None:
    li.say(LAMP)
    li.say(f"补充 {li.ticket.number} 市水务局的科长收了施工队的红包")
    assert (li.ticket.accused, li.ticket.unit_id) == (("water",), "roads")


def test_done_again_it_goes_to_other_hands(town: Town, li: Chat) -> None:
    li.say(LAMP)
    town.staff(li.ticket, Accepted(), Replied("已经换了灯泡。"))
    li.say(f"没解决 {li.ticket.number} {BRIBE}")
    assert (li.ticket.accused, li.ticket.unit_id) == (("roads",), "dispatch")


def test_a_bad_grade_with_accusing_words_goes_to_other_hands(town: Town, li: Chat) -> None:
    li.say(LAMP)
    town.staff(li.ticket, Accepted(), Closed("已经换了灯泡。"))
    li.say(f"评价 {li.ticket.number} 1 {BRIBE}")
    assert "roads" in (li.ticket.accused or ())
    assert li.ticket.unit_id != "roads"


def test_who_follows_another_and_accuses_its_desk_goes_alone_and_the_desk_reads_nothing(town: Town, li: Chat) -> None:
    town.looks_around = True
    li.say(LAMP)
    li.tap("公开")
    other = town.citizen()
    other.say(SAME)
    other.tap("一起推动")
    assert Joined.__name__ in happenings(town, other.ticket)
    other.say(f"补充 {other.ticket.number} {BRIBE}")
    assert other.ticket.joined_to is None
    assert (other.ticket.accused, other.ticket.unit_id) == (("roads",), "dispatch")
    assert not any(isinstance(event.what, Added) for event in town.events[li.ticket.id])


def test_what_accuses_is_not_joined_with_others(town: Town, li: Chat) -> None:
    town.looks_around = True
    li.say(LAMP)
    other = town.citizen()
    other.say(f"{SAME}，{BRIBE}")
    assert all("一起推动" not in choice.label for choice in other.choices)
    assert other.ticket.unit_id == "dispatch"


COUNTY = (
    Unit("city", "云川市政府", Level.CITY, None, "云川市"),
    Unit("county", "松江县人民政府", Level.COUNTY, "city", "松江县", aliases=("县政府",)),
    Unit("dispatch", "县受理中心", Level.COUNTY, "county"),
    Unit("watch", "县纪委监委", Level.COUNTY, "county", aliases=("纪委",)),
    Unit("roads", "县城管局", Level.COUNTY, "county", aliases=("城管局",)),
)
ROUTES = (Route("watch", "纪检监察"), Route("roads", "城乡建设"), Route("roads", words=("烧烤",)))


@pytest.mark.parametrize(
    ("text", "urgent", "goes_to"),
    [
        ("城管局副局长收受烧烤摊的红包", False, "watch"),
        ("城管局的人正在殴打老人", True, "dispatch"),
        ("举报县受理中心工作人员收受红包", False, "watch"),
        ("举报县受理中心工作人员收受红包", True, "watch"),
        ("举报纪委干部包庇城管局局长", False, "county"),
        ("县长收受开发商贿赂", False, "city"),
        ("村支书贪污低保", False, "watch"),
        ("烧烤摊油烟大，城管局不管", False, "roads"),
    ],
)
def test_the_rule_of_where_it_goes(text: str, urgent: bool, goes_to: str) -> None:
    directory = Directory(COUNTY, (), ROUTES, "dispatch")
    accusing = accusation(text, directory)
    found = routing.route(directory, "城乡建设", "", text, None, accusing=accusing, urgent=urgent)
    assert found.unit_id == goes_to
