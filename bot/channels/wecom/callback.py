"""WeCom's callback address: the steps of `bot/channels/wechat/callback.py` with WeCom's readers."""

from __future__ import annotations

from bot.channels.wechat.callback import Callback
from bot.channels.wechat.push import Mode, PushSettings, read_encrypted_url_check
from bot.channels.wechat.replies import EMPTY
from bot.channels.wecom.inbound import to_incoming


def wecom_callback(settings: PushSettings) -> Callback:
    """Returns the callback of one WeCom application. Raises ValueError unless the settings say safe mode, WeCom's only
    one.
    """
    if settings.mode is not Mode.SAFE:
        raise ValueError("WeCom always encrypts: its mode is safe")
    return Callback(settings, read_encrypted_url_check, to_incoming, EMPTY)
