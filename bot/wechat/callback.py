"""A callback address in three steps, for whichever web framework serves it: greet, receive, answer.

    callback = wechat_callback(settings)
    try:
        if request.method == "GET":
            return web.Response(text=callback.greet(request.query))
        received = callback.receive(request.query, await request.read(), now())
    except PushError as refused:
        return web.Response(status=refused.status)
    ...
    answer = callback.answer(received, reply, timestamp=int(time()), randomness=token_bytes(RANDOM_BYTES))
    return web.Response(body=answer.body, content_type=answer.content_type)

`answer.rest` is what did not fit: the caller sends it as customer-service messages, which allow several.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from msgspec import Struct

from bot.wechat.fields import id_of
from bot.wechat.inbound import to_incoming
from bot.wechat.push import Opened, PushSettings, read_push, read_url_check, seal
from bot.wechat.replies import SUCCESS, split, text_reply
from bot.wechat.xml import Fields
from handlers.messages import Incoming


class Received(Struct, frozen=True):
    """One genuine push: what it means, whom it was sent to (our account's own id), and its envelope."""

    incoming: Incoming
    account: str
    opened: Opened


class Answer(Struct, frozen=True):
    """The body of the HTTP answer, always with status 200, and the texts that did not fit into it."""

    body: bytes
    content_type: str
    rest: tuple[str, ...] = ()


class Callback(Struct, frozen=True):
    """What answers at one callback address. Pure: the caller has the clock, the random bytes and the socket."""

    settings: PushSettings
    check_url: Callable[[PushSettings, Mapping[str, str]], str]
    to_incoming: Callable[[Fields, datetime], Incoming]
    silence: bytes

    def greet(self, query: Mapping[str, str]) -> str:
        """The answer to the platform's GET; PushError when it is not the platform's."""
        return self.check_url(self.settings, query)

    def receive(self, query: Mapping[str, str], body: bytes, received_at: datetime) -> Received:
        """The message or event of one POST; PushError with the HTTP status when it is not a genuine push."""
        opened = read_push(self.settings, query, body)
        incoming = self.to_incoming(opened.fields, received_at)
        return Received(incoming, id_of(opened.fields, "ToUserName"), opened)

    def answer(self, received: Received, text: str | None, *, timestamp: int, randomness: bytes) -> Answer:
        """The reply `text`, encrypted as the push was; nothing to say, or nobody to say it to, is `silence`.

        `timestamp` is our clock in seconds, `randomness` 16 fresh bytes from `secrets`.
        """
        first, rest = split(text or "")
        if not received.incoming.openid or not first.strip():
            return Answer(self.silence, "text/plain")
        reply = text_reply(received.incoming.openid, received.account, first, timestamp=timestamp)
        sealed = seal(self.settings, received.opened, reply, timestamp=timestamp, randomness=randomness)
        return Answer(sealed, "application/xml", rest)


def wechat_callback(settings: PushSettings) -> Callback:
    """The official account's callback."""
    return Callback(settings, read_url_check, to_incoming, SUCCESS)
