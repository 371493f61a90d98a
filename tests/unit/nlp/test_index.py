"""The index finds what comparing everything would find, and survives being written down."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nlp.matching.index
from nlp.matching.index import HEADER, RECORD, Index, StaleIndexError
from nlp.matching.similar import load
from nlp.matching.sketch import Appeal, stack
from tests.unit.nlp.same_appeals import ISSUES

MATCHER = load()
PLACES = ("翠屏雅苑", "枫林晚居", "沙洲村", "鹿鸣路", "望江镇", "白鹤湾", "青石巷", "凤凰岭")
MATTERS = (
    "面包房夜间噪音扰民",
    "车位只卖不租",
    "路灯坏了没人修",
    "公交班次太少",
    "垃圾没人清运",
    "自来水发黄",
    "烧烤店油烟",
)
STEPS = st.lists(
    st.tuples(st.booleans(), st.integers(0, 20), st.sampled_from(PLACES), st.sampled_from(MATTERS)), max_size=40
)


@pytest.fixture
def small_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nlp.matching.index, "_SMALLEST", 4)
    monkeypatch.setattr(nlp.matching.index, "_LARGEST", 64)
    monkeypatch.setattr(nlp.matching.index, "_MERGED", 4)


@pytest.fixture
def town(small_segments: None) -> tuple[Index, dict[int, Appeal]]:
    number: Iterator[int] = count(1)
    appeals = {
        next(number): Appeal(f"{place}{matter}", f"住在{place}{house}号，{matter}，请处理")
        for house in range(5)
        for place in PLACES
        for matter in MATTERS
    }
    made = Index(MATCHER)
    for key, appeal in appeals.items():
        made.add(key, appeal)
    return made, appeals


def test_finds_the_same_appeal_before_its_likes(town: tuple[Index, dict[int, Appeal]]) -> None:
    made, appeals = town
    found = made.find("投诉翠屏雅苑面包房夜里噪音扰民", 5)
    assert [appeals[each.id].title for each in found] == ["翠屏雅苑面包房夜间噪音扰民"] * 5
    assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)
    assert all(each.same for each in found)


def test_finds_what_comparing_everything_finds(town: tuple[Index, dict[int, Appeal]]) -> None:
    made, appeals = town
    everything = stack([MATCHER.sketch(appeal) for appeal in appeals.values()])
    for place in PLACES:
        for matter in MATTERS:
            asked = MATCHER.sketch(f"{place}{matter}")
            scores = sorted(MATCHER.scores(asked, everything).tolist(), reverse=True)
            assert [each.score for each in made.near(asked, 10)] == pytest.approx(scores[:10], abs=1e-5)


@given(STEPS)
@settings(max_examples=60)
def test_adding_changing_and_removing_in_any_order(steps: list[tuple[bool, int, str, str]]) -> None:
    made, known, journal = Index(MATCHER), dict[int, str](), b""
    for there, number, place, matter in steps:
        if there:
            known[number] = f"{place}{matter}"
            journal += made.add(number, known[number])
        else:
            known.pop(number, None)
            journal += made.remove(number)
    asked = f"{PLACES[0]}{MATTERS[0]}"
    found = made.find(asked, 50)
    assert len(made) == len(known)
    assert {each.id for each in found} == set(known)
    assert {each.id: each.score for each in found} == pytest.approx(
        {number: MATCHER.score(asked, text) for number, text in known.items()}, abs=1e-5
    )
    follower = Index(MATCHER)
    assert follower.follow(journal) == len(journal)
    assert follower.find(asked, 50) == found
    assert Index.load(MATCHER, made.dump()).find(asked, 50) == found
    follower.follow(journal[-3 * RECORD.itemsize :])
    assert follower.find(asked, 50) == found


def test_a_dump_may_be_appended_to_and_cut_off(town: tuple[Index, dict[int, Appeal]]) -> None:
    made, _ = town
    dumped = made.dump()
    again = Index.load(
        MATCHER, dumped + made.record(9001, "北塔桥的栏杆断了一截，行人容易掉下去") + made.record(9002, "未写完")[:-7]
    )
    assert 9001 in again
    assert 9002 not in again
    assert again.find("北塔桥栏杆断了，请尽快维修", 1)[0].id == 9001
    assert len(dumped) == HEADER + len(made) * RECORD.itemsize


@pytest.mark.parametrize("broken", [b"", b"x" * HEADER, b"MSSIM1" + b"0" * 26])
def test_an_index_of_another_fit_is_refused(broken: bytes) -> None:
    with pytest.raises(StaleIndexError):
        Index.load(MATCHER, broken)


def test_an_empty_index_and_an_empty_question(town: tuple[Index, dict[int, Appeal]]) -> None:
    made, _ = town
    assert Index(MATCHER).find("路灯坏了") == []
    assert not any(each.same for each in made.find(""))


def test_one_of_two_processes_sees_what_the_other_wrote() -> None:
    journal, mine, other = b"", Index(MATCHER), Index(MATCHER)
    journal += mine.add(1, ISSUES["a-bakery"][0])
    read = other.follow(journal)
    journal += other.add(2, ISSUES["c-bus"][0])
    journal += mine.add(3, ISSUES["a-bakery"][1])
    for index in (mine, other):
        index.follow(journal[read:])
        assert {each.id for each in index.find(ISSUES["a-bakery"][2]) if each.same} == {1, 3}
        assert len(index) == 3
