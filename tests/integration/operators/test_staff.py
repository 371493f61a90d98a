"""Who may speak for a unit, given and taken from the terminal."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.cli import base, staff
from handlers.directory.directory import Level, Role, Staff, Unit
from storage.migrations import migrate
from storage.schema.engine import open_engine
from storage.transactions import directory


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    engine = open_engine(f"sqlite:///{tmp_path / 'staff.db'}")
    await migrate.upgrade(engine)
    await directory.replace(engine, [Unit("park", "园林局", Level.COUNTY)], [], "park")
    bound = Staff(1, "park", Role.HANDLER, "陈立", person_id=7)
    invited = Staff(2, "park", Role.LEADER, "赵敏", invite_hash="h" * 64, invite_until=2_000_000_000)
    await directory.save_staff(engine, [bound, invited])
    yield engine
    await engine.dispose()


@pytest.mark.parametrize("staff_id", [1, 2])
async def test_who_is_released_has_neither_account_nor_code(engine: AsyncEngine, staff_id: int) -> None:
    before = await directory.version(engine)
    await staff.release_staff(engine, staff_id)
    known = (await directory.load(engine)).staff
    assert (known[staff_id].person_id, known[staff_id].invite_hash) == (None, None)
    other = known[3 - staff_id]
    assert other.person_id or other.invite_hash
    assert await directory.version(engine) > before


async def test_a_number_that_nobody_has_is_refused(engine: AsyncEngine) -> None:
    with pytest.raises(base.NotPossible, match="99"):
        await staff.release_staff(engine, 99)


async def test_the_list_names_the_number_to_release(engine: AsyncEngine) -> None:
    lines: list[str] = []
    await staff.list_staff(engine, lines.append)
    assert [line.split("\t")[0] for line in lines] == ["1", "2"]
    assert "已绑定" in lines[0]
    assert "待绑定" in lines[1]
