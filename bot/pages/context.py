"""What all pages share: whom they ask, how often they may be asked, and who is asking."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol
from urllib.parse import urlsplit

from aiohttp import web

from bot.clock import Clock
from bot.inbound.query_codes import CodeTries
from bot.pages.keys import Keys
from bot.pages.rendering import Renderer
from bot.pages.seals import Sealer
from bot.pages.security import client_address, from_our_page
from handlers.chasing.chase_notice import ChaseNotice
from handlers.directory.directory import Directory
from handlers.directory.person import Person
from handlers.messages import Incoming
from handlers.tickets.ticket import Ticket
from storage.queries.journeys import File, Journey
from storage.shared.rate_limits import Limiter
from storage.shared.signals import Bus
from storage.transactions.messages import Answer

Submit = Callable[[Incoming], Awaitable[Answer]]
"""Decides and commits one message; the answer after the commit. Raises Unavailable when nothing was kept."""


class Journeys(Protocol):
    """The look-ups that pages need (`storage.queries.journeys.Archive`)."""

    async def by_token(self, token: str) -> Journey | None:
        """The ticket behind a phone page's address."""

    async def by_number(self, number: str) -> Journey | None:
        """The ticket with this number."""

    async def notice(self, number: str) -> ChaseNotice | None:
        """The 催办通知单 with this number."""

    async def tickets(self, numbers: Sequence[str]) -> dict[str, Ticket]:
        """The tickets with these numbers; those that do not exist are absent."""

    async def person(self, person_id: int) -> Person | None:
        """The person with this id."""

    async def files(self, file_ids: Sequence[int]) -> dict[int, File]:
        """The files with these ids."""


class House:
    """The pages' dependencies, and the few questions that every page asks of a request."""

    def __init__(
        self,
        *,
        archive: Journeys,
        bus: Bus,
        limiter: Limiter,
        tries: CodeTries,
        clock: Clock,
        directory: Callable[[], Directory],
        submit: Submit,
        new_nonce: Callable[[], str],
        renderer: Renderer,
        sealer: Sealer,
        site: str,
        proxies: int,
    ) -> None:
        self.archive = archive
        self.bus = bus
        self.clock = clock
        self.directory = directory
        self.submit = submit
        self.new_nonce = new_nonce
        self.renderer = renderer
        self.sealer = sealer
        self.keys = Keys(sealer, directory, clock.now)
        self.secure = site.startswith("https://")
        self.tries = tries
        self._limiter = limiter
        self._host = urlsplit(site).netloc
        self._proxies = proxies

    def client(self, request: web.Request) -> str:
        """Who is counted for this request."""
        return client_address(request.remote, request.headers.getall("X-Forwarded-For", ()), self._proxies)

    async def allows(self, what: str, who: str, most: int, seconds: int) -> bool:
        """Count one try of `what` by `who`; whether it is within `most` in `seconds`."""
        return await self._limiter.allow(f"page:{what}:{who}", most, seconds)

    async def throttle(self, what: str, who: str, most: int, seconds: int) -> None:
        """Count one try; 429 beyond `most` in `seconds`."""
        if not await self.allows(what, who, most, seconds):
            raise web.HTTPTooManyRequests(headers={"Retry-After": "60"})

    def check_origin(self, request: web.Request) -> None:
        """403 for a POST that another site made."""
        if not from_our_page(request.headers, (self._host, request.host)):
            raise web.HTTPForbidden
