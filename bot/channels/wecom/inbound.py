"""From a push's fields to what the service understands: messages and events of a WeCom application.

Sources: https://developer.work.weixin.qq.com/document/path/90239 (messages), 90240 (events). Reading and sealing are
`bot.channels.wechat.push`, with the corp id where the official account has its app id, always in safe mode.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.channels.wechat.inbound import MESSAGES, Reader, build, click, follow, unfollow
from bot.channels.wechat.xml import Fields
from handlers.messages import Channel, Incoming

EVENTS: Mapping[str, Reader] = {
    "subscribe": follow,
    "unsubscribe": unfollow,
    "click": click,
    "scancode_waitmsg": click,
    "template_card_event": click,
    "template_card_menu_event": click,
    "taskcard_click": click,
}
"""By lower-case Event. Every other one (entering the application, changes of the address book, approvals ...) is
Silent."""


def to_incoming(fields: Fields, received_at: datetime) -> Incoming:
    """The message or event in `fields`, `openid` being the member's user id; total like the official account's."""
    return build(Channel.WECOM, fields, received_at, MESSAGES, EVENTS)
