"""Incoming messages and events, in types that do not depend on the channel.

`bot/channels` translates a platform's wire format into them. Every field is clean: text is valid Unicode without
control characters, numbers are finite, times are aware.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct


class Channel(StrEnum):
    """Where a message came from and where its answer goes."""

    WECHAT = "wechat"
    WECOM = "wecom"
    PAGE = "page"


class MediaKind(StrEnum):
    """The kinds of file that a person may send."""

    IMAGE = "image"
    VOICE = "voice"
    VIDEO = "video"


MOST_LINES = 20
"""Taps below one message, and one more: what parts the mark of a question from the place of a tap in `menu_id`."""
MARKS = 10**8
"""Marks are below this, so that a menu id fits 31 bits whatever a phone makes of it."""


class Text(Struct, frozen=True, tag="text"):
    """Typed words."""

    text: str
    menu_id: str | None = None
    """The tapped line of a message menu that the words came from. None for typed words."""

    @property
    def mark(self) -> int | None:
        """The mark of the question below which the line was tapped; None for typed words.

        0 for a line that tells none: lines of pushes, and all that were sent before questions had marks.
        """
        if self.menu_id is None:
            return None
        known = len(self.menu_id) <= LONGEST_MENU_ID and self.menu_id.isascii() and self.menu_id.isdigit()
        return int(self.menu_id) // MOST_LINES if known else 0


LONGEST_MENU_ID = 10
"""Digits of a menu id of ours; anybody may send longer ones."""


def menu_id(mark: int, place: int) -> int:
    """The id of the line at this place (from 1) below the question with this mark."""
    return mark * MOST_LINES + min(place, MOST_LINES - 1)


class Media(Struct, frozen=True, tag="media"):
    """A file that the platform keeps for three days."""

    kind: MediaKind
    media_id: str
    words: str = ""
    """The platform's transcript of a voice message. Empty when it gave none."""


class Location(Struct, frozen=True, tag="location"):
    """A point the person chose to send: WGS-84-like degrees as the platform gives them (GCJ-02 in mainland China)."""

    latitude: float
    longitude: float
    label: str = ""


class Link(Struct, frozen=True, tag="link"):
    """A shared article or page."""

    title: str
    description: str
    url: str


class Click(Struct, frozen=True, tag="click"):
    """A tap on one of our menu's buttons."""

    key: str


class Follow(Struct, frozen=True, tag="follow"):
    """The person followed the account, or scanned its QR code."""

    scene: str = ""
    """The code's payload. Empty without one."""

    scanned: bool = False


class Unfollow(Struct, frozen=True, tag="unfollow"):
    """The person left, or withdrew consent: nothing can be answered, their personal data must go."""


class Delivery(Struct, frozen=True, tag="delivery"):
    """The platform's verdict on a template message it had accepted before."""

    message_id: str
    delivered: bool
    status: str


class Consent(Struct, frozen=True, tag="consent"):
    """The person allowed (or refused) subscription messages: one entry per template id, True for accept."""

    choices: tuple[tuple[str, bool], ...]


class PageVerb(StrEnum):
    """What the tracking page's buttons can do."""

    SUPPLEMENT = "supplement"
    URGE = "urge"
    WITHDRAW = "withdraw"
    RATE = "rate"


class PageAction(Struct, frozen=True, tag="page"):
    """A button of the tracking page, pressed by the holder of the ticket's link. The page has checked what it must."""

    ticket_id: int
    verb: PageVerb
    text: str = ""
    """Words typed beside the button. For RATE they begin with the score."""


class Silent(Struct, frozen=True, tag="silent"):
    """Something that needs no answer: a page view, a position report, an unknown event."""

    name: str
    """Its name, for the log."""


class Doubt(StrEnum):
    """Why a genuine push is not acted on."""

    UNREADABLE = "unreadable"
    DOUBLED = "doubled"
    """A field that the platform writes once is there twice: what was meant cannot be told."""
    REPLAYED = "replayed"
    """Another body came with this timestamp and nonce before, in plain mode, whose signature does not cover the body."""
    SEALED = "sealed"
    """Signed with our token, but no key of ours opens it."""


class Unread(Struct, frozen=True, tag="unread"):
    """A genuine push that is stored and answered but not acted on."""

    why: Doubt
    raw: bytes
    """The whole push as it came, decrypted if possible."""


Identity: TypeAlias = tuple[Channel, str, str]
"""What makes a message this one and no other: channel, sender and key (docs/adr/0015-whose-message-it-is.md)."""

Body = Text | Media | Location | Link | Click | Follow | Unfollow | Delivery | Consent | PageAction | Silent | Unread


class Incoming(Struct, frozen=True):
    """One message or event of one person."""

    key: str
    """The same for every retry of the message: the platform's MsgId, or sender, time, event and event key. Unique for
    one sender only: pushes of two people with one MsgId have been seen.
    """

    channel: Channel
    openid: str
    sent_at: datetime
    """The platform's time."""

    received_at: datetime
    """Our time."""

    body: Body
    barred: bool = False
    """Whether too many wrong query codes came from there lately: the code in it is not compared."""

    @property
    def identity(self) -> Identity:
        """The same for each delivery of this message, different for every other message."""
        return self.channel, self.openid, self.key
