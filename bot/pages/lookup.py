"""The front page, and the look-up by number and query code for people without the link."""

from __future__ import annotations

from aiohttp import web

from bot.inbound.query_codes import by_address
from bot.pages import wording
from bot.pages.context import PageContext
from bot.pages.forms import read_form
from bot.pages.rendering import asked_size
from bot.pages.tracking import STRANGER_LASTS, STRANGER_PATH, STRANGER_SEAL, same_code
from handlers.tickets import numbers

LOOKS_PER_ADDRESS = 120
"""Look-ups of one address, right or wrong: each costs a query. Wrong codes are counted by `bot/inbound/query_codes.py`.
"""

WINDOW = 3600
"""Seconds."""

_NOBODY = "\0" * numbers.CODE_DIGITS
"""Compared with when there is no such ticket, so that a wrong number takes as long as a wrong code."""

_LONGEST = 40


class LookUp:
    """Handlers of `/` and `/track`."""

    def __init__(self, context: PageContext, sandbox: bool) -> None:
        self._context = context
        self._sandbox = sandbox

    async def front(self, request: web.Request) -> web.Response:
        """Handle GET of the front page."""
        return asked_size(request) or self._context.renderer.page(request, "front.html", sandbox=self._sandbox)

    async def form(self, request: web.Request) -> web.Response:
        """Handle GET of the empty form."""
        return asked_size(request) or self._form(request)

    async def find(self, request: web.Request) -> web.Response:
        """Handle POST of number and code: redirect to the stranger's view, or show the form with one answer for every
        miss.
        """
        self._context.check_origin(request)
        fields = await read_form(request)
        number, code = fields.get("number", "")[:_LONGEST], fields.get("code", "")[:_LONGEST]
        if not await self._context.allows("find", self._context.client(request), LOOKS_PER_ADDRESS, WINDOW):
            return self._form(request, number, wording.TOO_OFTEN, 429)
        if not number or not code:
            return self._form(request, number, wording.FILL_BOTH, 422)
        found = numbers.find(number)
        if not found:
            odd = numbers.mistyped(number)
            say = wording.MISTYPED.format(number=odd) if odd else wording.NOT_FOUND
            return self._form(request, number, say, 422)
        guesser, tries = by_address(self._context.client(request)), self._context.tries
        if not await tries.begin(guesser, found[0]):
            return self._form(request, number, wording.TOO_MANY_LOOKS, 429)
        journey = await self._context.archive.by_number(found[0])
        if not same_code(code, journey.ticket.code if journey else _NOBODY) or journey is None:
            return self._form(request, number, wording.NOT_FOUND, 422)
        await tries.right(guesser, found[0])
        until = self._context.clock.now() + STRANGER_LASTS
        sealed = self._context.sealer.seal(STRANGER_SEAL, journey.ticket.number, until)
        return web.Response(status=303, headers={"Location": STRANGER_PATH + sealed})

    def _form(self, request: web.Request, number: str = "", error: str = "", status: int = 200) -> web.Response:
        return self._context.renderer.page(request, "track.html", status, number=number, error=error)
