"""Text is made to fit what the platform takes, and never changed into something wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.wechat.errors import PlatformError, Verdict
from bot.channels.wechat.limits import check_bytes, cut_bytes, cut_chars, fit_field, fit_fields

TEXT = st.text(alphabet=st.sampled_from("路灯坏了。！，\n ab1😀é"), max_size=200)


@given(TEXT, st.integers(3, 80))
def test_cut_fits_and_keeps_the_beginning(text: str, limit: int) -> None:
    cut = cut_bytes(text, limit)
    assert len(cut.encode()) <= limit
    assert cut == text or (cut.endswith("…") and text.startswith(cut[:-1]))
    short = cut_chars(text, limit)
    assert len(short) <= limit
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))


@given(TEXT)
def test_what_just_fits_is_left_whole(text: str) -> None:
    assert cut_bytes(text, len(text.encode())) == text
    assert cut_chars(text, len(text)) == text


FIELDS = [
    ("thing1", "字" * 20, "字" * 20),
    ("thing1", "字" * 21, "字" * 19 + "…"),
    ("thing12", "两行\n  合成一行", "两行 合成一行"),
    ("thing1", "  ", "无"),
    ("phrase2", "已经受理完毕", "已经受理完"),
    ("name3", "字" * 10, "字" * 10),
    ("name3", "字" * 11, "字" * 9 + "…"),
    ("name3", "a" * 20, "a" * 20),
    ("name3", "a" * 21, "a" * 19 + "…"),
    ("character_string4", "x" * 32, "x" * 32),
    ("phone_number5", "0" * 17, "0" * 17),
    ("car_number6", "京A12345", "京A12345"),
    ("time7", "2026年3月1日 08:30", "2026年3月1日 08:30"),
    ("keyword1", "字" * 80, "字" * 80),
    ("first", "您好", "您好"),
]


@pytest.mark.parametrize(("name", "value", "fitted"), FIELDS)
def test_each_kind_of_field(name: str, value: str, fitted: str) -> None:
    assert fit_field(name, value, "x") == fitted


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("number1", 32),
        ("letter1", 32),
        ("symbol1", 5),
        ("character_string1", 32),
        ("phone_number1", 17),
        ("car_number1", 8),
    ],
)
def test_a_number_is_refused_rather_than_shortened(name: str, limit: int) -> None:
    assert fit_field(name, "1" * limit, "x") == "1" * limit
    with pytest.raises(PlatformError) as caught:
        fit_field(name, "1" * (limit + 1), "x")
    assert (caught.value.verdict, caught.value.code) == (Verdict.CONTENT, 47003)


def test_fields_take_the_platforms_shape() -> None:
    assert fit_fields({"thing1": "灯", "time2": "08:30"}, "x") == {
        "thing1": {"value": "灯"},
        "time2": {"value": "08:30"},
    }


@pytest.mark.parametrize("text", ["", " \n", "字" * 4])
def test_a_text_that_does_not_fit_is_refused_before_the_call(text: str) -> None:
    with pytest.raises(PlatformError) as caught:
        check_bytes(text, 11, "x")
    assert (caught.value.verdict, caught.value.code) == (Verdict.CONTENT, 45002)
    assert check_bytes("字字字", 11, "x") == "字字字"
