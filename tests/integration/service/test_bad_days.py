"""A database that is slow, away, or back again: every message is answered in time, filed once, and none is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channels.wechat.push import Mode
from bot.sandbox.platform.faults import ApiFault
from handlers.messages import Channel, Delivery, Incoming, Text
from handlers.tickets import numbers
from nlp.understand import Reader
from storage.schema.engine import open_engine
from storage.schema.tables import inbox, tickets
from tests.integration.service.stage import ANOTHER, APPEAL, LI, START, WANG, Stage, open_stage, push_of
from tests.support import wechat_pushes
from tests.support.gate import Gate

PATIENCE = 0.2
SECOND = timedelta(seconds=1)


@pytest.fixture
async def hurried(database_url: str, tmp_path: Path, reader: Reader) -> AsyncIterator[Stage]:
    """A service that lets the platform wait for a fifth of a second only."""
    async with open_stage(database_url, tmp_path / "data", reader, patience=PATIENCE) as opened:
        await opened.say(LI, "你好")
        yield opened


@asynccontextmanager
async def locked(url: str) -> AsyncIterator[None]:
    """Nobody else can write as long as the block lasts."""
    engine = open_engine(url)
    async with engine.connect() as db:
        await db.execution_options(writes=True)
        await db.begin()
        if engine.dialect.name == "postgresql":
            await db.exec_driver_sql("LOCK TABLE inbox IN ACCESS EXCLUSIVE MODE")
        yield
        await db.rollback()
    await engine.dispose()


def spooled(stage: Stage) -> list[Incoming]:
    return list(stage.parts.inbound.spool.waiting())


async def test_a_slow_answer_follows_as_one_message(hurried: Stage, database_url: str) -> None:
    async with locked(database_url):
        delivery = await hurried.pusher.deliver(hurried.phone(WANG).say(APPEAL))
        assert (delivery.attempts, delivery.outcome) == (1, "nothing")
        # The platform will not ask again, so from now on the message is ours to keep.
        assert len(spooled(hurried)) == 1
        assert hurried.texts(WANG) == []
    await hurried.parts.inbound.batcher.drain()
    assert spooled(hurried) == []
    await hurried.send()
    assert len(hurried.texts(WANG)) == 1
    assert numbers.find(hurried.texts(WANG)[0])
    assert await hurried.count(tickets) == 1
    assert await hurried.take_up() == 0
    await hurried.send()
    assert len(hurried.texts(WANG)) == 1


async def test_a_message_left_by_a_crash_is_answered_after_the_restart(
    hurried: Stage, database_url: str, tmp_path: Path, reader: Reader
) -> None:
    """Killed after `success` and before the commit, or after the commit and before the answer was queued."""
    incoming = Incoming("m1", Channel.WECHAT, WANG, START, START, Text(APPEAL))
    await hurried.parts.inbound.batcher.submit(incoming).answer
    hurried.parts.inbound.spool.save(incoming)
    hurried.parts.inbound.spool.save(Incoming("m2", Channel.WECHAT, LI, START, START, Text(ANOTHER)))
    async with open_stage(database_url, tmp_path / "data", reader, world=hurried.world) as restarted:
        restarted.world.heard(WANG, "message")
        restarted.world.heard(LI, "message")
        assert await restarted.take_up() == 2
        assert spooled(restarted) == []
        await restarted.send()
        assert await restarted.count(tickets) == 2
        assert [len(numbers.find(restarted.texts(openid)[-1])) for openid in (WANG, LI)] == [1, 1], restarted.texts(LI)


@pytest.fixture
async def gated(postgres_database_migrated: str, tmp_path: Path, reader: Reader) -> AsyncIterator[tuple[Stage, Gate]]:
    """A service whose database can be cut off."""
    gate = Gate(postgres_database_migrated)
    await gate.open()
    async with open_stage(gate.url, tmp_path / "data", reader) as opened:
        await opened.say(LI, "你好")
        yield opened, gate
        await opened.parts.process.engine.dispose()
        await gate.shut()


@pytest.fixture
def postgres_database_migrated(templates: Any, tmp_path: Path) -> Any:
    with templates.copy("postgresql", tmp_path) as url:
        yield url


async def test_a_database_that_is_away_gets_the_message_when_it_is_back(gated: tuple[Stage, Gate]) -> None:
    stage, gate = gated
    await gate.shut()
    holding = [await stage.say(WANG, APPEAL), await stage.say(LI, ANOTHER)]
    assert all("不用重发" in said for said in holding)
    assert len(spooled(stage)) == 2
    assert await stage.take_up() == 0
    base = stage.url.removesuffix("/wechat")
    async with stage.http.get(f"{base}/readyz") as response:
        assert (response.status, await response.json()) == (503, {"database": "away"})
    await gate.open()
    assert await stage.take_up() == 2
    assert spooled(stage) == []
    assert await stage.count(tickets) == 2
    await stage.send()
    for openid in (WANG, LI):
        assert [len(numbers.find(text)) for text in stage.texts(openid)[-2:]] == [0, 1]


async def test_answers_of_one_person_come_in_the_order_of_their_messages(gated: tuple[Stage, Gate]) -> None:
    stage, gate = gated
    await gate.shut()
    for words in ("你好", APPEAL, "进度"):
        await stage.say(WANG, words)
        stage.clock.advance(SECOND)
    await gate.open()
    assert await stage.take_up() == 3
    await stage.send()
    late = stage.texts(WANG)[3:]
    assert len(late) == 3
    assert numbers.find(late[1]) == numbers.find(late[2])
    assert numbers.find(late[1])


async def _waiting(db: AsyncConnection) -> bool:
    """Whether somebody waits for a lock."""
    return bool((await db.exec_driver_sql("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar_one())


async def test_a_message_in_the_middle_of_its_transaction_is_spooled(gated: tuple[Stage, Gate]) -> None:
    stage, gate = gated
    direct = open_engine(str(gate._parts.geturl()))
    async with direct.connect() as db:
        await db.exec_driver_sql("LOCK TABLE inbox IN ACCESS EXCLUSIVE MODE")
        saying = asyncio.create_task(stage.say(WANG, APPEAL))
        async with asyncio.timeout(5):
            while not await _waiting(db):  # noqa: ASYNC110 - the server tells nobody
                await asyncio.sleep(0.01)
        await gate.shut()
        assert "不用重发" in await saying
        await db.rollback()
    await direct.dispose()
    await gate.open()
    assert await stage.take_up() == 1
    assert await stage.count(tickets) == 1


async def test_a_verdict_that_comes_while_the_database_is_away_is_kept(gated: tuple[Stage, Gate]) -> None:
    stage, gate = gated
    event = wechat_pushes.TEXT.replace(b"<MsgType><![CDATA[text]]></MsgType>", b"<MsgType>event</MsgType>").replace(
        b"<MsgId>", b"<Event>TEMPLATESENDJOBFINISH</Event><MsgID>5</MsgID><Status>failed:user block</Status><MsgId>"
    )
    body, query = push_of(event, Mode.SAFE)
    await gate.shut()
    assert await stage.post(body, query) == (200, b"success")
    assert [type(one.body) for one in spooled(stage)] == [Delivery]
    assert await stage.take_up() == 0
    await gate.open()
    assert await stage.take_up() == 1
    assert spooled(stage) == []


async def test_a_long_answer_arrives_whole_and_in_order(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    long = "\n".join(f"第{n}行，说明办理进展与联系方式，请您留意查看。" for n in range(1, 120))
    monkeypatch.setattr("bot.inbound.webhook.reply_text", lambda reply, channel: long)
    first = await stage.say(WANG, "你好")
    await stage.send()
    parts = stage.texts(WANG)
    assert parts[0] == first
    assert len(parts) >= 3
    assert "\n".join(part.strip() for part in parts) == long


async def test_a_spooled_file_that_cannot_be_read_is_set_aside(stage: Stage) -> None:
    folder = stage.parts.process.settings.data_dir / "spool"
    (folder / "damaged.json").write_bytes(b'{"key": \xff')
    stage.parts.inbound.spool.save(Incoming("m1", Channel.WECHAT, WANG, START, START, Text("你好")))
    assert await stage.take_up() == 1
    assert [path.name for path in folder.iterdir()] == ["damaged.bad"]


async def test_many_deliveries_of_one_message_are_spooled_as_one(stage: Stage) -> None:
    incoming = Incoming("m1", Channel.WECHAT, WANG, START, START, Text("你好"))
    await asyncio.gather(*(asyncio.to_thread(stage.parts.inbound.spool.save, incoming) for _ in range(16)))
    assert stage.parts.inbound.spool.count() == 1
    assert spooled(stage) == [incoming]


async def test_a_platform_fault_does_not_touch_the_front_door(stage: Stage) -> None:
    stage.world.set_fault(ApiFault("*", 50, code=-1))
    assert numbers.find(await stage.say(WANG, APPEAL))
    assert await stage.count(inbox) == 1
