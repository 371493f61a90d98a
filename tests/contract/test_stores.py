"""Leases, serials, directory, files and the inbox: each port on every backend."""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from handlers.directory.directory import Level, Role, Route, Staff, Unit
from handlers.errors import Broken
from handlers.messages import Channel, MediaKind
from handlers.outcome import MediaWanted
from storage.queries.journeys import Archive
from storage.queues.inbox import forget_old
from storage.queues.leases import Leases
from storage.queues.media import FileStore, MediaList
from storage.queues.serials import BLOCK, Serials
from storage.schema import rows
from storage.schema.tables import media
from storage.transactions import directory
from tests.contract.rules import NOW, Process, said

HALF_MINUTE = timedelta(seconds=30)


async def test_a_lease_has_one_holder(engine: AsyncEngine, second_engine: AsyncEngine) -> None:
    mine, theirs = Leases(engine, "a"), Leases(second_engine, "b")
    assert await mine.take("scheduler", NOW, HALF_MINUTE)
    assert not await theirs.take("scheduler", NOW, HALF_MINUTE)
    assert await theirs.take("another", NOW, HALF_MINUTE)
    assert await mine.take("scheduler", NOW + timedelta(seconds=20), HALF_MINUTE)
    assert not await theirs.take("scheduler", NOW + timedelta(seconds=49), HALF_MINUTE)
    assert await theirs.take("scheduler", NOW + timedelta(seconds=50), HALF_MINUTE)
    assert not await mine.take("scheduler", NOW + timedelta(seconds=51), HALF_MINUTE)


async def test_a_lease_given_up_is_free_at_once(engine: AsyncEngine, second_engine: AsyncEngine) -> None:
    mine, theirs = Leases(engine, "a"), Leases(second_engine, "b")
    assert await mine.take("scheduler", NOW, HALF_MINUTE)
    await theirs.give_up("scheduler")
    assert not await theirs.take("scheduler", NOW, HALF_MINUTE)
    await mine.give_up("scheduler")
    assert await theirs.take("scheduler", NOW, HALF_MINUTE)


async def test_of_many_who_ask_at_once_one_gets_it(engine: AsyncEngine, second_engine: AsyncEngine) -> None:
    asking = [Leases((engine, second_engine)[n % 2], f"h{n}").take("scheduler", NOW, HALF_MINUTE) for n in range(8)]
    assert sum(await asyncio.gather(*asking)) == 1


_SERIALS = """
import asyncio, sys
from storage.schema.engine import open_engine
from storage.queues.serials import Serials
async def main():
    engine = open_engine(sys.argv[1])
    serials = Serials(engine)
    for _ in range(20):
        await serials.ensure(40)
        print(*(serials.next() for _ in range(40)))
    await engine.dispose()
asyncio.run(main())
"""


async def test_two_processes_never_give_one_number_twice(database_url: str) -> None:
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", _SERIALS, database_url, stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[2]
        )
        for _ in range(2)
    ]
    said_ = await asyncio.gather(*(process.communicate() for process in processes))
    given = [int(number) for out, _ in said_ for number in out.split()]
    assert len(given) == 1600
    assert len(set(given)) == len(given)


async def test_serials_come_in_blocks_and_running_out_is_our_mistake(engine: AsyncEngine) -> None:
    serials = Serials(engine)
    with pytest.raises(Broken):
        serials.next()
    await asyncio.gather(*(serials.ensure(10) for _ in range(4)))
    assert [serials.next() for _ in range(BLOCK)] == list(range(1, BLOCK + 1))
    with pytest.raises(Broken):
        serials.next()


UNITS = (
    Unit("city", "江城市政府", Level.CITY, None, "江城市"),
    Unit("housing", "市住建局", Level.CITY, "city", phone="0700-1234", aliases=("住建局", "房管")),
)
ROUTES = (Route("housing", "城乡建设"), Route("city", words=("停水", "漏水")))


async def test_the_directory_comes_back_as_it_was_given(engine: AsyncEngine) -> None:
    empty = await directory.load(engine)
    assert empty.units == {}
    assert await directory.version(engine) == empty.version
    await directory.replace(engine, UNITS, ROUTES, "city")
    known = await directory.load(engine)
    assert tuple(known.units.values()) == UNITS
    assert known.routes == ROUTES
    assert known.dispatch_id == "city"
    assert await directory.version(engine) == known.version == empty.version + 1


async def test_a_new_seed_changes_units_replaces_routes_and_keeps_staff(engine: AsyncEngine) -> None:
    await directory.replace(engine, UNITS, ROUTES, "city")
    member = Staff(1, "housing", Role.HANDLER, "老张", invite_hash="h", invite_until=5)
    await directory.save_staff(engine, [member])
    await directory.replace(engine, [Unit("housing", "市住房局", Level.CITY, "city")], [], "housing")
    known = await directory.load(engine)
    assert {unit.name for unit in known.units.values()} == {"江城市政府", "市住房局"}
    assert known.routes == ()
    assert known.staff == {1: member}
    assert known.version == 3


async def order(engine: AsyncEngine, *file_ids: int) -> None:
    wanted = [MediaWanted(n, MediaKind.IMAGE, f"media {n}", 7, 70 + n) for n in file_ids]
    async with engine.begin() as db:
        await db.execute(insert(media), [rows.media_row(one, Channel.WECHAT, NOW) for one in wanted])


async def test_files_are_claimed_once_retried_kept_and_lost(engine: AsyncEngine, second_engine: AsyncEngine) -> None:
    mine, theirs = MediaList(engine), MediaList(second_engine)
    await order(engine, *range(1, 9))
    shares = await asyncio.gather(mine.claim(NOW, 4, HALF_MINUTE), theirs.claim(NOW, 4, HALF_MINUTE))
    assert sorted(one.id for share in shares for one in share) == list(range(1, 9))
    assert {one.ticket_id - one.id for share in shares for one in share if one.ticket_id} == {70}
    await mine.kept(1, "ab" * 32, "image/jpeg", 12)
    await mine.lost(2, "gone " * 100)
    await mine.retry(3, NOW + timedelta(seconds=5), "busy")
    again = await mine.claim(NOW + timedelta(seconds=5), 16, HALF_MINUTE)
    assert [(one.id, one.attempts) for one in again] == [(3, 2)]
    after_lease = await theirs.claim(NOW + HALF_MINUTE, 16, HALF_MINUTE)
    assert sorted(one.id for one in after_lease) == [4, 5, 6, 7, 8]
    files = await Archive(engine).files([1, 2, 3, 99])
    assert (files[1].sha256, files[1].content_type, files[1].size, files[1].lost) == (
        "ab" * 32,
        "image/jpeg",
        12,
        False,
    )
    assert files[2].lost
    assert files[3].sha256 is None
    assert set(files) == {1, 2, 3}


async def test_the_same_bytes_are_kept_once_whoever_writes_them(tmp_path: Path) -> None:
    stores = [FileStore(tmp_path / "media"), FileStore(tmp_path / "media")]
    content = b"\xff\xd8\xff picture" * 10_000
    digests = await asyncio.gather(*(stores[n % 2].put(content) for n in range(16)))
    assert len(set(digests)) == 1
    assert [path.read_bytes() == content for path in (tmp_path / "media").rglob("*") if path.is_file()] == [True]
    assert await stores[0].put(b"another") != digests[0]


async def test_old_messages_go_and_failed_ones_wait(process: Process, engine: AsyncEngine) -> None:
    await process.run(said("o1", "x", "old"), said("o2", "boom", "failed"))
    assert await forget_old(engine, NOW) == 0
    assert await forget_old(engine, NOW + timedelta(seconds=1)) == 1
    again = await process.run(said("o1", "x", "old"), said("o2", "boom", "failed"))
    assert [answer.repeated for answer in again] == [False, True]


async def test_one_invitation_binds_one_person(process: Process, engine: AsyncEngine) -> None:
    assert await Archive(engine).by_number("26000010") is None
    assert await Archive(engine).by_token("nothing") is None
    assert await Archive(engine).person(1) is None
    assert await Archive(engine).account(Channel.WECHAT, "o1") is None
    assert await Archive(engine).files([]) == {}
