"""Units and their rates as pages and spreadsheets show them."""

from __future__ import annotations

from msgspec import Struct

from handlers.rankings import wording
from handlers.rankings.figures import Figures, Rate
from handlers.rankings.lists import NAMES, Which


class Bar(Struct, frozen=True):
    """One rate of one unit as a page shows it; shares in hundredths for the width of its bar, `between` what chance leaves
    open, in words. `link` is the last part of the address of the tickets that `behind` names.
    """

    name: str
    rate: Rate
    words: str
    width: float
    low: float
    high: float
    between: str
    link: str = ""
    behind: str = ""


class Row(Struct, frozen=True):
    """One unit of a ranking."""

    place: int | None
    unit_id: str
    name: str
    score: float
    figures: Figures
    bars: tuple[Bar, ...]


def bar(name: str, rate: Rate, which: Which | None = None) -> Bar:
    """The rate as a bar that opens to these tickets."""
    low, high = (round(each * 100, 1) for each in rate.interval)
    width = round((rate.value or 0) * 100, 1)
    link, behind = (which.value, NAMES[which]) if which else ("", "")
    return Bar(name, rate, wording.brief_rate(rate), width, low, high, _between(rate), link, behind)


def _between(rate: Rate) -> str:
    low, high = (wording.percent(each) for each in rate.interval)
    return "" if low == high or not rate.whole else f"可能在 {low}–{high} 之间"
