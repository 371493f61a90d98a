"""The account's menu: what each button is called and what its tap means. The edge creates the platform's menu from it.

Limits are the platform's (create menu): three columns of five, a column's name ≤ 16 bytes, a button's ≤ 60, a key ≤ 128.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Press(StrEnum):
    """What the phone does when a button is pressed."""

    TELL = "tell"
    PICTURE = "picture"
    POINT = "point"


class Button(Struct, frozen=True):
    """One line of a column. `says` is what its tap means, as if the person had typed it."""

    key: str
    name: str
    says: str
    press: Press = Press.TELL


class Column(Struct, frozen=True):
    """One of the three words at the foot of the chat."""

    name: str
    buttons: tuple[Button, ...]


MENU: tuple[Column, ...] = (
    Column(
        "我要说",
        (
            Button("file", "说件事", "我要反映"),
            Button("photo", "拍照片", "", Press.PICTURE),
            Button("place", "发位置", "", Press.POINT),
            Button("supplement", "补充刚才的事", "补充"),
        ),
    ),
    Column(
        "查进度",
        (
            Button("track", "到哪一步了", "进度"),
            Button("mine", "我说过的事", "我的"),
            Button("urge", "催一催", "催办"),
            Button("rate", "评一评", "评价"),
        ),
    ),
    Column(
        "帮帮我",
        (
            Button("help", "怎么用", "帮助"),
            Button("showing", "匿名与公开", "公开设置"),
            Button("human", "找真人", "人工"),
        ),
    ),
)

SAYS: dict[str, str] = {button.key: button.says for column in MENU for button in column.buttons}
"""What a click on each key says; a key that is not here belongs to an older menu."""
