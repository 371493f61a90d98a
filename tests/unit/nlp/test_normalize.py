"""Cleaning and folding."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.text.normalize import LIMIT, clean, fold

CLEANED = [
    ("  五一路  路灯　坏了 ", "五一路 路灯 坏了"),
    ("电话１２３，ＡＢ栋！", "电话123，AB栋！"),
    ("一\u200b二\ufeff三", "一二三"),
    ("甲\x00乙\x07", "甲乙"),
    ("坏\ud800了", "坏了"),
    ("甲\r\n\r\n\r\n乙", "甲\n\n乙"),
    ("甲 \n 乙", "甲\n乙"),
    ("\u202e倒过来", "倒过来"),
    ("\n\t ", ""),
]


@pytest.mark.parametrize(("given_text", "cleaned"), CLEANED)
def test_clean(given_text: str, cleaned: str) -> None:
    assert clean(given_text) == cleaned


@given(st.text(alphabet=st.characters()))
def test_clean_is_fit_to_keep(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert len(cleaned) <= LIMIT
    assert "\n\n\n" not in cleaned
    cleaned.encode()


def test_clean_caps_length() -> None:
    assert len(clean("长" * 100_000)) == LIMIT


def test_fold_is_half_width_and_lower_case() -> None:
    assert fold("ＡＢ１２３，好！").text == "ab123,好!"


@given(st.text(alphabet=st.characters() | st.sampled_from("\u200b\ud800Ａ１，\ufe0f")))
def test_fold_remembers_where_characters_came_from(text: str) -> None:
    folded = fold(text)
    for place in range(len(folded.text)):
        start, end = folded.span(place, place + 1)
        assert fold(text[start:end]).text == folded.text[place]
