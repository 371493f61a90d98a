"""The directory (units, routes, staff) in the database: read whole, replaced from a seed file, staff changed by
commands.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace as replaced
from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from handlers.directory.directory import Directory, Route, Staff, Unit
from storage.queries import batch_loading
from storage.queues import released
from storage.schema import rows
from storage.schema.engine import upsert
from storage.schema.tables import routes, settings, staff, units
from storage.schema.transaction import writing


async def version(engine: AsyncEngine) -> int:
    """Returns the number that every change of the directory raises. A process compares it to know when to load again."""
    async with engine.connect() as db:
        query = select(settings.c.value).where(settings.c.name == "directory_version")
        return int((await db.execute(query)).scalar_one())


async def load(engine: AsyncEngine) -> Directory:
    """Returns the whole directory. It has no units before the first seed file."""
    async with engine.connect() as db:
        return await db.run_sync(batch_loading.directory)


async def replace(
    engine: AsyncEngine, unit_list: Sequence[Unit], route_list: Sequence[Route], dispatch_id: str
) -> None:
    """Replace the directory by a seed file's: units are added and changed, never removed (tickets name them); routes
    are replaced.
    """
    async with writing(engine) as db:
        if unit_list:
            await db.execute(upsert(units, db.dialect.name), [rows.unit_row(unit) for unit in unit_list])
        await db.execute(delete(routes))
        if route_list:
            await db.execute(insert(routes), [rows.route_row(n, route) for n, route in enumerate(route_list, 1)])
        await db.execute(update(settings).where(settings.c.name == "dispatch_unit").values(words=dispatch_id))
        await db.execute(
            update(settings).where(settings.c.name == "directory_version").values(value=settings.c.value + 1)
        )


async def release(engine: AsyncEngine, member: Staff) -> None:
    """Unbind a member of staff from their account, void their unused code, and delete the pushes that wait for them as
    an official.
    """
    freed = replaced(member, person_id=None, invite_hash=None, invite_until=0)
    async with writing(engine) as db:
        await db.execute(upsert(staff, db.dialect.name), [rows.staff_row(freed)])
        if member.person_id is not None:
            await db.run_sync(released.drop, member.person_id)
        await db.execute(
            update(settings).where(settings.c.name == "directory_version").values(value=settings.c.value + 1)
        )


async def save_staff(engine: AsyncEngine, members: Sequence[Staff]) -> None:
    """Add or change members of staff."""
    async with writing(engine) as db:
        await db.execute(upsert(staff, db.dialect.name), [rows.staff_row(member) for member in members])
        await db.execute(
            update(settings).where(settings.c.name == "directory_version").values(value=settings.c.value + 1)
        )
