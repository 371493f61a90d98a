"""Masking of a ticket's texts: without what identifies a person, for followers (附议) and for the public."""

from __future__ import annotations

import re

from handlers.tickets.ticket import Place
from nlp.appeals.personal import mask

DOOR = "〔门牌〕"
SOMEWHERE = "〔地点〕"

# Search: 3号楼2单元501室 | 十二栋
# Not: 门口三米处
_DOOR = re.compile(
    r"[0-9０-９一二三四五六七八九十]{1,5}(?:号楼|栋|幢|座|单元|室|号)"
    r"(?:[ ,，-]?[0-9０-９a-zA-Z一二三四五六七八九十]{1,5}(?:号楼|栋|幢|座|单元|楼|层|室|户|号)?)*"
)


_ROOM = re.compile(
    r"(?:[0-9０-９]{1,3}|[一二三四五六七八九十]{1,3})单元(?:[0-9０-９]{2,5}室?)?|[0-9０-９]{2,5}(?:室|户|房)"
)


def for_followers(text: str) -> str:
    """The text without personal data and flat numbers. Followers know the place and the matter, but not who wrote first."""
    return _ROOM.sub(DOOR, mask(text))


def for_public(text: str, told: Place | None) -> str:
    """The text without personal data, without the exact place `told` and without door numbers."""
    if told is not None and told.text:
        text = text.replace(told.text, told.area or SOMEWHERE)
    return _DOOR.sub(DOOR, mask(text))
