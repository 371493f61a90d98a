"""Pushes that a person's actions cause: fields named and ordered as in the documents.

Sources: Receiving_standard_messages, Receiving_event_pushes and the push page of subscription notices
(service/guide/product). `bizmsgmenuid` of a tapped message menu: sendCustomMessage, "客服接口-发送菜单消息".
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from bot.sandbox.platform.model import Article, MapPoint
from bot.sandbox.platform.world import SentTemplate

Number = int | float
Value = str | Number | tuple[tuple[str, "Value"], ...]
Fields = tuple[tuple[str, Value], ...]


class RawPush(Struct, frozen=True):
    """One push before it is wrapped."""

    openid: str
    kind: str
    at: datetime
    fields: Fields
    msg_id: int | None = None
    """None for events."""

    answerable: bool = True
    """Whether a reply would be shown."""

    @property
    def label(self) -> str:
        """A name for the drawer, without contents."""
        if self.kind != "event":
            return self.kind
        return f"event {dict(self.fields).get('Event', '')}"


def text(openid: str, at: datetime, msg_id: int, content: str, *, menu_id: str | None = None) -> RawPush:
    """Typed words, or a tapped line of a message menu."""
    tapped: Fields = () if menu_id is None else (("bizmsgmenuid", menu_id),)
    return RawPush(openid, "text", at, (("Content", content), *tapped), msg_id)


def image(openid: str, at: datetime, msg_id: int, picture_url: str, media_id: str) -> RawPush:
    """A picture."""
    return RawPush(openid, "image", at, (("PicUrl", picture_url), ("MediaId", media_id)), msg_id)


def voice(openid: str, at: datetime, msg_id: int, media_id: str, recognition: str) -> RawPush:
    """A voice message; `recognition` is the platform's transcript, empty when it heard nothing."""
    fields: Fields = (("MediaId", media_id), ("Format", "amr"), ("MediaId16K", media_id), ("Recognition", recognition))
    return RawPush(openid, "voice", at, fields, msg_id)


def video(openid: str, at: datetime, msg_id: int, media_id: str, thumb_id: str) -> RawPush:
    """A video and its still."""
    return RawPush(openid, "video", at, (("MediaId", media_id), ("ThumbMediaId", thumb_id)), msg_id)


def location(openid: str, at: datetime, msg_id: int, place: MapPoint) -> RawPush:
    """A point on the map: X is the latitude."""
    fields: Fields = (
        ("Location_X", place.latitude),
        ("Location_Y", place.longitude),
        ("Scale", place.scale),
        ("Label", place.label),
    )
    return RawPush(openid, "location", at, fields, msg_id)


def link(openid: str, at: datetime, msg_id: int, article: Article) -> RawPush:
    """A shared article."""
    fields: Fields = (("Title", article.title), ("Description", article.description), ("Url", article.url))
    return RawPush(openid, "link", at, fields, msg_id)


def _event(openid: str, at: datetime, name: str, *fields: tuple[str, Value], answerable: bool = True) -> RawPush:
    return RawPush(openid, "event", at, (("Event", name), *fields), answerable=answerable)


def subscribe(openid: str, at: datetime, *, scene: str = "", ticket: str = "") -> RawPush:
    """Began to follow, by a code when `scene` is given."""
    if not scene:
        return _event(openid, at, "subscribe", ("EventKey", ""))
    return _event(openid, at, "subscribe", ("EventKey", f"qrscene_{scene}"), ("Ticket", ticket))


def unsubscribe(openid: str, at: datetime) -> RawPush:
    """Left; nothing can be answered."""
    return _event(openid, at, "unsubscribe", ("EventKey", ""), answerable=False)


def scan(openid: str, at: datetime, scene: str, ticket: str) -> RawPush:
    """A follower scanned a code."""
    return _event(openid, at, "SCAN", ("EventKey", scene), ("Ticket", ticket))


def click(openid: str, at: datetime, key: str) -> RawPush:
    """A menu button of type click."""
    return _event(openid, at, "CLICK", ("EventKey", key))


def view(openid: str, at: datetime, url: str, menu_id: int) -> RawPush:
    """A menu button of type view: the page opens, nothing is answered."""
    return _event(openid, at, "VIEW", ("EventKey", url), ("MenuId", menu_id), answerable=False)


def scancode(openid: str, at: datetime, name: str, key: str, result: str) -> RawPush:
    """A code scanned through the menu (scancode_push, scancode_waitmsg)."""
    info: Fields = (("ScanType", "qrcode"), ("ScanResult", result))
    return _event(openid, at, name, ("EventKey", key), ("ScanCodeInfo", info))


def pictures(openid: str, at: datetime, name: str, key: str, md5s: tuple[str, ...]) -> RawPush:
    """Pictures announced by a menu button (pic_sysphoto, pic_photo_or_album, pic_weixin); they follow as messages."""
    items: Fields = tuple(("item", (("PicMd5Sum", md5),)) for md5 in md5s)
    info: Fields = (("Count", len(md5s)), ("PicList", items))
    return _event(openid, at, name, ("EventKey", key), ("SendPicsInfo", info), answerable=False)


def location_select(openid: str, at: datetime, key: str, place: MapPoint) -> RawPush:
    """A place chosen through the menu; it follows as a message."""
    info: Fields = (
        ("Location_X", f"{place.latitude:.6f}"),
        ("Location_Y", f"{place.longitude:.6f}"),
        ("Scale", str(place.scale)),
        ("Label", place.label),
        ("Poiname", ""),
    )
    return _event(openid, at, "location_select", ("EventKey", key), ("SendLocationInfo", info), answerable=False)


def position(openid: str, at: datetime, latitude: float, longitude: float) -> RawPush:
    """The phone's position, reported when the chat is opened."""
    fields: Fields = (("Latitude", latitude), ("Longitude", longitude), ("Precision", 65.0))
    return _event(openid, at, "LOCATION", *fields, answerable=False)


def template_finished(at: datetime, sent: SentTemplate) -> RawPush:
    """The verdict on a template message: success, failed:user block, or failed: system failed."""
    fields: Fields = (("MsgID", sent.id), ("Status", sent.status))
    return _event(sent.openid, at, "TEMPLATESENDJOBFINISH", *fields, answerable=False)


def popup_answered(openid: str, at: datetime, choices: tuple[tuple[str, str], ...]) -> RawPush:
    """The subscription dialogue: (template id, accept or reject) each."""
    items: Fields = tuple(
        ("List", (("TemplateId", template), ("SubscribeStatusString", verdict), ("PopupScene", "1")))
        for template, verdict in choices
    )
    return _event(openid, at, "subscribe_msg_popup_event", ("SubscribeMsgPopupEvent", items), answerable=False)


def subscription_sent(at: datetime, sent: SentTemplate) -> RawPush:
    """A subscription notice reached the phone."""
    item: Fields = (
        ("TemplateId", sent.template_id),
        ("MsgID", str(sent.id)),
        ("ErrorCode", "0"),
        ("ErrorStatus", "success"),
    )
    fields: Fields = (("List", item),)
    return _event(sent.openid, at, "subscribe_msg_sent_event", ("SubscribeMsgSentEvent", fields), answerable=False)
