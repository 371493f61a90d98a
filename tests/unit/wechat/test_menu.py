"""The menu is refused by us, with every reason, before the platform refuses it with one."""

from __future__ import annotations

import pytest

from bot.channels.wechat.menu import Button, Press, menu_json, menu_problems

GOOD = (
    Button("我要诉求", key="file"),
    Button(
        "办理进度", below=(Button("我的工单", key="mine"), Button("网页查询", Press.VIEW, url="https://example.org/t"))
    ),
)
BAD = [
    ((), "0 buttons"),
    (tuple(Button(f"按钮{n}", key="k") for n in range(4)), "4 buttons"),
    ((Button("", key="k"),), "1 to 16 bytes"),
    ((Button("六个汉字太长", key="k"),), "1 to 16 bytes"),
    ((Button("钮"),), "key of 1 to 128"),
    ((Button("钮", key="k" * 129),), "key of 1 to 128"),
    ((Button("钮", Press.VIEW, url="example.org"),), "address"),
    ((Button("钮", Press.VIEW, url="https://example.org/" + "x" * 1024),), "address"),
    ((Button("钮", below=tuple(Button(str(n), key="k") for n in range(6))),), "6 buttons below"),
    ((Button("钮", below=(Button("字" * 21, key="k"),)),), "1 to 60 bytes"),
    ((Button("钮", below=(Button("下", below=(Button("底", key="k"),)),)),), "third level"),
]


def test_a_good_menu_in_the_platforms_shape() -> None:
    assert menu_problems(GOOD) == []
    assert menu_json(GOOD) == {
        "button": [
            {"type": "click", "name": "我要诉求", "key": "file"},
            {
                "name": "办理进度",
                "sub_button": [
                    {"type": "click", "name": "我的工单", "key": "mine"},
                    {"type": "view", "name": "网页查询", "url": "https://example.org/t"},
                ],
            },
        ]
    }


@pytest.mark.parametrize(("menu", "problem"), BAD)
def test_each_limit(menu: tuple[Button, ...], problem: str) -> None:
    (found,) = menu_problems(menu)
    assert problem in found


def test_every_problem_is_named() -> None:
    assert len(menu_problems((Button("", key=""), Button("钮", Press.VIEW)))) == 3
