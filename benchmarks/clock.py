"""The clock: one tick over ten thousand, a hundred thousand and a million open tickets.

`python -m benchmarks clock`. What is measured is `storage.transactions.chase.Chaser` as the service runs it, on SQLite in a file and on
PostgreSQL, both durable: looking when nothing is due, when one in a hundred is (a yellow card each: row, event, push to the
citizen, summaries to officials), and when everything is. Growth is the exponent of time over tickets: 1 is proportional.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from time import perf_counter, process_time

import uvloop
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection, insert, text
from sqlalchemy.ext.asyncio import AsyncEngine

from handlers.context import Context, Fresh, Links, Lookups, TextReader
from handlers.directory.directory import Directory, Level, Role, Staff, Unit
from handlers.tickets import numbers
from handlers.tickets.ticket import Chase, Place, Promise, State, Ticket
from nlp.understand import Understanding
from storage.migrations import migrate
from storage.schema import rows
from storage.schema.bulk import Bulk
from storage.schema.engine import open_engine
from storage.schema.tables import events, tickets
from storage.schema.transaction import runner
from storage.transactions.chase import Chased, Chaser
from tests.support import services

SIZES = (10_000, 100_000, 1_000_000)
ALL_DUE_UP_TO = 100_000
"""Everything due at once is measured up to this size: a million would take the better part of an hour on both."""
SHARE = 100
"""One ticket in so many is due in the middle case."""

START = datetime(2026, 3, 2, 1, tzinfo=UTC)
SOON = START + timedelta(days=7)
FAR = START + timedelta(days=60)
UNITS = tuple(f"unit{number}" for number in range(100))
_PAGE = 10_000

_bulk_tickets = Bulk(lambda _: insert(tickets))
_bulk_events = Bulk(lambda _: insert(events))


class Measured(Struct, frozen=True):
    """One tick: wall and our own CPU seconds, steps, and by how many MB the process grew at most."""

    seconds: float
    cpu: float
    steps: int
    grew: float


def run() -> None:
    """Print a table a database."""
    with tempfile.TemporaryDirectory() as folder:
        _table("SQLite in a file", lambda size: _sqlite(Path(folder) / f"{size}.db"))
    with services.postgres(durable=True) as server:
        _table("PostgreSQL", lambda _: services.database(server))


@contextmanager
def _sqlite(path: Path) -> Iterator[str]:
    yield f"sqlite:///{path}"
    for each in path.parent.glob(f"{path.name}*"):
        each.unlink()


def _table(name: str, opened: Callable[[int], object]) -> None:
    print(f"clock, {name}: one tick")
    print(
        f"  {'tickets':>9}  {'due':>9}  {'seconds':>8}  {'CPU s':>7}  {'steps/s':>8}  {'ms a step':>9}  {'grew MB':>7}"
    )
    found: dict[str, list[tuple[int, float]]] = {}
    for size in SIZES:
        with opened(size) as url:  # type: ignore[attr-defined]
            for case, one in uvloop.run(_measure(url, size)):
                _line(size, case, one)
                found.setdefault(case, []).append((size, one.seconds))
    for case, points in found.items():
        print(f"  growth, {case}: {_exponent(points):.2f}")


def _line(size: int, case: str, one: Measured) -> None:
    rate = (
        f"{one.steps / one.seconds:>8,.0f}  {one.seconds / one.steps * 1000:>9.3f}"
        if one.steps
        else f"{'':>8}  {'':>9}"
    )
    print(f"  {size:>9,}  {case:>9}  {one.seconds:>8.3f}  {one.cpu:>7.3f}  {rate}  {one.grew:>7.1f}", flush=True)


def _exponent(points: Sequence[tuple[int, float]]) -> float:
    (small, fast), (big, slow) = points[0], points[-1]
    return math.log(slow / fast) / math.log(big / small)


async def _measure(url: str, size: int) -> list[tuple[str, Measured]]:
    engine = open_engine(url)
    try:
        await migrate.upgrade(engine)
        await _fill(engine, size)
        clock = _Clock()
        chaser = Chaser(engine, lambda _db: clock.context())
        await chaser.tick()
        measured = [("none", await _ticked(chaser))]
        clock.now = SOON
        measured.append((f"1 in {SHARE}", await _ticked(chaser)))
        if size <= ALL_DUE_UP_TO:
            clock.now = FAR
            measured.append(("all", await _ticked(chaser)))
        return measured
    finally:
        await engine.dispose()


async def _ticked(chaser: Chaser) -> Measured:
    _forget_peak()
    before, begun, spent = _peak(), perf_counter(), process_time()
    done: Chased = await chaser.tick()
    assert done.aside == 0
    return Measured(perf_counter() - begun, process_time() - spent, done.steps.total(), _peak() - before)


def _forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5", "ascii")


def _peak() -> float:
    """The most memory this process has held since it was asked to forget, in MB."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024


class _Clock:
    """The world of a tick: a directory in which every desk has a handler and a head."""

    def __init__(self) -> None:
        self.now = START + timedelta(days=1)
        self._ids = count(10**12)
        self._directory = _directory()

    def context(self) -> Context:
        return Context(
            now=self.now,
            directory=self._directory,
            reader=TextReader(understand=_unread),
            fresh=Fresh(id=lambda: next(self._ids), serial=lambda: 0, token=str, code=str),
            links=Links(
                citizen=lambda token: f"https://ms.example/t/{token}",
                notice=lambda number, _staff: f"https://ms.example/notice/{number}",
            ),
            lookups=Lookups(hash_invite=str),
        )


def _unread(_text: str) -> Understanding:
    raise AssertionError("the clock reads no text")


def _directory() -> Directory:
    units = [Unit("city", "市政府", Level.CITY)]
    staff = [Staff(1, "city", Role.SUPERVISOR, "督办", 1), Staff(2, "city", Role.LEADER, "领导", 2)]
    for number, unit_id in enumerate(UNITS, 1):
        units.append(Unit(unit_id, f"第 {number} 单位", Level.CITY, "city"))
        staff.append(Staff(10 * number, unit_id, Role.HANDLER, "承办", 10 * number))
        staff.append(Staff(10 * number + 1, unit_id, Role.LEADER, "负责", 10 * number + 1))
    return Directory(units, staff, (), "city")


async def _fill(engine: AsyncEngine, size: int) -> None:
    made = _tickets(size)
    for _ in range(0, size, _PAGE):
        page = [next(made) for _ in range(min(_PAGE, size))]
        await runner(engine).run(lambda db, page=page: _insert(db, page))  # type: ignore[misc]
    async with engine.connect() as db:
        await (await db.execution_options(isolation_level="AUTOCOMMIT")).execute(text("ANALYZE"))


def _insert(db: Connection, page: Sequence[Ticket]) -> None:
    _bulk_tickets.run(db, [rows.ticket_row(ticket) for ticket in page])
    # Their logs are there for the size of the index; the clock does not read them.
    _bulk_events.run(
        db,
        [{"ticket_id": one.id, "seq": 1, "at": one.filed_at, "kind": "filed", "doc": "{}"} for one in page],
    )


def _tickets(size: int) -> Iterator[Ticket]:
    """Accepted tickets that the desk was reminded of; one in `SHARE` is due soon, the others long after."""
    plain = Ticket(
        id=0, number="", token="", code="482913", person_id=0, filed_at=START, kind="投诉", category="城乡建设",
        subcategory=None, title="幸福路的路灯坏了三天没人修", text="幸福路 8 号到 20 号的路灯坏了三天，晚上一片黑，老人出门容易摔。",
        place=Place("幸福路 8 号", "城东街道"), urgent=False, leader=None, named=False, public=True, unit_id="",
        promise=_promise(FAR), state=State.ACCEPTED, since=START, accepted_at=START, version=1,
    )  # fmt: skip
    soon, far = _promise(SOON), _promise(FAR)
    reminded = {at: Chase(reminded=at) for at in (SOON, FAR)}
    for number in range(1, size + 1):
        promise = far if number % SHARE else soon
        yield replace(
            plain,
            id=number,
            number=numbers.make(number, START),
            token=f"token-of-{number}",
            person_id=1_000_000 + number,
            unit_id=UNITS[number * 7_919 // SHARE % len(UNITS)],
            promise=promise,
            chase=reminded[promise.reply_by],
        )


def _promise(at: datetime) -> Promise:
    return Promise(
        START + timedelta(days=1), at, "投诉 5 个工作日内答复", remind_at=at - timedelta(days=1),
        ladder=(0, 864_000, 2_160_000), edition="2026-01-01",
    )  # fmt: skip
