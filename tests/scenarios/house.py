"""The bot's processes in a story: the real parts on a real database, stepped by hand, stopped and started again."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path

from aiohttp.test_utils import TestServer
from msgspec import Struct
from pydantic_settings import SettingsConfigDict
from sqlalchemy import func, select

from bot.app import create_app
from bot.channels.wechat.push import Mode
from bot.clock import SteppedClock
from bot.config import Settings
from bot.files.seed import read_seed
from bot.ids import new_invite
from bot.sandbox.platform.model import Account
from bot.sandbox.platform.wecom import Corp
from bot.sandbox.town.town import TEMPLATES
from bot.serve import Service
from bot.wiring import Parts, open_parts
from handlers.directory.directory import Role, Staff
from nlp.understand import Reader
from scheduler.jobs import EVERYTHING
from storage.migrations import migrate
from storage.queues.outbox import Letter
from storage.schema.engine import open_engine
from storage.schema.tables import inbox
from storage.transactions import directory
from storage.transactions.rebuild import Difference, differences

SITE = "https://ms.example"
"""Our address as people read it in links; the process behind it listens on loopback."""

SEED = Path(__file__).parents[2] / "deploy" / "seed" / "yunxi.toml"
ACCOUNT = Account("wx5ce0a710000000e1", "s" * 32, "storytoken", "S" * 42 + "A")
CORP = Corp("ww5ce0a710000000e1", "c" * 32, 1000002)
CORP_ACCOUNT = Account(CORP.corp_id, CORP.secret, "corptoken", "C" * 42 + "A", original_id=CORP.corp_id)


class StorySettings(Settings):
    """Settings that no file of the machine has a say in."""

    model_config = SettingsConfigDict(env_file=None)


class Backend(Struct, frozen=True):
    """What the bot stands on: an empty town's database, and Redis or none."""

    database_url: str
    redis_url: str = ""


async def found_town(database_url: str) -> None:
    """The schema and the units of the town, in an empty database."""
    engine = open_engine(database_url)
    try:
        await migrate.upgrade(engine)
        seed = read_seed(SEED)
        await directory.replace(engine, seed.units, seed.routes, seed.dispatch_id)
    finally:
        await engine.dispose()


class House:
    """One process of the bot after another, on one database and one clock."""

    parts: Parts

    def __init__(self, backend: Backend, folder: Path, clock: SteppedClock, reader: Reader, platform: str) -> None:
        self._settings = _settings(backend, folder, platform)
        self._clock = clock
        self._reader = reader
        self._stack = AsyncExitStack()
        self._hired = 0

    async def start(self) -> None:
        """A process begins to listen."""
        self.parts = await self._stack.enter_async_context(open_parts(self._settings, self._clock, self._reader))
        service = Service(self.parts, EVERYTHING, create_app(self.parts))
        self._server = await self._stack.enter_async_context(TestServer(service.app))
        self._ticker = service.ticker
        self._stack.push_async_callback(self.parts.background.time.leases.give_up, "scheduler")
        await self._ticker.tick()

    async def stop(self) -> None:
        """The process ends; nothing of it is left but the database and its folder."""
        await self._stack.aclose()

    def at(self, path: str) -> str:
        """Where this path of ours is right now."""
        return str(self._server.make_url(path))

    async def work(self) -> int:
        """One round of everything that runs besides answering; how much there was to do."""
        await self._ticker.tick()
        return await self.parts.outbound.worker.once() + await self.parts.outbound.fetcher.once()

    async def tick(self) -> None:
        """What the clock does, without the worker."""
        await self._ticker.tick()

    async def invite(self, unit: str, role: Role, name: str) -> str:
        """What `staff invite` does: a member of staff and the code that binds them."""
        found = self.parts.rules.directory.now.called(unit)
        assert found is not None, f"no unit is called {unit}"
        self._hired += 1
        code = new_invite()
        until = int((self._clock.now() + timedelta(days=7)).timestamp())
        member = Staff(self._hired, found.id, role, name, None, self.parts.rules.lookups.hash_invite(code), until)
        await directory.save_staff(self.parts.process.engine, [member])
        return code

    async def differences(self) -> list[Difference]:
        """What `rebuild --check` would print."""
        return [found async for found in differences(self.parts.process.engine)]

    async def failed(self) -> int:
        """Messages that our own mistake kept from being decided."""
        query = select(func.count()).select_from(inbox).where(inbox.c.failed.is_(True))
        async with self.parts.process.engine.connect() as db:
            return int((await db.execute(query)).scalar_one())

    async def waiting(self) -> Sequence[Letter]:
        """What `outbox list` would print."""
        return await self.parts.outbound.outbox.list(None)

    def now(self) -> datetime:
        """The story's time."""
        return self._clock.now()


def _settings(backend: Backend, folder: Path, platform: str) -> Settings:
    return StorySettings(
        public_url=SITE,
        data_dir=folder,
        database_url=backend.database_url,
        redis_url=backend.redis_url,
        sandbox=False,
        secret_key="a story's key, long enough to be taken for one",
        wechat_app_id=ACCOUNT.app_id,
        wechat_app_secret=ACCOUNT.secret,
        wechat_token=ACCOUNT.token,
        wechat_aes_key=ACCOUNT.aes_key,
        wechat_mode=Mode.SAFE,
        wechat_api_base=f"{platform}/api",
        wechat_template_progress=TEMPLATES[0].id,
        wechat_template_task=TEMPLATES[1].id,
        wechat_template_reminder=TEMPLATES[1].id,
        wecom_corp_id=CORP.corp_id,
        wecom_agent_id=str(CORP.agent_id),
        wecom_secret=CORP.secret,
        wecom_token=CORP_ACCOUNT.token,
        wecom_aes_key=CORP_ACCOUNT.aes_key,
        wecom_api_base=f"{platform}/wecom",
    )
