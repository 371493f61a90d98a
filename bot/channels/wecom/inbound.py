"""Converts a WeCom push into `handlers.messages.Incoming`.

Sources: https://developer.work.weixin.qq.com/document/path/90239 (messages), 90240 (events). Verification and
encryption are those of `bot/channels/wechat/push.py`, with the corp id in place of the app id, always in safe mode.
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
"""Readers by lower-case Event. Others are Silent (entering the application, changes of the address book, approvals
...).
"""


def to_incoming(fields: Fields, received_at: datetime) -> Incoming:
    """Returns the message or event in `fields`. `openid` is the member's user id. Total, like the official account's."""
    return build(Channel.WECOM, fields, received_at, MESSAGES, EVENTS)
