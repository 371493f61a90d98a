"""The official account's gateway: every API call to it, with the platform's limits checked before the call."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, assert_never
from urllib.parse import quote, urlsplit

import aiohttp
from msgspec import Struct

from bot.channels.port import Choices, File, LinkCard, Message, Option, PlainText, Sent, Subscription, Template
from bot.channels.wechat.api import OfficialAccountApi
from bot.channels.wechat.errors import PlatformError, Verdict
from bot.channels.wechat.limits import TEXT_BYTES, check_bytes, cut_bytes, fit_fields
from bot.channels.wechat.menu import ApiButton, menu_json, menu_problems
from bot.channels.wechat.tokens import AccessTokens, Fetch, Grant, TokenStore
from bot.channels.wechat.transport import AuthorizedCalls, Call, Pause, Transport, to_json

HOME: Final = "https://api.weixin.qq.com"
AUTHORIZE_HOME: Final = "https://open.weixin.qq.com"
MEDIA_LIMIT: Final = 12 * 1024 * 1024
"""Bytes. The platform takes pictures and videos of at most 10 MB."""

_CUSTOM_SEND: Final = "message/custom/send"
_TEMPLATE_SEND: Final = "message/template/send"
_SUBSCRIBE_SEND: Final = "message/subscribe/bizsend"
_STATE = re.compile(r"[a-zA-Z0-9]{0,128}")
_ONCE = re.compile(r"[a-zA-Z0-9_-]{0,32}")


class UserInfo(Struct, frozen=True):
    """A person as the platform knows them. It gives no names since 2021."""

    openid: str
    subscribed: bool
    """False for a person who does not follow the account. All later fields are then empty."""

    unionid: str = ""
    language: str = ""
    subscribe_time: int = 0
    scene: str = ""


class Login(Struct, frozen=True):
    """The person who logged in on a web page."""

    openid: str
    scope: str
    unionid: str = ""
    snapshot: bool = False
    """Whether the person looked without consent. The openid is then a virtual one."""


class OfficialAccount:
    """The gateway (`bot.channels.port.Gateway`) of one official account.

    Every method that calls the platform raises PlatformError. `api` is wechatpy's whole API over the same transport,
    for the calls that have no method here.
    """

    def __init__(
        self,
        app_id: str,
        secret: str,
        *,
        session: aiohttp.ClientSession,
        store: TokenStore,
        now: Callable[[], datetime],
        pause: Pause,
        base: str = HOME,
        authorize_base: str = AUTHORIZE_HOME,
        media_limit: int = MEDIA_LIMIT,
    ) -> None:
        self._app_id = app_id
        self._secret = secret
        self._authorize_base = authorize_base.rstrip("/")
        self._media_limit = media_limit
        self._transport = Transport(session, home=HOME, base=base, pause=pause)
        fetch = stable_token(self._transport, app_id, secret)
        self._calls = AuthorizedCalls(self._transport, AccessTokens(fetch, store, now=now, jitter=pause.jitter))
        self.api = OfficialAccountApi(app_id, self._calls)

    async def send(self, to: str, message: Message) -> Sent:
        """Send any message to one openid, as `bot.channels.port.Gateway.send`."""
        match message:
            case PlainText():
                return await self.send_text(to, message.text)
            case LinkCard():
                return await self.send_card(to, message)
            case Choices():
                return await self.send_menu_message(to, message.head, message.choices, message.tail)
            case Template():
                return await self.send_template(to, message)
            case Subscription():
                return await self.bizsend(to, message)
        assert_never(message)

    async def send_text(self, openid: str, text: str) -> Sent:
        """Send a customer message of at most 2000 bytes. Raises CONTENT without a call when it is longer or blank."""
        check_bytes(text, TEXT_BYTES, _CUSTOM_SEND)
        return _sent(await self.api.message.send_text(openid, text))

    async def send_card(self, openid: str, card: LinkCard) -> Sent:
        """Send a customer message of one article. More than one is refused with 45008 since 2018."""
        article = {
            "title": cut_bytes(card.title, 128),
            "description": cut_bytes(card.text, 512),
            "url": card.url,
            "picurl": card.picture,
        }
        return _sent(await self.api.message.send_articles(openid, [article]))

    async def send_menu_message(self, openid: str, head: str, choices: tuple[Option, ...], tail: str = "") -> Sent:
        """Send lines to tap (msgmenu). A tap comes back as a text message with the line's key in `bizmsgmenuid`."""
        menu = {
            "head_content": check_bytes(head, TEXT_BYTES, _CUSTOM_SEND),
            "list": [{"id": choice.key, "content": choice.text} for choice in choices],
            "tail_content": tail,
        }
        body = {"touser": openid, "msgtype": "msgmenu", "msgmenu": menu}
        return _sent(await self.api.post(_CUSTOM_SEND, data=body))

    async def send_template(self, openid: str, template: Template) -> Sent:
        """Send a template message. A TEMPLATESENDJOBFINISH event with the same id reports its delivery later."""
        if not _ONCE.fullmatch(template.once):
            raise PlatformError(Verdict.CONTENT, _TEMPLATE_SEND, detail="`once` is not up to 32 letters and digits")
        body: dict[str, Any] = {
            "touser": openid,
            "template_id": template.template_id,
            "data": fit_fields(template.fields, _TEMPLATE_SEND),
        }
        if template.url:
            body["url"] = template.url
        if template.once:
            body["client_msg_id"] = template.once
        return _sent(await self.api.post(_TEMPLATE_SEND, data=body))

    async def bizsend(self, openid: str, notice: Subscription) -> Sent:
        """Send a subscription notice. Raises GONE with code 43101 when the person's consents are used up or withdrawn."""
        body: dict[str, Any] = {
            "touser": openid,
            "template_id": notice.template_id,
            "data": fit_fields(notice.fields, _SUBSCRIBE_SEND),
        }
        if notice.url:
            body["page"] = notice.url
        return _sent(await self.api.post(_SUBSCRIBE_SEND, data=body))

    async def typing(self, openid: str, *, on: bool = True) -> None:
        """Show (or stop showing) that an answer is being written."""
        command = "Typing" if on else "CancelTyping"
        await self.api.post("message/custom/typing", data={"touser": openid, "command": command})

    async def fetch_media(self, media_id: str) -> File:
        """Returns a file that a person sent. Raises CONTENT beyond the size limit. A video is fetched from the address
        in the answer.
        """
        call = Call("get", "media/get", params={"media_id": media_id}, repeatable=True)
        found = await self._calls.download(call, self._media_limit)
        if isinstance(found, File):
            return found
        address = str(found.get("video_url", ""))
        if not self._is_platform(address):
            raise PlatformError(Verdict.CONTENT, "media/get", detail="neither a file nor a video's address")
        video = Call("get", address, repeatable=True)
        got = await self._transport.patiently(lambda: self._transport.download(video, None, self._media_limit))
        if isinstance(got, File):
            return got
        raise PlatformError(Verdict.CONTENT, "media/get", detail="the video's address gave no file")

    async def create_menu(self, buttons: tuple[ApiButton, ...]) -> None:
        """Replace the account's menu. Raises CONTENT without a call, naming every problem, when it exceeds the limits."""
        problems = menu_problems(buttons)
        if problems:
            raise PlatformError(Verdict.CONTENT, "menu/create", detail="; ".join(problems))
        await self.api.menu.create(menu_json(buttons))

    async def user_info(self, openid: str) -> UserInfo:
        """Returns what the platform tells about a person."""
        answer = await self.api.user.get(openid)
        return UserInfo(
            openid=openid,
            subscribed=answer.get("subscribe") == 1,
            unionid=str(answer.get("unionid", "")),
            language=str(answer.get("language", "")),
            subscribe_time=int(answer.get("subscribe_time", 0)),
            scene=str(answer.get("subscribe_scene", "")),
        )

    def authorize_url(self, redirect_uri: str, state: str, *, scope: str = "snsapi_base") -> str:
        """Returns the address to which a browser is sent to learn its openid. The platform requires this order of
        parameters.

        Raises ValueError for a state that is not at most 128 letters and digits.
        """
        if not _STATE.fullmatch(state):
            raise ValueError("state must be at most 128 letters and digits")
        return (
            f"{self._authorize_base}/connect/oauth2/authorize?appid={self._app_id}&redirect_uri={quote(redirect_uri, safe='')}"
            f"&response_type=code&scope={scope}&state={state}#wechat_redirect"
        )

    async def exchange_code(self, code: str) -> Login:
        """Returns the person for the code that came back from `authorize_url`. Raises LOGIN when the code is stale or
        used.
        """
        params = {"appid": self._app_id, "secret": self._secret, "code": code, "grant_type": "authorization_code"}
        # A code works once: after a lost answer only a new log-in helps.
        call = Call("get", f"{HOME}/sns/oauth2/access_token", params=params)
        answer = await self._transport.patiently(lambda: self._transport.ask(call))
        return Login(
            openid=str(answer.get("openid", "")),
            scope=str(answer.get("scope", "")),
            unionid=str(answer.get("unionid", "")),
            snapshot=answer.get("is_snapshotuser") == 1,
        )

    def _is_platform(self, address: str) -> bool:
        """Returns whether an address from the platform is on its own hosts, or on the configured replacement."""
        try:
            parts = urlsplit(address)
        except ValueError:
            return False
        if parts.scheme not in {"http", "https"}:
            return False
        host = parts.hostname or ""
        return host.endswith(".qq.com") or parts.netloc == urlsplit(self._transport.address("")).netloc


def stable_token(transport: Transport, app_id: str, secret: str) -> Fetch:
    """Returns the function that asks for an official account's token (`stable_token` keeps its value between calls)."""

    async def fetch(force: bool) -> Grant:
        body = {"grant_type": "client_credential", "appid": app_id, "secret": secret, "force_refresh": force}
        call = Call("post", "stable_token", body=to_json(body), repeatable=not force)
        return await granted(transport, call)

    return fetch


async def granted(transport: Transport, call: Call) -> Grant:
    """Returns the token in the answer to `call`.

    Raises `PlatformError`: a refused credential means a wrong secret here, and a used-up quota only means later.
    """
    try:
        answer = await transport.patiently(lambda: transport.ask(call))
        return Grant(value=str(answer["access_token"]), seconds=int(answer["expires_in"]))
    except (KeyError, TypeError, ValueError):
        raise PlatformError(Verdict.RETRY, call.url.partition("?")[0], detail="the answer holds no token") from None
    except PlatformError as error:
        if error.verdict is Verdict.RETRY or error.verdict is Verdict.WINDOW:
            # Nothing was sent to anyone: whoever needed the token may safely try again.
            raise PlatformError(Verdict.RETRY, error.endpoint, code=error.code, rid=error.rid) from None
        raise error.judged(Verdict.CONFIG) from None


def _sent(answer: dict[str, Any]) -> Sent:
    return Sent(message_id=str(answer.get("msgid", "")))
