"""WeCom's gateway: messages of one self-built app to members.

Limits and formats from WeCom's pages 90236 (sending app messages) and 94945 (changing a sent card).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

import aiohttp

from bot.channels.port import Choices, File, LinkCard, Message, PlainText, Sent
from bot.channels.wechat.api import WorkApi
from bot.channels.wechat.client import granted
from bot.channels.wechat.errors import PlatformError, Verdict
from bot.channels.wechat.limits import check_bytes, cut_bytes, cut_chars
from bot.channels.wechat.tokens import AccessTokens, Fetch, Grant, TokenStore
from bot.channels.wechat.transport import AuthorizedCalls, Call, Pause, Transport

HOME: Final = "https://qyapi.weixin.qq.com"
MEDIA_LIMIT: Final = 22 * 1024 * 1024
"""Bytes. WeCom takes files of at most 20 MB."""
TEXT_BYTES: Final = 2048
RECEIVERS: Final = 1000

_SEND: Final = "message/send"
_TASK_ID = re.compile(r"[0-9A-Za-z_@-]{1,128}")
_NO_RECEIVER: Final = 81013


class WorkAccount:
    """The gateway (`bot.channels.port.Gateway`) of one WeCom app.

    Every method that calls the platform raises PlatformError. `api` is wechatpy's whole API over the same transport.
    """

    def __init__(
        self,
        corp_id: str,
        agent_id: int,
        secret: str,
        *,
        session: aiohttp.ClientSession,
        store: TokenStore,
        now: Callable[[], datetime],
        pause: Pause,
        base: str = HOME,
        media_limit: int = MEDIA_LIMIT,
    ) -> None:
        self._agent_id = agent_id
        self._media_limit = media_limit
        transport = Transport(session, home=HOME, base=base, pause=pause)
        fetch = app_token(transport, corp_id, secret)
        tokens = AccessTokens(fetch, store, now=now, jitter=pause.jitter, forcible=False)
        self._calls = AuthorizedCalls(transport, tokens)
        self.api = WorkApi(corp_id, self._calls)

    async def send(self, to: str, message: Message) -> Sent:
        """Send a message to one member. Raises GONE when WeCom accepted the call but left this member out."""
        match message:
            case PlainText():
                sent = await self.send_text([to], message.text)
            case LinkCard():
                sent = await self.send_card([to], message)
            case Choices():
                sent = await self.send_buttons([to], message)
            case _:
                raise PlatformError(Verdict.CONTENT, _SEND, detail=f"{type(message).__name__} is not for WeCom")
        if sent.refused:
            raise PlatformError(Verdict.GONE, _SEND, code=_NO_RECEIVER, detail="the member was left out")
        return sent

    async def send_text(self, users: Sequence[str], text: str) -> Sent:
        """Send plain text of at most 2048 bytes. Raises CONTENT without a call for a longer one, which WeCom would cut
        silently.
        """
        return await self._send(users, {"msgtype": "text", "text": {"content": check_bytes(text, TEXT_BYTES, _SEND)}})

    async def send_card(self, users: Sequence[str], card: LinkCard) -> Sent:
        """Send a card that leads to a page (textcard)."""
        content = {
            "title": cut_bytes(card.title, 128),
            "description": cut_bytes(card.text, 512),
            "url": card.url,
            "btntxt": card.button[:4],
        }
        return await self._send(users, {"msgtype": "textcard", "textcard": content})

    async def send_buttons(self, users: Sequence[str], choices: Choices) -> Sent:
        """Send a card with buttons (template_card, button_interaction). A tap comes back as a template_card_event."""
        card = {"msgtype": "template_card", "template_card": buttons_json(choices)}
        return await self._send(users, card)

    async def settle_buttons(self, users: Sequence[str], response_code: str, text: str) -> Sent:
        """Disable a sent card's buttons and show `text` on them. Works once for each response code, within 72 hours."""
        body = {
            "userids": list(users),
            "agentid": self._agent_id,
            "response_code": response_code,
            "button": {"replace_name": text},
        }
        return _sent(await self.api.post("message/update_template_card", data=body), users)

    async def fetch_media(self, media_id: str) -> File:
        """Returns a file that a member sent. Raises CONTENT beyond the size limit."""
        call = Call("get", "media/get", params={"media_id": media_id}, repeatable=True)
        found = await self._calls.download(call, self._media_limit)
        if isinstance(found, File):
            return found
        raise PlatformError(Verdict.CONTENT, "media/get", detail="not a file")

    async def _send(self, users: Sequence[str], message: dict[str, Any]) -> Sent:
        if not 1 <= len(users) <= RECEIVERS:
            raise PlatformError(Verdict.CONTENT, _SEND, detail=f"{len(users)} receivers, 1 to {RECEIVERS} are allowed")
        return _sent(await self.api.message.send(self._agent_id, list(users), msg=message), users)


def app_token(transport: Transport, corp_id: str, secret: str) -> Fetch:
    """Returns the function that asks for a WeCom app's token: WeCom returns the same one while it lives, so none is
    forced.
    """

    async def fetch(_force: bool) -> Grant:
        params = {"corpid": corp_id, "corpsecret": secret}
        return await granted(transport, Call("get", "gettoken", params=params, repeatable=True))

    return fetch


def buttons_json(choices: Choices) -> dict[str, Any]:
    """Returns the card in WeCom's format. Raises PlatformError(CONTENT) for what WeCom would refuse."""
    if not _TASK_ID.fullmatch(choices.task_id):
        raise PlatformError(Verdict.CONTENT, _SEND, detail="task_id is not 1 to 128 of [0-9A-Za-z_@-]")
    if not 1 <= len(choices.choices) <= 6:
        raise PlatformError(Verdict.CONTENT, _SEND, detail=f"{len(choices.choices)} buttons, 1 to 6 are allowed")
    if any(not 1 <= len(choice.key.encode()) <= 1024 for choice in choices.choices):
        raise PlatformError(Verdict.CONTENT, _SEND, detail="a button's key is not 1 to 1024 bytes")
    card: dict[str, Any] = {
        "card_type": "button_interaction",
        "main_title": {"title": cut_chars(choices.title or choices.head, 36)},
        "task_id": choices.task_id,
        "button_list": [
            {"text": choice.text, "style": 1 if first else 2, "key": choice.key}
            for first, choice in ((place == 0, choice) for place, choice in enumerate(choices.choices))
        ],
    }
    if choices.title:
        card["sub_title_text"] = cut_chars(choices.head, 112)
    if choices.facts:
        card["horizontal_content_list"] = [{"keyname": name, "value": value} for name, value in choices.facts[:6]]
    if choices.url:
        card["card_action"] = {"type": 1, "url": choices.url}
    return card


def _sent(answer: dict[str, Any], users: Sequence[str]) -> Sent:
    """Returns the result of a call that WeCom accepted. errcode 0 may still leave receivers out, named in lower case."""
    left_out = {name.casefold() for field in ("invaliduser", "unlicenseduser") for name in _names(answer.get(field))}
    return Sent(
        message_id=str(answer.get("msgid", "")),
        refused=tuple(user for user in users if user.casefold() in left_out),
        response_code=str(answer.get("response_code", "")),
    )


def _names(value: Any) -> list[str]:
    """Returns the receivers of a text joined by `|`, or of a list, as in the answer to a card's change."""
    if isinstance(value, str):
        return [name for name in value.split("|") if name]
    return [str(name) for name in value] if isinstance(value, list) else []
