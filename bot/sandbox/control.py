"""HTTP interface of the sandbox page: state, actions, and the stream of updates.

`create_sandbox` puts the world, the platform's API (under `api/`) and the page into one sub-application. It knows the
bot only by its callback address, so it runs beside any bot.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
from aiohttp import web

from bot.sandbox.actions import Action, Actions
from bot.sandbox.phone import NotFollowing
from bot.sandbox.platform.api import PHONE_COOKIE, create_api
from bot.sandbox.platform.callbacks import HttpTransport, Patience, Pusher
from bot.sandbox.platform.codes import PlatformRefusal
from bot.sandbox.platform.faults import SWITCHES
from bot.sandbox.platform.interface import LARGEST_BODY, read_body
from bot.sandbox.platform.model import WorldChange
from bot.sandbox.platform.wecom import Corp, create_wecom
from bot.sandbox.platform.world import World
from bot.sandbox.town import samples
from bot.sandbox.town.town import TOWN, Town
from bot.sandbox.views import WorldView

STATIC = Path(__file__).parent / "static"
STEP = timedelta(hours=6)
"""A long leap is taken in steps, so that what falls due on the way is dated when it happened."""

LONGEST_LEAP = timedelta(days=400)
HEARTBEAT = 20.0

WORLD = web.AppKey("sandbox_world", World)
PUSHER = web.AppKey("sandbox_pusher", Pusher)

Advance = Callable[[timedelta], Awaitable[None]]


class Leap(msgspec.Struct, frozen=True):
    """A request to move the clock, in hours."""

    hours: float


class FaultWish(msgspec.Struct, frozen=True):
    """A request to switch a fault: a switch's key, or "clear", or "revoke" (all access tokens die)."""

    key: str


def create_sandbox(
    *,
    world: World,
    callback_url: str,
    public_url: str,
    advance: Advance,
    prefix: str = "/sandbox",
    town: Town = TOWN,
    patience: Patience | None = None,
    corp: Corp | None = None,
) -> web.Application:
    """The sub-application to mount at `prefix`; the platform's API base is then `{public_url}{prefix}/api`.

    `public_url` (scheme and host) is where browser and bot reach this server; pages there may be shown inside the
    phones. `advance` is awaited after the world's clock has moved by the same span: the caller moves its own clock and
    runs what fell due. The account, its mode and the people are the world's. With a `corp`, WeCom's API base is
    `{public_url}{prefix}/wecom`.
    """
    origin = public_url.rstrip("/")
    transport = HttpTransport(callback_url)
    pusher = Pusher(world, world.account, transport, patience)
    page = _Page(world, pusher, WorldView(world, town, origin), advance, f"{origin}{prefix}/api/files/")
    app = web.Application(client_max_size=LARGEST_BODY)
    app[WORLD], app[PUSHER] = world, pusher
    app.add_subapp("/api", create_api(world, pusher.deliver_soon))
    if corp is not None:
        app.add_subapp("/wecom", create_wecom(world, corp))
    app.router.add_get("", page.slash)
    app.router.add_get("/", page.index)
    app.router.add_get("/state", page.state)
    app.router.add_get("/events", page.stream)
    app.router.add_get("/open", page.open)
    app.router.add_get("/samples/{key}", page.sample)
    for path, handler in (
        ("/do", page.act),
        ("/picture", page.picture),
        ("/video", page.video),
        ("/clock", page.leap),
        ("/fault", page.fault),
    ):
        app.router.add_post(path, _only_from_page(handler))
    app.router.add_static("/static", STATIC)
    app.on_response_prepare.append(_harden(origin))
    app.on_shutdown.append(page.close)

    async def release(_: web.Application) -> AsyncIterator[None]:
        yield
        await pusher.close()
        await transport.close()

    app.cleanup_ctx.append(release)
    return app


class _Page:
    def __init__(self, world: World, pusher: Pusher, view: WorldView, advance: Advance, files: str) -> None:
        self._world = world
        self._pusher = pusher
        self._view = view
        self._advance = advance
        self._actions = Actions(world, lambda media_id: files + media_id)
        self._watchers: set[asyncio.Queue[WorldChange | None]] = set()
        self._leaping = asyncio.Lock()
        world.listeners.append(self._tell)

    async def index(self, _: web.Request) -> web.StreamResponse:
        return web.FileResponse(STATIC / "index.html")

    async def slash(self, request: web.Request) -> web.StreamResponse:
        """The page's addresses are relative, so it must end in a slash."""
        raise web.HTTPFound(request.path + "/")

    async def state(self, _: web.Request) -> web.Response:
        return web.Response(body=msgspec.json.encode(self._view.everything()), content_type="application/json")

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: one per change, each with what is to be drawn."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        changes: asyncio.Queue[WorldChange | None] = asyncio.Queue()
        self._watchers.add(changes)
        try:
            await response.prepare(request)
            await response.write(b": here\n\n")
            while True:
                try:
                    change = await asyncio.wait_for(changes.get(), HEARTBEAT)
                except TimeoutError:
                    await response.write(b": still here\n\n")
                    continue
                if change is None:
                    break
                await response.write(b"data: " + msgspec.json.encode(self._view.change(change)) + b"\n\n")
        except ConnectionError:
            pass  # the page was closed: nobody is left to tell
        finally:
            self._watchers.discard(changes)
        return response

    async def open(self, request: web.Request) -> web.StreamResponse:
        """A link tapped on a phone: remembers whose phone it is, for logins, and goes there."""
        target, openid = request.query.get("url", ""), request.query.get("openid", "")
        if urlsplit(target).scheme not in ("http", "https") or openid not in self._world.people:
            raise web.HTTPBadRequest(text="打不开这个链接")
        answer = web.HTTPFound(target)
        answer.set_cookie(PHONE_COOKIE, openid, path=request.path.removesuffix("/open"), samesite="Lax", httponly=True)
        raise answer

    async def sample(self, request: web.Request) -> web.Response:
        key = request.match_info["key"]
        if key not in samples.PICTURES:
            raise web.HTTPNotFound
        data = await asyncio.to_thread(samples.picture, key)
        return web.Response(body=data, content_type="image/jpeg", headers={"Cache-Control": "max-age=86400"})

    async def act(self, request: web.Request) -> web.Response:
        try:
            action: Action = msgspec.json.decode(await request.read(), type=Action)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise web.HTTPBadRequest(text="看不懂这个操作") from error
        try:
            pushes = await asyncio.to_thread(self._actions.prepare, action)
            for push in self._actions.run(action, pushes):
                self._pusher.deliver_soon(push)
        except NotFollowing:
            return _problem("请先关注公众号")
        except PlatformRefusal as refusal:
            return _problem(f"不行：{refusal.message}（{refusal.code}）")
        return web.json_response({})

    async def picture(self, request: web.Request) -> web.Response:
        return await self._file(request, "image")

    async def video(self, request: web.Request) -> web.Response:
        return await self._file(request, "video")

    async def _file(self, request: web.Request, kind: str) -> web.Response:
        openid, button, key = (request.query.get(name, "") for name in ("openid", "button", "key"))
        try:
            data = await read_body(request)
            for push in self._actions.file(kind, openid, data, button, key):
                self._pusher.deliver_soon(push)
        except NotFollowing:
            return _problem("请先关注公众号")
        except PlatformRefusal as refusal:
            told = {40005: "微信不收这种格式的文件", 40006: "文件太大了，微信不收", 41005: "文件是空的"}
            return _problem(told.get(refusal.code, refusal.message))
        return web.json_response({})

    async def leap(self, request: web.Request) -> web.Response:
        try:
            by = timedelta(hours=msgspec.json.decode(await request.read(), type=Leap).hours)
        except (msgspec.DecodeError, OverflowError, ValueError) as error:
            raise web.HTTPBadRequest(text="hours 应是数字") from error
        if not timedelta(0) < by <= LONGEST_LEAP:
            raise web.HTTPBadRequest(text="hours 应大于 0，且不超过 400 天")
        async with self._leaping:
            while by > timedelta(0):
                step = min(by, STEP)
                self._world.advance(step)
                await self._advance(step)
                by -= step
        return web.json_response({"now": self._world.now.timestamp()})

    async def fault(self, request: web.Request) -> web.Response:
        try:
            key = msgspec.json.decode(await request.read(), type=FaultWish).key
        except msgspec.DecodeError as error:
            raise web.HTTPBadRequest(text="缺少 key") from error
        switch = next((switch for switch in SWITCHES if switch.key == key), None)
        if switch is not None:
            self._world.set_fault(switch.fault)
        elif key == "clear":
            self._world.clear_faults()
        elif key == "revoke":
            self._world.tokens.revoke(self._world.now)
        else:
            raise web.HTTPBadRequest(text="没有这个开关")
        return web.json_response({})

    async def close(self, _: web.Application) -> None:
        """End every stream, so that the server can stop."""
        self._tell(None)

    def _tell(self, change: WorldChange | None) -> None:
        for watcher in self._watchers:
            watcher.put_nowait(change)


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def _problem(text: str) -> web.Response:
    return web.json_response({"problem": text}, status=409)


def _only_from_page(handler: Handler) -> Handler:
    """Another site's form cannot set a header: so only our own page gets through."""

    async def run(request: web.Request) -> web.StreamResponse:
        if "X-Sandbox" not in request.headers:
            raise web.HTTPForbidden(text="只接受沙盒页面发来的操作")
        return await handler(request)

    return run


def _harden(origin: str) -> Callable[[web.Request, web.StreamResponse], Awaitable[None]]:
    policy = "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data: blob: https:",
            "media-src 'self'",
            "connect-src 'self'",
            f"frame-src 'self' {origin}",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )

    async def run(_: web.Request, response: web.StreamResponse) -> None:
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "no-referrer")

    return run
