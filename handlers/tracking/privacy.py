"""Masking of a ticket's texts: for followers (附议), and for strangers with a number and its query code."""

from __future__ import annotations

import re

from handlers.tickets.publishing import is_public, may_be_public
from handlers.tickets.ticket import Place, Ticket
from handlers.tracking.model import Audience
from nlp.appeals.personal import mask

NOT_PUBLIC = "（内容未公开）"
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


def share(text: str) -> str:
    """The unit's words for those who follow a ticket: the same place and matter, but neither who wrote first nor their flat."""
    return _ROOM.sub(DOOR, mask(text))


def hide(text: str, told: Place | None) -> str:
    """The text without personal data, without the exact place it names and without door numbers."""
    if told is not None and told.text:
        text = text.replace(told.text, told.area or SOMEWHERE)
    return _DOOR.sub(DOOR, mask(text))


def words(ticket: Ticket, text: str, audience: Audience) -> str:
    """A text of the ticket as the audience may read it."""
    if audience is not Audience.STRANGER or not text:
        return text
    return hide(text, ticket.place) if is_public(ticket) else NOT_PUBLIC


def place(ticket: Ticket, told: Place | None, audience: Audience) -> str:
    """A place of the ticket for this audience: a stranger learns the part of town, not the door, and nothing of 保密件."""
    if told is None:
        return ""
    if audience is Audience.STRANGER:
        return told.area if may_be_public(ticket) else ""
    return told.text or told.area
