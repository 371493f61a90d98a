"""Numbers are short, found in messy text, and a slip of the finger is noticed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.calendar.zone import SHANGHAI
from handlers.tickets import numbers

NOON = datetime(2026, 4, 1, 12, tzinfo=SHANGHAI)
serials = st.integers(1, 99_999_999)


def test_the_first_number_of_the_year_and_the_year_is_chinas() -> None:
    assert numbers.make(1, NOON) == "26000010"
    assert numbers.make(1, datetime(2026, 12, 31, 15, 59, tzinfo=UTC)).startswith("26")
    assert numbers.make(1, datetime(2026, 12, 31, 16, 0, tzinfo=UTC)).startswith("27")


def test_serials_begin_at_one() -> None:
    with pytest.raises(ValueError, match="begin at 1"):
        numbers.make(0, NOON)


@given(serials)
def test_a_made_number_is_found_alone_and_within_words(serial: int) -> None:
    number = numbers.make(serial, NOON)
    assert numbers.is_number(number)
    for text in (number, f"帮我查{number}到哪了", f"No.{number}。", f"（{number}）", f"查 {number}\n谢谢"):
        assert numbers.find(text) == (number,)
        assert numbers.mistyped(text) is None


@given(serials, st.data())
def test_every_single_wrong_digit_is_noticed(serial: int, data: st.DataObject) -> None:
    number = numbers.make(serial, NOON)
    place = data.draw(st.integers(0, len(number) - 1))
    digit = data.draw(st.sampled_from([d for d in "0123456789" if d != number[place]]))
    assert not numbers.is_number(number[:place] + digit + number[place + 1 :])


@given(serials)
def test_every_swap_of_neighbours_is_noticed(serial: int) -> None:
    number = numbers.make(serial, NOON)
    for place in range(len(number) - 1):
        swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
        assert swapped == number or not numbers.is_number(swapped)


def test_exhaustively_for_one_number() -> None:
    number = numbers.make(4711, NOON)
    wrong = [number[:i] + d + number[i + 1 :] for i in range(8) for d in "0123456789" if d != number[i]]
    assert len(wrong) == 72
    assert not any(map(numbers.is_number, wrong))


@pytest.mark.parametrize(
    "text",
    [
        "２６００００１０",
        "2600 0010",
        "26-00001-0",
        "2 6 0 0 0 0 1 0",
        "26　0000　10",
        "2600OO1O",
        "2600oo10",
        "26000O1o",
        "二六〇〇〇〇一〇",
        "二六零零零零幺零",
        "26000010 5",
        "2600 0010 0",
        "延期 26000010 3 等配件",
        "单号26000010，电话13812345678",
    ],
)
def test_forgiven_forms(text: str) -> None:
    assert numbers.find(text) == ("26000010",)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "你好",
        "13812345678",
        "20261121",
        "120",
        "342601199001011234",
        "一二三四五六七",
        "123456",
        "邮编 241000",
        "٢٦٠٠٠٠١٠",
    ],
)
def test_other_digits_are_left_alone(text: str) -> None:
    assert numbers.find(text) == ()
    assert numbers.mistyped(text) is None


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("查 26000011", "26000011"),
        ("2600001", "2600001"),
        ("进度２６００００１９", "26000019"),
        ("2600 0011", "26000011"),
    ],
)
def test_mistyped(text: str, seen: str) -> None:
    assert numbers.find(text) == ()
    assert numbers.mistyped(text) == seen


def test_several_in_order_each_once() -> None:
    second = numbers.make(2, NOON)
    assert numbers.find(f"合并 {second} 26000010 {second}") == (second, "26000010")


@given(st.text(max_size=60))
def test_any_text_is_survived(text: str) -> None:
    assert all(map(numbers.is_number, numbers.find(text)))
    numbers.mistyped(text)


def test_code_and_token() -> None:
    assert numbers.code(42) == "000042"
    assert numbers.code(987_654_321) == "654321"
    token = numbers.token(bytes(range(16)))
    assert len(token) == 22
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    with pytest.raises(ValueError, match="too little"):
        numbers.token(b"short")
