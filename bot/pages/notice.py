"""`/notice/{sealed}`: a 催办通知单 as a printable page, for one official, by a link that expires. Read-only."""

from __future__ import annotations

from aiohttp import web
from msgspec.structs import replace

from bot.pages.context import PageContext
from bot.pages.keys import NOTICE_SEAL, LinkOver
from bot.pages.rendering import asked_size
from handlers.chasing.chase_notice import ChaseNotice
from handlers.directory.directory import Staff
from handlers.official import permissions

LOOKS_PER_MINUTE = 600


class NoticePage:
    """Handler of the page."""

    def __init__(self, context: PageContext) -> None:
        self._context = context

    async def show(self, request: web.Request) -> web.Response:
        """Handle GET of the document in the sealed address. 404 for a forged one, 410 for one that opens nothing."""
        await self._context.throttle("notice", self._context.client(request), LOOKS_PER_MINUTE, 60)
        if size := asked_size(request):
            return size
        number, reader = self._context.keys.open(NOTICE_SEAL, request.match_info["sealed"])
        notice = await self._context.archive.notice(number)
        if notice is None or not permissions.may_read_notice(self._context.directory(), reader, notice.unit_id):
            raise LinkOver
        return self._context.renderer.page(request, "notice.html", notice=await self._seen(notice, reader))

    async def _seen(self, notice: ChaseNotice, reader: Staff) -> ChaseNotice:
        """Returns the document without tickets that accuse the reader's own unit. Raises when none is left."""
        directory = self._context.directory()
        tickets = await self._context.archive.tickets([line.number for line in notice.lines])
        kept = tuple(
            line
            for line in notice.lines
            if (ticket := tickets.get(line.number)) is None
            or permissions.relation(directory, reader, ticket) is not permissions.Relation.ACCUSED
        )
        if not kept:
            raise LinkOver
        return replace(notice, lines=kept)
