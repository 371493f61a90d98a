"""The port for outgoing messages: the kinds of message, and the `Gateway` protocol through which the worker sends them.

A gateway translates a message into its platform's wire format and checks the platform's limits. It returns `Sent` or
raises `PlatformError`, whose verdict says what to do. A gateway retries within seconds; retries over minutes, another
way of sending and the record are the worker's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from msgspec import Struct


class PlainText(Struct, frozen=True, tag="words"):
    """Plain text. At most 2000 bytes of UTF-8 on WeChat and 2048 on WeCom: split longer text before."""

    text: str


class LinkCard(Struct, frozen=True, tag="card"):
    """A title and a few lines that lead to a page."""

    title: str
    text: str
    url: str
    button: str = "查看详情"
    picture: str = ""
    """Address of an image. WeChat only."""


class Option(Struct, frozen=True):
    """One line or button to tap."""

    key: str
    """Sent back by the platform when it is tapped."""

    text: str
    """What the person reads."""


class Choices(Struct, frozen=True, tag="choices"):
    """A question with answers to tap."""

    head: str
    choices: tuple[Option, ...]
    """WeCom takes at most six."""

    tail: str = ""
    """Shown below the lines. WeChat only."""

    title: str = ""
    task_id: str = ""
    """WeCom requires one: never used before, at most 128 bytes of [0-9A-Za-z_@-]."""

    url: str = ""
    """The page behind WeCom's card."""

    facts: tuple[tuple[str, str], ...] = ()
    """Name-value lines of WeCom's card, at most six."""


class Template(Struct, frozen=True, tag="template"):
    """A template message, which reaches a follower outside the reply window. WeChat only."""

    template_id: str
    fields: Mapping[str, str]
    """Text by the template's field name (`thing1`, `time2` ...), cut to each kind's limit."""

    url: str = ""
    once: str = ""
    """At most 32 letters and digits. With it the platform drops copies to the same person for ten minutes."""


class Subscription(Struct, frozen=True, tag="subscription"):
    """A subscription notice, which uses up one of the person's consents to this template. WeChat only."""

    template_id: str
    fields: Mapping[str, str]
    url: str = ""


Message = PlainText | LinkCard | Choices | Template | Subscription


class Sent(Struct, frozen=True):
    """The platform accepted the message. That is not delivery: the fate of a template message is reported later by an
    event.
    """

    message_id: str = ""
    """Empty where the platform gives none (WeChat's customer messages)."""

    refused: tuple[str, ...] = ()
    """Receivers left out of a WeCom message to many."""

    response_code: str = ""
    """Lets a WeCom card with buttons be changed once within 72 hours."""


class File(Struct, frozen=True):
    """A downloaded file and the platform's content type for it."""

    content: bytes
    content_type: str


class Gateway(Protocol):
    """The port to one channel."""

    async def send(self, to: str, message: Message) -> Sent:
        """Send to one person: an openid, or a WeCom user id.

        Raises `PlatformError` with the verdict RETRY, CONFIG, GONE, WINDOW or CONTENT. CONTENT is also raised for a
        kind of message that the channel does not have.
        """

    async def fetch_media(self, media_id: str) -> File:
        """Returns a file that a person sent; the platform keeps it for three days. Raises `PlatformError`."""
