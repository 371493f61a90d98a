"""The platform's HTTP API over the world.

Every interface answers HTTP 200 with JSON, errors as {"errcode", "errmsg"}. Sources stand beside each handler's name in
the table at the end (developers.weixin.qq.com, service/api).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from aiohttp import BodyPartReader, web
from msgspec import Struct

from bot.sandbox import custom, events, menus
from bot.sandbox.codes import Refusal
from bot.sandbox.events import Push
from bot.sandbox.logins import Login
from bot.sandbox.media import EXTENSIONS
from bot.sandbox.model import Person
from bot.sandbox.world import World

LARGEST_BODY = 12 * 1024 * 1024
PHONE_COOKIE = "sandbox_phone"
"""Holds the openid whose phone opened the page, so that a login redirect knows who is there."""

Answer = dict[str, Any] | web.StreamResponse


class Api:
    """The handlers. `push` is called for what the platform tells the account afterwards (job-finish events)."""

    def __init__(self, world: World, push: Callable[[Push], object]) -> None:
        self._world = world
        self._push = push

    async def token(self, request: web.Request) -> Answer:
        """GetAccessToken."""
        self._check_secret(request.query, "client_credential")
        value, seconds = self._world.tokens.plain(self._world.now)
        return {"access_token": value, "expires_in": seconds}

    async def stable_token(self, request: web.Request) -> Answer:
        """GetStableAccessToken."""
        body = await _json(request)
        self._check_secret(body, "client_credential")
        value, seconds = self._world.tokens.stable(self._world.now, force=body.get("force_refresh") is True)
        return {"access_token": value, "expires_in": seconds}

    async def custom_send(self, request: web.Request) -> Answer:
        """SendCustomMessage."""
        body = await _json(request)
        person = self._world.person(body.get("touser"))
        self._world.send_custom(person.persona.openid, custom.read(self._world, body))
        return {}

    async def custom_typing(self, request: web.Request) -> Answer:
        """SetTyping."""
        body = await _json(request)
        self._world.send_typing(_str(body, "touser"), _str(body, "command"))
        return {}

    async def template_send(self, request: web.Request) -> Answer:
        """SendTemplateMessage."""
        body = await _json(request)
        sent = self._world.send_template(
            _str(body, "touser"),
            _str(body, "template_id"),
            body.get("data"),
            _str(body, "url"),
            _str(body, "client_msg_id"),
        )
        if sent.fresh:
            self._push(events.template_finished(self._world.now, sent))
        return {"msgid": sent.id}

    async def subscription_send(self, request: web.Request) -> Answer:
        """SendNewSubscribeMsg (bizsend)."""
        body = await _json(request)
        sent = self._world.send_subscription(
            _str(body, "touser"), _str(body, "template_id"), body.get("data"), _str(body, "page")
        )
        self._push(events.subscription_sent(self._world.now, sent))
        return {}

    async def media_upload(self, request: web.Request) -> Answer:
        """UploadTempMedia."""
        data = await _form_file(request, "media")
        stored = self._world.media.add(request.query.get("type", ""), data, self._world.now)
        named = "thumb_media_id" if stored.type == "thumb" else "media_id"
        return {"type": stored.type, named: stored.media_id, "created_at": int(stored.created_at.timestamp())}

    async def media_get(self, request: web.Request) -> Answer:
        """getTempMedia: the file itself, or for a video the address to load it from."""
        stored = self._world.media.get(request.query.get("media_id", ""), self._world.now)
        if stored.type == "video":
            path = request.path.removesuffix("cgi-bin/media/get")
            return {"video_url": f"{request.scheme}://{request.host}{path}files/{stored.media_id}"}
        name = f"{stored.media_id}.{EXTENSIONS[stored.content_type]}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return web.Response(body=stored.data, content_type=stored.content_type, headers=headers)

    async def file(self, request: web.Request) -> Answer:
        """The open address of a picture (PicUrl) or of a video: no token needed, and no end after three days."""
        stored = self._world.media.seen(request.match_info["media_id"])
        if stored is None:
            raise web.HTTPNotFound
        headers = {"Cache-Control": "private, max-age=3600", "X-Content-Type-Options": "nosniff"}
        return web.Response(body=stored.data, content_type=stored.content_type, headers=headers)

    async def menu_create(self, request: web.Request) -> Answer:
        """CreateCustomMenu."""
        self._world.set_menu(menus.check(await _json(request)))
        return {}

    async def menu_get(self, _: web.Request) -> Answer:
        """GetMenu."""
        if self._world.menu is None:
            raise Refusal(46003)
        buttons = [{**button, "sub_button": button.get("sub_button", [])} for button in self._world.menu]
        return {"menu": {"button": buttons}}

    async def menu_delete(self, _: web.Request) -> Answer:
        """DeleteMenu."""
        self._world.set_menu(None)
        return {}

    async def user_info(self, request: web.Request) -> Answer:
        """UserInfo. Nickname and picture have been empty since 2021-12-27."""
        person = self._world.person(request.query.get("openid"))
        return _user(person)

    async def user_get(self, request: web.Request) -> Answer:
        """getFans: followers, from the one after `next_openid`."""
        followers = [openid for openid, person in self._world.people.items() if person.following]
        after = request.query.get("next_openid", "")
        if after and after not in followers:
            raise Refusal(40003)
        page = followers[followers.index(after) + 1 :] if after else followers
        found: dict[str, Any] = {"total": len(followers), "count": len(page), "next_openid": page[-1] if page else ""}
        return found | ({"data": {"openid": page}} if page else {})

    async def qr_create(self, request: web.Request) -> Answer:
        """CreateQRCode."""
        body = await _json(request)
        action = _str(body, "action_name")
        scene = _scene(action, body.get("action_info"))
        ticket = self._world.add_qr(scene)
        made: dict[str, Any] = {"ticket": ticket, "url": f"http://weixin.qq.com/q/{ticket[:24]}"}
        if not action.startswith("QR_LIMIT"):
            seconds = body.get("expire_seconds", 60)
            if not isinstance(seconds, int) or not 1 <= seconds <= 2_592_000:
                raise Refusal(40097)
            made["expire_seconds"] = seconds
        return made

    async def callback_ip(self, _: web.Request) -> Answer:
        """GetCallbackIp."""
        return {"ip_list": ["127.0.0.1", "::1"]}

    async def authorize(self, request: web.Request) -> Answer:
        """The login page of WeChat's browser; without a phone's cookie it asks who is there."""
        query = request.query
        target = urlsplit(query.get("redirect_uri", ""))
        if query.get("appid") != self._world.account.app_id or target.scheme not in ("http", "https"):
            return web.Response(status=400, text="appid 或 redirect_uri 参数错误")
        if query.get("response_type") != "code" or query.get("scope") not in ("snsapi_base", "snsapi_userinfo"):
            return web.Response(status=400, text="response_type 或 scope 参数错误")
        openid = query.get("sandbox_openid") or request.cookies.get(PHONE_COOKIE, "")
        if openid not in self._world.people:
            return _who_is_there(request, self._world.people)
        code = self._world.logins.code(openid, query["scope"], self._world.now)
        joint = "&" if target.query else "?"
        tail = f"code={quote(code)}&state={quote(query.get('state', ''))}"
        raise web.HTTPFound(target._replace(fragment="").geturl() + joint + tail)

    async def login_token(self, request: web.Request) -> Answer:
        """snsAccessToken: the code for an openid."""
        self._check_secret(request.query, "authorization_code")
        value, login = self._world.logins.exchange(request.query.get("code", ""), self._world.now)
        return {
            "access_token": value,
            "expires_in": 7200,
            "refresh_token": f"{value}R",
            "openid": login.openid,
            "scope": login.scope,
        }

    async def login_user(self, request: web.Request) -> Answer:
        """snsUserInfo; sex and region have been empty since 2021-10-20."""
        login: Login = self._world.logins.who(request.query.get("access_token", ""), self._world.now)
        if login.scope != "snsapi_userinfo":
            raise Refusal(48001)
        name = self._world.person(login.openid).persona.nickname
        places = {"province": "", "city": "", "country": "", "headimgurl": "", "privilege": []}
        return {"openid": login.openid, "nickname": name, "sex": 0, **places}

    def _check_secret(self, given: Mapping[str, Any], grant: str) -> None:
        if given.get("grant_type") != grant:
            raise Refusal(40002)
        app_id, secret = given.get("appid"), given.get("secret")
        if not app_id:
            raise Refusal(41002)
        if app_id != self._world.account.app_id:
            raise Refusal(40013)
        if not secret:
            raise Refusal(41004)
        if secret != self._world.account.secret:
            raise Refusal(40125)


class Interface(Struct, frozen=True):
    """One row of the table of interfaces. `guarded`: needs the access token."""

    method: str
    path: str
    handler: Callable[[Api, web.Request], Awaitable[Answer]]
    guarded: bool = True


INTERFACES: tuple[Interface, ...] = (
    Interface("GET", "/cgi-bin/token", Api.token, guarded=False),
    Interface("POST", "/cgi-bin/stable_token", Api.stable_token, guarded=False),
    Interface("POST", "/cgi-bin/message/custom/send", Api.custom_send),
    Interface("POST", "/cgi-bin/message/custom/typing", Api.custom_typing),
    Interface("POST", "/cgi-bin/message/template/send", Api.template_send),
    Interface("POST", "/cgi-bin/message/subscribe/bizsend", Api.subscription_send),
    Interface("POST", "/cgi-bin/media/upload", Api.media_upload),
    Interface("GET", "/cgi-bin/media/get", Api.media_get),
    Interface("POST", "/cgi-bin/menu/create", Api.menu_create),
    Interface("GET", "/cgi-bin/menu/get", Api.menu_get),
    Interface("GET", "/cgi-bin/menu/delete", Api.menu_delete),
    Interface("GET", "/cgi-bin/user/info", Api.user_info),
    Interface("GET", "/cgi-bin/user/get", Api.user_get),
    Interface("POST", "/cgi-bin/qrcode/create", Api.qr_create),
    Interface("GET", "/cgi-bin/getcallbackip", Api.callback_ip),
    Interface("GET", "/sns/oauth2/access_token", Api.login_token, guarded=False),
    Interface("GET", "/sns/userinfo", Api.login_user, guarded=False),
)


def create_api(world: World, push: Callable[[Push], object]) -> web.Application:
    """The API as a sub-application; its root stands for https://api.weixin.qq.com (and for open.weixin.qq.com)."""
    app = web.Application(client_max_size=LARGEST_BODY)
    api = Api(world, push)
    for interface in INTERFACES:
        app.router.add_route("*", interface.path, _wrap(world, api, interface))
    app.router.add_get("/connect/oauth2/authorize", _page(api.authorize))
    app.router.add_get("/files/{media_id}", _page(api.file))
    return app


def _page(
    handler: Callable[[web.Request], Awaitable[Answer]],
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def run(request: web.Request) -> web.StreamResponse:
        answer = await handler(request)
        return answer if isinstance(answer, web.StreamResponse) else web.json_response(answer)

    return run


def _wrap(world: World, api: Api, interface: Interface) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Faults, method, daily limit, token: in the order in which the platform looks at a call."""

    async def run(request: web.Request) -> web.StreamResponse:
        loop = asyncio.get_running_loop()
        began = loop.time()
        code = 0
        try:
            return await _act(world, api, interface, request)
        except Refusal as refusal:
            code = refusal.code
            rid = f" rid: {world.new_id():016x}"
            return _reply({"errcode": code, "errmsg": refusal.message + rid})
        finally:
            world.record("in", interface.path, code, round((loop.time() - began) * 1000))

    return run


async def _act(world: World, api: Api, interface: Interface, request: web.Request) -> web.StreamResponse:
    fault = world.take_fault(interface.path)
    if fault is not None:
        if fault.delay:
            await asyncio.sleep(fault.delay)
        if fault.drop:
            if request.transport is not None:
                request.transport.close()
            return web.Response(status=500)
        if fault.code:
            raise Refusal(fault.code)
    if interface.method == "POST" and request.method != "POST":
        raise Refusal(43002)
    if interface.guarded:
        world.tokens.check(request.query.get("access_token"), world.now)
    world.daily.spend(interface.path, world.now)
    answer = await interface.handler(api, request)
    if isinstance(answer, web.StreamResponse):
        return answer
    return _reply(answer if "access_token" in answer else _with_ok(interface, answer))


# These answer without errcode when all is well, by their documents; the others begin with errcode 0.
_BARE = frozenset(
    {
        "/cgi-bin/media/upload",
        "/cgi-bin/media/get",
        "/cgi-bin/menu/get",
        "/cgi-bin/user/info",
        "/cgi-bin/user/get",
        "/cgi-bin/qrcode/create",
        "/cgi-bin/getcallbackip",
        "/sns/userinfo",
    }
)


def _with_ok(interface: Interface, answer: dict[str, Any]) -> dict[str, Any]:
    return answer if interface.path in _BARE else {"errcode": 0, "errmsg": "ok", **answer}


def _reply(answer: dict[str, Any]) -> web.Response:
    text = json.dumps(answer, ensure_ascii=False)
    return web.Response(text=text, content_type="application/json", charset="utf-8")


async def read_body(request: web.Request) -> bytes:
    """The whole body, whatever cap the application around us sets for its own. Raises Refusal 40006 over ours."""
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise Refusal(40006)
    return bytes(body)


async def _json(request: web.Request) -> dict[str, Any]:
    raw = await read_body(request)
    if not raw:
        raise Refusal(44002)
    try:
        body = json.loads(raw)
    except ValueError as error:
        raise Refusal(47001) from error
    if not isinstance(body, dict):
        raise Refusal(47001)
    return body


async def _form_file(request: web.Request, name: str) -> bytes:
    if not request.content_type.startswith("multipart/"):
        raise Refusal(41005)
    async for part in await request.multipart():
        if isinstance(part, BodyPartReader) and part.name == name:
            body = bytearray()
            while chunk := await part.read_chunk():
                body += chunk
                if len(body) > LARGEST_BODY:
                    raise Refusal(40006)
            return bytes(body)
    raise Refusal(41005)


def _str(body: Mapping[str, Any], key: str) -> str:
    value = body.get(key)
    return value if isinstance(value, str) else ""


def _scene(action: str, info: object) -> str:
    scene = info.get("scene") if isinstance(info, Mapping) else None
    if action not in ("QR_SCENE", "QR_STR_SCENE", "QR_LIMIT_SCENE", "QR_LIMIT_STR_SCENE"):
        raise Refusal(40053)
    value = scene.get("scene_str" if "STR" in action else "scene_id") if isinstance(scene, Mapping) else None
    if "STR" in action and isinstance(value, str) and 1 <= len(value) <= 64:
        return value
    largest = 100_000 if "LIMIT" in action else 2**32 - 1
    if "STR" not in action and isinstance(value, int) and 1 <= value <= largest:
        return str(value)
    raise Refusal(40053)


def _user(person: Person) -> dict[str, Any]:
    if not person.following:
        return {"subscribe": 0, "openid": person.persona.openid}
    return {
        "subscribe": 1,
        "openid": person.persona.openid,
        "nickname": "",
        "sex": 0,
        "language": "zh_CN",
        "city": "",
        "province": "",
        "country": "",
        "headimgurl": "",
        "subscribe_time": int(person.followed_at.timestamp()),
        "remark": "",
        "groupid": 0,
        "tagid_list": [],
        "subscribe_scene": person.subscribe_scene,
        "qr_scene": int(person.qr_scene) if person.qr_scene.isdigit() else 0,
        "qr_scene_str": "" if person.qr_scene.isdigit() else person.qr_scene,
    }


def _who_is_there(request: web.Request, people: Mapping[str, Person]) -> web.Response:
    base = str(request.rel_url.without_query_params("sandbox_openid"))
    rows = "".join(
        f'<p><a href="{_escape(base)}&amp;sandbox_openid={quote(openid)}">{_escape(person.persona.nickname)}</a></p>'
        for openid, person in people.items()
    )
    page = f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>微信登录</title><h1>以谁的身份登录？</h1>{rows}'
    headers = {"Content-Security-Policy": "default-src 'none'"}
    return web.Response(text=page, content_type="text/html", headers=headers)


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
