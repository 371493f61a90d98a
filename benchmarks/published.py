"""Following what is published among a hundred thousand answered tickets: seconds and memory of a look at them all, and of the next.

A tenth of the tickets are public questions; texts are put together from parts of our own. SQLite, one process.
"""

from __future__ import annotations

import asyncio
import resource
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from msgspec.structs import replace
from sqlalchemy import insert, update

from bot.background.published_replies import PublishedReplies
from bot.decisions import CurrentDirectory
from handlers.tickets.ticket import State, Ticket
from nlp.matching.answers import SameWords
from nlp.text import segment
from storage.migrations import migrate
from storage.schema import rows
from storage.schema.engine import open_engine
from storage.schema.tables import tickets
from tests.support import samples

ANSWERED = 100_000
"""Tickets that were answered; every tenth is a public question."""

_NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
_THINGS = ("居住证", "停车证", "老年卡", "公租房", "生育津贴", "营业执照", "残疾证", "健康证", "门牌证", "养犬证")
_WISHES = ("怎么办理", "要带什么材料", "在哪里领", "多久能办好", "收不收钱", "能不能代办", "丢了怎么补")


def _ticket(number: int) -> Ticket:
    thing, wish = _THINGS[number % 10], _WISHES[number // 10 % 7]
    question = number % 10 == 0
    start = samples.start(
        kind="咨询" if question else "投诉", title=f"{thing}{wish}{number}", public=question, place=None
    )
    return replace(
        start.ticket,
        id=number + 1,
        number=f"{number:08d}",
        token=f"t{number}",
        state=State.REPLIED,
        text=f"请问第{number}号窗口的{thing}{wish}？" * 4,
        reply=f"您好，{thing}由第{number % 97}窗口办理，请带身份证和租房合同，{number % 13 + 2}个工作日领取。" * 3,
        replied_at=_NOW - timedelta(minutes=number % 500_000),
    )


async def _measure(folder: Path) -> None:
    engine = open_engine(f"sqlite:///{folder / 'many.db'}")
    try:
        await migrate.upgrade(engine)
        for first in range(0, ANSWERED, 5_000):
            async with engine.begin() as db:
                await db.execute(insert(tickets), [rows.ticket_row(_ticket(n)) for n in range(first, first + 5_000)])
        published = PublishedReplies(engine, CurrentDirectory(engine), SameWords.load())
        await _look(published, "the first look")
        await _look(published, "nothing changed")
        less = replace(_ticket(ANSWERED // 2), public=False, version=2)
        async with engine.begin() as db:
            await db.execute(update(tickets).where(tickets.c.id == less.id).values(**rows.ticket_row(less)))
        await _look(published, "one is public no more")
        new = _ticket(ANSWERED)
        async with engine.begin() as db:
            await db.execute(insert(tickets).values(**rows.ticket_row(new)))
        await _look(published, "one more is published")
    finally:
        await engine.dispose()


async def _look(published: PublishedReplies, what: str) -> None:
    begun, cpu = time.perf_counter(), time.process_time()
    await published.refresh(_NOW)
    took, busy = time.perf_counter() - begun, time.process_time() - cpu
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  {what:22} {took * 1e3:8.0f} ms  ({busy * 1e3:6.0f} ms of processor)   memory at most {most:4.0f} MB")


def run() -> None:
    """Four looks, one line each."""
    segment.load()
    print(f"following what is published, {ANSWERED:,} answered tickets, a tenth of them public questions")
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_measure(Path(folder)))


if __name__ == "__main__":
    run()
