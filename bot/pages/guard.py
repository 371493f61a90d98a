"""Middleware of every page: protecting headers, and a friendly page for every error."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.pages import wording
from bot.pages.keys import LinkOver
from bot.pages.rendering import Renderer
from bot.pages.security import HEADERS
from handlers.errors import Unavailable

log = structlog.get_logger()

Page = Callable[[web.Request], Awaitable[web.StreamResponse]]


def guard(pages: Collection[Page], renderer: Renderer) -> Middleware:
    """Returns the middleware for these handlers. Unknown addresses get the friendly page too, in a browser."""
    ours = frozenset(pages)

    @web.middleware
    async def around(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.match_info.http_exception is not None:
            wants_page = "text/html" in request.headers.get("Accept", "")
            if not wants_page or request.method not in {"GET", "HEAD"}:
                return await handler(request)
        elif request.match_info.handler not in ours:
            return await handler(request)
        response = await _answer(request, handler, renderer)
        if not response.prepared:
            for name, value in HEADERS.items():
                response.headers.setdefault(name, value)
        return response

    return around


async def _answer(request: web.Request, handler: Handler, renderer: Renderer) -> web.StreamResponse:
    try:
        return await handler(request)
    except web.HTTPException as refused:
        if refused.status < web.HTTPBadRequest.status_code:
            raise
        kept = {name: refused.headers[name] for name in ("Retry-After", "Allow") if name in refused.headers}
        response = _trouble(request, renderer, refused.status, isinstance(refused, LinkOver))
        response.headers.update(kept)
        return response
    except Unavailable:
        return _trouble(request, renderer, 503)
    except ConnectionResetError:
        raise
    except Exception:
        log.exception("page_failed", page=request.match_info.handler.__qualname__)
        return _trouble(request, renderer, 500)


def _trouble(request: web.Request, renderer: Renderer, status: int, officials: bool = False) -> web.Response:
    trouble = wording.LINK_OVER if officials else None
    trouble = trouble or wording.TROUBLES.get(status) or wording.TROUBLES[500 if status >= 500 else 400]
    return renderer.page(request, "trouble.html", status, trouble=trouble)
