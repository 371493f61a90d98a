"""Two places of one name, and a point that lies elsewhere than the words say: asked once, with one tap to answer."""

from __future__ import annotations

import pytest

from handlers.citizen.intake import contradicts
from handlers.citizen.talk import Asking
from handlers.directory.directory import Directory, Level, Unit
from tests.support.citizens_town import Chat, Town, directory

GARBAGE = "幸福小区的垃圾三天没人收了"
EAST, WEST = "河东区幸福小区", "河西区幸福小区"


@pytest.fixture
def town() -> Town:
    """A town with a 幸福小区 in either district; only 河西区 looks after its own streets."""
    town = Town()
    plain = directory()
    twins = (
        Unit("happy-east", "河东幸福居委会", Level.COMMUNITY, "east", "幸福小区"),
        Unit("happy-west", "河西幸福居委会", Level.COMMUNITY, "west", "幸福小区"),
    )
    town.directory = Directory((*plain.units.values(), *twins), (), plain.routes, plain.dispatch_id)
    return town


@pytest.fixture
def li(town: Town) -> Chat:
    return town.citizen()


def test_namesakes_are_asked_about_where_the_unit_depends_on_it(li: Chat) -> None:
    reply = li.say(GARBAGE)
    assert "2处" in reply
    assert li.labels() == [EAST, WEST, "跳过，说不清"]
    assert li.talk.asking is Asking.WHICH_PLACE


@pytest.mark.parametrize(
    ("answer", "area", "unit"), [("1", "河东区", "roads"), ("2", "河西区", "west"), ("河西区", "河西区", "west")]
)
def test_one_tap_or_word_decides(li: Chat, answer: str, area: str, unit: str) -> None:
    li.say(GARBAGE)
    li.say(answer)
    assert li.filed() == 1
    assert li.ticket.place is not None
    assert (li.ticket.place.area, li.ticket.unit_id) == (area, unit)
    assert "幸福小区" in li.ticket.place.text


@pytest.mark.parametrize("answer", ["是的", "3"])
def test_what_chooses_neither_is_asked_again(li: Chat, answer: str) -> None:
    li.say(GARBAGE)
    li.say(answer)
    assert li.filed() == 0
    assert li.labels() == [EAST, WEST, "跳过，说不清"]


@pytest.mark.parametrize("answer", ["跳过", "幸福小区"])
def test_who_cannot_say_is_not_asked_again(li: Chat, answer: str) -> None:
    li.say(GARBAGE)
    li.say(answer)
    assert li.filed() == 1
    assert li.ticket.place is not None
    assert (li.ticket.place.text, li.ticket.place.area) == ("幸福小区", "云川市")


def test_the_district_in_the_same_words_leaves_no_doubt(li: Chat) -> None:
    li.say("河西区的路灯坏了，就在幸福小区门口")
    assert li.filed() == 1
    assert li.ticket.unit_id == "west"


def test_nobody_is_asked_where_the_unit_is_the_same(li: Chat) -> None:
    li.say("幸福小区夜里施工噪音大")
    assert li.filed() == 1
    assert li.ticket.unit_id == "green"


def test_danger_is_not_kept_waiting(li: Chat) -> None:
    li.say("幸福小区着火了")
    assert li.filed() == 1


def test_a_point_elsewhere_than_the_ticket_says_is_asked_about_once(li: Chat) -> None:
    li.say("解放路的路灯坏了三天")
    assert li.filed() == 1
    reply = li.point("云川市河西区建设路8号")
    assert "以哪个为准" in reply
    assert li.labels() == ["解放路", "云川市河西区建设路8号"]
    assert li.ticket.place is not None
    assert li.ticket.place.text == "解放路（云川市河西区建设路8号）"


def test_the_point_may_be_right(li: Chat) -> None:
    li.say("解放路的路灯坏了三天")
    li.point("云川市河西区建设路8号")
    li.tap("建设路")
    assert li.ticket.place is not None
    assert (li.ticket.place.text, li.ticket.place.latitude) == ("云川市河西区建设路8号", 29.1234)
    assert li.ticket.unit_id == "west"


def test_the_words_may_be_right(li: Chat) -> None:
    li.say("解放路的路灯坏了三天")
    li.point("云川市河西区建设路8号")
    li.tap("解放路")
    assert li.ticket.place is not None
    assert (li.ticket.place.text, li.ticket.place.latitude) == ("解放路", None)


def test_a_point_on_the_road_that_was_named_is_taken_without_a_word(li: Chat) -> None:
    li.say("解放路的路灯坏了三天")
    assert "以哪个为准" not in li.point("云川市河东区解放路12号")


@pytest.mark.parametrize(("pick", "latitude"), [("1", None), ("2", 29.1234)])
def test_a_point_against_the_words_of_a_draft(li: Chat, pick: str, latitude: float | None) -> None:
    li.say("河西区的路灯坏了三天")
    assert "以哪个为准" in li.point("云川市河东区建设路8号")
    li.say(pick)
    assert li.filed() == 1
    assert li.ticket.place is not None
    assert li.ticket.place.latitude == latitude


@pytest.mark.parametrize(
    ("told", "label", "apart"),
    [
        ("解放路", "云川市河东区解放路12号", False),
        ("解放路", "云川市河东区建设路12号", True),
        ("河东区", "云川市河西区", True),
        ("云川市", "云川市河西区", False),
        ("解放路与建设路路口", "建设路3号", False),
        ("阳光花园", "云川市建设路", False),
        ("解放路", "阳光花园", False),
        ("", "云川市建设路", False),
    ],
)
def test_contradicts(told: str, label: str, apart: bool) -> None:
    assert contradicts(directory(), told, label) is apart
