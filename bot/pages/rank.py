"""`/rank`: rankings of units, the tickets behind each figure, the best and worst answers, the month's report."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any, Protocol

from aiohttp import web
from msgspec import Struct
from xlsxwriter import Workbook

from bot.pages.context import PageContext
from bot.pages.rendering import asked_size
from handlers.directory.directory import Level
from handlers.rankings import periods, wording
from handlers.rankings.figures import Figures, Rate, total
from handlers.rankings.lists import NAMES, Graded, RankingLine, Which
from handlers.rankings.order import FLOOR, WEIGHTS, Ranked, peers, ranked
from handlers.rankings.periods import Period

LATELY = "近30天"
"""Period shown when none is asked for: on the first of a month the month itself is empty."""

LOOKS_PER_MINUTE = 60
"""Requests of one address: a person who taps through everything stays below it, a scraper does not."""

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Figured(Protocol):
    """Port: the look-ups that these pages need. `storage.queries.rankings.Rankings` implements it."""

    async def figures(self, unit_ids: Collection[str], period: Period, now: datetime) -> tuple[Figures, ...]:
        """Returns the figures of these units."""

    async def median_hours(self, unit_ids: Collection[str], period: Period) -> float | None:
        """Returns the median hours of these units together."""

    async def behind(self, unit_id: str, which: Which, period: Period, now: datetime) -> tuple[RankingLine, ...]:
        """Returns the tickets that one figure of the unit counts."""

    async def replies(self, period: Period, best: bool, phones: Mapping[str, str]) -> tuple[Graded, ...]:
        """Returns public answers with the best or the worst grades."""


class Bar(Struct, frozen=True):
    """One rate of one unit as a page shows it. Shares are in hundredths, for the width of the bar."""

    name: str
    rate: Rate
    words: str
    width: float
    low: float
    high: float
    between: str
    """The margin of chance, in words."""

    link: str = ""
    """Last part of the address of the tickets that `behind` names."""

    behind: str = ""


class RankRow(Struct, frozen=True):
    """One unit of a ranking."""

    place: int | None
    unit_id: str
    name: str
    score: float
    figures: Figures
    bars: tuple[Bar, ...]


def bar(name: str, rate: Rate, which: Which | None = None) -> Bar:
    """Returns the rate as a bar that links to these tickets."""
    low, high = (round(each * 100, 1) for each in rate.interval)
    width = round((rate.value or 0) * 100, 1)
    link, behind = (which.value, NAMES[which]) if which else ("", "")
    return Bar(name, rate, wording.brief_rate(rate), width, low, high, _between(rate), link, behind)


def _between(rate: Rate) -> str:
    low, high = (wording.percent(each) for each in rate.interval)
    return "" if low == high or not rate.whole else f"可能在 {low}–{high} 之间"


class RankPages:
    """Handlers of these pages. Everything on them is public."""

    def __init__(self, context: PageContext, rankings: Figured) -> None:
        self._context = context
        self._rankings = rankings

    async def units(self, request: web.Request) -> web.Response:
        """Handle GET of the ranking of one level in one period."""
        if size := asked_size(request):
            return size
        period, now = await self._asked(request)
        levels = self._levels()
        level = _level(request.query.get("level", ""), levels)
        rows = await self._rows(level, period, now) if level else ()
        return self._page(request, "rank.html", period, level=level, levels=levels, rows=rows, floor=FLOOR)

    async def unit(self, request: web.Request) -> web.Response:
        """Handle GET of one unit's figures, each with its margin of chance and a link to its tickets."""
        if size := asked_size(request):
            return size
        period, now = await self._asked(request)
        unit_id = self._unit(request)
        found = await self._rankings.figures([unit_id], period, now)
        figures = found[0] if found else Figures(unit_id)
        level = self._context.directory().units[unit_id].level
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
        """Handle GET of the tickets behind one figure."""
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
        """Handle GET of the answers with the best, or the worst, grades."""
        if size := asked_size(request):
            return size
        period, _ = await self._asked(request)
        best = request.match_info["board"] == "best"
        phones = {unit.id: unit.phone for unit in self._context.directory().units.values()}
        shown = [(self._name(each.unit_id), each) for each in await self._rankings.replies(period, best, phones)]
        return self._page(request, "rank_replies.html", period, best=best, replies=shown)

    async def report(self, request: web.Request) -> web.Response:
        """Handle GET of a month's report: all levels on a printable page."""
        if size := asked_size(request):
            return size
        period, sections, together = await self._report(request)
        summary = wording.stats("全部单位", period.name, together)[1:]
        return self._page(request, "rank_report.html", period, sections=sections, summary=summary)

    async def spreadsheet(self, request: web.Request) -> web.Response:
        """Handle GET of the report as a spreadsheet."""
        period, sections, _ = await self._report(request)
        body = workbook(period.name, [(wording.LEVELS[level], rows) for level, rows in sections])
        name = f"minsheng-{period.key}.xlsx"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return web.Response(body=body, content_type=_XLSX, headers=headers)

    async def _report(
        self, request: web.Request
    ) -> tuple[Period, Sequence[tuple[Level, tuple[RankRow, ...]]], Figures]:
        await self._throttle(request)
        now = self._context.clock.now()
        period = periods.read(request.match_info["month"], now)
        if period is None:
            raise web.HTTPNotFound
        sections = [(level, await self._rows(level, period, now)) for level in self._levels()]
        sections = [(level, rows) for level, rows in sections if rows]
        units = [unit_id for level in self._levels() for unit_id in peers(self._context.directory(), level)]
        middle = await self._rankings.median_hours(units, period)
        together = total("", (row.figures for _, rows in sections for row in rows), middle)
        return period, sections, together

    async def _rows(self, level: Level, period: Period, now: datetime) -> tuple[RankRow, ...]:
        directory = self._context.directory()
        found = await self._rankings.figures(peers(directory, level), period, now)
        return tuple(self._row(each) for each in ranked(found))

    def _row(self, each: Ranked) -> RankRow:
        figures = each.figures
        bars = tuple(bar(name, of(figures)) for name, of in wording.RATES)
        return RankRow(each.place, figures.unit_id, self._name(figures.unit_id), each.score, figures, bars)

    def _levels(self) -> tuple[Level, ...]:
        used = {unit.level for unit in self._context.directory().units.values()}
        return tuple(level for level in Level if level in used)

    def _name(self, unit_id: str) -> str:
        return self._context.directory().name(unit_id)

    def _unit(self, request: web.Request) -> str:
        unit_id = request.match_info["unit"]
        if unit_id not in self._context.directory().units:
            raise web.HTTPNotFound
        return unit_id

    async def _throttle(self, request: web.Request) -> None:
        await self._context.throttle("rank", self._context.client(request), LOOKS_PER_MINUTE, 60)

    async def _asked(self, request: web.Request) -> tuple[Period, datetime]:
        await self._throttle(request)
        now = self._context.clock.now()
        period = periods.read(request.query.get("period", LATELY), now)
        if period is None:
            raise web.HTTPNotFound
        return period, now

    def _page(self, request: web.Request, template: str, period: Period, **values: Any) -> web.Response:
        now = self._context.clock.now()
        near = [periods.read(words, now) for words in (LATELY, "本月", "上月", "今年")]
        return self._context.renderer.page(
            request, template, period=period, near=near, level_names=wording.LEVELS, how=wording.HOW,
            weights=WEIGHTS, **values,
        )  # fmt: skip


def _level(asked: str, levels: Sequence[Level]) -> Level | None:
    """Returns the level asked for, else that of counties, else any."""
    if asked:
        try:
            return Level(asked)
        except ValueError:
            raise web.HTTPNotFound from None
    return Level.COUNTY if Level.COUNTY in levels else next(iter(levels), None)


_COLUMNS: tuple[tuple[str, int, str, Callable[[RankRow], str | float | None]], ...] = (
    ("名次", 6, "", lambda row: row.place or "不排名"),
    ("单位", 24, "", lambda row: row.name),
    ("得分", 8, "0.0", lambda row: row.score),
    ("应答复", 8, "0", lambda row: row.figures.due),
    ("已答复", 8, "0", lambda row: row.figures.answered),
    ("响应率", 9, "0.0%", lambda row: row.figures.response.value),
    ("按时", 8, "0", lambda row: row.figures.fair),
    ("按时率", 9, "0.0%", lambda row: row.figures.punctual.value),
    ("说解决了", 9, "0", lambda row: row.figures.solved),
    ("解决率", 9, "0.0%", lambda row: row.figures.resolution.value),
    ("评价数", 8, "0", lambda row: row.figures.graded),
    ("满意率", 9, "0.0%", lambda row: row.figures.satisfaction.value),
    ("没有评价", 9, "0", lambda row: row.figures.silent),
    ("用时中位数（小时）", 18, "0.0", lambda row: row.figures.median_hours),
    ("重办", 7, "0", lambda row: row.figures.again),
    ("黄牌", 7, "0", lambda row: row.figures.yellow),
    ("红牌", 7, "0", lambda row: row.figures.red),
    ("催办通知", 9, "0", lambda row: row.figures.noticed),
    ("在办", 7, "0", lambda row: row.figures.open),
    ("逾期", 7, "0", lambda row: row.figures.overdue),
)
"""Title, width, number format and value of each column."""


def workbook(period: str, sections: Sequence[tuple[str, Sequence[RankRow]]]) -> bytes:
    """Returns the file's bytes. Without units, a sheet that says so."""
    target = BytesIO()
    with Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "vcenter"})
        for title, rows in sections or [("没有数据", ())]:
            sheet = book.add_worksheet(title)
            sheet.write(0, 0, f"{period}　{title}排行", book.add_format({"bold": True, "font_size": 14}))
            sheet.write(1, 0, wording.HOW)
            sheet.freeze_panes(3, 2)
            for column, (name, width, number, value) in enumerate(_COLUMNS):
                form = book.add_format({"num_format": number}) if number else None
                sheet.set_column(column, column, width)
                sheet.write(2, column, name, head)
                for line, row in enumerate(rows, 3):
                    sheet.write(line, column, value(row), form)
    return target.getvalue()
