"""`kill -9` in the middle of a tick: what was written is whole, what was not is taken again, and no step is taken twice."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.files.seed import read_seed
from bot.sandbox.town.demo import SEED
from handlers.deadlines import deadlines
from handlers.outcome import Outcome
from handlers.tickets import lifecycle, numbers
from storage.schema import rows
from storage.schema.engine import open_engine
from storage.schema.tables import chase_notices, events, leases
from storage.schema.transaction import runner
from storage.transactions import directory, rebuild
from storage.transactions.writing import write_happened
from tests.support import samples

ROOT = Path(__file__).parents[2]
TICKETS = 4_000
KILLS = 2
FILED = datetime(2026, 3, 2, 1, tzinfo=UTC)
"""Long enough ago that the whole ladder is due at once."""
READY_SECONDS = 60.0
UNITS = ("chengguan", "zhujian", "jiaotong")


async def file(engine: AsyncEngine) -> None:
    """Tickets that nobody ever answered."""
    seed = read_seed(SEED)
    await directory.replace(engine, seed.units, seed.routes, seed.dispatch_id)
    promise = deadlines.promise("投诉", "城乡建设", False, FILED)
    made = [
        lifecycle.start(
            serial,
            samples.filed(
                number=numbers.make(serial, FILED),
                token=f"token{serial}",
                person_id=1_000_000 + serial,
                unit_id=UNITS[serial % len(UNITS)],
                promise=promise,
            ),
            samples.CITIZEN,
            FILED,
        )
        for serial in range(1, TICKETS + 1)
    ]
    outcome = Outcome(tickets=tuple(one.ticket for one in made), events=tuple(one.event for one in made))
    await runner(engine).run(lambda db: write_happened(db, [outcome], FILED))


@asynccontextmanager
async def scheduler(database_url: str, folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """`python -m bot serve --only scheduler`; whatever is left of it at the end is killed."""
    environment = {
        "PATH": os.defpath,
        "PYTHONPATH": str(ROOT),
        "DATA_DIR": str(folder / "data"),
        "DATABASE_URL": database_url,
    }
    with (folder / "log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "serve", "--only", "scheduler", cwd=folder, env=environment, stdout=log, stderr=log
        )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
        await process.wait()


async def reaches(engine: AsyncEngine, process: asyncio.subprocess.Process, count: int, folder: Path) -> int:
    """Wait until so many steps were written; how many there are."""
    query = select(func.count()).select_from(events).where(events.c.seq > 1)
    async with asyncio.timeout(READY_SECONDS):
        while True:
            async with engine.connect() as db:
                found = int((await db.execute(query)).scalar_one())
            if found >= count:
                return found
            assert process.returncode is None, (folder / "log").read_text()[-2000:]
            await asyncio.sleep(0.01)


async def test_kill_in_the_middle_of_a_tick(database_url: str, backend: str, tmp_path: Path) -> None:
    engine = open_engine(database_url)
    await file(engine)
    everything = 3 * TICKETS  # yellow, red, notice
    killed_at: list[int] = []
    for kill in range(1, KILLS + 1):
        # Its lease would keep the next one waiting for half a minute.
        async with scheduler(database_url, tmp_path) as process:
            killed_at.append(await reaches(engine, process, kill * everything // (KILLS + 2), tmp_path))
            process.send_signal(signal.SIGKILL)
        async with engine.begin() as db:
            await db.execute(leases.delete())
    async with scheduler(database_url, tmp_path) as process:
        await reaches(engine, process, everything, tmp_path)
    print(f"\n{backend}: {TICKETS} tickets, killed after {killed_at} of {everything} steps")
    assert any(count < everything for count in killed_at)
    async with engine.connect() as db:
        kinds = Counter((await db.execute(select(events.c.kind).where(events.c.seq > 1))).scalars())
        documents = [
            rows.chase_notice(doc)
            for doc in (await db.execute(select(chase_notices.c.doc).order_by(chase_notices.c.serial))).scalars()
        ]
    assert kinds == {"carded": 2 * TICKETS, "noticed": TICKETS}
    assert [one.serial for one in documents] == list(range(1, len(documents) + 1))
    listed = Counter(line.number for one in documents for line in one.lines)
    assert len(listed) == TICKETS
    assert set(listed.values()) == {1}
    assert [difference async for difference in rebuild.differences(engine)] == []
    await engine.dispose()
