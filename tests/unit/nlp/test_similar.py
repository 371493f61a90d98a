"""The same place and the same matter, and nothing less."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.matching.similar import SAME, Matcher, load
from nlp.matching.sketch import SKETCH, Appeal, stack
from tests.unit.nlp.same_appeals import ISSUES

TEXTS = st.text(st.sampled_from("翠屏雅苑面包房噪音车位公交路灯A3区 12，。\n😀\ud800Ａ"), max_size=60)


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return load()


@pytest.mark.parametrize(
    ("one", "other"), [pair for appeals in ISSUES.values() for pair in combinations(appeals, 2)], ids=lambda a: a.title
)
def test_paraphrases_of_one_issue_are_the_same(matcher: Matcher, one: Appeal, other: Appeal) -> None:
    assert matcher.same(one, other)


@pytest.mark.parametrize(("one", "other"), [*combinations(ISSUES, 2)])
def test_another_matter_or_another_place_is_not_the_same(matcher: Matcher, one: str, other: str) -> None:
    assert not [(a.title, b.title) for a, b in product(ISSUES[one], ISSUES[other]) if matcher.same(a, b)]


def test_same_place_and_matter_outrank_either_alone(matcher: Matcher) -> None:
    first, second, *_ = ISSUES["a-bakery"]
    same = matcher.score(first, second)
    assert same > matcher.score(first, ISSUES["a-parking"][0])
    assert same > matcher.score(first, ISSUES["b-bakery"][0])


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("翠屏雅苑面包房半夜噪音扰民", "投诉翠屏雅苑面包房夜间噪音扰民", True),
        ("翠屏雅苑面包房半夜噪音扰民", "翠屏雅苑车位只卖不租", False),
        ("沙洲村公交太少，请增加班次", "建议增加沙洲村公交班次", True),
        ("沙洲村公交太少，请增加班次", "凤凰岭公交太少，请增加班次", False),
        ("", "", False),
        ("您好", "您好", False),
        ("12345678901", "12345678901", False),
    ],
)
def test_short_titles(matcher: Matcher, one: str, other: str, same: bool) -> None:
    assert matcher.same(one, other) is same


@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_a_score_is_symmetric_and_between_0_and_1(a: str, b: str, c: str, d: str) -> None:
    matcher = MATCHER
    one, other = Appeal(a, b), Appeal(c, d)
    score = matcher.score(one, other)
    assert 0 <= score <= 1
    assert score == pytest.approx(matcher.score(other, one), abs=1e-5)
    assert matcher.same(one, other) == (score >= SAME)


@given(st.text(max_size=400))
def test_no_text_breaks_a_sketch(text: str) -> None:
    made = MATCHER.sketch(text)
    assert made.dtype == SKETCH
    assert made.shape == (1,)
    assert made["named"][0] <= (made["anchor_weights"][0] > 0).sum()


@given(st.lists(TEXTS, min_size=1, max_size=5))
def test_many_at_once_score_as_each_alone(texts: list[str]) -> None:
    sketches = [MATCHER.sketch(text) for text in texts]
    together = MATCHER.scores(sketches[0], stack(sketches))
    alone = [MATCHER.scores(sketches[0], each)[0] for each in sketches]
    assert np.allclose(together, alone, atol=1e-6)


def test_width_and_case_make_no_difference(matcher: Matcher) -> None:
    assert (matcher.sketch("翠屏雅苑Ｂ座的ＫＴＶ噪音") == matcher.sketch("翠屏雅苑b座的ktv噪音")).all()


MATCHER = load()
