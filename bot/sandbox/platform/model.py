"""Data types of the sandbox: people, and what their phones show.

Every value is frozen; `world.World` holds the current ones and replaces them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct

Mode = Literal["plain", "compat", "safe"]


class Account(Struct, frozen=True):
    """The official account as its owner configured it. `original_id` is the platform's gh_ name of the account."""

    app_id: str
    secret: str
    token: str
    aes_key: str
    mode: Mode = "safe"
    original_id: str = "gh_5a0d11c9e7f2"
    name: str = "民声速递"


class Persona(Struct, frozen=True):
    """A person of the story. `avatar` is one or two characters on a disc of `colour` (CSS); `role` is shown above the
    phone; `examples` are offered for tapping, each a message of its own. `on_page` is False for those who live in the
    town without a phone of theirs on the page.
    """

    openid: str
    nickname: str
    avatar: str
    colour: str
    role: str
    examples: tuple[str, ...] = ()
    following: bool = True
    on_page: bool = True


class Person(Struct, frozen=True):
    """A persona's relation to the account right now. `refuses` means that receiving messages was switched off."""

    persona: Persona
    following: bool
    refuses: bool
    followed_at: datetime
    subscribe_scene: str = "ADD_SCENE_SEARCH"
    qr_scene: str = ""


class Text(Struct, frozen=True, tag="text"):
    """A text bubble. From the account it may hold `<a href>`, as the platform allows."""

    text: str


class Choice(Struct, frozen=True):
    """One tappable line of a message menu."""

    id: str
    content: str


class Menu(Struct, frozen=True, tag="menu"):
    """A message menu (msgmenu) of the customer-service interface."""

    head: str
    choices: tuple[Choice, ...]
    tail: str


class Picture(Struct, frozen=True, tag="picture"):
    """A picture kept in the media store."""

    media_id: str


class Voice(Struct, frozen=True, tag="voice"):
    """A voice message; `words` is what the speaker said (empty when unknown)."""

    media_id: str
    seconds: int
    words: str = ""


class Video(Struct, frozen=True, tag="video"):
    """A video with its still picture (`thumb_id` may be empty)."""

    media_id: str
    thumb_id: str
    title: str = ""
    description: str = ""


class Place(Struct, frozen=True, tag="place"):
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


class Card(Struct, frozen=True, tag="card"):
    """A template message, or (`subscription`) a subscription notice."""

    title: str
    fields: tuple[Field, ...]
    url: str
    subscription: bool = False


class Notice(Struct, frozen=True, tag="notice"):
    """A grey line that the platform itself shows."""

    text: str


Content = Text | Menu | Picture | Voice | Video | Place | News | Music | Card | Notice


class PhoneMessage(Struct, frozen=True):
    """One entry of a phone's chat. `mine` is true for what the phone's owner sent."""

    id: int
    openid: str
    at: datetime
    mine: bool
    content: Content


class Call(Struct, frozen=True):
    """One exchange between the platform and the account's server, for the drawer behind the scenes: no contents.

    `direction` is "in" for a call of the platform's API, "out" for a callback. `code` is the errcode (in) or the HTTP
    status (out; 0 when there was none), `duration` in milliseconds.
    """

    id: int
    at: datetime
    direction: Literal["in", "out"]
    name: str
    code: int
    duration: int
    note: str = ""


class Change(Struct, frozen=True):
    """Something that a watcher of the world should draw again."""

    kind: Literal["message", "person", "typing", "call", "menu", "faults", "clock", "accepts"]
    openid: str = ""
    message: PhoneMessage | None = None
    call: Call | None = None
