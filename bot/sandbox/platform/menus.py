"""The platform's rules for an account's menu."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.sandbox.platform.codes import PlatformRefusal

# What each type of button must carry, and its longest UTF-8 length in bytes. Source: createCustomMenu.
_TYPES: dict[str, tuple[str, int]] = {
    "click": ("key", 128),
    "view": ("url", 1024),
    "scancode_push": ("key", 128),
    "scancode_waitmsg": ("key", 128),
    "pic_sysphoto": ("key", 128),
    "pic_photo_or_album": ("key", 128),
    "pic_weixin": ("key", 128),
    "location_select": ("key", 128),
    "media_id": ("media_id", 128),
    "view_limited": ("media_id", 128),
    "article_id": ("article_id", 128),
    "article_view_limited": ("article_id", 128),
    "miniprogram": ("pagepath", 1024),
}


def check(body: object) -> list[dict[str, Any]]:
    """The buttons of a create request. Raises Refusal 40016 to 40027 as the platform would."""
    buttons = body.get("button") if isinstance(body, Mapping) else None
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= 3:
        raise PlatformRefusal(40016)
    for button in buttons:
        _check_top(button)
    return buttons


def _check_top(button: object) -> None:
    if not isinstance(button, Mapping):
        raise PlatformRefusal(40016)
    if not _sized(button.get("name"), 16):
        raise PlatformRefusal(40018)
    below = button.get("sub_button")
    if not below:
        _check_action(button, type_code=40017, key_code=40019, url_code=40020)
        return
    if not isinstance(below, list) or len(below) > 5:
        raise PlatformRefusal(40023)
    for one in below:
        if not isinstance(one, Mapping):
            raise PlatformRefusal(40023)
        if not _sized(one.get("name"), 60):
            raise PlatformRefusal(40025)
        _check_action(one, type_code=40024, key_code=40026, url_code=40027)


def _check_action(button: Mapping[str, Any], *, type_code: int, key_code: int, url_code: int) -> None:
    needs = _TYPES.get(str(button.get("type")))
    if needs is None:
        raise PlatformRefusal(type_code)
    field, longest = needs
    if not _sized(button.get(field), longest):
        raise PlatformRefusal(url_code if field == "url" else key_code)
    if field == "url" and not str(button["url"]).startswith(("http://", "https://")):
        raise PlatformRefusal(url_code)


def _sized(value: object, longest: int) -> bool:
    return isinstance(value, str) and 1 <= len(value.encode()) <= longest
