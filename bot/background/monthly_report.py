"""Job that sends the month's report once: reads the figures, then queues its pushes in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncEngine

from handlers.calendar.workdays import WorkCalendar
from handlers.directory.directory import Directory, Level
from handlers.pushes import Push
from handlers.rankings import monthly
from handlers.rankings.figures import total
from handlers.rankings.order import peers, ranked
from handlers.rankings.periods import Period
from storage.queries import monthly_report as store
from storage.queries.rankings import Rankings
from storage.shared.signals import OUTBOX, Bus


class MonthlyReport:
    """Sends the report of the last month when it is due and has not been sent. `site` is this service's public address."""

    def __init__(
        self,
        *,
        engine: AsyncEngine,
        directory: Callable[[], Directory],
        calendar: WorkCalendar,
        new_id: Callable[[], int],
        bus: Bus,
        site: str,
    ) -> None:
        self._engine = engine
        self._directory = directory
        self._calendar = calendar
        self._new_id = new_id
        self._bus = bus
        self._site = site

    async def tick(self, now: datetime) -> None:
        """Send the report if it is due. A new service sends none for the month before its first."""
        period = monthly.due(now, self._calendar)
        if period is None:
            return
        last = await store.last_reported(self._engine)
        if last >= monthly.index(period):
            return
        pushes = await self._pushes(period, now) if last else ()
        if await store.report(self._engine, monthly.index(period), pushes, now) and pushes:
            self._bus.ring([OUTBOX])

    async def _pushes(self, period: Period, now: datetime) -> tuple[Push, ...]:
        directory, rankings = self._directory(), Rankings(self._engine)
        found = {level: await rankings.figures(peers(directory, level), period, now) for level in Level}
        units = frozenset(unit_id for level in Level for unit_id in peers(directory, level))
        middle = await rankings.median_hours(units, period)
        together = total("", (one for many in found.values() for one in many), middle)
        link = self._site + monthly.path(period)
        orders = {level: ranked(many) for level, many in found.items()}
        text = monthly.letter(period, together, orders, directory, link)
        card = monthly.card(period, now)
        return tuple(
            Push(self._new_id(), person, None, text, card, staff_id=directory.staff_id(person))
            for person in monthly.readers(directory)
        )
