"""Bodies of customer messages: from the request's JSON to what the phone shows.

Source: sendCustomMessage (service/api/customer/message).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.sandbox.platform.codes import PlatformRefusal
from bot.sandbox.platform.model import Article, Content, Menu, MenuLine, Music, News, Picture, TextBubble, Video, Voice
from bot.sandbox.platform.world import World

LONGEST_TEXT = 2048
"""Bytes of UTF-8. Not in the platform's documents; the field's experience is 2047 to 2048."""

Part = Mapping[str, Any]


def read(world: World, body: Part) -> Content:
    """What the request wants shown. Raises Refusal 40007, 40008, 44003, 44004, 45002, 45008 or 47001."""
    kind = body.get("msgtype")
    reader = _READERS.get(kind) if isinstance(kind, str) else None
    if reader is None:
        raise PlatformRefusal(40008)
    part = body.get(str(kind))
    if not isinstance(part, Mapping):
        raise PlatformRefusal(47001)
    return reader(world, part)


def _text(_: World, part: Part) -> Content:
    return TextBubble(_words(part.get("content")))


def _picture(world: World, part: Part) -> Content:
    return Picture(_media(world, part.get("media_id")))


def _voice(world: World, part: Part) -> Content:
    return Voice(_media(world, part.get("media_id")), seconds=3)


def _video(world: World, part: Part) -> Content:
    media_id = _media(world, part.get("media_id"))
    thumb = part.get("thumb_media_id")
    thumb_id = _media(world, thumb) if thumb else ""
    return Video(media_id, thumb_id, _str(part, "title"), _str(part, "description"))


def _music(world: World, part: Part) -> Content:
    _media(world, part.get("thumb_media_id"))
    return Music(_str(part, "title"), _str(part, "description"), _str(part, "musicurl"))


def _news(_: World, part: Part) -> Content:
    articles = part.get("articles")
    if not isinstance(articles, list) or not articles:
        raise PlatformRefusal(44003)
    if len(articles) > 1:
        raise PlatformRefusal(45008)
    first = articles[0]
    if not isinstance(first, Mapping):
        raise PlatformRefusal(47001)
    return News((Article(_str(first, "title"), _str(first, "description"), _str(first, "url"), _str(first, "picurl")),))


def _menu(_: World, part: Part) -> Content:
    lines = part.get("list")
    if not isinstance(lines, list) or not lines:
        raise PlatformRefusal(47001)
    choices = []
    for line in lines:
        if not isinstance(line, Mapping) or not isinstance(line.get("id"), str | int):
            raise PlatformRefusal(47001)
        choices.append(MenuLine(str(line["id"]), _words(line.get("content"))))
    return Menu(_str(part, "head_content"), tuple(choices), _str(part, "tail_content"))


_READERS: dict[str, Callable[[World, Part], Content]] = {
    "text": _text,
    "image": _picture,
    "voice": _voice,
    "video": _video,
    "music": _music,
    "news": _news,
    "msgmenu": _menu,
}


def _words(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise PlatformRefusal(44004)
    if len(value.encode()) > LONGEST_TEXT:
        raise PlatformRefusal(45002)
    return value


def _str(part: Part, key: str) -> str:
    value = part.get(key)
    return value if isinstance(value, str) else ""


def _media(world: World, media_id: object) -> str:
    if not isinstance(media_id, str):
        raise PlatformRefusal(40007)
    return world.media.get(media_id, world.now).media_id
