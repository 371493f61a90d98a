"""A database that the program of an older revision filled is whole after the documented upgrade, however it went."""

from __future__ import annotations

import asyncio
import hashlib
import os
import signal
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.cli import migration
from bot.inbound.spool import Spool
from handlers.tickets.ticket import State
from storage.migrations import migrate
from storage.schema import indexes, revision, rows
from storage.schema.engine import open_engine
from storage.schema.tables import events, hot_issues, inbox, migration_steps, outbox, people, rounds, tickets
from storage.transactions import rebuild
from tests.migrations import old_rows

ROOT = Path(__file__).parents[2]
OLD = "0003"

DERIVED_SO_FAR = ("0006", "764a")
"""The newest revision that derives rows anew, and the first digits of what it derives from the frozen rows.

Whoever changes what follows from a ticket's events changes the digits. Databases in use keep the old rows then, so add a
revision (an empty one will do) that derives, and write its name and the new digits here.
"""


def into(said: list[str]) -> Callable[[migrate.Progress], None]:
    """Keeps the lines that an operator reads."""
    return lambda progress: said.append(migration.line(progress))


async def differences(engine: AsyncEngine) -> list[rebuild.Difference]:
    return [found async for found in rebuild.differences(engine)]


async def test_an_old_database_follows_from_its_events_after_the_upgrade(engine: AsyncEngine) -> None:
    count = await old_rows.write(engine, OLD)
    said: list[str] = []
    await migrate.upgrade(engine, into(said))
    assert await migrate.standing(engine) == migrate.MigrationState(revision.newest(), complete=True)
    assert await differences(engine) == []
    assert said[0] == f"数据库结构 {OLD} → 0004"
    assert said[-1] == f"按经过重算了工单，{count} 件有变动"
    async with engine.connect() as db:
        states = Counter((await db.execute(select(tickets.c.state))).scalars())
        assert (await db.execute(select(rounds.c.ticket_id))).all()
    assert set(states) == {state.value for state in State}
    await migrate.upgrade(engine, into(said))
    assert said[-1] == f"按经过重算了工单，{count} 件有变动", "there is nothing left to do, and it says nothing"


async def test_without_the_step_every_ticket_would_differ(engine: AsyncEngine) -> None:
    """Otherwise the test above could not fail."""
    count = await old_rows.write(engine, OLD)
    await migrate.upgrade_schema(engine, revision.newest())
    assert len(await differences(engine)) == count
    assert not (await migrate.standing(engine)).complete


async def test_whatever_the_old_program_left_open_is_read(engine: AsyncEngine, tmp_path: Path) -> None:
    await old_rows.write(engine, OLD)
    await migrate.upgrade(engine)
    async with engine.connect() as db:
        talks = [rows.talk(row) for row in (await db.execute(select(people))).mappings()]
        pushes = {row.state: rows.push(row.doc) for row in await db.execute(select(outbox.c.state, outbox.c.doc))}
        for row in await db.execute(select(inbox.c.body, inbox.c.reply)):
            assert rows.body(row.body) is not None
            assert (rows.reply(row.reply) is None) == (row.reply is None)
        assert [rows.hot_issue(doc) for doc in (await db.execute(select(hot_issues.c.doc))).scalars()]
    assert {"withdraw", "showing", "reason", "which_place"} <= {talk.asking for talk in talks}
    assert set(pushes) == {"pending", "sending", "sent", "parked", "dead"}
    spool = Spool(tmp_path / "spool")
    spool.open()
    for name, content in old_rows.frozen(OLD)["spool"].items():
        (tmp_path / "spool" / name).write_text(content, "utf-8")
    assert [incoming.key for incoming in spool.waiting()] == ["77001"]


async def test_a_broken_off_upgrade_goes_on_where_it_was(engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    count = await old_rows.write(engine, OLD, copies=3)
    monkeypatch.setattr(rebuild, "PAGE", 5)
    monkeypatch.setattr(rebuild, "_page", rebuild._page.limit(5))
    monkeypatch.setattr(migrate, "_SAY_EVERY", 1)

    class Cut(Exception):
        pass

    def cut(progress: migrate.Progress) -> None:
        if migration.line(progress) == f"按经过重算工单：10 / {count} 件":
            raise Cut

    with pytest.raises(Cut):
        await migrate.upgrade(engine, cut)
    assert (await migrate.standing(engine)).revision == revision.newest()
    assert len(await differences(engine)) == count - 10
    said: list[str] = []
    await migrate.upgrade(engine, into(said))
    assert said[-1] == f"按经过重算了工单，{count - 10} 件有变动"
    assert await differences(engine) == []


async def _killed(url: str, folder: Path, after: str | None) -> str:
    """`python -m bot migrate`, killed the moment it has said this; what it said."""
    environment = {"PATH": os.defpath, "PYTHONPATH": str(ROOT), "DATA_DIR": str(folder), "DATABASE_URL": url}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-u", "-m", "bot", "migrate",
        cwd=folder, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    assert process.stdout is not None
    said = ""
    async with asyncio.timeout(60):
        while line := (await process.stdout.readline()).decode():
            said += line
            if after is not None and after in line:
                process.send_signal(signal.SIGKILL)
        await process.wait()
    return said


async def test_kill_in_the_middle_of_an_upgrade(empty_url: str, tmp_path: Path) -> None:
    engine = open_engine(empty_url)
    await old_rows.write(engine, OLD, copies=200)
    for last in ("索引 ix_tickets_look", "按经过重算工单"):
        assert "有变动" not in await _killed(empty_url, tmp_path, last)
    async with engine.connect() as db:
        assert (await db.execute(select(migration_steps.c.reached))).scalar_one() > 0
    assert "有变动" in await _killed(empty_url, tmp_path, None)
    assert await differences(engine) == []
    assert await indexes.missing(engine) == []
    await engine.dispose()


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
async def test_a_half_built_index_is_built_again(engine: AsyncEngine) -> None:
    await migrate.upgrade(engine)
    async with engine.begin() as db:
        await db.execute(text("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_tickets_look'::regclass"))
    assert [index.name for index in await indexes.missing(engine)] == ["ix_tickets_look"]
    await migrate.upgrade(engine)
    assert await indexes.missing(engine) == []


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
async def test_a_table_in_use_is_waited_for_in_short_turns(
    engine: AsyncEngine, empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await old_rows.write(engine, OLD)
    monkeypatch.setattr(migrate, "LOCK_SECONDS", 0.05)
    monkeypatch.setattr(migrate, "_PAUSE_SECONDS", 0.0)
    other = open_engine(empty_url)
    async with other.connect() as db:
        busy = await db.begin()
        await db.execute(select(tickets.c.number))
        turns: list[str] = []

        def say(progress: migrate.Progress) -> None:
            line = migration.line(progress)
            turns.append(line)
            if "第 2 次" in line:
                released.append(asyncio.ensure_future(busy.rollback()))

        released: list[asyncio.Future[None]] = []
        await migrate.upgrade(engine, say)
    await other.dispose()
    assert sum("让它先走" in line for line in turns) >= 2
    assert await differences(engine) == []


async def test_a_damaged_log_is_told_and_hinders_nobody_else(engine: AsyncEngine) -> None:
    count = await old_rows.write(engine, OLD)
    async with engine.begin() as db:
        damaged = (await db.execute(select(events.c.ticket_id).limit(1))).scalar_one()
        await db.execute(update(events).where(events.c.ticket_id == damaged, events.c.seq == 1).values(doc="{"))
    said: list[str] = []
    await migrate.upgrade(engine, into(said))
    assert said[-2:] == [
        f"按经过重算了工单，{count - 1} 件有变动",
        "1 件的经过读不全，没有动，用 rebuild --check 看是哪几件",
    ]
    assert [found.columns for found in await differences(engine)] == [("events",)]


async def test_a_newer_database_is_left_alone(engine: AsyncEngine) -> None:
    await migrate.upgrade(engine)
    async with engine.begin() as db:
        await db.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(migrate.NewerDatabase) as refused:
        await migrate.upgrade(engine)
    assert "9999，比这个程序" in migration.refusal(refused.value)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
async def test_who_changes_what_is_derived_adds_a_revision(engine: AsyncEngine) -> None:
    await old_rows.write(engine, OLD)
    await migrate.upgrade(engine)
    async with engine.connect() as db:
        derived = [
            tuple(row)
            for table in (tickets, rounds)
            for row in await db.execute(select(table).order_by(*table.primary_key))
        ]
    digest = hashlib.sha256(msgspec.json.encode(derived)).hexdigest()
    assert (revision.derives(), digest[:4]) == DERIVED_SO_FAR
