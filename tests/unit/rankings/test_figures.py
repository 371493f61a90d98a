"""Rates, their intervals, the score and the order: by tables, and by properties that fairness asks for."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from handlers.rankings import periods, wording
from handlers.rankings.figures import Figures, Rate, median, total
from handlers.rankings.order import FLOOR, PRIOR, WEIGHTS, ranked, score

NOW = datetime(2026, 3, 1, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [(5, 6, "83%"), (0, 9, "0%"), (9, 9, "100%"), (1279, 1280, "99.9%"), (19999, 20000, "99.9%"), (1, 5000, "0.1%"),
     (995, 1000, "99.5%"), (994, 1000, "99%"), (5, 1000, "0.5%")],
)  # fmt: skip
def test_nearly_all_is_not_all_and_nearly_none_is_not_none(part: int, whole: int, said: str) -> None:
    assert wording.percent(part / whole) == said


@st.composite
def figures(draw: st.DrawFn, unit_id: str = "") -> Figures:
    """Any sums that can occur together."""
    due = draw(st.integers(0, 60))
    answered = draw(st.integers(0, due))
    graded = draw(st.integers(0, 30))
    asked = draw(st.integers(0, 30))
    return Figures(
        unit_id or draw(st.text("abcdef", min_size=1, max_size=4)),
        due=due,
        answered=answered,
        fair=draw(st.integers(0, answered)),
        graded=graded,
        satisfied=draw(st.integers(0, graded)),
        asked_solved=asked,
        solved=draw(st.integers(0, asked)),
    )


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(0, 0, 0.0, 1.0), (1, 1, 0.207, 1.0), (0, 1, 0.0, 0.793), (5, 10, 0.237, 0.763), (90, 100, 0.826, 0.945)],
)
def test_intervals_are_wilsons(part: int, whole: int, low: float, high: float) -> None:
    assert Rate(part, whole).interval == pytest.approx((low, high), abs=0.001)


@given(st.integers(0, 500), st.integers(0, 500))
def test_an_interval_holds_its_rate_and_narrows_with_more(part: int, more: int) -> None:
    rate = Rate(part, part + more)
    low, high = rate.interval
    assert 0 <= low <= high <= 1
    if rate.value is not None:
        assert low - 1e-9 <= rate.value <= high + 1e-9
        wider = Rate(10 * part, 10 * (part + more)).interval
        assert wider[1] - wider[0] <= high - low + 1e-9


@pytest.mark.parametrize(
    ("counts", "middle"),
    [({}, None), ({5: 1}, 5.5), ({0: 1, 10: 1}, 1.0), ({1: 1, 2: 2, 3: 1}, 2.5), ({2: 10, 100: 1}, 2.55)],
)
def test_median(counts: dict[int, int], middle: float | None) -> None:
    assert median(counts) == (None if middle is None else pytest.approx(middle))


def test_weights_are_a_hundred() -> None:
    assert sum(weight.points for weight in WEIGHTS) == 100


def test_few_tickets_give_no_place_and_all_good_gives_the_first() -> None:
    good = Figures("good", due=20, answered=20, fair=20, graded=10, satisfied=10, asked_solved=10, solved=10)
    bad = Figures("bad", due=20, answered=15, fair=2, graded=10, satisfied=3, asked_solved=10, solved=4)
    lucky = Figures("lucky", due=FLOOR - 1, answered=FLOOR - 1, fair=FLOOR - 1)
    order = ranked([bad, lucky, good, Figures("idle", open=7)])
    assert [(each.figures.unit_id, each.place) for each in order] == [("good", 1), ("bad", 2), ("lucky", None)]


def test_equal_scores_share_a_place() -> None:
    twins = [Figures(name, due=9, answered=9, fair=9) for name in "ab"]
    worse = Figures("c", due=9, answered=9)
    assert [each.place for each in ranked([*twins, worse])] == [1, 1, 3]


def test_a_small_unit_is_drawn_to_the_average() -> None:
    """Four of four must not stand before ninety-eight of a hundred."""
    large = Figures("large", due=100, answered=100, fair=98)
    small = Figures("small", due=5, answered=5, fair=5)
    rest = Figures("rest", due=100, answered=100, fair=50)
    assert [each.figures.unit_id for each in ranked([small, large, rest])] == ["large", "small", "rest"]
    assert PRIOR > 0


@given(st.lists(figures(), max_size=8, unique_by=lambda one: one.unit_id))
def test_order_never_fails_and_is_of_scores(many: list[Figures]) -> None:
    order = ranked(many)
    placed = [each for each in order if each.place is not None]
    assert all(0 <= each.score <= 100 for each in order)
    assert [each.score for each in placed] == sorted((each.score for each in placed), reverse=True)
    assert {each.figures.unit_id for each in order} == {one.unit_id for one in many if one.due or one.graded}


@given(figures("a"), st.lists(figures(), max_size=4))
def test_one_more_answer_in_time_never_costs_points(one: Figures, others: list[Figures]) -> None:
    average = total("", [one, *others])
    better = replace(one, due=one.due + 1, answered=one.answered + 1, fair=one.fair + 1)
    assert score(better, average) >= score(one, average)


@pytest.mark.parametrize(
    ("words", "first", "after"),
    [
        ("", "2026-03-01", "2026-04-01"),
        ("上月", "2026-02-01", "2026-03-01"),
        ("今年", "2026-01-01", "2027-01-01"),
        ("去年", "2025-01-01", "2026-01-01"),
        ("本季度", "2026-01-01", "2026-04-01"),
        ("2025-12", "2025-12-01", "2026-01-01"),
        ("2025年2月", "2025-02-01", "2025-03-01"),
        ("2024", "2024-01-01", "2025-01-01"),
        ("近30天", "2026-01-31", "2026-03-02"),
    ],
)
def test_periods(words: str, first: str, after: str) -> None:
    period = periods.read(words, NOW)
    assert period is not None
    assert (period.first, period.after) == (date.fromisoformat(first), date.fromisoformat(after))
    assert periods.read(period.key, NOW) in (period, periods.read("本季", NOW))


@pytest.mark.parametrize("words", ["下周", "2026-13", "26-01", "昨天", "2026-00"])
def test_other_words_are_no_period(words: str) -> None:
    assert periods.read(words, NOW) is None


def test_months_begin_at_chinas_midnight() -> None:
    period = periods.month(2026, 3)
    assert period.starts == datetime(2026, 2, 28, 16, tzinfo=UTC)
    assert period.ends == datetime(2026, 3, 31, 16, tzinfo=UTC)
    last = periods.read("上月", datetime(2026, 2, 28, 16, tzinfo=UTC))
    assert last == periods.month(2026, 2), "it is March in China already"
