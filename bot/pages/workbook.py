"""The report as a spreadsheet: one sheet a level, numbers as numbers, shares as shares."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO

from xlsxwriter import Workbook

from bot.pages.rank_rows import Row
from handlers.rankings.wording import HOW

_COLUMNS: tuple[tuple[str, int, str, Callable[[Row], str | float | None]], ...] = (
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


def workbook(period: str, sections: Sequence[tuple[str, Sequence[Row]]]) -> bytes:
    """The file's bytes; a sheet that says so when there is nothing."""
    target = BytesIO()
    with Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "vcenter"})
        for title, rows in sections or [("没有数据", ())]:
            sheet = book.add_worksheet(title)
            sheet.write(0, 0, f"{period}　{title}排行", book.add_format({"bold": True, "font_size": 14}))
            sheet.write(1, 0, HOW)
            sheet.freeze_panes(3, 2)
            for column, (name, width, number, value) in enumerate(_COLUMNS):
                form = book.add_format({"num_format": number}) if number else None
                sheet.set_column(column, column, width)
                sheet.write(2, column, name, head)
                for line, row in enumerate(rows, 3):
                    sheet.write(line, column, value(row), form)
    return target.getvalue()
