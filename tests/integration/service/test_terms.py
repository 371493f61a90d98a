"""The running service counts by its own policy, calendar and offices, and says aloud when a calendar is missing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from bot.files.policy import print_policy
from handlers.calendar.policy import DEFAULT
from handlers.calendar.zone import day_of, local
from handlers.tickets.ticket import Ticket
from nlp.understand import Reader
from storage.schema import rows
from storage.schema.tables import tickets
from tests.integration.service.stage import LI, WANG, Stage, open_stage

LAMP = "投诉：五一路3号门口的路灯坏了三天，晚上看不见路"
GAS = "想咨询燃气公司：五一路3号的天然气卡在哪里充值"


async def _newest(stage: Stage) -> Ticket:
    async with stage.parts.process.engine.connect() as db:
        doc = (await db.execute(select(tickets.c.doc).order_by(tickets.c.id.desc()).limit(1))).scalar_one()
    return rows.ticket(doc)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
async def test_the_policy_file_and_the_calendar_are_what_dates_are_counted_by(
    database_url: str, tmp_path: Path, reader: Reader
) -> None:
    policy, calendars = tmp_path / "policy.toml", tmp_path / "calendars"
    policy.write_text(print_policy(DEFAULT).replace('reply = "5wd"', 'reply = "2wd"'), "utf-8")
    calendars.mkdir()
    async with open_stage(database_url, tmp_path / "data", reader) as stage:
        await stage.say(WANG, LAMP)
        before = await _newest(stage)
        world = stage.world
    tomorrow = day_of(before.filed_at) + timedelta(days=1)
    (calendars / f"{tomorrow.year}.toml").write_text(f"off = [{tomorrow.isoformat()}]", "utf-8")
    async with open_stage(
        database_url, tmp_path / "data", reader, world=world, policy_file=policy, calendar_dir=calendars
    ) as stage:
        # Ids rise with time; at one and the same moment another process may give the lower one.
        stage.clock.advance(timedelta(minutes=1))
        await stage.say(LI, LAMP.replace("五一路3号", "人民路18号"))
        after = await _newest(stage)
        assert after.id > before.id
        days = stage.parts.rules.terms.calendar.between(day_of(after.filed_at), day_of(after.promise.reply_by))
        assert len(days) == 2
        assert tomorrow not in days
        told = await stage.say(WANG, "为什么是这天")
        # What was promised stays; and where days were announced since, the explanation says so.
        assert f"{local(before.promise.reply_by).day}日" in told
        assert "放假安排后来有过调整" in told


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
async def test_a_missing_calendar_is_said_aloud_every_day(stage: Stage) -> None:
    look_at_calendar = stage.parts.deeds["calendar"]

    def gauge() -> str:
        lines = stage.parts.process.metrics.text().decode().splitlines()
        return next(line for line in lines if line.startswith("minsheng_calendar_unannounced_years")).split()[1]

    for at, years in ((datetime(2026, 6, 1, tzinfo=UTC), []), (datetime(2031, 12, 1, tzinfo=UTC), ["2031", "2032"])):
        with capture_logs() as logs:
            await look_at_calendar(at)
        assert [entry["says"][:4] for entry in logs] == years
        assert all((entry["event"], entry["log_level"]) == ("calendar_not_announced", "warning") for entry in logs)
        assert float(gauge()) == len(years)


async def test_a_term_ends_as_the_units_own_office_closes(stage: Stage) -> None:
    await stage.say(WANG, GAS)
    ticket = await _newest(stage)
    assert stage.parts.rules.directory.now.unit(ticket.unit_id).closes == "20:00"
    assert local(ticket.promise.reply_by).hour == 20
    assert ticket.promise.remind_at is not None
    assert local(ticket.promise.remind_at).hour == 8
