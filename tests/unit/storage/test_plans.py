"""No look on the way of a message reads a whole table: what is quick on a hundred rows must stay so on a million."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, event

from handlers.messages import Channel, Incoming, Text
from storage.queries import batch_loading
from storage.queues import media, outbox
from storage.schema.tables import metadata
from storage.transactions import chase

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
BATCH = [Incoming(f"k{n}", Channel.WECHAT, f"o{n}", NOW, NOW, Text("路灯坏了")) for n in range(3)]
BIG = ("inbox", "people", "tickets", "events", "outbox", "media")

LOOKS: dict[str, Callable[[Connection], object]] = {
    "answered": lambda db: batch_loading.answered(db, BATCH),
    "known": lambda db: batch_loading.known(db, BATCH),
    "mine": lambda db: batch_loading.mine(db, 1),
    "desk": lambda db: batch_loading.desk(db, ["a", "b"]),
    "history": lambda db: batch_loading.history(db, [1, 2]),
    "followers": lambda db: db.execute(batch_loading._followers, {"ids": [1]}),
    "parked": lambda db: db.execute(batch_loading._parked, {"ids": [1]}),
    "due pushes": lambda db: db.execute(outbox.due(NOW, 16)),
    "due looks": lambda db: db.execute(chase._due, {"now": NOW, "after_at": NOW, "after_id": 0, "most": 300}),
    "due files": lambda db: db.execute(media.due(NOW, 4)),
    "by number": lambda db: batch_loading.tickets_by(db, ["26000010"], [1]),
}


@pytest.fixture
def db() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.mark.parametrize("name", LOOKS)
def test_a_look_uses_an_index(db: Connection, name: str) -> None:
    asked: list[tuple[str, Any]] = []
    event.listen(db, "before_cursor_execute", lambda *given: asked.append((given[2], given[3])))
    LOOKS[name](db)
    assert asked
    for statement, values in tuple(asked):
        plan = db.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
        scans = [row[3] for row in plan if row[3].startswith("SCAN") and row[3].split()[1] in BIG]
        assert not scans, scans
