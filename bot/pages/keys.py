"""Officials' links: a sealed address for one member of staff, on the account they were bound to when it was made.

The seal only says whose link it is. Whether they may still look is checked in the directory at every request: still on
the staff, still bound to that account, and allowed to see it in chat too. Older links, sealed with a number alone, open
nothing: the official asks for a new one in chat. Why: docs/adr/0021-reach-and-recusal.md.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from aiohttp import web

from bot.pages.seals import Expired, Forged, Sealer
from handlers.context import Links
from handlers.directory.directory import Directory, Staff

DESK_SEAL, NOTICE_SEAL = "desk of", "notice of"
_BEFORE = {DESK_SEAL: "desk", NOTICE_SEAL: "notice"}
"""Purposes under which links were sealed that named no official."""

DESK_PATH, NOTICE_PATH = "/desk/", "/notice/"
DESK_LASTS = timedelta(days=7)
"""Life of an official's link to a ticket: a week's work, short enough to limit a leak."""

NOTICE_LASTS = timedelta(days=30)
"""Life of a link to a 催办通知单: as long as an office needs to pass it on, answer it and file it."""


class LinkOver(web.HTTPGone):
    """An official's link that opens nothing: sealed the old way, expired, or to what they may not read."""


def desk_path(sealer: Sealer, number: str, staff: Staff, now: datetime) -> str:
    """Returns the path of the page on which this official may look at the ticket for a while."""
    return DESK_PATH + sealer.seal(DESK_SEAL, _held(number, staff), now + DESK_LASTS)


def notice_path(sealer: Sealer, number: str, staff: Staff, now: datetime) -> str:
    """Returns the path of the page on which this official may read and print the 催办通知单 for a while."""
    return NOTICE_PATH + sealer.seal(NOTICE_SEAL, _held(number, staff), now + NOTICE_LASTS)


def links(site: str, sealer: Sealer, now: datetime) -> Links:
    """Returns the addresses of our pages, for rules that decide at this time."""
    return Links(
        citizen=lambda token: f"{site}/t/{token}",
        desk=lambda ticket, staff: site + desk_path(sealer, ticket.number, staff, now),
        notice=lambda number, staff: site + notice_path(sealer, number, staff, now),
    )


class Keys:
    """Opens officials' links by the current directory."""

    def __init__(self, sealer: Sealer, directory: Callable[[], Directory], now: Callable[[], datetime]) -> None:
        self._sealer = sealer
        self._directory = directory
        self._now = now

    def open(self, purpose: str, sealed: str) -> tuple[str, Staff]:
        """Returns the number in the link and its owner. Raises 404 for a forged one, `LinkOver` for one that opens
        nothing.
        """
        try:
            held = self._sealer.open(purpose, sealed, self._now())
        except Expired:
            raise LinkOver from None
        except Forged:
            self._was_ours(_BEFORE[purpose], sealed)
            raise web.HTTPNotFound from None
        staff_id, person_id, number = held.split(" ", 2)
        member = self._directory().staff.get(int(staff_id))
        if member is None or member.person_id != int(person_id):
            raise LinkOver
        return number, member

    def _was_ours(self, purpose: str, sealed: str) -> None:
        try:
            self._sealer.open(purpose, sealed, self._now())
        except Forged:
            return
        except Expired:
            pass
        raise LinkOver


def _held(number: str, staff: Staff) -> str:
    return f"{staff.id} {staff.person_id or 0} {number}"
