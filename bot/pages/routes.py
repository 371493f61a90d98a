"""The one door to the pages: adds them to an application, with everything they need handed in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from aiohttp import web

from bot.clock import Clock
from bot.ids import keyed_hash
from bot.inbound.query_codes import CodeTries
from bot.pages.assets import PREFIX, Assets
from bot.pages.context import House, Journeys, Submit
from bot.pages.files import Files, Pictures
from bot.pages.guard import guard
from bot.pages.keys import NOTICE_PATH
from bot.pages.live import HEARTBEAT, Live
from bot.pages.lookup import LookUp
from bot.pages.notice import NoticePage
from bot.pages.rank import Figured, Rank
from bot.pages.rectify import RECTIFY_PATH, Rectified, Rectify
from bot.pages.rendering import Renderer
from bot.pages.seals import Sealer
from bot.pages.ticket_view import Looker
from bot.pages.tracking import Tracking
from handlers.calendar.policy import TERMS, Terms
from handlers.directory.directory import Directory
from storage.queues.media import FileStore
from storage.shared.rate_limits import Limiter
from storage.shared.signals import Bus

_CITIZEN = "/t/{token:[A-Za-z0-9_-]{1,64}}"
_STRANGER = "/track/{sealed:[A-Za-z0-9_-]{1,200}}"
_DESK = "/desk/{sealed:[A-Za-z0-9_-]{1,200}}"
_NOTICE = NOTICE_PATH + "{sealed:[A-Za-z0-9_-]{1,200}}"


def add_pages(
    app: web.Application,
    *,
    archive: Journeys,
    rankings: Figured,
    rectified: Rectified,
    files: FileStore,
    pictures: Path,
    bus: Bus,
    limiter: Limiter,
    clock: Clock,
    directory: Callable[[], Directory],
    terms: Terms = TERMS,
    submit: Submit,
    new_nonce: Callable[[], str],
    site: str,
    secret_key: str,
    proxies: int,
    sandbox: bool,
    heartbeat: float = HEARTBEAT,
) -> None:
    """Add all pages, their middleware and their farewell to `app`, before it is started.

    `pictures` is a folder for what pages make of people's pictures (may be emptied at any time); `submit` decides and
    commits one message; `new_nonce` gives an unguessable text; `site` is our address as phones see it; `proxies` how many
    of our own stand before us; `sandbox` whether the front page leads to it.
    """
    assets = Assets(Path(__file__).parent / "static")
    renderer = Renderer(assets, clock.now)
    house = House(
        archive=archive,
        bus=bus,
        limiter=limiter,
        tries=CodeTries(limiter, keyed_hash(secret_key)),
        clock=clock,
        directory=directory,
        submit=submit,
        new_nonce=new_nonce,
        renderer=renderer,
        sealer=Sealer(secret_key),
        site=site,
        proxies=proxies,
    )
    looker = Looker(archive, directory, clock, terms, house.sealer)
    tracking = Tracking(house, looker)
    live = Live(house, looker, tracking, heartbeat)
    served = Files(house, tracking, Pictures(files, pictures), files)
    look_up = LookUp(house, sandbox)
    routes = [
        web.get("/", look_up.front),
        web.get("/track", look_up.form),
        web.post("/track", look_up.find),
        web.get(_STRANGER, tracking.stranger),
        web.get(_STRANGER + "/live", live.stranger),
        web.get(_CITIZEN, tracking.citizen),
        web.post(_CITIZEN, tracking.act),
        web.get(_CITIZEN + "/live", live.citizen),
        web.get(_CITIZEN + r"/file/{id:\d{1,19}}", served.serve),
        web.get(_DESK, tracking.desk),
        web.get(_DESK + "/live", live.desk),
        web.get(_DESK + r"/file/{id:\d{1,19}}", served.serve_desk),
        web.get(_NOTICE, NoticePage(house).show),
        *_rank_routes(Rank(house, rankings)),
        *_rectify_routes(Rectify(house, rectified)),
        web.get(PREFIX + "{name}", assets.serve),
    ]
    app.add_routes(routes)
    app.middlewares.append(guard([route.handler for route in routes], renderer))
    app.on_shutdown.append(live.close)


def _rank_routes(rank: Rank) -> list[web.RouteDef]:
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
