"""`SANDBOX=1`: runs the bot and the simulated WeChat in one process, to try the service within a minute.

Every start begins with an empty database unless DATABASE_URL names one.
"""

from __future__ import annotations

import random
import secrets
import sys
from contextlib import AsyncExitStack
from datetime import timedelta

from bot.app import create_app
from bot.channels.wechat.push import Mode
from bot.clock import MovableClock, SystemClock
from bot.config import Settings
from bot.sandbox.control import create_sandbox
from bot.sandbox.platform.model import Account
from bot.sandbox.platform.world import World
from bot.sandbox.town.demo import live_the_past
from bot.sandbox.town.town import PERSONAS, TEMPLATES
from bot.serve import Service, run_until_stopped
from bot.wiring import open_database, open_parts
from scheduler.jobs import EVERYTHING
from storage.migrations import migrate

_KEY_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


def sandbox_settings(settings: Settings) -> Settings:
    """The settings with the sandbox's account in place of any real one, so that no demo ever reaches the platform."""
    own_database = settings.database_url or f"sqlite:///{settings.data_dir / 'sandbox.db'}"
    # A wildcard address is not one that a browser or the bot itself can call.
    host = "127.0.0.1" if settings.host in {"0.0.0.0", "::"} else settings.host  # noqa: S104 - compared, not bound
    site = settings.public_url or f"http://{host}:{settings.port}"
    return settings.model_copy(
        update={
            "database_url": own_database,
            "public_url": site,
            "wechat_app_id": "wx" + secrets.token_hex(8),
            "wechat_app_secret": secrets.token_hex(16),
            "wechat_token": secrets.token_hex(12),
            "wechat_aes_key": "".join(secrets.choice(_KEY_LETTERS) for _ in range(42)) + "A",
            "wechat_aes_key_previous": "",
            "wechat_mode": Mode.SAFE,
            "wechat_api_base": f"{site}/sandbox/api",
            "wechat_template_progress": TEMPLATES[0].id,
            "wechat_template_task": TEMPLATES[1].id,
            "wechat_template_reminder": TEMPLATES[1].id,
            "wecom_corp_id": "",
        }
    )


async def serve_sandbox(settings: Settings) -> None:
    """Run until stopped."""
    fresh = not settings.database_url
    settings = sandbox_settings(settings)
    if fresh:
        for leftover in settings.data_dir.glob("sandbox.db*"):
            leftover.unlink()
    async with AsyncExitStack() as stack:
        engine = await stack.enter_async_context(open_database(settings))
        await migrate.upgrade(engine)
        clock = MovableClock()
        parts = await stack.enter_async_context(open_parts(settings, clock))
        await live_the_past(parts)
        world = World(
            account=_account(settings),
            personas=PERSONAS,
            clock=SystemClock().now,
            rng=random.Random(secrets.randbits(64)),  # noqa: S311 - the story's dice; its secrets are drawn above
            templates=TEMPLATES,
        )
        service = Service(parts, EVERYTHING, create_app(parts, platform_now=lambda: world.now))

        async def advance(by: timedelta) -> None:
            clock.advance(by)
            await service.ticker.tick()

        site = settings.site
        sandbox = create_sandbox(world=world, callback_url=f"{site}/wechat", public_url=site, advance=advance)
        service.app.add_subapp("/sandbox", sandbox)
        sys.stderr.write(f"\n  民声速递沙盒已启动：{site}/sandbox/\n\n")
        await run_until_stopped(service)


def _account(settings: Settings) -> Account:
    return Account(
        settings.wechat_app_id, settings.wechat_app_secret, settings.wechat_token, settings.wechat_aes_key, "safe"
    )
