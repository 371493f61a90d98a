"""Converts an official account's push into `handlers.messages.Incoming`: tables of readers by message type and event.

Sources: https://developers.weixin.qq.com/doc/service/guide/product/message/ Receiving_standard_messages and
Receiving_event_pushes; .../guide/product/subscription_messages/push. Nothing here raises, whatever the fields hold.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from hashlib import blake2b
from typing import TypeAlias

from bot.channels.wechat.events import KNOWN_EVENTS, KNOWN_MESSAGES
from bot.channels.wechat.fields import child_of, children_of, clean, float_of, id_of, integer_of, name_of, text_of
from bot.channels.wechat.xml import Fields
from handlers.messages import (
    Body,
    Channel,
    Click,
    Consent,
    Delivery,
    Follow,
    Incoming,
    Link,
    Location,
    Media,
    MediaKind,
    Silent,
    Text,
    Unfollow,
)

Reader: TypeAlias = Callable[[Fields], Body]

_LAST_SECOND = 4_102_444_800  # 2100-01-01; a clock beyond it is a mistake, and far ones do not fit a datetime.
_KEY_LENGTH = 120
_SENDER_LENGTH = 128
"""Longest sender that is stored. An openid has 28 characters, a WeCom user id at most 64 bytes."""

_SCENE_PREFIX = "qrscene_"


def to_incoming(fields: Fields, received_at: datetime) -> Incoming:
    """Returns the message or event in `fields`. `received_at` is our clock, also used where the platform's time is
    unusable.

    Total: what is unknown or unusable becomes Silent with a name for the log. A push without a sender is Silent too,
    with an empty `openid`.
    """
    return build(Channel.WECHAT, fields, received_at, MESSAGES, EVENTS)


def build(
    channel: Channel,
    fields: Fields,
    received_at: datetime,
    messages: Mapping[str, Reader],
    events: Mapping[str, Reader],
) -> Incoming:
    """Returns the same for any channel. `messages`: readers by message type; `events`: readers by lower-case event
    name.
    """
    kind = name_of(fields, "MsgType")
    event = name_of(fields, "Event") if kind == "event" else ""
    openid = id_of(fields, "FromUserName")
    if event in _DATA_PROTECTION:
        openid = id_of(fields, "OpenID") or openid
    if len(openid) > _SENDER_LENGTH:
        openid = ""
    reader = (events.get(event) if kind == "event" else messages.get(kind)) if openid else None
    seconds = integer_of(fields, "CreateTime")
    return Incoming(
        key=_key(fields, kind, event, openid),
        channel=channel,
        openid=openid,
        sent_at=datetime.fromtimestamp(seconds, UTC) if seconds and seconds < _LAST_SECOND else received_at,
        received_at=received_at,
        body=reader(fields) if reader else Silent(_log_name(fields, kind, event)),
    )


def _key(fields: Fields, kind: str, event: str, openid: str) -> str:
    """Returns the same key for each delivery of one push. Events have no MsgId: sender, second, event and subject make
    the key.
    """
    message_id = id_of(fields, "MsgId") if kind != "event" else ""
    if message_id.isdecimal() and message_id.isascii() and message_id != "0" and len(message_id) <= _KEY_LENGTH:
        return message_id
    parts = [openid, text_of(fields, "CreateTime"), event or kind]
    # MsgID and TaskId: two template results, or two cards, of one person in one second are two events.
    about = ("EventKey", "MsgID", "TaskId") if kind == "event" else ("MsgId", "Content", "MediaId", "Url", "Location_X")
    key = ":".join(parts + [value for name in about if (value := text_of(fields, name))])
    # A message's words do not belong into a key, and a long key does not fit where keys are kept.
    return key if kind == "event" and len(key) <= _KEY_LENGTH else blake2b(key.encode(), digest_size=24).hexdigest()


def _log_name(fields: Fields, kind: str, event: str) -> str:
    name = event or kind or name_of(fields, "InfoType") or "nothing"
    return name if name in KNOWN_EVENTS or name in KNOWN_MESSAGES else f"unknown:{name}"


def _text(fields: Fields) -> Body:
    content: object = fields.get("Content")
    words = clean(content).strip() if isinstance(content, str) else text_of(fields, "Content")
    return Text(words, id_of(fields, "bizmsgmenuid") or None)


def _media(kind: MediaKind) -> Reader:
    def read(fields: Fields) -> Body:
        media_id = id_of(fields, "MediaId") or id_of(fields, "MediaId16K")
        words = text_of(fields, "Recognition") if kind is MediaKind.VOICE else ""
        if media_id:
            return Media(kind, media_id, words)
        return Text(words) if words else Silent(kind.value)

    return read


def _location(fields: Fields) -> Body:
    latitude, longitude = float_of(fields, "Location_X"), float_of(fields, "Location_Y")
    label = text_of(fields, "Label")
    if latitude is None or longitude is None or not (abs(latitude) <= 90 and abs(longitude) <= 180):
        return Text(label) if label else Silent("location")
    return Location(latitude, longitude, label)


def _link(fields: Fields) -> Body:
    return Link(text_of(fields, "Title"), text_of(fields, "Description"), text_of(fields, "Url"))


def click(fields: Fields) -> Body:
    """A tap on one of our buttons."""
    return Click(text_of(fields, "EventKey"))


def follow(fields: Fields) -> Body:
    """A new follower. A QR code's scene comes with a prefix."""
    return Follow(text_of(fields, "EventKey").removeprefix(_SCENE_PREFIX))


def unfollow(_: Fields) -> Body:
    """The person left or withdrew consent: their data is deleted."""
    return Unfollow()


def _scan(fields: Fields) -> Body:
    return Follow(text_of(fields, "EventKey").removeprefix(_SCENE_PREFIX), scanned=True)


def _template_sent(fields: Fields) -> Body:
    status = text_of(fields, "Status")
    return Delivery(id_of(fields, "MsgID"), status == "success", status)


def _subscription_sent(fields: Fields) -> Body:
    sent = child_of(child_of(fields, "SubscribeMsgSentEvent"), "List")
    code = text_of(sent, "ErrorCode")
    return Delivery(id_of(sent, "MsgID"), code == "0", text_of(sent, "ErrorStatus") or code)


def _consent(group: str) -> Reader:
    def read(fields: Fields) -> Body:
        choices = children_of(child_of(fields, group), "List")
        return Consent(
            tuple(
                (template, name_of(choice, "SubscribeStatusString") == "accept")
                for choice in choices
                if (template := id_of(choice, "TemplateId"))
            )
        )

    return read


MESSAGES: Mapping[str, Reader] = {
    "text": _text,
    "image": _media(MediaKind.IMAGE),
    "voice": _media(MediaKind.VOICE),
    "video": _media(MediaKind.VIDEO),
    "shortvideo": _media(MediaKind.VIDEO),
    "location": _location,
    "link": _link,
}
"""Readers by MsgType. Other types (a file, a sticker) are Silent."""

EVENTS: Mapping[str, Reader] = {
    "subscribe": follow,
    "unsubscribe": unfollow,
    "scan": _scan,
    "click": click,
    # The phone waits with "receiving" on its screen, so this one wants an answer; scancode_push does not.
    "scancode_waitmsg": click,
    "templatesendjobfinish": _template_sent,
    "subscribe_msg_sent_event": _subscription_sent,
    "subscribe_msg_popup_event": _consent("SubscribeMsgPopupEvent"),
    "subscribe_msg_change_event": _consent("SubscribeMsgChangeEvent"),
    "user_authorization_revoke": unfollow,
    "user_authorization_cancellation": unfollow,
}
"""Readers by lower-case Event. Others are Silent: page views and position reports need no answer, and the picture or
place of pic_* and location_select arrives as a message of its own.
"""

_DATA_PROTECTION = frozenset({"user_info_modified", "user_authorization_revoke", "user_authorization_cancellation"})
