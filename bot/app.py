"""The web application: its addresses and their handlers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from aiohttp import web

from bot.channels.wechat.callback import Callback, wechat_callback
from bot.channels.wechat.crypto import AesKey
from bot.channels.wechat.push import MAX_BODY, Mode, PushSettings
from bot.channels.wecom.callback import wecom_callback
from bot.config import Settings
from bot.inbound.door import DOOR, Door
from bot.inbound.webhook import PATIENCE, Admission, Webhook
from bot.monitoring.health import Health, stuck
from bot.pages.context import Present, Site, protect
from bot.pages.routes import PageParts, Sources, add_pages
from bot.wiring import Parts, ready_database
from handlers.messages import Incoming
from storage.queries.journeys import Archive
from storage.queries.rankings import Rankings
from storage.queries.rectifications import Rectifications
from storage.transactions.messages import Answer


def create_app(
    parts: Parts,
    patience: float = PATIENCE,
    *,
    platform_now: Callable[[], datetime] | None = None,
    door: Door | None = None,
) -> web.Application:
    """Returns the web application with every address. What is not configured (no WeCom, no account) has no address.

    `patience`: seconds until a callback is answered without the commit. `platform_now`: the platform's time, where it
    is not this process's. `door`: limits on connections.
    """
    app = _behind(Door() if door is None else door)
    settings = parts.process.settings
    now = platform_now or parts.process.clock.now

    def webhook(callback: Callback, admission: Admission) -> Webhook:
        return Webhook(callback, admission, parts.process, parts.inbound, platform_now=now, patience=patience)

    if settings.wechat_token:
        admission = Admission(settings.wechat_timestamp_window, settings.callback_networks, settings.proxies)
        _add_webhook(app, "/wechat", webhook(wechat_callback(_wechat_settings(settings)), admission))
    if settings.wecom_corp_id:
        admission = Admission(settings.wechat_timestamp_window)
        _add_webhook(app, "/wecom", webhook(wecom_callback(_wecom_settings(settings)), admission))
    _add_health(app, parts)
    _add_pages(app, parts)
    return app


def create_health_app(parts: Parts) -> web.Application:
    """Returns the application of a process that serves no citizens: health and metrics only."""
    app = _behind(Door())
    _add_health(app, parts)
    return app


def _behind(door: Door) -> web.Application:
    app = web.Application(client_max_size=MAX_BODY, middlewares=[door.middleware])
    app[DOOR] = door
    return app


def _add_health(app: web.Application, parts: Parts) -> None:
    checks = {"database": lambda: ready_database(parts.process.engine)}
    health = Health(
        checks,
        parts.process.metrics,
        parts.process.settings.metrics_token,
        faults={"messages": lambda: stuck(parts.inbound.batcher.oldest())},
        notes={"clock": lambda: _clock(parts)},
    )
    app.router.add_get("/healthz", health.alive)
    app.router.add_get("/readyz", health.ready)
    app.router.add_get("/metrics", health.metrics)


def _clock(parts: Parts) -> str:
    """Returns why the time is not trusted. It does not stop serving: messages are kept whatever the clock shows."""
    doubt = parts.background.time.timekeeper.doubt
    return doubt.value if doubt else ""


def _add_pages(app: web.Application, parts: Parts) -> None:
    async def submit(incoming: Incoming) -> Answer:
        # Shielded: who closes the page does not take back what was pressed.
        return await asyncio.shield(parts.inbound.batcher.submit(incoming).answer)

    settings = parts.process.settings
    sources = Sources(
        Archive(parts.process.engine),
        Rankings(parts.process.engine),
        Rectifications(parts.process.engine),
        files=parts.outbound.files,
        pictures=settings.data_dir / "pictures",
    )
    pages = PageParts(
        sources,
        submit,
        parts.process.shared.bus,
        present=Present(parts.process.clock, lambda: parts.rules.directory.now, parts.rules.terms),
        site=Site(settings.site, settings.proxies, settings.sandbox),
        protection=protect(parts.process.secret_key, parts.process.shared.limiter),
    )
    add_pages(app, pages)


def _add_webhook(app: web.Application, path: str, webhook: Webhook) -> None:
    app.router.add_get(path, webhook.greet)
    app.router.add_post(path, webhook.receive)


def _wechat_settings(settings: Settings) -> PushSettings:
    texts = (settings.wechat_aes_key, settings.wechat_aes_key_previous)
    keys = () if settings.wechat_mode is Mode.PLAIN else tuple(AesKey(text) for text in texts if text)
    return PushSettings(settings.wechat_token, settings.wechat_app_id, keys, settings.wechat_mode)


def _wecom_settings(settings: Settings) -> PushSettings:
    return PushSettings(settings.wecom_token, settings.wecom_corp_id, (AesKey(settings.wecom_aes_key),))
