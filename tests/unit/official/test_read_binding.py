"""Looking for a binding code by a sign first finds just what reading the whole grammar finds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.official.commands.account import Bind
from handlers.official.grammar import parse, read_binding

PIECES = [
    "绑定",
    "綁定",
    "认证",
    "認證",
    "注册",
    "註冊",
    "绑",
    "解绑",
    " ",
    ":",
    "：",
    "【",
    "请",
    "我要",
    "k7m2-q9xd",
    "Ｋ７Ｍ２Ｑ９ＸＤ",
    "路灯坏了",
    "3",
]


@pytest.mark.parametrize(
    "text",
    [
        "绑定 K7M2-Q9XD",
        "綁定：k7m2q9xd",
        "请绑定K7M2Q9XD",
        "【绑定】Ｋ７Ｍ２Ｑ９ＸＤ",
        "認證 k7m2q9xd",
        "注册 k7m2 q9xd",
    ],
)
def test_every_form_of_the_command_is_read(text: str) -> None:
    assert read_binding(text) == Bind("K7M2Q9XD")


@given(st.lists(st.sampled_from(PIECES), max_size=6).map("".join))
def test_it_agrees_with_the_grammar(text: str) -> None:
    command = parse(text)
    assert read_binding(text) == (command if isinstance(command, Bind) else None)
