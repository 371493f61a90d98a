"""Personal data: found where it is, masked before anyone reads it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.appeals.personal import PersonalKind, find, mask
from nlp.text.normalize import fold

FOUND: list[tuple[str, str, PersonalKind]] = [
    ("电话13800001234，谢谢", "13800001234", PersonalKind.PHONE),
    ("电话１３８００００１２３４", "１３８００００１２３４", PersonalKind.PHONE),
    ("打138 0000 1234找我", "138 0000 1234", PersonalKind.PHONE),
    ("座机0731-88880000", "0731-88880000", PersonalKind.PHONE),
    ("身份证11010119900307123X", "11010119900307123X", PersonalKind.ID),
    ("卡号6222021234567890123", "6222021234567890123", PersonalKind.BANK_CARD),
    ("车牌湘A12345乱停", "湘A12345", PersonalKind.PLATE),
    ("车牌粤BD12345一直占道", "粤BD12345", PersonalKind.PLATE),
    ("我叫张小川，住在三楼", "张小川", PersonalKind.NAME),
    ("本人李雷，退休职工", "李雷", PersonalKind.NAME),
    ("联系人：欧阳晓", "欧阳晓", PersonalKind.NAME),
    ("邮箱abc.d@example.com", "abc.d@example.com", PersonalKind.EMAIL),
    ("微信号abcd_1234", "abcd_1234", PersonalKind.ACCOUNT),
]
NOTHING = [
    "拨打12345没人接",
    "工单20260101003",
    "我是高三学生家长",
    "我是安全员",
    "共有138户",
    "欠款12000元",
    "2026年11月21日",
]


@pytest.mark.parametrize(("text", "words", "kind"), FOUND)
def test_found(text: str, words: str, kind: PersonalKind) -> None:
    assert [(span.kind, text[span.start : span.end]) for span in find(fold(text))] == [(kind, words)]
    assert words not in mask(text)


@pytest.mark.parametrize("text", NOTHING)
def test_nothing_to_hide(text: str) -> None:
    assert mask(text) == text


def _ids() -> st.SearchStrategy[str]:
    return st.builds(
        lambda area, year, month, day, tail: f"{area}{year}{month:02}{day:02}{tail:03}X",
        st.integers(110000, 659999),
        st.integers(1930, 2020),
        st.integers(1, 12),
        st.integers(1, 28),
        st.integers(0, 999),
    )


SECRETS = st.integers(13000000000, 19999999999).map(str) | _ids()
AROUND = st.text(alphabet="我的电话是，。 住在五一路号证码\n", max_size=12)


@given(AROUND, SECRETS, AROUND)
def test_masks_cover(before: str, secret: str, after: str) -> None:
    assert secret not in mask(before + secret + after)


@given(st.text() | st.text(alphabet="0123456789 -我叫张三李四电话湘A", max_size=60))
def test_masked_text_has_nothing_left_and_spans_do_not_overlap(text: str) -> None:
    spans = find(fold(text))
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(before.end <= span.start for before, span in pairwise(spans))
    assert find(fold(mask(text))) == ()
