"""Makes the gateways and templates from the settings: official account, WeCom."""

from __future__ import annotations

import asyncio
import random

import aiohttp
from msgspec import Struct
from redis.asyncio import Redis

from bot.channels.port import Gateway
from bot.channels.wechat.client import OfficialAccount
from bot.channels.wechat.tokens import MemoryTokenStore, RedisTokenStore, TokenStore
from bot.channels.wechat.transport import Pause
from bot.channels.wecom.client import WorkAccount
from bot.clock import Clock
from bot.config import Settings
from bot.process import Process
from handlers.messages import Channel


class Channels(Struct, frozen=True):
    """The channels of an installation that are set up."""

    gateways: dict[Channel, Gateway]
    """The way out of each."""
    wechat: OfficialAccount | None
    """The official account itself, which has a menu; None while no account is configured."""


def open_channels(process: Process, session: aiohttp.ClientSession, redis: Redis | None) -> Channels:
    """Returns the channels that the settings name. Tokens are shared through Redis."""
    settings, clock = process.settings, process.clock
    wechat = _official_account(settings, clock, session, redis)
    ways: dict[Channel, Gateway] = {}
    if wechat is not None:
        ways[Channel.WECHAT] = wechat
    if settings.wecom_corp_id:
        ways[Channel.WECOM] = _work_account(settings, clock, session, redis)
    return Channels(ways, wechat)


def _official_account(
    settings: Settings, clock: Clock, session: aiohttp.ClientSession, redis: Redis | None
) -> OfficialAccount | None:
    if not settings.wechat_app_id:
        return None
    return OfficialAccount(
        settings.wechat_app_id,
        settings.wechat_app_secret,
        session=session,
        store=_token_store(redis, f"wechat:{settings.wechat_app_id}", clock),
        now=clock.now,
        pause=Pause(sleep=asyncio.sleep, jitter=random.random),
        base=settings.wechat_api_base,
    )


def _work_account(settings: Settings, clock: Clock, session: aiohttp.ClientSession, redis: Redis | None) -> WorkAccount:
    return WorkAccount(
        settings.wecom_corp_id,
        int(settings.wecom_agent_id),
        settings.wecom_secret,
        session=session,
        store=_token_store(redis, f"wecom:{settings.wecom_corp_id}:{settings.wecom_agent_id}", clock),
        now=clock.now,
        pause=Pause(sleep=asyncio.sleep, jitter=random.random),
        base=settings.wecom_api_base,
    )


def _token_store(redis: Redis | None, name: str, clock: Clock) -> TokenStore:
    return RedisTokenStore(redis, name, clock.now) if redis else MemoryTokenStore(clock.now)
