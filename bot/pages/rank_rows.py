"""Units and their rates as pages and spreadsheets show them."""

from __future__ import annotations

from msgspec import Struct

from handlers.rankings import wording
from handlers.rankings.figures import Figures, Rate


class Bar(Struct, frozen=True):
    """One rate of one unit as a page shows it; shares in whole hundredths for the width of its bar."""

    name: str
    rate: Rate
    words: str
    width: int
    low: int
    high: int
    link: str = ""


class Row(Struct, frozen=True):
    """One unit of a ranking."""

    place: int | None
    unit_id: str
    name: str
    score: float
    figures: Figures
    bars: tuple[Bar, ...]


def bar(name: str, rate: Rate, link: str = "") -> Bar:
    """The rate as a bar."""
    low, high = rate.interval
    width = round((rate.value or 0) * 100)
    return Bar(name, rate, wording.brief_rate(rate), width, round(low * 100), round(high * 100), link)
