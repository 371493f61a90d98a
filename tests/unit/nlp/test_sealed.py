"""Which messages are sealed, for whose sake, and that reading them takes time that grows with the text and no faster."""

from __future__ import annotations

import pytest

from benchmarks.hostile_texts import Hostile
from nlp.appeals.sealed import RULES, SealedSort, SealingRule, applies, sealed_sort
from nlp.text.normalize import LIMIT, fold
from nlp.understand import Reader
from tests.support.costs import too_slow
from tests.unit.nlp.sealed_rows import HELD, WRITTEN

HOSTILE = (
    *(
        "村",
        "书记",
        "收",
        "孩子",
        "我",
        "怕",
        "贪污",
        "局长",
        "被",
        "打",
        "收钱",
        "我儿子被",
        "不要",
        "1",
        "\n",
        "，",
        "岁",
        "霸凌",
    ),
    *(
        "公款",
        "把",
        "他的",
        "癌",
        "妈妈癌",
        "打人",
        "我是",
        "偷排",
        "跳",
        "摸",
        "强迫",
        "老公打",
        "补助",
        "检查",
        "举报局违法",
        "所的人",
    ),
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_each_rule_seals_its_example(rule: SealingRule) -> None:
    text = fold(rule.example).text
    assert applies(rule, text)
    assert sealed_sort(text) is rule.sort


@pytest.mark.parametrize(("text", "sort"), WRITTEN)
def test_rows_that_the_rules_were_written_by(text: str, sort: str) -> None:
    assert (sealed_sort(fold(text).text) or "") == sort


def test_rows_that_the_rules_were_not_written_by() -> None:
    read = [(sealed_sort(fold(text).text), sort) for text, sort in HELD]
    meant = [found for found, sort in read if sort]
    assert sum(found is not None for found in meant) >= 0.9 * len(meant)
    assert sum(found is not None for found, sort in read if not sort) <= 0.1 * sum(not sort for _, sort in read)


def test_who_must_be_saved_comes_before_the_informant() -> None:
    assert sealed_sort("我老公是派出所所长,天天打我,求你们保密") is SealedSort.PERSON


@pytest.mark.parametrize("seed", HOSTILE)
def test_a_text_costs_as_much_as_it_is_long(seed: str) -> None:
    assert too_slow(lambda text: sealed_sort(fold(text).text), Hostile("", seed), LIMIT) == ""


@pytest.mark.parametrize(
    ("text", "sort"),
    [
        ("舉報村書記貪污修路款", SealedSort.INFORMANT),
        ("我不想活了", SealedSort.PERSON),
        ("人民路路灯不亮", None),
        ("我要举报车管所的科长收钱", SealedSort.INFORMANT),
        ("我要举报车管所的科长态度差，脸色难看", None),
        ("我要举报隔壁的餐馆，油烟大", None),
    ],
)
def test_an_understanding_tells_it(reader: Reader, text: str, sort: SealedSort | None) -> None:
    read = reader.understand(text)
    assert read.sealed_sort is sort
    assert read.sealed is (sort is not None)
