"""One person's phone: everything a person can do in the chat with the account."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from bot.sandbox.platform import events
from bot.sandbox.platform.codes import PlatformRefusal
from bot.sandbox.platform.events import RawPush
from bot.sandbox.platform.model import Article, MapPoint, News, Notice, Picture, TextBubble, Video, Voice
from bot.sandbox.platform.world import World

PictureUrl = Callable[[str], str]
"""Makes the address under which the account's server can fetch a picture, from its media id."""


class NotFollowing(Exception):
    """Only a follower can write to the account."""


class Phone:
    """The phone of `openid`. Each method shows what the person sees at once and returns the push that follows from it."""

    def __init__(self, world: World, openid: str, picture_url: PictureUrl) -> None:
        self._world = world
        self._openid = openid
        self._picture_url = picture_url

    def say(self, words: str, *, menu_id: str | None = None) -> RawPush:
        """Type and send; `menu_id` when a line of a message menu was tapped (which counts as a menu click)."""
        self._must_follow()
        shown = self._world.show(self._openid, TextBubble(words), mine=True)
        self._world.heard(self._openid, "message" if menu_id is None else "click")
        return events.text(self._openid, shown.at, shown.id, words, menu_id=menu_id)

    def picture(self, data: bytes) -> RawPush:
        """Send a picture. Raises Refusal when it is none or too large."""
        self._must_follow()
        stored = self._world.media.add("image", data, self._world.now)
        shown = self._world.show(self._openid, Picture(stored.media_id), mine=True)
        self._world.heard(self._openid, "message")
        url = self._picture_url(stored.media_id)
        return events.image(self._openid, shown.at, shown.id, url, stored.media_id)

    def voice(self, words: str, data: bytes, *, recognised: bool = True) -> RawPush:
        """Speak. `recognised` is False when the platform could not make out the words."""
        self._must_follow()
        stored = self._world.media.add("voice", data, self._world.now)
        seconds = max(1, min(60, round(len(words) / 4)))
        shown = self._world.show(self._openid, Voice(stored.media_id, seconds, words), mine=True)
        self._world.heard(self._openid, "message")
        return events.voice(self._openid, shown.at, shown.id, stored.media_id, words if recognised else "")

    def video(self, data: bytes, thumb: bytes) -> RawPush:
        """Send a video with its still picture."""
        self._must_follow()
        stored = self._world.media.add("video", data, self._world.now)
        still = self._world.media.add("thumb", thumb, self._world.now)
        shown = self._world.show(self._openid, Video(stored.media_id, still.media_id), mine=True)
        self._world.heard(self._openid, "message")
        return events.video(self._openid, shown.at, shown.id, stored.media_id, still.media_id)

    def place(self, place: MapPoint) -> RawPush:
        """Send a point on the map."""
        self._must_follow()
        shown = self._world.show(self._openid, place, mine=True)
        self._world.heard(self._openid, "message")
        return events.location(self._openid, shown.at, shown.id, place)

    def share(self, article: Article) -> RawPush:
        """Forward an article."""
        self._must_follow()
        shown = self._world.show(self._openid, News((article,)), mine=True)
        self._world.heard(self._openid, "message")
        return events.link(self._openid, shown.at, shown.id, article)

    def click(self, key: str) -> RawPush:
        """Tap a menu button of type click."""
        self._must_follow()
        self._world.heard(self._openid, "click")
        return events.click(self._openid, self._world.now, key)

    def view(self, url: str) -> RawPush:
        """Tap a menu button of type view; grants no window."""
        self._must_follow()
        return events.view(self._openid, self._world.now, url, self._menu_number(url))

    def choose_place(self, key: str, place: MapPoint) -> tuple[RawPush, RawPush]:
        """A menu button of type location_select: the event, then the place as a message."""
        self._must_follow()
        chosen = events.location_select(self._openid, self._world.now, key, place)
        return chosen, self.place(place)

    def choose_picture(self, name: str, key: str, data: bytes) -> tuple[RawPush, RawPush]:
        """A menu button of type pic_…: the event, then the picture as a message."""
        self._must_follow()
        md5 = hashlib.md5(data, usedforsecurity=False).hexdigest()
        chosen = events.pictures(self._openid, self._world.now, name, key, (md5,))
        return chosen, self.picture(data)

    def scan_by_menu(self, name: str, key: str, result: str) -> RawPush:
        """A menu button of type scancode_push or scancode_waitmsg."""
        self._must_follow()
        self._world.heard(self._openid, "click")
        return events.scancode(self._openid, self._world.now, name, key, result)

    def follow(self, scene: str = "") -> RawPush:
        """Begin to follow; a code's `scene` when there was one."""
        ticket = self._world.qr_ticket(scene) if scene else ""
        self._world.follow(self._openid, scene=scene)
        return events.subscribe(self._openid, self._world.now, scene=scene, ticket=ticket)

    def unfollow(self) -> RawPush:
        """Stop following."""
        self._world.unfollow(self._openid)
        self._world.show(self._openid, Notice("你已取消关注"))
        return events.unsubscribe(self._openid, self._world.now)

    def scan(self, scene: str) -> RawPush:
        """Scan one of the account's codes: follows, or when already following opens the chat."""
        if not self._world.person(self._openid).following:
            return self.follow(scene)
        self._world.heard(self._openid, "scan")
        return events.scan(self._openid, self._world.now, scene, self._world.qr_ticket(scene))

    def report_position(self, latitude: float, longitude: float) -> RawPush:
        """Open the chat with position reports allowed."""
        self._must_follow()
        return events.position(self._openid, self._world.now, latitude, longitude)

    def answer_popup(self, template_id: str, *, accept: bool) -> RawPush:
        """Allow or refuse a subscription notice. Raises Refusal 40037 for an unknown template."""
        verdict = "accept" if accept else "reject"
        self._world.answer_popup(self._openid, template_id, "accept" if accept else "reject")
        return events.popup_answered(self._openid, self._world.now, ((template_id, verdict),))

    def _must_follow(self) -> None:
        if not self._world.person(self._openid).following:
            raise NotFollowing

    def _menu_number(self, url: str) -> int:
        for top in self._world.menu or []:
            for number, button in enumerate(top.get("sub_button") or [top]):
                if button.get("url") == url:
                    return 424_900_001 + number
        raise PlatformRefusal(40035)
