"""The chore that chases: figures for whoever watches, a word from doctor, heat from the list of hot issues."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.cli.doctor import doctor
from handlers.directory.directory import Role
from handlers.errors import Unavailable
from handlers.hot import HotIssue
from scheduler.jobs import EVERYTHING, TABLE, ServicePart, jobs
from storage.queries import hot_issues
from tests.integration.service.stage import APPEAL, CHEN, LI, START, WANG, Stage

LATE = timedelta(days=10)


def issue(number: str) -> HotIssue:
    return HotIssue(
        "路灯不亮", "五一路", "附近居民", 9.0, 3, 2, 3, 1.0, START, START, ("路灯",), (number,), START
    )  # fmt: skip


async def chase(stage: Stage) -> str:
    """One tick; the figures after it."""
    await stage.parts.deeds["chase"](stage.clock.now())
    return stage.parts.process.metrics.text().decode()


async def test_the_figures_of_a_tick(stage: Stage) -> None:
    await stage.say(WANG, APPEAL)
    idle = await chase(stage)
    assert "minsheng_chase_lag_seconds 0.0" in idle
    stage.clock.advance(LATE)
    figures = await chase(stage)
    assert 'minsheng_chase_steps_total{kind="carded"} 1.0' in figures
    assert 'minsheng_ticket_events_total{kind="carded"} 1.0' in figures
    assert "minsheng_chase_aside_tickets 0.0" in figures
    assert "minsheng_chase_seconds_count 2.0" in figures
    lag = next(float(line.split()[1]) for line in figures.splitlines() if line.startswith("minsheng_chase_lag_seconds"))
    assert lag > timedelta(days=2).total_seconds()
    await stage.send()
    assert any("逾期黄牌" in str(card) for card in stage.cards(WANG)) or any(
        "黄牌" in text for text in stage.texts(WANG)
    )


async def test_doctor_says_what_was_missed(stage: Stage) -> None:
    await stage.say(WANG, APPEAL)
    stage.clock.advance(LATE)
    said: list[str] = []
    await doctor(stage.parts.process.settings, said.append, stage.clock.now())
    assert any("1 件到点没有催" in line and line.startswith("✗") for line in said)
    await chase(stage)
    said.clear()
    await doctor(stage.parts.process.settings, said.append, stage.clock.now())
    assert any("催办时钟：没有漏掉的" in line and line.startswith("✓") for line in said)


async def test_a_hot_issue_brings_the_supervisor_in_with_the_yellow_card(stage: Stage) -> None:
    await stage.bind(CHEN, "yunxi", Role.SUPERVISOR)
    for who in (WANG, LI):
        await stage.say(who, APPEAL if who == WANG else "东风路小学门口的垃圾箱满了好几天没人清")
    async with stage.parts.process.engine.connect() as db:
        rows = (await db.exec_driver_sql("SELECT number FROM tickets ORDER BY id")).all()
    await hot_issues.save(stage.parts.process.engine, [issue(rows[0][0])])
    stage.clock.advance(LATE)
    await chase(stage)
    await stage.send()
    told = [text for text in (*stage.texts(CHEN), *map(str, stage.cards(CHEN))) if "黄牌" in text]
    assert len(told) == 1
    assert rows[0][0] in told[0]


def test_it_is_a_job_of_the_scheduler_alone(stage: Stage) -> None:
    mine = stage.parts.deeds
    (job,) = (job for job in jobs(EVERYTHING, mine) if job.name == "chase")
    assert job.alone
    assert "chase" not in {job.name for job in jobs(frozenset({ServicePart.WEB, ServicePart.WORKER}), mine)}


def test_every_job_has_a_deed_and_every_deed_a_job(stage: Stage) -> None:
    assert stage.parts.deeds.keys() == {row.name for row in TABLE}


async def test_readiness_names_a_clock_that_is_not_trusted_and_goes_on_serving(stage: Stage) -> None:
    base = stage.url.removesuffix("/wechat")
    await stage.parts.background.time.timekeeper.trusted()
    async with stage.http.get(f"{base}/readyz") as response:
        assert (response.status, await response.json()) == (200, {"database": "ok"})
    elapsed = stage.clock.elapsed
    passed = elapsed()
    stage.clock.elapsed = lambda: passed  # type: ignore[method-assign]
    stage.clock.advance(timedelta(days=10))
    await stage.parts.background.time.timekeeper.trusted()
    async with stage.http.get(f"{base}/readyz") as response:
        assert (response.status, await response.json()) == (200, {"database": "ok", "clock": "jumped"})
    with pytest.raises(Unavailable):
        await stage.parts.background.clockwork.chaser.tick()
