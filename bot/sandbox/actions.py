"""Actions on the sandbox page: each request as a type, and what it makes a phone do."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from bot.sandbox.phone import Phone, PictureUrl
from bot.sandbox.platform.codes import PlatformRefusal
from bot.sandbox.platform.events import RawPush
from bot.sandbox.platform.model import Article, MapPoint
from bot.sandbox.platform.world import World
from bot.sandbox.town import samples

LONGEST_TYPED = 10_000


class PhoneAction(Struct, frozen=True, rename="camel", tag_field="do"):
    """An action on one phone."""

    openid: str
    """Whose phone."""


class Say(PhoneAction, frozen=True, tag="say"):
    """Type and send, or tap a line of a message menu."""

    text: str
    menu_id: str | None = None


class ClickButton(PhoneAction, frozen=True, tag="click"):
    """Tap a menu button of type click."""

    key: str


class OpenLink(PhoneAction, frozen=True, tag="view"):
    """Tap a menu button of type view."""

    url: str


class Scancode(PhoneAction, frozen=True, tag="scancode"):
    """Scan by a menu button."""

    button: str
    """The button's type."""

    key: str
    result: str


class Locate(PhoneAction, frozen=True, tag="place"):
    """Send a place."""

    latitude: float
    longitude: float
    label: str
    key: str = ""
    """Set when it was a menu button of type location_select."""


class Speak(PhoneAction, frozen=True, tag="voice"):
    """Say something aloud."""

    text: str
    recognised: bool = True


class SendSample(PhoneAction, frozen=True, tag="sample"):
    """Send a built-in picture."""

    name: str
    button: str = ""
    """Set, with `key`, when it was a menu button of type pic_…."""

    key: str = ""


class Film(PhoneAction, frozen=True, tag="video"):
    """Send the built-in video."""


class Share(PhoneAction, frozen=True, tag="share"):
    """Forward an article."""

    title: str
    description: str
    url: str


class FollowAccount(PhoneAction, frozen=True, tag="follow"):
    """Follow, by a code's scene when given."""

    scene: str = ""


class UnfollowAccount(PhoneAction, frozen=True, tag="unfollow"):
    """Stop following."""


class Scan(PhoneAction, frozen=True, tag="scan"):
    """Scan a code of the account."""

    scene: str


class SwitchMessages(PhoneAction, frozen=True, tag="refuse"):
    """Switch 接收消息."""

    refuses: bool


class AnswerPopup(PhoneAction, frozen=True, tag="popup"):
    """Answer the subscription dialogue."""

    template: str
    accept: bool


Action = (
    Say
    | ClickButton
    | OpenLink
    | Scancode
    | Locate
    | Speak
    | SendSample
    | Film
    | Share
    | FollowAccount
    | UnfollowAccount
    | Scan
    | SwitchMessages
    | AnswerPopup
)


class Actions:
    """Carries out actions on the world's phones."""

    def __init__(self, world: World, picture_url: PictureUrl) -> None:
        self._world = world
        self._picture_url = picture_url

    def prepare(self, action: Action) -> bytes:
        """Returns the file an action sends, drawn if need be (may run in a thread). Raises Refusal 40007."""
        if isinstance(action, SendSample):
            if action.name not in samples.PICTURES:
                raise PlatformRefusal(40007)
            return samples.picture(action.name)
        return samples.thumb() if isinstance(action, Film) else b""

    def run(self, action: Action, file: bytes) -> Iterable[RawPush]:
        """Carry out the action. `file` is what `prepare` returned. Raises Refusal or NotFollowing."""
        phone = self._phone(action.openid)
        match action:
            case SendSample():
                return self._picture(phone, file, action.button, action.key)
            case Film():
                return (phone.video(samples.video(), file),)
            case Locate():
                place = MapPoint(action.latitude, action.longitude, action.label)
                return phone.choose_place(action.key, place) if action.key else (phone.place(place),)
            case SwitchMessages():
                self._world.set_refuses(action.openid, action.refuses)
                return ()
            case _:
                return (self._simple(phone, action),)

    def file(self, kind: str, openid: str, data: bytes, button: str, key: str) -> Iterable[RawPush]:
        """Send a file from the person's own device; `kind` is image or video. Raises Refusal or NotFollowing."""
        phone = self._phone(openid)
        if kind == "video":
            return (phone.video(data, samples.thumb()),)
        return self._picture(phone, data, button, key)

    @staticmethod
    def _simple(phone: Phone, action: Action) -> RawPush:
        match action:
            case Say():
                return phone.say(action.text[:LONGEST_TYPED], menu_id=action.menu_id)
            case ClickButton():
                return phone.click(action.key)
            case OpenLink():
                return phone.view(action.url)
            case Scancode():
                return phone.scan_by_menu(action.button, action.key, action.result)
            case Speak():
                seconds = max(1, min(60, len(action.text) // 4))
                return phone.voice(action.text, samples.sound(seconds), recognised=action.recognised)
            case Share():
                return phone.share(Article(action.title, action.description, action.url))
            case FollowAccount():
                return phone.follow(action.scene)
            case UnfollowAccount():
                return phone.unfollow()
            case Scan():
                return phone.scan(action.scene)
            case AnswerPopup():
                return phone.answer_popup(action.template, accept=action.accept)
        raise TypeError(type(action).__name__)

    @staticmethod
    def _picture(phone: Phone, data: bytes, button: str, key: str) -> tuple[RawPush, ...]:
        return phone.choose_picture(button, key, data) if button else (phone.picture(data),)

    def _phone(self, openid: str) -> Phone:
        self._world.person(openid)
        return Phone(self._world, openid, self._picture_url)
