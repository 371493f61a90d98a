"""整改 items in the database: loaded and written for messages, listed for pages, compared with their events."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence

import msgspec
from sqlalchemy import Connection, bindparam, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from handlers.errors import Broken
from handlers.items.events import ItemEvent
from handlers.items.item import Item
from handlers.items.lifecycle import ItemChange, fold
from handlers.items.states import ENDED, RUNNING
from storage.schema import rows
from storage.schema.bulk import Bulk
from storage.schema.engine import upsert
from storage.schema.in_list import among
from storage.schema.tables import rectification_events, rectifications, spelled
from storage.schema.transaction import writing

RUNNING_MOST = 200
"""Running items that are listed, soonest due first."""

LISTED = 100
"""Items on the public page, of those running and of those that have ended."""

PAGE = 100

_running = rectifications.c.state.in_(spelled(*sorted(RUNNING)))
_items = (
    select(rectifications.c.doc)
    .where(
        or_(
            among(rectifications.c.key, "keys"),
            _running & among(rectifications.c.unit_id, "units"),
        )
    )
    .order_by(rectifications.c.id)
)
_all_running = select(rectifications.c.doc).where(_running).order_by(rectifications.c.due_at).limit(RUNNING_MOST)
_last_serial = select(func.max(rectifications.c.serial)).where(rectifications.c.year == bindparam("year"))
_history = (
    select(rectification_events.c.item_id, rectification_events.c.doc)
    .where(among(rectification_events.c.item_id, "ids"))
    .order_by(rectification_events.c.item_id, rectification_events.c.seq)
)
_bulk_items = Bulk(
    lambda dialect: upsert(rectifications, dialect, ["state", "unit_id", "due_at", "look_at", "version", "doc"])
)
_bulk_events = Bulk(lambda _: insert(rectification_events))


def load(db: Connection, keys: Collection[str], unit_ids: Collection[str], running: bool) -> list[Item]:
    """Returns items by short number, running items led by these units and, with `running`, all running items."""
    docs: list[str] = []
    if keys or unit_ids:
        docs += db.execute(_items, {"keys": sorted(keys), "units": sorted(unit_ids)}).scalars().all()
    if running:
        docs += db.execute(_all_running).scalars().all()
    return [rows.item(doc) for doc in dict.fromkeys(docs)]


def last_serial(db: Connection, year: int) -> int:
    """Returns the last serial of the year. When two transactions take the next one, the second collides and decides
    again.
    """
    return int(db.execute(_last_serial, {"year": year}).scalar() or 0)


def history(db: Connection, ids: Collection[int]) -> dict[int, tuple[ItemEvent, ...]]:
    """Returns all events of these items in order, by item id."""
    found: dict[int, list[ItemEvent]] = {item_id: [] for item_id in ids}
    if found:
        for item_id, doc in db.execute(_history, {"ids": sorted(found)}):
            found[item_id].append(rows.item_event(doc))
    return {item_id: tuple(log) for item_id, log in found.items()}


def write(db: Connection, changes: Sequence[ItemChange]) -> None:
    """Write the changed items and their events."""
    changed = {change.item.id: change.item for change in changes}
    _bulk_items.run(db, [rows.item_row(changed[item_id]) for item_id in sorted(changed)])
    _bulk_events.run(db, [rows.item_event_row(change.event) for change in changes])


class Rectifications:
    """Items for pages, each look-up in a transaction of its own."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def listed(self) -> tuple[Item, ...]:
        """Returns running items, newest first, then those that have ended."""
        docs = select(rectifications.c.doc).order_by(rectifications.c.id.desc())
        async with self._engine.connect() as db:
            running = (await db.execute(docs.where(_running).limit(LISTED))).scalars().all()
            over = docs.where(rectifications.c.state.in_(spelled(*sorted(ENDED)))).limit(LISTED)
            ended = (await db.execute(over)).scalars().all()
        return tuple(rows.item(doc) for doc in (*running, *ended))

    async def one(self, key: str) -> tuple[Item, tuple[ItemEvent, ...]] | None:
        """Returns the item with this short number and its log. None when it does not exist."""
        query = select(rectifications.c.doc).where(rectifications.c.key == key)
        async with self._engine.connect() as db:
            doc = (await db.execute(query)).scalar_one_or_none()
            if doc is None:
                return None
            item = rows.item(doc)
            log = await db.run_sync(history, [item.id])
        return item, log[item.id]


# Locked while they are compared, as tickets are (`storage/transactions/rebuild.py`).
_page = select(rectifications).order_by(rectifications.c.id).limit(PAGE).with_for_update()
_orphans = (
    select(rectification_events.c.item_id)
    .where(rectification_events.c.seq == 1, ~exists().where(rectifications.c.id == rectification_events.c.item_id))
    .order_by(rectification_events.c.item_id)
)


async def differences(engine: AsyncEngine, repair: bool = False) -> AsyncIterator[tuple[str, tuple[str, ...], bool]]:
    """Yields items whose row is not the fold of their log: short number, columns that differ, whether it was repaired."""
    after = 0
    while True:
        async with writing(engine) as db:
            page = (await db.execute(_page.where(rectifications.c.id > after))).mappings().all()
            found = await _compare(db, [dict(row) for row in page], repair)
        for difference in found:
            yield difference
        if len(page) < PAGE:
            break
        after = page[-1]["id"]
    async with writing(engine) as db:
        lost = await _missing(db, repair)
    for difference in lost:
        yield difference


async def _compare(
    db: AsyncConnection, page: Sequence[rows.Row], repair: bool
) -> list[tuple[str, tuple[str, ...], bool]]:
    logs = await db.run_sync(_logs, [row["id"] for row in page])
    found: list[tuple[str, tuple[str, ...], bool]] = []
    for row in page:
        item = _folded(logs[row["id"]])
        if item is None:
            found.append((row["key"], ("events",), False))
            continue
        truth = rows.item_row(item)
        columns = tuple(name for name in row if row[name] != truth[name])
        if columns:
            if repair:
                await db.execute(update(rectifications).where(rectifications.c.id == row["id"]).values(**truth))
            found.append((row["key"], columns, repair))
    return found


async def _missing(db: AsyncConnection, repair: bool) -> list[tuple[str, tuple[str, ...], bool]]:
    ids = (await db.execute(_orphans)).scalars().all()
    logs = await db.run_sync(_logs, ids)
    found: list[tuple[str, tuple[str, ...], bool]] = []
    for item_id in ids:
        item = _folded(logs[item_id])
        if item is None:
            found.append((f"id {item_id}", ("events",), False))
            continue
        if repair:
            await db.execute(insert(rectifications).values(**rows.item_row(item)))
        found.append((item.key, ("id",), repair))
    return found


def _logs(db: Connection, ids: Sequence[int]) -> dict[int, tuple[ItemEvent, ...]]:
    """Returns the logs of these items. A log that cannot be read is returned empty."""
    try:
        return history(db, ids)
    except msgspec.DecodeError:
        if len(ids) == 1:
            return {ids[0]: ()}
        return {item_id: log for each in ids for item_id, log in _logs(db, [each]).items()}


def _folded(log: tuple[ItemEvent, ...]) -> Item | None:
    try:
        return fold(log)
    except Broken:
        return None
