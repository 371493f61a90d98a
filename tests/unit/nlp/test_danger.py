"""Dangers: what is one by docs/guide.md, what only sounds like it, whom to call, and that no text costs more than its length."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.hostile_texts import Hostile
from nlp.appeals.danger import (
    CALL,
    CERTAIN,
    CLAUSES,
    LISTED,
    MODEL,
    PERHAPS,
    WHOLE,
    Concepts,
    DangerKind,
    DangerModel,
    Grade,
    Judgement,
    grade,
    placed,
    windows,
)
from nlp.appeals.model import BrokenModelError
from nlp.text import segment
from nlp.text.normalize import LIMIT, fold
from nlp.training.keeping import write
from nlp.understand import Reader
from tests.support.costs import too_slow

# Inputs that failed once. They hold the kinds; how well dangers are read is measured on rows of other hands.
DANGERS = [
    ("这日子过不下去了，今晚就了断", DangerKind.SUICIDE),
    ("我妈喝了半瓶农药", DangerKind.POISON),
    ("孩子走丢了，在人民公园，6岁，穿红衣服", DangerKind.MISSING),
    ("老人出去两天没回来，有老年痴呆", DangerKind.MISSING),
    ("小孩掉进下水道了", DangerKind.WATER),
    ("地下车库进水有人困车里", DangerKind.TRAPPED),
    ("被关在传销窝里出不去，救我", DangerKind.DETENTION),
    ("楼晃得厉害墙裂了，我们不敢住", DangerKind.COLLAPSE),
    ("工地塔吊要倒了", DangerKind.COLLAPSE),
    ("我被骗了5万刚转过去", DangerKind.FRAUD),
    ("学校食堂吃了饭十几个孩子吐", DangerKind.FOOD),
    ("解放路路灯杆漏电，刚才电到一个小孩", DangerKind.ELECTRIC),
]
NONE = [
    "工资都不发，救命啊",
    "烦死了天天施工",
    "这个路口迟早要出人命，装个红绿灯吧",
    "去年我家楼下着过火，消防栓到现在还没水",
    "想咨询一下煤气开户怎么办理",
    "物业费贵得要命",
    "",
]


@pytest.mark.parametrize(("text", "kind"), DANGERS)
def test_a_danger_is_read_by_what_is_told(reader: Reader, text: str, kind: DangerKind) -> None:
    danger = reader.understand(text).danger
    assert danger is not None
    assert (danger.kind, danger.call) == (kind, CALL[kind])
    assert danger.phrase
    assert danger.phrase in text


@pytest.mark.parametrize("text", NONE)
def test_what_only_sounds_like_it_is_none(reader: Reader, text: str) -> None:
    assert reader.understand(text).danger is None


def test_a_danger_in_the_middle_of_a_letter_is_found_where_it_stands(reader: Reader) -> None:
    before = "您好，我是城东的居民，想反映小区门禁的事，物业换过两家，押金一直没退，报修的单子也没人接。"
    letter = f"{before}刚才我爸突然倒在地上叫不醒，嘴角流口水。{before}"
    danger = reader.understand(letter).danger
    assert danger is not None
    assert danger.kind is DangerKind.MEDICAL
    assert "倒在地上" in danger.phrase
    assert reader.understand(before * 2).danger is None


def test_every_kind_has_numbers_and_examples_of_both_sorts() -> None:
    path = MODEL.parents[1] / "training" / "rows" / "dangers.csv"
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["grade"] for row in rows} == {*(each.value for each in Grade), "none"}
    for dangerous in (True, False):
        assert {row["kind"] for row in rows if (row["grade"] != "none") is dangerous} == set(DangerKind)
    assert len({row["text"] for row in rows}) == len(rows)
    assert all(CALL[kind] for kind in DangerKind)


@pytest.mark.parametrize(("most", "least"), PERHAPS)
@pytest.mark.parametrize("listed", [False, True])
def test_the_longer_the_text_the_surer_it_must_be(most: int, least: float, listed: bool) -> None:
    def at(margin: float) -> Grade | None:
        return grade(Judgement(DangerKind.FIRE, margin, 0, 1), most, listed=listed)

    assert at(least + CERTAIN) is Grade.CERTAIN
    assert at(least) is Grade.PERHAPS
    assert at(least - 0.01) is (Grade.PERHAPS if listed else None)
    assert at(LISTED - 0.01) is None
    assert grade(None, most, listed=listed) is None


@given(st.text(alphabet="孩子掉河里了救命,。!\n去年 a", max_size=400))
@settings(max_examples=60)
def test_windows_stand_in_the_text_and_begin_at_clauses(text: str) -> None:
    spans = list(windows(text))
    assert all(0 <= start <= end <= len(text) and end - start <= max(WHOLE, 2 * CLAUSES) for start, end in spans)
    assert [start for start, _ in spans] == sorted({start for start, _ in spans})


@given(
    st.text(alphabet="孩子掉河里了救命,。12a ", min_size=1, max_size=80).map(lambda text: text * (1 + len(text) % 40))
)
@settings(max_examples=60)
def test_features_are_placed_in_order_inside_the_text(text: str) -> None:
    folded = fold(text).text
    if folded:
        found = placed(folded, segment.tokens(folded))
        assert len(found.hashes) == len(found.begins)
        assert all(0 <= begin < len(folded) for begin in found.begins.tolist())
        assert sorted(found.begins.tolist()) == found.begins.tolist()


def test_pairs_of_concepts_count_like_their_columns() -> None:
    concepts = Concepts()
    weights = np.linspace(0, 1, concepts.columns, dtype=np.float32)
    square = concepts.together(weights)
    named = [3, 0, 7]
    assert square[named][:, named].sum() == pytest.approx(weights[concepts.features(named)].sum())


def test_a_model_that_is_not_the_recorded_one_is_refused(tmp_path: Path) -> None:
    target = tmp_path / "danger.npz"
    write(MODEL.read_bytes(), target)
    assert DangerModel.read(target) is not None
    target.write_bytes(MODEL.read_bytes() + b" ")
    with pytest.raises(BrokenModelError, match="not the model"):
        DangerModel.read(target)


def test_a_model_fitted_to_other_words_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = tmp_path / "words.txt"
    words.write_text("[fire] 着火\n", encoding="utf-8")
    monkeypatch.setattr("nlp.appeals.danger.WORDS", words)
    with pytest.raises(BrokenModelError, match="other features"):
        DangerModel.read()


@pytest.mark.parametrize("seed", ["孩子掉河里了,", "救命", "去年着火，", "一" * 59 + "。"])
def test_a_text_costs_as_much_as_it_is_long(seed: str) -> None:
    model = DangerModel.read()

    def read(text: str) -> None:
        folded = fold(text).text
        model.judge(folded, segment.tokens(folded))

    assert too_slow(read, Hostile("", seed), LIMIT) == ""
