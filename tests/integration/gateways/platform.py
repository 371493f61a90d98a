"""A small platform on loopback, made from the documents' example payloads, that can be told to misbehave."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

APP_ID = "wx0123456789abcdef"
SECRET = "s3cret0000s3cret0000s3cret0000ab"
RID = "rid: 65f1c2d3-2b7a4c1e-1f00aa55"

Answer = dict[str, Any] | Callable[[web.Request], web.StreamResponse]

SUCCESS: dict[str, dict[str, Any]] = {
    "cgi-bin/message/custom/send": {"errcode": 0, "errmsg": "ok"},
    "cgi-bin/message/custom/typing": {"errcode": 0, "errmsg": "ok"},
    "cgi-bin/message/template/send": {"errcode": 0, "errmsg": "ok", "msgid": 200228332},
    "cgi-bin/message/subscribe/bizsend": {"errcode": 0, "errmsg": "ok"},
    "cgi-bin/menu/create": {"errcode": 0, "errmsg": "ok"},
    "cgi-bin/template/get_industry": {"primary_industry": {"first_class": "政府与公共事业", "second_class": "行政"}},
    "cgi-bin/media/upload": {"type": "image", "media_id": "MEDIA_ID", "created_at": 123456789},
    "cgi-bin/user/info": {
        "subscribe": 1,
        "openid": "o6_bmjrPTlm6_2sgVt7hMZOPfL2M",
        "language": "zh_CN",
        "subscribe_time": 1382694957,
        "unionid": "o6_bmasdasdsad6_2sgVt7hMZOPfL",
        "remark": "",
        "groupid": 0,
        "tagid_list": [128, 2],
        "subscribe_scene": "ADD_SCENE_QR_CODE",
        "qr_scene": 98765,
        "qr_scene_str": "",
    },
    "sns/oauth2/access_token": {
        "access_token": "WEB_TOKEN",
        "expires_in": 7200,
        "refresh_token": "REFRESH",
        "openid": "OPENID",
        "scope": "snsapi_base",
        "is_snapshotuser": 1,
        "unionid": "UNIONID",
    },
    "cgi-bin/message/send": {
        "errcode": 0,
        "errmsg": "ok",
        "invaliduser": "",
        "invalidparty": "",
        "invalidtag": "",
        "unlicenseduser": "",
        "msgid": "MSGID1",
        "response_code": "RESPONSE_CODE",
    },
    "cgi-bin/message/update_template_card": {"errcode": 0, "errmsg": "ok", "invaliduser": []},
}


@dataclass
class Seen:
    """One request as it arrived."""

    path: str
    query: dict[str, str]
    raw: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.raw)


@dataclass
class Platform:
    """Answers with the documents' successes, unless `queue` or `always` has something else for a path.

    `accepted` is the only token that calls may carry; None refuses every one. `sticky` keeps handing out the same token
    unless forced, as the real one does; otherwise each fetch makes a new one.
    """

    serial: int = 1
    accepted: str | None = "TOKEN-1"
    sticky: bool = True
    expires_in: int = 7200
    seen: list[Seen] = field(default_factory=list)
    queue: dict[str, list[Answer]] = field(default_factory=dict)
    always: dict[str, Answer] = field(default_factory=dict)

    def app(self) -> web.Application:
        app = web.Application(client_max_size=1 << 22)
        app.router.add_route("*", "/prefix/{path:.*}", self._handle)
        return app

    def revoke(self) -> None:
        """End the current token early; the next fetch gives another."""
        self.serial += 1
        self.accepted = self.current

    @property
    def current(self) -> str:
        return f"TOKEN-{self.serial}"

    def calls(self, path: str) -> list[Seen]:
        return [one for one in self.seen if one.path == path]

    @property
    def fetches(self) -> list[Seen]:
        return self.calls("cgi-bin/stable_token") + self.calls("cgi-bin/gettoken")

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        seen = Seen(path, dict(request.query), await request.read())
        self.seen.append(seen)
        waiting = self.queue.get(path)
        answer = waiting.pop(0) if waiting else self.always.get(path)
        if callable(answer):
            return answer(request)
        if answer is None and path in {"cgi-bin/stable_token", "cgi-bin/gettoken"}:
            answer = self._token(seen)
        if answer is None and path.startswith("cgi-bin/") and seen.query.get("access_token") != self.accepted:
            answer = {"errcode": 40001, "errmsg": f"invalid credential, access_token is invalid or not latest {RID}"}
        # The platform serves its JSON as text/plain.
        return web.Response(text=json.dumps(answer or SUCCESS[path], ensure_ascii=False), content_type="text/plain")

    def _token(self, seen: Seen) -> dict[str, Any]:
        given = seen.query.get("corpsecret") or json.loads(seen.raw or b"{}").get("secret")
        if given != SECRET:
            return {"errcode": 40125, "errmsg": f"invalid appsecret {RID}"}
        if not self.sticky or (seen.raw and seen.json["force_refresh"]):
            self.serial += 1
            self.accepted = self.current if self.accepted else None
        return {"access_token": self.current, "expires_in": self.expires_in}


def refused(code: int) -> dict[str, Any]:
    return {"errcode": code, "errmsg": f"refused {RID}"}
