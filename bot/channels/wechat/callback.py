"""A callback address in three steps, independent of the web framework: greet, receive, answer.

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

`answer.rest` is text that did not fit: the caller sends it as customer messages, which may be several.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import blake2b

from msgspec import Struct
from msgspec.structs import replace

from bot.channels.wechat.fields import id_of, name_of
from bot.channels.wechat.inbound import to_incoming
from bot.channels.wechat.push import OpenedPush, PushSettings, read_push, read_url_check, seal
from bot.channels.wechat.replies import SUCCESS, split, text_reply
from bot.channels.wechat.xml import Fields
from handlers.messages import Doubt, Incoming, Silent, Unread


class Received(Struct, frozen=True):
    """One genuine push."""

    incoming: Incoming
    """The message or event in the service's own type."""

    account: str
    """Our account's own id."""

    sender: str
    """Whom to answer. Also known for some pushes without an author, because their sender is in doubt."""

    opened: OpenedPush


class CallbackAnswer(Struct, frozen=True):
    """The HTTP answer, always with status 200."""

    body: bytes
    content_type: str
    rest: tuple[str, ...] = ()
    """Texts that did not fit into the body."""


class Callback(Struct, frozen=True):
    """The logic of one callback address. Pure: the caller has the clock, the random bytes and the socket."""

    settings: PushSettings
    check_url: Callable[[PushSettings, Mapping[str, str]], str]
    to_incoming: Callable[[Fields, datetime], Incoming]
    silence: bytes

    def greet(self, query: Mapping[str, str]) -> str:
        """Returns the answer to the platform's GET. Raises `PushError` when it is not the platform's."""
        return self.check_url(self.settings, query)

    def receive(self, query: Mapping[str, str], body: bytes, received_at: datetime) -> Received:
        """Returns the message or event of one POST. Raises `PushError` with the HTTP status when it is not a genuine
        push.

        A genuine push whose meaning is in doubt becomes `Unread`.
        """
        opened = read_push(self.settings, query, body)
        incoming = self.to_incoming(opened.fields, received_at)
        doubt = opened.doubt or (Doubt.UNREADABLE if is_lost(opened.fields, incoming) else None)
        if doubt:
            incoming = unread(incoming, doubt, opened)
        return Received(incoming, id_of(opened.fields, "ToUserName"), id_of(opened.fields, "FromUserName"), opened)

    def answer(self, received: Received, text: str | None, *, timestamp: int, randomness: bytes) -> CallbackAnswer:
        """Returns the reply `text`, encrypted like the push. Without a text or a sender it is `silence`.

        `timestamp` is our clock in seconds, `randomness` 16 fresh bytes from `secrets`.
        """
        first, rest = split(text or "")
        if not received.sender or not first.strip():
            return CallbackAnswer(self.silence, "text/plain")
        reply = text_reply(received.sender, received.account, first, timestamp=timestamp)
        sealed = seal(self.settings, received.opened, reply, timestamp=timestamp, randomness=randomness)
        return CallbackAnswer(sealed, "application/xml", rest)


def is_lost(fields: Fields, incoming: Incoming) -> bool:
    """Returns whether a person's message (not an event) was understood as nothing."""
    return isinstance(incoming.body, Silent) and name_of(fields, "MsgType") != "event" and "InfoType" not in fields


def unread(incoming: Incoming, why: Doubt, opened: OpenedPush) -> Incoming:
    """Returns the message as one that is stored and not acted on.

    Its key is a hash of its content, so it never passes for the message whose id it bears. With two senders it belongs
    to none.
    """
    key = f"unread:{blake2b(opened.raw, digest_size=24).hexdigest()}"
    sender = "" if isinstance(opened.fields.get("FromUserName"), list) else incoming.openid
    return replace(incoming, key=key, openid=sender, body=Unread(why, opened.raw))


def replayed(received: Received) -> Received:
    """Returns the push marked as a replay: its body is not the one its timestamp and nonce first came with."""
    return replace(received, incoming=unread(received.incoming, Doubt.REPLAYED, received.opened))


def wechat_callback(settings: PushSettings) -> Callback:
    """Returns the official account's callback."""
    return Callback(settings, read_url_check, to_incoming, SUCCESS)
