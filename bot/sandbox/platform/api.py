"""The simulated platform's HTTP API.

Each handler's first line names the interface as the documents do (developers.weixin.qq.com, service/api).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from aiohttp import web

from bot.sandbox.platform import custom, events, menus
from bot.sandbox.platform.codes import PlatformRefusal
from bot.sandbox.platform.events import RawPush
from bot.sandbox.platform.interface import LARGEST_BODY, Answer, Interface, read_file, read_json, serve, text_of
from bot.sandbox.platform.logins import LoginCode
from bot.sandbox.platform.media import EXTENSIONS
from bot.sandbox.platform.model import Subscriber
from bot.sandbox.platform.world import World

PHONE_COOKIE = "sandbox_phone"
"""Holds the openid whose phone opened the page, so that a login redirect knows who is there."""


class Api:
    """The handlers. `push` is called for what the platform tells the account afterwards (job-finish events)."""

    def __init__(self, world: World, push: Callable[[RawPush], object]) -> None:
        self._world = world
        self._push = push

    async def token(self, request: web.Request) -> Answer:
        """GetAccessToken."""
        self._check_secret(request.query, "client_credential")
        value, seconds = self._world.tokens.plain(self._world.now)
        return {"access_token": value, "expires_in": seconds}

    async def stable_token(self, request: web.Request) -> Answer:
        """GetStableAccessToken."""
        body = await read_json(request)
        self._check_secret(body, "client_credential")
        value, seconds = self._world.tokens.stable(self._world.now, force=body.get("force_refresh") is True)
        return {"access_token": value, "expires_in": seconds}

    async def custom_send(self, request: web.Request) -> Answer:
        """SendCustomMessage."""
        body = await read_json(request)
        person = self._world.person(body.get("touser"))
        self._world.send_custom(person.persona.openid, custom.read(self._world, body))
        return {}

    async def custom_typing(self, request: web.Request) -> Answer:
        """SetTyping."""
        body = await read_json(request)
        self._world.send_typing(text_of(body, "touser"), text_of(body, "command"))
        return {}

    async def template_send(self, request: web.Request) -> Answer:
        """SendTemplateMessage."""
        body = await read_json(request)
        sent = self._world.send_template(
            text_of(body, "touser"),
            text_of(body, "template_id"),
            body.get("data"),
            text_of(body, "url"),
            text_of(body, "client_msg_id"),
        )
        if sent.fresh:
            self._push(events.template_finished(self._world.now, sent))
        return {"msgid": sent.id}

    async def subscription_send(self, request: web.Request) -> Answer:
        """SendNewSubscribeMsg (bizsend)."""
        body = await read_json(request)
        sent = self._world.send_subscription(
            text_of(body, "touser"), text_of(body, "template_id"), body.get("data"), text_of(body, "page")
        )
        self._push(events.subscription_sent(self._world.now, sent))
        return {}

    async def media_upload(self, request: web.Request) -> Answer:
        """UploadTempMedia."""
        data = await read_file(request, "media")
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

    async def file(self, request: web.Request) -> web.StreamResponse:
        """The open address of a picture (PicUrl) or of a video: no token needed, and no end after three days."""
        stored = self._world.media.seen(request.match_info["media_id"])
        if stored is None:
            raise web.HTTPNotFound
        headers = {"Cache-Control": "private, max-age=3600", "X-Content-Type-Options": "nosniff"}
        return web.Response(body=stored.data, content_type=stored.content_type, headers=headers)

    async def menu_create(self, request: web.Request) -> Answer:
        """CreateCustomMenu."""
        self._world.set_menu(menus.check(await read_json(request)))
        return {}

    async def menu_get(self, _: web.Request) -> Answer:
        """GetMenu."""
        if self._world.menu is None:
            raise PlatformRefusal(46003)
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
            raise PlatformRefusal(40003)
        page = followers[followers.index(after) + 1 :] if after else followers
        found: dict[str, Any] = {"total": len(followers), "count": len(page), "next_openid": page[-1] if page else ""}
        return found | ({"data": {"openid": page}} if page else {})

    async def qr_create(self, request: web.Request) -> Answer:
        """CreateQRCode."""
        body = await read_json(request)
        action = text_of(body, "action_name")
        scene = _scene(action, body.get("action_info"))
        ticket = self._world.add_qr(scene)
        made: dict[str, Any] = {"ticket": ticket, "url": f"http://weixin.qq.com/q/{ticket[:24]}"}
        if not action.startswith("QR_LIMIT"):
            seconds = body.get("expire_seconds", 60)
            if not isinstance(seconds, int) or not 1 <= seconds <= 2_592_000:
                raise PlatformRefusal(40097)
            made["expire_seconds"] = seconds
        return made

    async def callback_ip(self, _: web.Request) -> Answer:
        """GetCallbackIp."""
        return {"ip_list": ["127.0.0.1", "::1"]}

    async def authorize(self, request: web.Request) -> web.StreamResponse:
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
        login: LoginCode = self._world.logins.who(request.query.get("access_token", ""), self._world.now)
        if login.scope != "snsapi_userinfo":
            raise PlatformRefusal(48001)
        name = self._world.person(login.openid).persona.nickname
        places = {"province": "", "city": "", "country": "", "headimgurl": "", "privilege": []}
        return {"openid": login.openid, "nickname": name, "sex": 0, **places}

    def _check_secret(self, given: Mapping[str, Any], grant: str) -> None:
        if given.get("grant_type") != grant:
            raise PlatformRefusal(40002)
        app_id, secret = given.get("appid"), given.get("secret")
        if not app_id:
            raise PlatformRefusal(41002)
        if app_id != self._world.account.app_id:
            raise PlatformRefusal(40013)
        if not secret:
            raise PlatformRefusal(41004)
        if secret != self._world.account.secret:
            raise PlatformRefusal(40125)


def create_api(world: World, push: Callable[[RawPush], object]) -> web.Application:
    """The API as a sub-application; its root stands for https://api.weixin.qq.com (and for open.weixin.qq.com)."""
    app = web.Application(client_max_size=LARGEST_BODY)
    api = Api(world, push)
    for interface in _interfaces(api):
        app.router.add_route("*", interface.path, serve(world, world.tokens, interface))
    app.router.add_get("/connect/oauth2/authorize", api.authorize)
    app.router.add_get("/files/{media_id}", api.file)
    return app


def _interfaces(api: Api) -> tuple[Interface, ...]:
    return (
        Interface("GET", "/cgi-bin/token", api.token, guarded=False, bare=True),
        Interface("POST", "/cgi-bin/stable_token", api.stable_token, guarded=False, bare=True),
        Interface("POST", "/cgi-bin/message/custom/send", api.custom_send),
        Interface("POST", "/cgi-bin/message/custom/typing", api.custom_typing),
        Interface("POST", "/cgi-bin/message/template/send", api.template_send),
        Interface("POST", "/cgi-bin/message/subscribe/bizsend", api.subscription_send),
        Interface("POST", "/cgi-bin/media/upload", api.media_upload, bare=True),
        Interface("GET", "/cgi-bin/media/get", api.media_get, bare=True),
        Interface("POST", "/cgi-bin/menu/create", api.menu_create),
        Interface("GET", "/cgi-bin/menu/get", api.menu_get, bare=True),
        Interface("GET", "/cgi-bin/menu/delete", api.menu_delete),
        Interface("GET", "/cgi-bin/user/info", api.user_info, bare=True),
        Interface("GET", "/cgi-bin/user/get", api.user_get, bare=True),
        Interface("POST", "/cgi-bin/qrcode/create", api.qr_create, bare=True),
        Interface("GET", "/cgi-bin/getcallbackip", api.callback_ip, bare=True),
        Interface("GET", "/sns/oauth2/access_token", api.login_token, guarded=False, bare=True),
        Interface("GET", "/sns/userinfo", api.login_user, guarded=False, bare=True),
    )


def _scene(action: str, info: object) -> str:
    scene = info.get("scene") if isinstance(info, Mapping) else None
    if action not in ("QR_SCENE", "QR_STR_SCENE", "QR_LIMIT_SCENE", "QR_LIMIT_STR_SCENE"):
        raise PlatformRefusal(40053)
    value = scene.get("scene_str" if "STR" in action else "scene_id") if isinstance(scene, Mapping) else None
    if "STR" in action and isinstance(value, str) and 1 <= len(value) <= 64:
        return value
    largest = 100_000 if "LIMIT" in action else 2**32 - 1
    if "STR" not in action and isinstance(value, int) and 1 <= value <= largest:
        return str(value)
    raise PlatformRefusal(40053)


def _user(person: Subscriber) -> dict[str, Any]:
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


def _who_is_there(request: web.Request, people: Mapping[str, Subscriber]) -> web.Response:
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
