"""`/rank`: units side by side, what lies behind each figure, the best and worst answers, and the month's report."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from aiohttp import web

from bot.pages.context import House
from bot.pages.rank_rows import Row, bar
from bot.pages.rendering import asked_size
from bot.pages.workbook import workbook
from handlers.directory.directory import Level
from handlers.rankings import periods, wording
from handlers.rankings.figures import Figures, total
from handlers.rankings.lists import NAMES, Graded, Line, Which
from handlers.rankings.order import FLOOR, WEIGHTS, Ranked, peers, ranked
from handlers.rankings.periods import Period

LATELY = "近30天"
"""What is shown to who names no period: on the first of a month the month itself is empty."""
LOOKS_PER_MINUTE = 60
"""For one address: somebody who taps through everything stays under it, a scraper does not."""
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Figured(Protocol):
    """The look-ups that these pages need (`storage.queries.rankings.Rankings`)."""

    async def figures(self, unit_ids: Collection[str], period: Period, now: datetime) -> tuple[Figures, ...]:
        """The figures of these units."""

    async def median_hours(self, unit_ids: Collection[str], period: Period) -> float | None:
        """The median hours of these units together."""

    async def behind(self, unit_id: str, which: Which, period: Period, now: datetime) -> tuple[Line, ...]:
        """The tickets behind one figure of the unit."""

    async def replies(self, period: Period, best: bool, phones: Mapping[str, str]) -> tuple[Graded, ...]:
        """Public answers with the best or the worst grades."""


class Rank:
    """The handlers of these pages. Everything on them is public."""

    def __init__(self, house: House, rankings: Figured) -> None:
        self._house = house
        self._rankings = rankings

    async def units(self, request: web.Request) -> web.Response:
        """GET the ranking of one level in one period."""
        if size := asked_size(request):
            return size
        period, now = await self._asked(request)
        levels = self._levels()
        level = _level(request.query.get("level", ""), levels)
        rows = await self._rows(level, period, now) if level else ()
        return self._page(request, "rank.html", period, level=level, levels=levels, rows=rows, floor=FLOOR)

    async def unit(self, request: web.Request) -> web.Response:
        """GET one unit's figures, each with what chance leaves open and a way to its tickets."""
        if size := asked_size(request):
            return size
        period, now = await self._asked(request)
        unit_id = self._unit(request)
        found = await self._rankings.figures([unit_id], period, now)
        figures = found[0] if found else Figures(unit_id)
        level = self._house.directory().units[unit_id].level
        links = {"响应率": Which.OWED, "按时率": Which.LATE, "解决率": Which.UNSOLVED, "满意率": Which.DISSATISFIED}
        bars = tuple(bar(name, of(figures), links[name]) for name, of in wording.RATES)
        counts = (
            (Which.ANSWERED, figures.answered),
            (Which.OWED, figures.due - figures.answered),
            (Which.LATE, figures.answered - figures.fair),
            (Which.SATISFIED, figures.satisfied),
            (Which.DISSATISFIED, figures.graded - figures.satisfied),
            (Which.UNSOLVED, figures.asked_solved - figures.solved),
            (Which.AGAIN, figures.again),
        )
        return self._page(
            request, "rank_unit.html", period, unit=self._name(unit_id), level=level, figures=figures, bars=bars,
            counts=counts, names=NAMES, hours=wording.hours(figures.median_hours),
        )  # fmt: skip

    async def tickets(self, request: web.Request) -> web.Response:
        """GET the tickets behind one figure."""
        if size := asked_size(request):
            return size
        period, now = await self._asked(request)
        unit_id = self._unit(request)
        try:
            which = Which(request.match_info["which"])
        except ValueError:
            raise web.HTTPNotFound from None
        lines = await self._rankings.behind(unit_id, which, period, now)
        return self._page(
            request, "rank_tickets.html", period, unit=self._name(unit_id), unit_id=unit_id, which=NAMES[which],
            lines=lines,
        )  # fmt: skip

    async def replies(self, request: web.Request) -> web.Response:
        """GET the board of answers that citizens liked best, or least."""
        if size := asked_size(request):
            return size
        period, _ = await self._asked(request)
        best = request.match_info["board"] == "best"
        phones = {unit.id: unit.phone for unit in self._house.directory().units.values()}
        shown = [(self._name(each.unit_id), each) for each in await self._rankings.replies(period, best, phones)]
        return self._page(request, "rank_replies.html", period, best=best, replies=shown)

    async def report(self, request: web.Request) -> web.Response:
        """GET the report of a month: all levels, as a page that prints well."""
        if size := asked_size(request):
            return size
        period, sections, together = await self._report(request)
        summary = wording.stats("全部单位", period.name, together)[1:]
        return self._page(request, "rank_report.html", period, sections=sections, summary=summary)

    async def spreadsheet(self, request: web.Request) -> web.Response:
        """GET the same report as a spreadsheet."""
        period, sections, _ = await self._report(request)
        body = workbook(period.name, [(wording.LEVELS[level], rows) for level, rows in sections])
        name = f"minsheng-{period.key}.xlsx"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return web.Response(body=body, content_type=_XLSX, headers=headers)

    async def _report(self, request: web.Request) -> tuple[Period, Sequence[tuple[Level, tuple[Row, ...]]], Figures]:
        await self._throttle(request)
        now = self._house.clock.now()
        period = periods.read(request.match_info["month"], now)
        if period is None:
            raise web.HTTPNotFound
        sections = [(level, await self._rows(level, period, now)) for level in self._levels()]
        sections = [(level, rows) for level, rows in sections if rows]
        units = [unit_id for level in self._levels() for unit_id in peers(self._house.directory(), level)]
        middle = await self._rankings.median_hours(units, period)
        together = total("", (row.figures for _, rows in sections for row in rows), middle)
        return period, sections, together

    async def _rows(self, level: Level, period: Period, now: datetime) -> tuple[Row, ...]:
        directory = self._house.directory()
        found = await self._rankings.figures(peers(directory, level), period, now)
        return tuple(self._row(each) for each in ranked(found))

    def _row(self, each: Ranked) -> Row:
        figures = each.figures
        bars = tuple(bar(name, of(figures)) for name, of in wording.RATES)
        return Row(each.place, figures.unit_id, self._name(figures.unit_id), each.score, figures, bars)

    def _levels(self) -> tuple[Level, ...]:
        used = {unit.level for unit in self._house.directory().units.values()}
        return tuple(level for level in Level if level in used)

    def _name(self, unit_id: str) -> str:
        return self._house.directory().name(unit_id)

    def _unit(self, request: web.Request) -> str:
        unit_id = request.match_info["unit"]
        if unit_id not in self._house.directory().units:
            raise web.HTTPNotFound
        return unit_id

    async def _throttle(self, request: web.Request) -> None:
        await self._house.throttle("rank", self._house.client(request), LOOKS_PER_MINUTE, 60)

    async def _asked(self, request: web.Request) -> tuple[Period, datetime]:
        await self._throttle(request)
        now = self._house.clock.now()
        period = periods.read(request.query.get("period", LATELY), now)
        if period is None:
            raise web.HTTPNotFound
        return period, now

    def _page(self, request: web.Request, template: str, period: Period, **values: Any) -> web.Response:
        now = self._house.clock.now()
        near = [periods.read(words, now) for words in (LATELY, "本月", "上月", "今年")]
        return self._house.renderer.page(
            request, template, period=period, near=near, level_names=wording.LEVELS, how=wording.HOW,
            weights=WEIGHTS, **values,
        )  # fmt: skip


def _level(asked: str, levels: Sequence[Level]) -> Level | None:
    """The level asked for; otherwise that of counties, or whatever there is."""
    if asked:
        try:
            return Level(asked)
        except ValueError:
            raise web.HTTPNotFound from None
    return Level.COUNTY if Level.COUNTY in levels else next(iter(levels), None)
