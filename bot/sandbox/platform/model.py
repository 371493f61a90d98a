"""Data types of the sandbox: people, and what their phones show.

Every value is frozen; `world.World` holds the current ones and replaces them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct

Mode = Literal["plain", "compat", "safe"]


class Account(Struct, frozen=True):
    """The official account as its owner configured it."""

    app_id: str
    secret: str
    token: str
    aes_key: str
    mode: Mode = "safe"
    original_id: str = "gh_5a0d11c9e7f2"
    """The platform's gh_ name of the account."""

    name: str = "民声速递"


class Persona(Struct, frozen=True):
    """A person of the story."""

    openid: str
    nickname: str
    avatar: str
    """One or two characters on a disc."""

    colour: str
    """The disc's colour (CSS)."""

    role: str
    """Shown above the phone."""

    examples: tuple[str, ...] = ()
    """Messages offered for tapping."""

    following: bool = True
    on_page: bool = True
    """False for people of the town without a phone on the page."""


class Subscriber(Struct, frozen=True):
    """A persona's relation to the account."""

    persona: Persona
    following: bool
    refuses: bool
    """Receiving messages is switched off."""

    followed_at: datetime
    subscribe_scene: str = "ADD_SCENE_SEARCH"
    qr_scene: str = ""


class TextBubble(Struct, frozen=True, tag="text"):
    """A text bubble. From the account it may hold `<a href>`, as the platform allows."""

    text: str


class MenuLine(Struct, frozen=True):
    """One tappable line of a message menu."""

    id: str
    content: str


class Menu(Struct, frozen=True, tag="menu"):
    """A message menu (msgmenu) of the customer-service interface."""

    head: str
    choices: tuple[MenuLine, ...]
    tail: str


class Picture(Struct, frozen=True, tag="picture"):
    """A picture kept in the media store."""

    media_id: str


class Voice(Struct, frozen=True, tag="voice"):
    """A voice message."""

    media_id: str
    seconds: int
    words: str = ""
    """What the speaker said. Empty when unknown."""


class Video(Struct, frozen=True, tag="video"):
    """A video with its still picture."""

    media_id: str
    thumb_id: str
    """May be empty."""

    title: str = ""
    description: str = ""


class MapPoint(Struct, frozen=True, tag="place"):
    """A point on the map, in degrees."""

    latitude: float
    longitude: float
    label: str
    scale: int = 16


class Article(Struct, frozen=True):
    """One entry of a news message or a shared link."""

    title: str
    description: str
    url: str
    picture: str = ""


class News(Struct, frozen=True, tag="news"):
    """Articles of a news message (or a shared link, which looks the same)."""

    articles: tuple[Article, ...]


class Music(Struct, frozen=True, tag="music"):
    """A song."""

    title: str
    description: str
    url: str


class Field(Struct, frozen=True):
    """One labelled value of a template card."""

    label: str
    value: str


class TemplateCard(Struct, frozen=True, tag="card"):
    """A template message or a subscription notice."""

    title: str
    fields: tuple[Field, ...]
    url: str
    subscription: bool = False


class Notice(Struct, frozen=True, tag="notice"):
    """A grey line that the platform itself shows."""

    text: str


Content = TextBubble | Menu | Picture | Voice | Video | MapPoint | News | Music | TemplateCard | Notice


class PhoneMessage(Struct, frozen=True):
    """One entry of a phone's chat."""

    id: int
    openid: str
    at: datetime
    mine: bool
    """Sent by the phone's owner."""

    content: Content


class Exchange(Struct, frozen=True):
    """One exchange between the platform and the account's server, without contents, for the drawer 幕后."""

    id: int
    at: datetime
    direction: Literal["in", "out"]
    """"in" for a call of the platform's API, "out" for a callback."""

    name: str
    code: int
    """The errcode (in), or the HTTP status (out; 0 when there was none)."""

    duration: int
    """Milliseconds."""

    note: str = ""


class WorldChange(Struct, frozen=True):
    """Something that a watcher of the world should draw again."""

    kind: Literal["message", "person", "typing", "call", "menu", "faults", "clock", "accepts"]
    openid: str = ""
    message: PhoneMessage | None = None
    call: Exchange | None = None
