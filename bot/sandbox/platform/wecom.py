"""Simulated WeCom, as far as an app sends messages to members: token, message/send and media/get.

A member's user id is a persona's openid, and the message appears on that phone. Sources: WeCom's pages 91039
(gettoken), 90236 (message/send) and 90254 (media/get).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web
from msgspec import Struct

from bot.sandbox.platform.codes import PlatformRefusal
from bot.sandbox.platform.interface import Answer, Interface, read_json, serve, text_of
from bot.sandbox.platform.media import EXTENSIONS
from bot.sandbox.platform.model import Article, Content, Field, News, TemplateCard, TextBubble
from bot.sandbox.platform.tokens import Tokens
from bot.sandbox.platform.world import World

LONGEST_TEXT = 2048
"""Bytes; what is longer is cut without a word."""
MOST_RECEIVERS = 1000


class Corp(Struct, frozen=True):
    """A corporation's self-built app."""

    corp_id: str
    secret: str
    agent_id: int


def create_wecom(world: World, corp: Corp) -> web.Application:
    """The API as a sub-application; its root stands for https://qyapi.weixin.qq.com. Its tokens are its own."""
    tokens = Tokens(world.fork_random())

    async def gettoken(request: web.Request) -> Answer:
        if request.query.get("corpid") != corp.corp_id:
            raise PlatformRefusal(40013)
        if request.query.get("corpsecret") != corp.secret:
            raise PlatformRefusal(40001)
        # As with the stable interface, a repeated call gives the same token.
        value, seconds = tokens.stable(world.now)
        return {"access_token": value, "expires_in": seconds}

    async def send(request: web.Request) -> Answer:
        body = await read_json(request)
        if str(body.get("agentid")) != str(corp.agent_id):
            raise PlatformRefusal(40056)
        content = _read(body)
        wanted = [name for name in text_of(body, "touser").split("|") if name]
        if len(wanted) > MOST_RECEIVERS:
            raise PlatformRefusal(40035)
        everybody = list(world.people) if wanted == ["@all"] else wanted
        known = [name for name in everybody if name in world.people]
        if not known:
            raise PlatformRefusal(81013)
        for name in known:
            world.show(name, content)
        left_out = [name for name in everybody if name not in world.people]
        answer: dict[str, Any] = {"msgid": f"{world.new_id():x}"} | (
            {"invaliduser": "|".join(left_out)} if left_out else {}
        )
        return answer | ({"response_code": f"{world.new_id():x}"} if body["msgtype"] == "template_card" else {})

    async def media_get(request: web.Request) -> Answer:
        stored = world.media.get(request.query.get("media_id", ""), world.now)
        name = f"{stored.media_id}.{EXTENSIONS[stored.content_type]}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return web.Response(body=stored.data, content_type=stored.content_type, headers=headers)

    app = web.Application()
    for interface in (
        Interface("GET", "/cgi-bin/gettoken", gettoken, guarded=False),
        Interface("POST", "/cgi-bin/message/send", send),
        Interface("GET", "/cgi-bin/media/get", media_get),
    ):
        app.router.add_route("*", interface.path, serve(world, tokens, interface))
    return app


def _read(body: Mapping[str, Any]) -> Content:
    kind = body.get("msgtype")
    reader = _READERS.get(kind) if isinstance(kind, str) else None
    if reader is None:
        raise PlatformRefusal(40008)
    part = body.get(str(kind))
    if not isinstance(part, Mapping):
        raise PlatformRefusal(47001)
    return reader(part)


def _text(part: Mapping[str, Any]) -> Content:
    words = text_of(part, "content")
    if not words:
        raise PlatformRefusal(44004)
    return TextBubble(words.encode()[:LONGEST_TEXT].decode(errors="ignore"))


def _textcard(part: Mapping[str, Any]) -> Content:
    words, title, url = (text_of(part, name) for name in ("description", "title", "url"))
    if not (words and title and url):
        raise PlatformRefusal(40035)
    return TemplateCard(title, (Field("内容", words),), url)


def _news(part: Mapping[str, Any]) -> Content:
    articles = part.get("articles")
    if not isinstance(articles, list) or not 1 <= len(articles) <= 8:
        raise PlatformRefusal(45008)
    names = ("title", "description", "url", "picurl")
    return News(tuple(Article(*(text_of(one, name) for name in names)) for one in articles if isinstance(one, Mapping)))


def _template_card(part: Mapping[str, Any]) -> Content:
    title = part.get("main_title")
    action = part.get("card_action")
    rows = part.get("horizontal_content_list")
    rows = rows if isinstance(rows, list) else []
    if not isinstance(title, Mapping) or len(rows) > 6:
        raise PlatformRefusal(40035)
    fields = tuple(Field(text_of(row, "keyname"), text_of(row, "value")) for row in rows if isinstance(row, Mapping))
    return TemplateCard(text_of(title, "title"), fields, text_of(action, "url") if isinstance(action, Mapping) else "")


_READERS: dict[str, Callable[[Mapping[str, Any]], Content]] = {
    "text": _text,
    "markdown": _text,
    "textcard": _textcard,
    "news": _news,
    "template_card": _template_card,
}
