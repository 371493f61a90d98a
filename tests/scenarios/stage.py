"""A stage for stories: people with phones, the platform between, the real bot behind, and a clock moved by hand.

Every story ends with the same questions, whether it asks them or not: has everybody read everything they were sent, does
every ticket's row follow from its log, was every message decided, and is nothing left to be sent unexplained.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, MutableMapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import structlog
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.clock import SteppedClock
from bot.sandbox.platform.api import create_api
from bot.sandbox.platform.callbacks import HttpTransport, Pusher
from bot.sandbox.platform.events import RawPush
from bot.sandbox.platform.faults import ApiFault
from bot.sandbox.platform.model import Account, Persona
from bot.sandbox.platform.wecom import create_wecom
from bot.sandbox.platform.world import World
from bot.sandbox.town.town import TEMPLATES
from handlers.directory.directory import Role
from handlers.messages import Channel
from nlp.understand import Reader
from storage.schema.tables import OutboxState
from tests.scenarios.house import ACCOUNT, CORP, CORP_ACCOUNT, Backend, House
from tests.scenarios.player import Player

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""Monday, 2 March 2026, nine in the morning in China; no holiday is near."""

STEP = timedelta(hours=6)
TYPING = timedelta(seconds=5)
"""Nobody types two messages in one second; the flood limit counts minutes."""

CAST = (
    "王芳 李建国 张桂英 刘洋 陈立 赵敏 孙浩 周宁 钱进 何静 林涛"
    " 吴敏 郑强 冯涛 沈静 韩雪 曹阳 彭亮 吕梅 魏东".split()
)  # fmt: skip


class Stage:
    """What a story can do besides letting its people speak."""

    def __init__(self, clock: SteppedClock, world: World) -> None:
        self.clock = clock
        self.world = world
        self.house: House
        self.files = ""
        self.log: list[MutableMapping[str, Any]] = []
        self.parked: int | None = 0
        self.typing = TYPING
        self.step = STEP
        self.expects_trouble = False
        self._players: dict[str, Player] = {}
        self._pushers: dict[Channel, Pusher] = {}
        self._transports: list[HttpTransport] = []
        self._working = True

    @property
    def players(self) -> tuple[Player, ...]:
        """Everybody who has appeared so far."""
        return tuple(self._players.values())

    def citizen(self, name: str) -> Player:
        """Somebody of the cast, with a phone of their own."""
        return self._player(name, Channel.WECHAT)

    async def official(
        self, name: str, unit: str, role: Role = Role.HANDLER, channel: Channel = Channel.WECHAT
    ) -> Player:
        """Somebody of the cast who was given a code by the unit and has just used it."""
        player = self._player(name, channel)
        await player.says(f"绑定 {await self.house.invite(unit, role, name)}")
        player.reads(f"{name}，您好。已绑定：")
        return player

    async def later(self, **spans: float) -> None:
        """Let time pass, in steps, so that what falls due on the way happens when it is due."""
        left = timedelta(**spans)
        while left > timedelta():
            step = min(left, self.step)
            self.clock.advance(step)
            left -= step
            await self.settle()

    async def deliver(self, player: Player, push: RawPush) -> int:
        """The platform carries one push of a phone to the bot; how many deliveries it took."""
        self.clock.advance(self.typing)
        delivery = await self._pushers[player.channel].deliver(push)
        await self.settle()
        return delivery.attempts

    async def settle(self) -> None:
        """Everything that is due now gets done: pushes, files, the clock's chores, the platform's own reports."""
        if not self._working:
            await self.house.tick()
            return
        while await self.house.work():
            await self._pushers[Channel.WECHAT].settle()

    @contextmanager
    def worker_away(self) -> Iterator[None]:
        """Pushes and files wait meanwhile."""
        self._working = False
        yield
        self._working = True

    async def restart(self) -> None:
        """The process ends and another one takes its place."""
        await self._hang_up()
        await self.house.stop()
        await self.open()

    async def open(self) -> None:
        """A process of the bot begins."""
        await self.house.start()
        for channel, account in ((Channel.WECHAT, ACCOUNT), (Channel.WECOM, CORP_ACCOUNT)):
            transport = HttpTransport(self.house.at(f"/{channel.value}"))
            self._transports.append(transport)
            self._pushers[channel] = Pusher(self.world, account, transport)

    async def close(self) -> None:
        """The end of the story."""
        await self._hang_up()
        await self.house.stop()

    def fault(self, api: str, left: int = 1, code: int = 0, drop: bool = False) -> None:
        """Something goes wrong on the platform's side, this often."""
        self.expects_trouble = True
        self.world.set_fault(ApiFault(api, left, code=code, drop=drop))

    def report_soon(self, push: RawPush) -> object:
        """The platform tells the bot what became of a template message."""
        return self._pushers[Channel.WECHAT].deliver_soon(push)

    async def check(self) -> None:
        """What must be true after every story."""
        unread = {name: player.unread for name, player in self._players.items() if player.unread}
        assert not unread, f"sent, and the story says nothing of it: {unread}"
        await self.check_books()

    async def check_books(self) -> None:
        """What must be true after anything at all: logs and rows agree, every message was decided, nothing was lost."""
        assert await self.house.differences() == []
        assert await self.house.failed() == 0
        waiting = await self.house.waiting()
        assert all(letter.state is OutboxState.PARKED for letter in waiting), f"left in the outbox: {waiting}"
        assert self.parked is None or len(waiting) == self.parked, f"left in the outbox: {waiting}"
        refused = [call for call in self.world.calls if call.direction == "out" and call.code != 200]
        assert self.expects_trouble or not refused, refused
        serious = [line for line in self.log if line["log_level"] in {"error", "critical"}]
        assert self.expects_trouble or not serious, serious

    def _player(self, name: str, channel: Channel) -> Player:
        return self._players.setdefault(name, Player(self, name, _openid(name), channel))

    async def _hang_up(self) -> None:
        for pusher in self._pushers.values():
            await pusher.close()
        while self._transports:
            await self._transports.pop().close()


@asynccontextmanager
async def opened(backend: Backend, folder: Path, reader: Reader) -> AsyncIterator[Stage]:
    """A stage with the platform and the bot running; what must hold afterwards is the caller's to check."""
    clock = SteppedClock(START)
    world = World(account=ACCOUNT, personas=_personas(), clock=clock.now, rng=Random(7), templates=TEMPLATES)
    stage = Stage(clock, world)
    async with AsyncExitStack() as stack:
        platform = await stack.enter_async_context(TestServer(_platform(stage)))
        stage.log = stack.enter_context(structlog.testing.capture_logs())
        stage.files = f"{platform.make_url('/api/files/')}"
        stage.house = House(backend, folder, clock, reader, str(platform.make_url("")).rstrip("/"))
        await stage.open()
        stack.push_async_callback(stage.close)
        yield stage


def _platform(stage: Stage) -> web.Application:
    app = web.Application()
    app.add_subapp("/api", create_api(stage.world, stage.report_soon))
    app.add_subapp("/wecom", create_wecom(stage.world, CORP))
    return app


def _openid(name: str) -> str:
    return f"o_story_{CAST.index(name)}"


def _personas() -> tuple[Persona, ...]:
    return tuple(Persona(_openid(name), name, name[0], "#888", "") for name in CAST)


def account_of(channel: Channel) -> Account:
    """The account that people of this channel write to."""
    return ACCOUNT if channel is Channel.WECHAT else CORP_ACCOUNT
