"""The menu is refused by us, with every reason, before the platform refuses it with one."""

from __future__ import annotations

import pytest

from bot.channels.wechat.menu import ApiButton, Press, menu_json, menu_problems

GOOD = (
    ApiButton("我要诉求", key="file"),
    ApiButton(
        "办理进度",
        below=(ApiButton("我的工单", key="mine"), ApiButton("网页查询", Press.VIEW, url="https://example.org/t")),
    ),
)
BAD = [
    ((), "0 buttons"),
    (tuple(ApiButton(f"按钮{n}", key="k") for n in range(4)), "4 buttons"),
    ((ApiButton("", key="k"),), "1 to 16 bytes"),
    ((ApiButton("六个汉字太长", key="k"),), "1 to 16 bytes"),
    ((ApiButton("钮"),), "key of 1 to 128"),
    ((ApiButton("钮", key="k" * 129),), "key of 1 to 128"),
    ((ApiButton("钮", Press.VIEW, url="example.org"),), "address"),
    ((ApiButton("钮", Press.VIEW, url="https://example.org/" + "x" * 1024),), "address"),
    ((ApiButton("钮", below=tuple(ApiButton(str(n), key="k") for n in range(6))),), "6 buttons below"),
    ((ApiButton("钮", below=(ApiButton("字" * 21, key="k"),)),), "1 to 60 bytes"),
    ((ApiButton("钮", below=(ApiButton("下", below=(ApiButton("底", key="k"),)),)),), "third level"),
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
def test_each_limit(menu: tuple[ApiButton, ...], problem: str) -> None:
    (found,) = menu_problems(menu)
    assert problem in found


def test_every_problem_is_named() -> None:
    assert len(menu_problems((ApiButton("", key=""), ApiButton("钮", Press.VIEW)))) == 3
