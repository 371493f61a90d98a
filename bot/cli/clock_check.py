"""The clock check of `python -m bot doctor`: whether this host and the database agree about the time."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.background.timekeeper import look
from bot.clock import Clock
from bot.config import Settings, Unusable
from bot.wiring import open_database
from handlers.tickets.wording import lasting
from storage.queries.moment import DatabaseTime


async def clock_findings(settings: Settings, clock: Clock) -> list[tuple[bool | None, str]]:
    """Returns findings about the difference of the clocks. Empty when host and database share one clock."""
    if make_url(settings.database).get_backend_name() == "sqlite":
        return []
    try:
        async with open_database(settings) as engine:
            reading = await look(clock, DatabaseTime(engine, clock))
    except (SQLAlchemyError, OSError, Unusable):
        return []
    if not reading.differs:
        return [(True, "时钟：本机和数据库一致")]
    fast = "快" if reading.apart > timedelta() else "慢"
    words = (
        f"时钟：本机比数据库{fast} {lasting(abs(reading.apart))}，本机不催办；先校准两台机器的时间（NTP），再看哪台错了"
    )
    return [(False, words)]
