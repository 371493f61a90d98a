"""One person of a story: what they do on the phone, and what they must read there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import aiohttp

from bot.sandbox.phone import Phone
from bot.sandbox.platform.events import RawPush
from bot.sandbox.platform.model import Content, MapPoint, Notice, PhoneMessage, TemplateCard, TextBubble
from bot.sandbox.town.samples import sound, thumb
from bot.sandbox.town.samples import video as film
from handlers.messages import Channel
from tests.scenarios.house import SITE

if TYPE_CHECKING:
    from tests.scenarios.stage import Stage

_TAP = re.compile(
    r'▸ <a href="weixin://bizmsgmenu\?msgmenucontent=(?P<say>[^&"]*)&msgmenuid=(?P<id>\d+)">(?P<label>[^<]*)</a>'
)
_LINK = re.compile(re.escape(SITE) + r"/t/[\w-]+")
_NUMBER = re.compile(r"\b26\d{6}\b")
_CODE = re.compile(r"查询码 (\d{6})")
_TAGS = re.compile(r"<(?:script|style).*?</(?:script|style)>|<[^>]+>", re.DOTALL)


class Read(str):
    """A message as its reader sees it: taps as [label], links to the tracking page as [进度页]."""

    __slots__ = ("ids", "links", "taps")

    links: tuple[str, ...]
    taps: dict[str, str]
    ids: dict[str, str]

    @classmethod
    def of(cls, content: Content) -> Read:
        """What a phone shows of this."""
        raw = _raw(content)
        read = cls(_LINK.sub("[进度页]", _TAP.sub(r"[\g<label>]", raw)))
        read.links = tuple(_LINK.findall(raw))
        read.taps = {tap["label"]: _typed(tap["say"]) for tap in _TAP.finditer(raw)}
        read.ids = {tap["label"]: tap["id"] for tap in _TAP.finditer(raw)}
        return read

    @property
    def numbers(self) -> list[str]:
        """The tickets named in it, in order, each once."""
        return list(dict.fromkeys(_NUMBER.findall(self)))

    @property
    def number(self) -> str:
        """The one ticket named in it."""
        (number,) = self.numbers
        return number

    @property
    def code(self) -> str:
        """The query code in it."""
        found = _CODE.search(self)
        assert found, self
        return found[1]


class Player:
    """A citizen or an official with a phone. `reads` goes through the chat message by message, leaving none out."""

    def __init__(self, stage: Stage, name: str, openid: str, channel: Channel) -> None:
        self.name = name
        self.openid = openid
        self.channel = channel
        self._stage = stage
        self._phone = Phone(stage.world, openid, lambda media_id: stage.files + media_id)
        self._seen = 0
        self._last: Read | None = None
        self._sent: RawPush | None = None

    # Doing

    async def says(self, words: str) -> int:
        """Types and sends; how many deliveries the platform needed."""
        return await self._send(self._phone.say(words))

    async def taps(self, label: str, read: Read | None = None) -> int:
        """Taps a line of a message, by default the one read last."""
        shown = read or self._last
        assert shown is not None
        assert label in shown.taps, f"there is no [{label}] in {shown!r}"
        return await self._send(self._phone.say(shown.taps[label], menu_id=shown.ids[label]))

    async def taps_as_before(self, words: str) -> int:
        """Taps a line that an older program sent: it brought back its place and nothing else."""
        return await self._send(self._phone.say(words, menu_id="1"))

    async def clicks(self, button: str) -> int:
        """Presses a button of the account's menu by its name."""
        for column in self._stage.world.menu or ():
            for one in column.get("sub_button") or [column]:
                if one["name"] == button:
                    return await self._send(self._phone.click(one["key"]))
        raise AssertionError(f"the menu has no {button}")

    async def speaks(self, words: str, *, recognised: bool = True) -> int:
        """Sends a voice message."""
        return await self._send(self._phone.voice(words, sound(3), recognised=recognised))

    async def shows(self, picture: bytes) -> int:
        """Sends a picture."""
        return await self._send(self._phone.picture(picture))

    async def films(self) -> int:
        """Sends a video."""
        return await self._send(self._phone.video(film(), thumb()))

    async def points(self, label: str, latitude: float = 30.31, longitude: float = 119.11) -> int:
        """Sends a place on the map."""
        return await self._send(self._phone.place(MapPoint(latitude, longitude, label)))

    async def follows(self, scene: str = "") -> int:
        """Begins to follow, by a code with this scene if there is one."""
        return await self._send(self._phone.follow(scene))

    async def scans(self, scene: str) -> int:
        """Scans a code of the account."""
        return await self._send(self._phone.scan(scene))

    async def leaves(self) -> None:
        """Stops following; the platform's own line about it is not part of the story."""
        await self._send(self._phone.unfollow())
        self.looks_away()

    def blocks(self, refuses: bool = True) -> None:
        """Switches 接收消息 off (or on again)."""
        self._stage.world.set_refuses(self.openid, refuses)

    async def is_repeated(self) -> int:
        """The platform delivers the last message once more, with the same MsgId."""
        return await self._stage.deliver(self, self._sent) if self._sent is not None else 0

    async def opens(self, link: str | None = None) -> str:
        """Opens a tracking page (of the message read last) and reads its words."""
        return _TAGS.sub(" ", await self.fetches(link))

    async def fetches(self, link: str | None = None) -> str:
        """The page behind a link as it comes."""
        if link is None:
            assert self._last is not None
            (link,) = set(self._last.links)
        async with aiohttp.ClientSession() as session, session.get(self._here(link)) as answer:
            assert answer.status == 200, answer.status
            return await answer.text()

    async def downloads(self, path: str) -> bytes:
        """A file of a page."""
        async with aiohttp.ClientSession() as session, session.get(self._here(SITE + path)) as answer:
            assert answer.status == 200, answer.status
            return await answer.read()

    # Reading

    @property
    def unread(self) -> list[Read]:
        """Everything sent to this phone that the story has not read yet."""
        return [Read.of(message.content) for message in self._incoming()[self._seen :]]

    @property
    def everything(self) -> list[Read]:
        """The whole chat, as far as it was sent to this phone."""
        return [Read.of(message.content) for message in self._incoming()]

    def reads(self, *pieces: str, never: Sequence[str] = ()) -> Read:
        """The next message, which must hold these pieces in this order, and nothing of `never`."""
        waiting = self.unread
        assert waiting, f"{self.name} was sent nothing more; the story expects {pieces}"
        self._seen += 1
        self._last = read = waiting[0]
        place = 0
        for piece in pieces:
            found = read.find(piece, place)
            assert found >= 0, f"{self.name} reads\n{read}\nwithout\n{piece}"
            place = found + len(piece)
        for piece in never:
            assert piece not in read, f"{self.name} reads\n{read}\nwith\n{piece}"
        return read

    def reads_nothing(self) -> None:
        """Nothing more was sent."""
        assert not self.unread, self.unread

    def looks_away(self) -> None:
        """Whatever was sent is not part of the story."""
        self._seen = len(self._incoming())

    async def _send(self, push: RawPush) -> int:
        self._sent = push
        return await self._stage.deliver(self, push)

    def _incoming(self) -> list[PhoneMessage]:
        return [message for message in self._stage.world.messages(self.openid) if not message.mine]

    def _here(self, link: str) -> str:
        return self._stage.house.at(link.removeprefix(SITE))


def _raw(content: Content) -> str:
    match content:
        case TextBubble(text=text):
            return text
        case TemplateCard(title=title, fields=fields, url=url):
            rows = "；".join(f"{field.label}：{field.value}" for field in fields)
            return f"【{title}】{rows}" + (f" {url}" if url else "")
        case Notice(text=text):
            return f"（{text}）"
        case _:
            return type(content).__name__


def _typed(quoted: str) -> str:
    return re.sub(r"%([0-9A-F]{2})", lambda match: chr(int(match[1], 16)), quoted)
