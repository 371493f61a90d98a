"""Adds all pages to an application, with everything they need passed in."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web
from msgspec import Struct

from bot.pages.assets import PREFIX, Assets
from bot.pages.context import Journeys, PageContext, Present, Protection, Site, Submit
from bot.pages.files import Files, Pictures
from bot.pages.guard import guard
from bot.pages.keys import NOTICE_PATH
from bot.pages.live import HEARTBEAT, Live
from bot.pages.lookup import LookUp
from bot.pages.notice import NoticePage
from bot.pages.rank import Figured, RankPages
from bot.pages.rectify import RECTIFY_PATH, Rectified, Rectify
from bot.pages.rendering import Renderer
from bot.pages.ticket_view import TicketPages
from bot.pages.tracking import Tracking
from storage.queues.media import FileStore
from storage.shared.signals import Bus

_CITIZEN = "/t/{token:[A-Za-z0-9_-]{1,64}}"
_STRANGER = "/track/{sealed:[A-Za-z0-9_-]{1,200}}"
_DESK = "/desk/{sealed:[A-Za-z0-9_-]{1,200}}"
_NOTICE = NOTICE_PATH + "{sealed:[A-Za-z0-9_-]{1,200}}"


class Sources(Struct, frozen=True):
    """What pages show."""

    archive: Journeys
    """Tickets with their events, and their files' names."""
    rankings: Figured
    rectified: Rectified
    files: FileStore
    """The files that people sent."""
    pictures: Path
    """A folder for what pages make of people's pictures; may be emptied at any time."""


class PageParts(Struct, frozen=True):
    """Everything that the pages are given."""

    sources: Sources
    submit: Submit
    """Decides and commits one message."""
    bus: Bus
    """Tells which tickets changed, for pages that are open."""
    present: Present
    site: Site
    protection: Protection


def add_pages(app: web.Application, parts: PageParts, heartbeat: float = HEARTBEAT) -> None:
    """Add all pages, their middleware and their farewell to `app`, before it is started."""
    sources, present = parts.sources, parts.present
    assets = Assets(Path(__file__).parent / "static")
    renderer = Renderer(assets, present.clock.now)
    context = PageContext(
        archive=sources.archive,
        submit=parts.submit,
        bus=parts.bus,
        renderer=renderer,
        present=present,
        site=parts.site,
        protection=parts.protection,
    )
    ticket_pages = TicketPages(sources.archive, present, context.sealer)
    tracking = Tracking(context, ticket_pages)
    live = Live(context, ticket_pages, tracking, heartbeat)
    served = Files(context, tracking, Pictures(sources.files, sources.pictures), sources.files)
    routes = [
        *_lookup_routes(LookUp(context, parts.site.sandbox)),
        *_ticket_routes(tracking, live, served),
        web.get(_NOTICE, NoticePage(context).show),
        *_rank_routes(RankPages(context, sources.rankings)),
        *_rectify_routes(Rectify(context, sources.rectified)),
        web.get(PREFIX + "{name}", assets.serve),
    ]
    app.add_routes(routes)
    app.middlewares.append(guard([route.handler for route in routes], renderer))
    app.on_shutdown.append(live.close)


def _lookup_routes(look_up: LookUp) -> list[web.RouteDef]:
    return [
        web.get("/", look_up.front),
        web.get("/track", look_up.form),
        web.post("/track", look_up.find),
    ]


def _ticket_routes(tracking: Tracking, live: Live, files: Files) -> list[web.RouteDef]:
    return [
        web.get(_STRANGER, tracking.stranger),
        web.get(_STRANGER + "/live", live.stranger),
        web.get(_CITIZEN, tracking.citizen),
        web.post(_CITIZEN, tracking.act),
        web.get(_CITIZEN + "/live", live.citizen),
        web.get(_CITIZEN + r"/file/{id:\d{1,19}}", files.serve),
        web.get(_DESK, tracking.desk),
        web.get(_DESK + "/live", live.desk),
        web.get(_DESK + r"/file/{id:\d{1,19}}", files.serve_desk),
    ]


def _rank_routes(rank: RankPages) -> list[web.RouteDef]:
    month, unit = r"{month:20\d\d(?:-\d\d)?|30|quarter}", "{unit:[A-Za-z0-9_-]{1,64}}"
    return [
        web.get("/rank", rank.units),
        web.get(f"/rank/unit/{unit}", rank.unit),
        web.get(f"/rank/unit/{unit}/{{which:[a-z]{{1,16}}}}", rank.tickets),
        web.get("/rank/replies/{board:best|worst}", rank.replies),
        web.get(f"/rank/report/{month}", rank.report),
        web.get(f"/rank/report/{month}.xlsx", rank.spreadsheet),
    ]


def _rectify_routes(rectify: Rectify) -> list[web.RouteDef]:
    return [
        web.get(RECTIFY_PATH, rectify.listed),
        web.get(RECTIFY_PATH + r"/{key:[Zz]\d{5,6}}", rectify.one),
    ]
