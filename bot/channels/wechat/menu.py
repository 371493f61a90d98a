"""The account's menu: its buttons, the platform's limits on them, and its JSON.

Limits from the platform's page on creating a custom menu: three buttons with five below each, a name of 16 bytes (60
below another button), a key of 128 bytes, an address of 1024 bytes.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final

from msgspec import Struct

TOP_BUTTONS: Final = 3
SUB_BUTTONS: Final = 5
NAME_BYTES: Final = 16
SUB_NAME_BYTES: Final = 60
KEY_BYTES: Final = 128
URL_BYTES: Final = 1024


class Press(StrEnum):
    """What a button does: those of the platform's kinds that need only a key or an address."""

    CLICK = "click"
    VIEW = "view"
    SCAN = "scancode_push"
    SCAN_AND_WAIT = "scancode_waitmsg"
    PHOTO = "pic_sysphoto"
    PHOTO_OR_ALBUM = "pic_photo_or_album"
    ALBUM = "pic_weixin"
    LOCATION = "location_select"


class ApiButton(Struct, frozen=True):
    """One button of the menu."""

    name: str
    press: Press = Press.CLICK
    key: str = ""
    """For every kind but VIEW."""

    url: str = ""
    """For VIEW."""

    below: tuple[ApiButton, ...] = ()
    """The buttons of the list it opens; it then has neither key nor address."""


def menu_problems(buttons: tuple[ApiButton, ...]) -> list[str]:
    """Returns what the platform would refuse, one line each. Empty for a good menu."""
    problems = [] if 1 <= len(buttons) <= TOP_BUTTONS else [f"{len(buttons)} buttons, 1 to {TOP_BUTTONS} are allowed"]
    for button in buttons:
        problems += _button_problems(button, NAME_BYTES)
        if len(button.below) > SUB_BUTTONS:
            problems.append(f"{button.name}: {len(button.below)} buttons below, {SUB_BUTTONS} are allowed")
        for inner in button.below:
            problems += _button_problems(inner, SUB_NAME_BYTES)
            if inner.below:
                problems.append(f"{inner.name}: a third level is not allowed")
    return problems


def menu_json(buttons: tuple[ApiButton, ...]) -> dict[str, Any]:
    """Returns the menu in the format of the platform's `menu/create`."""
    return {"button": [_button_json(button) for button in buttons]}


def _button_problems(button: ApiButton, name_bytes: int) -> list[str]:
    problems = []
    if not 1 <= len(button.name.encode()) <= name_bytes:
        problems.append(f"{button.name}: a name of 1 to {name_bytes} bytes is needed")
    if button.below:
        return problems
    if button.press is Press.VIEW:
        if not button.url.startswith(("http://", "https://")) or len(button.url.encode()) > URL_BYTES:
            problems.append(f"{button.name}: an address of at most {URL_BYTES} bytes is needed")
    elif not 1 <= len(button.key.encode()) <= KEY_BYTES:
        problems.append(f"{button.name}: a key of 1 to {KEY_BYTES} bytes is needed")
    return problems


def _button_json(button: ApiButton) -> dict[str, Any]:
    if button.below:
        return {"name": button.name, "sub_button": [_button_json(inner) for inner in button.below]}
    target = {"url": button.url} if button.press is Press.VIEW else {"key": button.key}
    return {"type": button.press.value, "name": button.name, **target}
