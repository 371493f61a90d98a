"""The tracking page of a ticket: the citizen's by a secret token, a stranger's by a sealed address that expires."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import unicodedata
from collections.abc import Mapping
from datetime import timedelta

import structlog
from aiohttp import web
from msgspec import Struct

from bot.inbound.query_codes import by_address
from bot.pages import wording
from bot.pages.context import PageContext
from bot.pages.forms import read_form
from bot.pages.keys import DESK_PATH, DESK_SEAL, LinkOver
from bot.pages.rendering import asked_size
from bot.pages.seals import Expired, Forged
from bot.pages.ticket_view import TicketPage, TicketPages
from handlers.citizen.page import graded
from handlers.directory import absence
from handlers.directory.directory import Staff
from handlers.directory.person import Person
from handlers.errors import Unavailable
from handlers.messages import Incoming, PageAction, PageVerb
from handlers.official import permissions
from handlers.outcome import Reply
from handlers.tickets.ticket import State, Ticket
from handlers.tickets.wording import GRADES
from handlers.tracking.model import Audience
from storage.queries.journeys import Journey
from storage.transactions.messages import Answer

log = structlog.get_logger()

VIEWS_PER_MINUTE = 600
"""Views of one address: a whole mobile network may share it."""

DEEDS_PER_MINUTE = 10
"""Buttons pressed on one ticket: more than any person presses."""

DEEDS_PER_ADDRESS = 120
PATIENCE = 15.0
"""Seconds that a pressed button may take. The message continues; pressing again joins it."""

SAID_COOKIE = "said"
SAID_LASTS = timedelta(minutes=2)
_SAID_LENGTH = 800
"""Characters: sealed they stay below a cookie's 4 KB."""

STRANGER_SEAL = "look"
STRANGER_LASTS = timedelta(days=1)
STRANGER_PATH = "/track/"

_NONCE_LENGTH = 64


class Typed(Struct, frozen=True):
    """What somebody typed and why it was refused, to be shown again."""

    verb: PageVerb
    error: str
    text: str = ""
    score: str = ""
    opinions: Mapping[str, str] = {}
    nonce: str = ""


class NotYet(Exception):
    """The form cannot be sent as it is."""

    def __init__(self, say: str, status: int = 422) -> None:
        super().__init__(say)
        self.say = say
        self.status = status


class Tracking:
    """Handlers of `/t/{token}`, `/track/{sealed}` and `/desk/{sealed}`."""

    def __init__(self, context: PageContext, ticket_pages: TicketPages) -> None:
        self._context = context
        self._ticket_pages = ticket_pages

    async def citizen(self, request: web.Request) -> web.Response:
        """Handle GET of the page for the link's holder; with `part=1` only what changes."""
        journey = await self.by_token(request)
        return await self._show(request, journey, Audience.CITIZEN, f"/t/{journey.ticket.token}")

    async def stranger(self, request: web.Request) -> web.Response:
        """Handle GET of what a holder of number and query code may see."""
        sealed = request.match_info["sealed"]
        return await self._show(request, await self.by_seal(request), Audience.STRANGER, STRANGER_PATH + sealed)

    async def desk(self, request: web.Request) -> web.Response:
        """Handle GET of an official's view, without buttons: work is done in chat."""
        journey, reader = await self.by_key(request)
        base = DESK_PATH + request.match_info["sealed"]
        return await self._show(request, journey, Audience.STAFF, base, reader=reader)

    async def by_token(self, request: web.Request) -> Journey:
        """Returns the ticket that the address names. Raises 404 when there is none."""
        await self._context.throttle("view", self._context.client(request), VIEWS_PER_MINUTE, 60)
        journey = await self._context.archive.by_token(request.match_info["token"])
        if journey is None:
            raise web.HTTPNotFound
        return journey

    async def by_key(self, request: web.Request) -> tuple[Journey, Staff]:
        """Returns the ticket that an official's address names, and the official. Raises 404 for a forged address,
        `LinkOver` when they may not read it.
        """
        await self._context.throttle("view", self._context.client(request), VIEWS_PER_MINUTE, 60)
        number, reader = self._context.keys.open(DESK_SEAL, request.match_info["sealed"])
        journey = await self._context.archive.by_number(number)
        if journey is None or not self._may_read(reader, journey.ticket):
            raise LinkOver
        return journey, reader

    async def still(self, request: web.Request) -> Journey | None:
        """Returns the same ticket once more, for a page that stays open. None when the official may not read it any
        more.
        """
        try:
            number, reader = self._context.keys.open(DESK_SEAL, request.match_info["sealed"])
        except web.HTTPException:
            return None
        journey = await self._context.archive.by_number(number)
        return journey if journey is not None and self._may_read(reader, journey.ticket) else None

    def _may_read(self, reader: Staff, ticket: Ticket) -> bool:
        directory = self._context.directory()
        roles = absence.roles(directory, reader, self._context.clock.now())
        return permissions.may_read(directory, reader, ticket, roles)

    async def by_seal(self, request: web.Request) -> Journey:
        """Returns the ticket that the sealed address names. Raises 404 for a forged one, 410 for an expired one."""
        await self._context.throttle("view", self._context.client(request), VIEWS_PER_MINUTE, 60)
        try:
            number = self._context.sealer.open(STRANGER_SEAL, request.match_info["sealed"], self._context.clock.now())
        except Forged:
            raise web.HTTPNotFound from None
        except Expired:
            raise web.HTTPGone from None
        journey = await self._context.archive.by_number(number)
        if journey is None:
            raise web.HTTPGone
        return journey

    async def act(self, request: web.Request) -> web.Response:
        """Handle POST of a button's form: back to the page with the answer, or the form again with what is missing."""
        self._context.check_origin(request)
        journey = await self.by_token(request)
        ticket, base = journey.ticket, f"/t/{journey.ticket.token}"
        await self._context.throttle("deed", str(ticket.id), DEEDS_PER_MINUTE, 60)
        await self._context.throttle("deeds", self._context.client(request), DEEDS_PER_ADDRESS, 60)
        form = await read_form(request)
        try:
            verb = PageVerb(form.get("verb", ""))
        except ValueError:
            raise web.HTTPBadRequest from None
        nonce = form.get("nonce", "")[:_NONCE_LENGTH] or self._context.new_nonce()
        try:
            answer = await self._deed(ticket, verb, form, nonce, self._context.client(request))
        except NotYet as refused:
            chosen = {group.name: form.get(group.name, "") for group in wording.OPINIONS}
            typed = Typed(verb, refused.say, form.get("text", ""), form.get("score", ""), chosen, nonce)
            return await self._show(request, journey, Audience.CITIZEN, base, typed=typed, status=refused.status)
        response = web.Response(status=303, headers={"Location": f"{base}#top"})
        if answer.reply is not None:
            sealed = self._seal_said(ticket, answer.reply)
            response.set_cookie(
                SAID_COOKIE,
                sealed,
                path=base,
                max_age=int(SAID_LASTS.total_seconds()),
                httponly=True,
                secure=self._context.secure,
                samesite="Lax",
            )
        return response

    async def _deed(self, ticket: Ticket, verb: PageVerb, form: Mapping[str, str], nonce: str, client: str) -> Answer:
        text = _words(ticket, verb, form)
        if verb is PageVerb.WITHDRAW:
            await self._check_code(ticket, form.get("code", ""), client)
        person = await self._context.archive.person(ticket.person_id)
        if person is None:
            raise NotYet(wording.NOBODY, 409)
        return await self._submit(self._incoming(ticket, person, verb, text, nonce))

    async def _check_code(self, ticket: Ticket, typed: str, client: str) -> None:
        guesser, tries = by_address(client), self._context.tries
        if not await tries.begin(guesser, ticket.number):
            raise NotYet(wording.TOO_MANY_CODES, 429)
        if not same_code(typed, ticket.code):
            raise NotYet(wording.WRONG_CODE)
        await tries.right(guesser, ticket.number)

    def _incoming(self, ticket: Ticket, person: Person, verb: PageVerb, text: str, nonce: str) -> Incoming:
        # The words are part of the key: pressing twice is one message, going back and writing something else is another.
        told = "\0".join((str(ticket.id), verb.value, nonce, text))
        key = "page:" + hashlib.sha256(told.encode()).hexdigest()[:40]
        now = self._context.clock.now()
        return Incoming(key, person.channel, person.openid, now, now, PageAction(ticket.id, verb, text))

    async def _submit(self, incoming: Incoming) -> Answer:
        task = asyncio.ensure_future(self._context.submit(incoming))
        done, _ = await asyncio.wait({task}, timeout=PATIENCE)
        if not done:
            task.add_done_callback(_hear)
            raise NotYet(wording.BUSY, 503)
        try:
            return task.result()
        except Unavailable:
            raise NotYet(wording.BUSY, 503) from None

    def _seal_said(self, ticket: Ticket, reply: Reply) -> str:
        text = reply.text
        if reply.choices:
            text += "\n" + wording.IN_CHAT + "".join(f"「{choice.say}」" for choice in reply.choices)
        until = self._context.clock.now() + SAID_LASTS
        return self._context.sealer.seal(f"said:{ticket.id}", text[:_SAID_LENGTH], until)

    def _said(self, request: web.Request, ticket: Ticket) -> str:
        sealed = request.cookies.get(SAID_COOKIE)
        if sealed is None:
            return ""
        try:
            return self._context.sealer.open(f"said:{ticket.id}", sealed, self._context.clock.now())
        except (Forged, Expired):
            return ""

    async def _show(
        self,
        request: web.Request,
        journey: Journey,
        audience: Audience,
        base: str,
        *,
        typed: Typed | None = None,
        status: int = 200,
        reader: Staff | None = None,
    ) -> web.Response:
        sized = asked_size(request)
        if sized is not None:
            return sized
        page = await self._ticket_pages.show(journey, audience, base, reader)
        part = request.query.get("part") == "1"
        said = "" if part or audience is not Audience.CITIZEN else self._said(request, journey.ticket)
        response = self._context.renderer.page(
            request,
            "part.html" if part else "tracking.html",
            status,
            page=page,
            typed=typed,
            said=said,
            nonce=typed.nonce if typed else self._context.new_nonce(),
            **_sheets(page),
        )
        if said:
            response.del_cookie(SAID_COOKIE, path=base, httponly=True, samesite="Lax", secure=self._context.secure)
        return response


def same_code(typed: str, code: str) -> bool:
    """Returns whether the typed query code is this one, in constant time. Full-width digits count as digits."""
    plain = "".join(unicodedata.normalize("NFKC", typed[:32]).split())
    return hmac.compare_digest(plain.encode(), code.encode())


def _words(ticket: Ticket, verb: PageVerb, form: Mapping[str, str]) -> str:
    sheet = wording.ANSWER if ticket.awaited and _adds(verb) else wording.SHEETS[verb]
    text = form.get("text", "")
    if len(text) > sheet.most:
        raise NotYet(wording.TOO_LONG.format(most=sheet.most))
    if sheet.must and not text:
        raise NotYet(wording.TYPE_SOMETHING)
    if verb is not PageVerb.RATE:
        return text
    score = form.get("score", "")
    if score not in {str(grade) for grade in GRADES}:
        raise NotYet(wording.PICK_GRADE)
    return graded(score, [form.get(group.name, "") for group in wording.OPINIONS], text)


def _adds(verb: PageVerb) -> bool:
    return verb is PageVerb.SUPPLEMENT


def _sheets(page: TicketPage) -> dict[str, object]:
    awaited = page.view.state is State.WAITING and not page.view.follows
    sheets = {
        button.verb: wording.ANSWER if awaited and _adds(button.verb) else wording.SHEETS[button.verb]
        for button in page.view.buttons
    }
    return {
        "sheets": sheets,
        "grades": GRADES,
        "opinions": wording.OPINIONS,
        "kept": wording.KEPT,
        "code_label": wording.CODE_LABEL,
        "code_hint": wording.CODE_HINT,
    }


def _hear(task: asyncio.Future[Answer]) -> None:
    if not task.cancelled() and task.exception() is not None:
        log.warning("page_action_failed_late", error=type(task.exception()).__name__)
