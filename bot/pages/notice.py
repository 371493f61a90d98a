"""`/notice/{sealed}`: a 催办通知单 as a page that prints as one sheet. For officials, by a link that ends; read-only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from aiohttp import web

from bot.pages.house import House
from bot.pages.rendering import asked_size
from bot.pages.seals import Expired, Forged, Sealer

NOTICE_SEAL = "notice"
NOTICE_PATH = "/notice/"
NOTICE_LASTS = timedelta(days=30)
"""As long as an office may need to pass it on, answer it and file it."""

LOOKS_PER_MINUTE = 600


def notice_path(secret_key: str, number: str, now: datetime) -> str:
    """The page of ours on which an official may read and print this 催办通知单 for a while."""
    return NOTICE_PATH + Sealer(secret_key).seal(NOTICE_SEAL, number, now + NOTICE_LASTS)


def sealed_path(sealer: Sealer, now: Callable[[], datetime]) -> Callable[[str], str]:
    """The same for a page that links to it: from a number to its address."""
    return lambda number: NOTICE_PATH + sealer.seal(NOTICE_SEAL, number, now() + NOTICE_LASTS)


class NoticePage:
    """The handler of this page."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def show(self, request: web.Request) -> web.Response:
        """GET the document that the sealed address names; 404 for a forged one, 410 for an old one."""
        await self._house.throttle("notice", self._house.client(request), LOOKS_PER_MINUTE, 60)
        if size := asked_size(request):
            return size
        try:
            number = self._house.sealer.open(NOTICE_SEAL, request.match_info["sealed"], self._house.clock.now())
        except Forged:
            raise web.HTTPNotFound from None
        except Expired:
            raise web.HTTPGone from None
        notice = await self._house.archive.notice(number)
        if notice is None:
            raise web.HTTPGone
        return self._house.renderer.page(request, "notice.html", notice=notice)
