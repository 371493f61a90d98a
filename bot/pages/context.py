"""What all pages share: data sources, rate limits, seals, and who is asking."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol
from urllib.parse import urlsplit

from aiohttp import web
from msgspec import Struct

from bot.addresses import client_address
from bot.clock import Clock
from bot.ids import keyed_hash, new_token
from bot.inbound.query_codes import CodeTries
from bot.pages.keys import Keys
from bot.pages.rendering import Renderer
from bot.pages.seals import Sealer
from bot.pages.security import from_our_page
from handlers.calendar.policy import TERMS, Terms
from handlers.chasing.chase_notice import ChaseNotice
from handlers.directory.directory import Directory
from handlers.directory.person import Person
from handlers.messages import Incoming
from handlers.tickets.ticket import Ticket
from storage.queries.journeys import Journey, StoredFile
from storage.shared.rate_limits import Limiter
from storage.shared.signals import Bus
from storage.transactions.messages import Answer

Submit = Callable[[Incoming], Awaitable[Answer]]
"""Decides and commits one message. Returns the answer after the commit. Raises `Unavailable` when nothing was kept."""


class Journeys(Protocol):
    """Port: the look-ups that pages need. `storage.queries.journeys.Archive` implements it."""

    async def by_token(self, token: str) -> Journey | None:
        """Returns the ticket with this secret token."""

    async def by_number(self, number: str) -> Journey | None:
        """Returns the ticket with this number."""

    async def notice(self, number: str) -> ChaseNotice | None:
        """Returns the 催办通知单 with this number."""

    async def tickets(self, numbers: Sequence[str]) -> dict[str, Ticket]:
        """Returns the tickets with these numbers, by number. What does not exist is left out."""

    async def person(self, person_id: int) -> Person | None:
        """Returns the person with this id."""

    async def files(self, file_ids: Sequence[int]) -> dict[int, StoredFile]:
        """Returns the files with these ids, by id."""


class Present(Struct, frozen=True):
    """What a page's words depend on besides the ticket."""

    clock: Clock
    directory: Callable[[], Directory]
    """The directory as it is at each request."""
    terms: Terms = TERMS
    """The policy and calendar that dates are explained by."""


class Site(Struct, frozen=True):
    """The place of the pages on the network."""

    url: str
    """The service's public address."""

    proxies: int
    """Number of our own proxies in front."""

    sandbox: bool
    """Whether the front page leads to the sandbox."""


class Protection(Struct, frozen=True):
    """What protects pages from guessing, forging and flooding."""

    sealer: Sealer
    """Seals what a browser carries and returns: links, cookies, forms."""

    limiter: Limiter
    """Counts requests."""
    tries: CodeTries
    """Counts wrong query codes, here and in the chat."""
    new_nonce: Callable[[], str]
    """Returns an unguessable text, new each time."""


def protect(secret_key: str, limiter: Limiter) -> Protection:
    """Returns the protection for an installation with this secret key."""
    return Protection(Sealer(secret_key), limiter, CodeTries(limiter, keyed_hash(secret_key)), new_token)


class PageContext:
    """The dependencies of all pages, and the checks that every page makes of a request."""

    def __init__(
        self,
        *,
        archive: Journeys,
        submit: Submit,
        bus: Bus,
        renderer: Renderer,
        present: Present,
        site: Site,
        protection: Protection,
    ) -> None:
        self.archive = archive
        self.submit = submit
        self.bus = bus
        self.renderer = renderer
        self.clock = present.clock
        self.directory = present.directory
        self.terms = present.terms
        self.sealer = protection.sealer
        self.new_nonce = protection.new_nonce
        self.tries = protection.tries
        self.keys = Keys(protection.sealer, present.directory, present.clock.now)
        self.secure = site.url.startswith("https://")
        self._limiter = protection.limiter
        self._host = urlsplit(site.url).netloc
        self._proxies = site.proxies

    def client(self, request: web.Request) -> str:
        """Returns the key under which this request's client is counted."""
        return client_address(request.remote, request.headers.getall("X-Forwarded-For", ()), self._proxies)

    async def allows(self, what: str, who: str, most: int, seconds: int) -> bool:
        """Count one try of `what` by `who`. Returns whether it is within `most` in `seconds`."""
        return await self._limiter.allow(f"page:{what}:{who}", most, seconds)

    async def throttle(self, what: str, who: str, most: int, seconds: int) -> None:
        """Count one try. Raises 429 beyond `most` in `seconds`."""
        if not await self.allows(what, who, most, seconds):
            raise web.HTTPTooManyRequests(headers={"Retry-After": "60"})

    def check_origin(self, request: web.Request) -> None:
        """Raises 403 for a POST made by another site."""
        if not from_our_page(request.headers, (self._host, request.host)):
            raise web.HTTPForbidden
