"""Who is a neighbour: the same category at the same place, open, on its own; the words decide the rest."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from numpy.typing import NDArray

from handlers.context import Sought
from handlers.tickets.ticket import Place, State, Ticket
from nlp.matching.sketch import SKETCH, Appeal, Sketch
from nlp.places.names import names, names_of_place
from storage.queries.neighbours import ALIKE, ALIKE_ELSEWHERE, COMPARED, OFFERED, Neighbours
from tests.support import samples


class Words:
    """Judges by the characters two texts share; counts what it was given to compare."""

    def __init__(self) -> None:
        self.compared = 0
        self._texts: list[str] = []

    def sketch(self, appeal: Appeal | str) -> Sketch:
        self._texts.append(appeal if isinstance(appeal, str) else appeal.detail)
        made = np.zeros(1, dtype=SKETCH)
        made["anchors"][0, 0] = len(self._texts) - 1
        return made

    def scores(self, query: Sketch, others: Sketch) -> NDArray[np.float32]:
        self.compared += len(others)
        mine = set(self._texts[int(query["anchors"][0, 0])])
        theirs = [set(self._texts[int(row)]) for row in others["anchors"][:, 0]]
        return np.array([len(mine & each) / max(1, len(mine | each)) for each in theirs], dtype=np.float32)


def ticket(number: int, place: str, text: str = "路灯不亮", category: str = "城乡建设", title: str = "") -> Ticket:
    return replace(
        samples.start().ticket,
        id=number,
        number=f"n{number}",
        place=Place(place),
        title=title,
        text=text,
        category=category,
    )


@pytest.fixture
def neighbours() -> Neighbours:
    return Neighbours(Words())


def found(neighbours: Neighbours, place: str, text: str = "路灯不亮", category: str = "城乡建设") -> list[int]:
    return [one.ticket_id for one in neighbours.find(Sought(category, text, text, Place(place), ("路灯", "公交车")))]


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("河东区解放路12号", [("解放路", "12")]),
        ("解放路１２号门口", [("解放路", "12")]),
        ("解放路和平菜市场门口", [("解放路", ""), ("和平菜市场", "")]),
        ("云溪县城关镇阳光花园小区6栋", [("阳光花园", "")]),
        ("市民广场", [("市民广场", "")]),
        ("解放路31号楼", [("解放路", "31")]),
        ("青年路26号的社区卫生站", [("青年路", "26")]),
        ("A7县泉塘街道长塘里小区", [("长塘里小区", "")]),
        ("旁边的小学", []),
        ("我们小区门口", []),
        ("楼上窗户里", []),
        ("村口老槐树", []),
        ("绿化带里", []),
        ("龙潭古渡码头", [("龙潭古渡码头", "")]),
        ("河东区", []),
        ("", []),
    ],
)
def test_names_of_a_place(place: str, expected: list[tuple[str, str]]) -> None:
    assert list(names_of_place(place)) == expected


@pytest.mark.parametrize(
    ("there", "asked", "near"),
    [
        ("解放路12号", "河东区解放路12号", True),
        ("解放路12号", "解放路15号", False),
        ("解放路12号", "解放路", True),
        ("解放路", "解放路12号", True),
        ("解放路", "五一路", False),
        ("阳光花园3栋", "阳光花园小区6栋", True),
    ],
)
def test_the_same_place(neighbours: Neighbours, there: str, asked: str, near: bool) -> None:
    neighbours.keep(ticket(1, there))
    assert found(neighbours, asked) == ([1] if near else [])


def test_matter_and_category_count_too(neighbours: Neighbours) -> None:
    neighbours.keep(ticket(1, "解放路12号"))
    assert found(neighbours, "解放路12号", "公交车从来不停站") == []


@pytest.mark.parametrize(
    ("score", "category", "asked"),
    [
        (ALIKE, "城乡建设", True),
        (ALIKE - 0.01, "城乡建设", False),
        (ALIKE_ELSEWHERE - 0.01, "环境保护", False),
        (ALIKE_ELSEWHERE, "环境保护", True),
    ],
)
def test_another_category_takes_surer_words(score: float, category: str, asked: bool) -> None:
    class Fixed(Words):
        def scores(self, query: Sketch, others: Sketch) -> NDArray[np.float32]:
            return np.full(len(others), score, dtype=np.float64).astype(np.float32) + np.float32(1e-6)

    neighbours = Neighbours(Fixed())
    neighbours.keep(ticket(1, "解放路12号"))
    assert found(neighbours, "解放路12号", category=category) == ([1] if asked else [])


@pytest.mark.parametrize(
    ("place", "title", "expected"),
    [
        ("解放路12号", "解放路12号的路灯不亮", [("解放路", "12")]),
        ("云溪县", "翠屏花园旁的工地通宵施工", [("翠屏花园", "")]),
        ("", "云溪县翠屏花园没有热水", [("翠屏花园", "")]),
        ("", "９９车险不退保费", [("99车险", "")]),
        ("", "308路公交车半小时不来一趟", [("308路公", "")]),
        ("", "2026年3月就报修了，12楼还是没有水", []),
        ("", "楼上漏水没人管", []),
        ("", "孩子走在马路中间", []),
        ("", "农贸市场污水横流", []),
        ("", "和平农贸市场污水横流", [("和平农贸市场", "")]),
    ],
)
def test_where_an_appeal_is_sought(place: str, title: str, expected: list[tuple[str, str]]) -> None:
    assert [each for each in names(place, title) if each in expected] == expected
    assert expected or names(place, title) == ()


def test_a_thing_without_a_place_has_neighbours_by_its_name() -> None:
    neighbours = Neighbours(Words())
    neighbours.keep(ticket(1, "云溪县", title="99车险不退保费", text="99车险的保费不退"))
    asked = Sought("城乡建设", "盼查99车险", "99车险的保费不退", Place("云溪县城关镇"), ("保费",))
    assert [one.ticket_id for one in neighbours.find(asked)] == [1]


def test_who_shares_no_word_besides_the_place_is_not_compared() -> None:
    words = Words()
    neighbours = Neighbours(words)
    neighbours.keep(ticket(1, "解放路12号", "解放路12号的井盖丢了"))
    assert neighbours.find(Sought("城乡建设", "", "解放路12号的路灯", Place("解放路12号"), ("路灯", "解放路"))) == ()
    assert words.compared == 0


def test_only_what_is_open_and_on_its_own_is_known(neighbours: Neighbours) -> None:
    first = ticket(1, "解放路12号")
    for state in State:
        neighbours.keep(replace(first, state=state))
        open_now = state.value not in {"replied", "closed", "withdrawn", "refused", "merged"}
        assert (1 in neighbours) is open_now
    neighbours.keep(replace(first, joined_to=9))
    assert 1 not in neighbours
    neighbours.keep(first)
    neighbours.forget_before(first.filed_at)
    assert 1 in neighbours
    neighbours.forget_before(first.filed_at + timedelta(seconds=1))
    assert len(neighbours) == 0


def test_a_crowded_place_costs_no_more_than_a_few_comparisons() -> None:
    words = Words()
    neighbours = Neighbours(words)
    for number in range(500):
        neighbours.keep(ticket(number, "解放路"))
    assert len(found(neighbours, "解放路12号")) == OFFERED
    assert words.compared <= COMPARED


def test_a_place_without_neighbours_compares_nothing() -> None:
    words = Words()
    neighbours = Neighbours(words)
    neighbours.keep(ticket(1, "解放路12号"))
    assert found(neighbours, "五一路3号") == []
    assert words.compared == 0


@given(st.lists(st.tuples(st.integers(1, 6), st.sampled_from(["解放路12号", "解放路", "阳光花园", ""]), st.booleans())))
def test_whatever_is_kept_and_dropped_nothing_is_left_behind(steps: list[tuple[int, str, bool]]) -> None:
    neighbours = Neighbours(Words())
    here: dict[int, str] = {}
    for number, place, keep in steps:
        if keep:
            neighbours.keep(ticket(number, place))
            here.pop(number, None)
            if place:
                here[number] = place
        else:
            neighbours.drop(number)
            here.pop(number, None)
    assert neighbours.ids() == sorted(here)
    for number in list(here):
        neighbours.drop(number)
    assert neighbours._at == {}
