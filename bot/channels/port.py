"""What leaves the house: the messages that a channel can carry, and the port that the outbox worker sends them through.

A gateway translates a message into its platform's wire format, checks the platform's limits, and either returns `Sent`
or raises `PlatformError`, whose verdict says what to do. The worker decides about retries over minutes, other channels
and the ledger; a gateway only retries within seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from msgspec import Struct


class Words(Struct, frozen=True, tag="words"):
    """Plain text. At most 2000 bytes of UTF-8 on WeChat and 2048 on WeCom: split longer text before."""

    text: str


class Card(Struct, frozen=True, tag="card"):
    """A title, a few lines and a page behind them. `picture` is an address of an image (WeChat only)."""

    title: str
    text: str
    url: str
    button: str = "查看详情"
    picture: str = ""


class Choice(Struct, frozen=True):
    """One line or button to tap: `key` comes back to us, `text` is what the person reads."""

    key: str
    text: str


class Choices(Struct, frozen=True, tag="choices"):
    """A question with answers to tap. `tail` is shown below the lines (WeChat only).

    WeCom needs `task_id`, unique for ever, of at most 128 bytes [0-9A-Za-z_@-], and takes at most six choices; `facts`
    are its name-value lines, at most six, and `url` is the page behind its card.
    """

    head: str
    choices: tuple[Choice, ...]
    tail: str = ""
    title: str = ""
    task_id: str = ""
    url: str = ""
    facts: tuple[tuple[str, str], ...] = ()


class Template(Struct, frozen=True, tag="template"):
    """A template message: it reaches a follower outside the reply window. WeChat only.

    `fields` maps the template's field names (`thing1`, `time2` ...) to text, cut to each kind's limit. With `once`, at
    most 32 letters and digits, the platform drops copies to the same person for ten minutes.
    """

    template_id: str
    fields: Mapping[str, str]
    url: str = ""
    once: str = ""


class Subscription(Struct, frozen=True, tag="subscription"):
    """A subscription notice: uses up one of the person's consents to this template. WeChat only."""

    template_id: str
    fields: Mapping[str, str]
    url: str = ""


Message = Words | Card | Choices | Template | Subscription


class Sent(Struct, frozen=True):
    """The platform accepted the message. Accepted is not delivered: a template's fate comes later as an event.

    `message_id` is empty where the platform gives none (WeChat's customer messages). `refused` are the receivers left
    out of a WeCom message to many. `response_code` lets a WeCom card with buttons be changed once within 72 hours.
    """

    message_id: str = ""
    refused: tuple[str, ...] = ()
    response_code: str = ""


class File(Struct, frozen=True):
    """A downloaded file and the platform's content type for it."""

    content: bytes
    content_type: str


class Gateway(Protocol):
    """One channel's way out."""

    async def send(self, to: str, message: Message) -> Sent:
        """Send to one person: an openid, or a WeCom user id.

        Raises PlatformError with the verdict RETRY, CONFIG, GONE, WINDOW or CONTENT; the last also for a kind of message
        that this channel does not have.
        """

    async def fetch_media(self, media_id: str) -> File:
        """A file that a person sent, kept by the platform for three days. Raises PlatformError."""
