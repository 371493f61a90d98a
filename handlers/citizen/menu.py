"""The account's menu: what each button is called and what its tap means. The edge creates the platform's menu from it.

Limits are the platform's (create menu): three columns of five, a column's name ≤ 16 bytes, a button's ≤ 60, a key ≤ 128.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class MenuAction(StrEnum):
    """What the phone does when a button is pressed."""

    TELL = "tell"
    PICTURE = "picture"
    POINT = "point"


class MenuButton(Struct, frozen=True):
    """One line of a column. `says` is what its tap means, as if the person had typed it."""

    key: str
    name: str
    says: str
    press: MenuAction = MenuAction.TELL


class Column(Struct, frozen=True):
    """One of the three words at the foot of the chat."""

    name: str
    buttons: tuple[MenuButton, ...]


MENU: tuple[Column, ...] = (
    Column(
        "我要说",
        (
            MenuButton("file", "说件事", "我要反映"),
            MenuButton("photo", "拍照片", "", MenuAction.PICTURE),
            MenuButton("place", "发位置", "", MenuAction.POINT),
            MenuButton("supplement", "补充刚才的事", "补充"),
        ),
    ),
    Column(
        "查进度",
        (
            MenuButton("track", "到哪一步了", "进度"),
            MenuButton("mine", "我说过的事", "我的"),
            MenuButton("urge", "催一催", "催办"),
            MenuButton("rate", "评一评", "评价"),
        ),
    ),
    Column(
        "帮帮我",
        (
            MenuButton("help", "怎么用", "帮助"),
            MenuButton("showing", "匿名与公开", "公开设置"),
            MenuButton("human", "找真人", "人工"),
        ),
    ),
)

SAYS: dict[str, str] = {button.key: button.says for column in MENU for button in column.buttons}
"""What a click on each key says; a key that is not here belongs to an older menu."""
