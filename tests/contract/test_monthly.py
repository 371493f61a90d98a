"""The month's report is sent on the first working morning, once, whoever looks and however late."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.background.monthly_report import MonthlyReport
from handlers.calendar.workdays import CHINA
from handlers.calendar.zone import SHANGHAI
from handlers.rankings import monthly
from storage.queries.rankings import Rankings
from storage.schema import rows
from storage.schema.tables import outbox
from storage.shared.signals import Bus
from tests.contract.test_rankings import town
from tests.support import samples

__all__ = ["town"]


def at(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("now", "month"),
    [
        ("2026-04-01 08:59", None),
        ("2026-04-01 09:00", "2026-03"),
        ("2026-04-30 23:59", "2026-03"),
        ("2026-05-05 12:00", None),  # the May holiday
        ("2026-05-06 09:00", "2026-04"),
        ("2026-01-04 09:00", "2025-12"),  # a Sunday worked for the New Year
    ],
)
def test_when_it_is_due(now: str, month: str | None) -> None:
    period = monthly.due(at(now), CHINA)
    assert (period.key if period else None) == month


@pytest.fixture
def report(engine: AsyncEngine) -> MonthlyReport:
    return made(engine, count(1))


def made(engine: AsyncEngine, ids: Iterator[int]) -> MonthlyReport:
    return MonthlyReport(
        engine=engine,
        directory=samples.directory,
        calendar=CHINA,
        new_id=lambda: next(ids),
        bus=Bus(),
        site="https://m",
    )


async def sent(engine: AsyncEngine) -> list[str]:
    async with engine.connect() as db:
        docs = (await db.execute(select(outbox.c.doc).order_by(outbox.c.id))).scalars().all()
    return [rows.push(doc).text for doc in docs]


async def test_it_is_sent_once_to_those_who_answer_for_it(
    report: MonthlyReport, engine: AsyncEngine, town: list[object]
) -> None:
    assert town
    await report.tick(at("2026-04-01 10:00"))
    assert await sent(engine) == [], "a service that begins has no month behind it"
    for _ in range(2):
        await report.tick(at("2026-05-06 09:00"))
        await made(engine, count(1000)).tick(at("2026-05-06 09:20"))
    texts = await sent(engine)
    assert len(texts) == len(monthly.readers(samples.directory())) == 2
    assert texts[0].startswith("2026年4月报告")
    assert "https://m/rank/report/2026-04" in texts[0]


async def test_a_month_that_nobody_looked_is_caught_up(report: MonthlyReport, engine: AsyncEngine) -> None:
    await report.tick(at("2026-04-01 10:00"))
    await report.tick(at("2026-07-20 10:00"))
    assert {text[:9] for text in await sent(engine)} == {"2026年6月报告"}


async def test_figures_are_remembered_for_a_minute(engine: AsyncEngine, town: list[object]) -> None:
    assert town
    rankings, now = Rankings(engine), at("2026-05-06 09:00")
    period = monthly.due(now, CHINA)
    assert period is not None
    before = await rankings.figures(["housing"], period, now)
    assert await rankings.figures(["housing"], period, now + timedelta(seconds=59)) is before
    assert await rankings.figures(["housing"], period, now + timedelta(seconds=60)) is not before
    async with engine.connect() as db:
        assert (await db.execute(select(func.count()).select_from(outbox))).scalar_one() == 0
