"""Renders templates into pages: one strict Jinja environment, the data on every page, and large type on request."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.pages import wording
from bot.pages.assets import Assets
from handlers.calendar.zone import local
from handlers.tickets.wording import cut, day, lasting, moment

BIG_COOKIE = "big"
_COMPRESS_FROM = 1024
_HERE = Path(__file__).parent


class Renderer:
    """Renders pages and fragments of pages. Everything that goes into a template is escaped."""

    def __init__(self, assets: Assets, now: Callable[[], datetime]) -> None:
        self._now = now
        self._environment = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.globals.update(asset=assets.url, service=wording.SERVICE, motto=wording.MOTTO)
        self._environment.filters.update(
            moment=moment, day=day, lasting=lasting, cut=cut, clock=_clock, month_day=_month_day, iso=_iso
        )

    def page(self, request: web.Request, template: str, status: int = 200, **values: Any) -> web.Response:
        """A whole page."""
        text = self.fragment(template, big=request.cookies.get(BIG_COOKIE) == "1", path=request.path, **values)
        response = web.Response(text=text, status=status, content_type="text/html")
        if len(text) >= _COMPRESS_FROM:
            response.enable_compression()
        return response

    def fragment(self, template: str, **values: Any) -> str:
        """The text of a template."""
        return self._environment.get_template(template).render(now=self._now(), **values)


def asked_size(request: web.Request) -> web.Response | None:
    """What `?big=1` and `?big=0` answer: the wish is remembered and the address is clean again. None for no wish."""
    wish = request.query.get("big")
    if wish is None:
        return None
    response = web.Response(status=303, headers={"Location": request.path})
    if wish == "1":
        response.set_cookie(BIG_COOKIE, "1", max_age=365 * 24 * 3600, samesite="Lax")
    else:
        response.del_cookie(BIG_COOKIE, samesite="Lax")
    return response


def _clock(at: datetime) -> str:
    return f"{local(at):%H:%M}"


def _month_day(at: datetime) -> str:
    return f"{local(at):%m-%d}"


def _iso(at: datetime) -> str:
    return local(at).isoformat(timespec="minutes")
