"""Rankings: a month and a year of figures over a million goes, and how fast they are counted again from events.

`python -m benchmarks rankings`. Goes are made up; what is measured is the database's sums (SQLite in a file, as shipped) and
the fold of logs that `rebuild --check` does.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from random import Random

from sqlalchemy import Connection, create_engine, insert

from handlers.rankings import order, periods
from handlers.rankings.records import Record, records
from handlers.tickets import lifecycle
from handlers.tickets.events import Actor, By, Event, Happening
from handlers.tickets.events.filing import Filed
from handlers.tickets.events.grades import OpinionGiven, Rated
from handlers.tickets.events.work import Accepted, Replied
from handlers.tickets.ticket import Promise, Timing
from storage.queries import rankings
from storage.schema.tables import metadata, rounds

SIZES = (10_000, 100_000, 1_000_000)
UNITS = tuple(f"unit{number}" for number in range(100))
NOW = datetime(2026, 11, 1, tzinfo=UTC)
_DAYS = 600
_PAGE = 20_000
_FOLDED = 20_000


def run() -> None:
    """Print both tables."""
    print("rankings: figures of 100 units, SQLite in a file, CPU, best of 3")
    print(f"  {'goes':>10}  {'month ms':>9}  {'year ms':>9}  {'of it score ms':>14}")
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            engine = create_engine(f"sqlite:///{Path(folder) / 'bench.db'}")
            metadata.create_all(engine)
            with engine.begin() as db:
                _fill(db, size)
            with engine.connect() as db:
                month = _best(lambda db=db: rankings.figures(db, UNITS, periods.month(2026, 9), NOW))  # type: ignore[misc]
                year = periods.read("今年", NOW)
                assert year is not None
                whole = _best(lambda db=db, year=year: rankings.figures(db, UNITS, year, NOW))  # type: ignore[misc]
                found = rankings.figures(db, UNITS, year, NOW)
                scored = _best(lambda found=found: order.ranked(found))  # type: ignore[misc]
            engine.dispose()
        print(f"  {size:>10,}  {month * 1000:>9.1f}  {whole * 1000:>9.1f}  {scored * 1000:>14.2f}")
    _recount()


def _recount() -> None:
    logs = list(islice(_logs(), _FOLDED))
    count = sum(map(len, logs))
    begun = time.process_time()
    found = sum(len(records(lifecycle.fold(log))) for log in logs)
    took = time.process_time() - begun
    assert found == len(logs)
    print(
        f"  counted again from {count:,} events: {count / took:,.0f} events/s, {took / count * 1e6:.1f} µs CPU an event;"
    )
    print(f"  a million events in {took / count * 1e6:.0f} s")


def _best(work: Callable[[], object]) -> float:
    times = []
    for _ in range(3):
        begun = time.process_time()
        work()
        times.append(time.process_time() - begun)
    return min(times)


def _fill(db: Connection, size: int) -> None:
    goes = _goes(size)
    while page := [rankings.row(record) for record in islice(goes, _PAGE)]:
        db.execute(insert(rounds), page)


def _goes(size: int) -> Iterator[Record]:
    chance = Random(3)
    for number in range(size):
        # Ids grow with time, as the service's own do.
        began = NOW - timedelta(days=_DAYS * (1 - number / size))
        reply_by = began + timedelta(days=7)
        fair = chance.random() < 0.8
        yield Record(
            ticket_id=number,
            number=0,
            unit_id=chance.choice(UNITS),
            category="城乡建设",
            joined=chance.random() < 0.1,
            began=began,
            reply_by=reply_by,
            replied_at=reply_by + timedelta(days=-1 if fair else 2),
            on_time=fair,
            fair=fair,
            seconds=chance.randint(3_600, 900_000),
            rating=chance.choice((None, 1, 2, 3, 4, 5)),
            void=False,
            silent=False,
            solved=chance.choice((None, True, False)),
            to_point=None,
            attitude=None,
            yellow=not fair,
            red=False,
            noticed=False,
        )


def _logs() -> Iterator[list[Event]]:
    citizen, official = Actor(By.CITIZEN, 1), Actor(By.STAFF, 2, "周工", "unit1")
    number = 0
    while True:
        number += 1
        promise = Promise(NOW, NOW + timedelta(days=7), "投诉 5 个工作日内答复")
        filed = Filed(
            number="26000010", token="t", code="1", person_id=1, kind="投诉", category="城乡建设", subcategory=None,
            title="路灯不亮", text="幸福路的路灯坏了三天。", place=None, urgent=False, leader=None, named=False, public=True,
            unit_id="unit1", routed="", promise=promise,
        )  # fmt: skip
        steps: tuple[tuple[Happening, Actor], ...] = (
            (Accepted(), official),
            (Replied("已经修好，欢迎再看看。", timing=Timing(True, True, 90_000)), official),
            (Rated(5), citizen),
            (OpinionGiven(solved=True), citizen),
        )
        events = [Event(number, 1, NOW, citizen, filed)]
        for seq, (what, actor) in enumerate(steps, 2):
            events.append(Event(number, seq, NOW, actor, what))
        yield events
