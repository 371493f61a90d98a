"""Wording of figures in chat and on pages: names of rates, shares, hours, and what a ranking rests on."""

from __future__ import annotations

from collections.abc import Callable

from handlers.directory.directory import Level
from handlers.rankings.figures import Figures, Rate
from handlers.rankings.order import FLOOR, PRIOR, WEIGHTS, Ranked

RATES: tuple[tuple[str, Callable[[Figures], Rate]], ...] = tuple((each.name, each.rate) for each in WEIGHTS)
"""The rates that are scored, in the order they are shown."""

LEAST_SURE = 30
"""Below this number a share is shown with its margin of chance."""

LEVELS: dict[Level, str] = {
    Level.PROVINCE: "省级单位",
    Level.CITY: "市级单位",
    Level.COUNTY: "县区单位",
    Level.STREET: "街道乡镇",
    Level.COMMUNITY: "社区村",
    Level.GRID: "网格",
}
"""Names of levels. Units are compared within their level only."""


def percent(share: float) -> str:
    """Returns a share such as 83%: 99.9% rather than 100% when one was missed, 0.1% rather than 0% when there was one."""
    if 0 < share < 1 and not 0.005 < share < 0.995:
        return f"{min(max(share * 100, 0.1), 99.9):.1f}%"
    return f"{share * 100:.0f}%"


def rate(each: Rate) -> str:
    """Returns a rate such as 83%（5/6，可能在 44%–97% 之间）. The interval is given for small numbers only."""
    if each.value is None:
        return "还没有"
    return f"{percent(each.value)}（{each.part}/{each.whole}{between(each)}）"


def between(each: Rate) -> str:
    """Returns the margin of chance of small numbers, with a comma before it."""
    low, high = each.interval
    return f"，可能在 {percent(low)}–{percent(high)} 之间" if 0 < each.whole < LEAST_SURE else ""


def brief_rate(each: Rate) -> str:
    """Returns a rate such as 83%, or —."""
    return "—" if each.value is None else percent(each.value)


def hours(median: float | None) -> str:
    """Returns a median of hours in words."""
    if median is None:
        return "还没有"
    return f"{median / 24:.1f} 天" if median >= 48 else f"{median:.0f} 小时"


def stats(unit: str, period: str, total: Figures) -> list[str]:
    """Returns the lines of 统计 for everything the reader looks after."""
    lines = [
        f"{unit}（含下属）· {period}",
        f"在办 {total.open} 件，其中逾期 {total.overdue} 件",
        f"应答复 {total.due} 件",
        *(f"{name} {rate(of(total))}" for name, of in RATES),
        f"办理用时中位数 {hours(total.median_hours)}（不算等市民补充和错派的时间）",
        f"重办 {total.again} 件，黄牌 {total.yellow}，红牌 {total.red}，催办通知 {total.noticed}",
    ]
    if total.silent or total.void:
        lines.append(f"没有评价 {total.silent} 件（不算满意也不算不满意），剔除的评价 {total.void} 件")
    return lines


def stats_line(unit: str, each: Figures) -> str:
    """One unit of 统计."""
    punctual, satisfaction = brief_rate(each.punctual), brief_rate(each.satisfaction)
    return f"{unit}：在办 {each.open}，逾期 {each.overdue}，按时 {punctual}，满意 {satisfaction}"


def rank_title(level: Level, period: str) -> str:
    """The head of 排行."""
    points = "、".join(f"{each.name}{each.points}" for each in WEIGHTS)
    return f"{period}{LEVELS[level]}排行（{points}，满分 100）"


def rank_line(each: Ranked, unit: str, own: bool) -> str:
    """One unit of 排行, with the rates that its place rests on."""
    place = f"{each.place}. " if each.place else "　"
    rates = "，".join(f"{name[:-1]}{brief_rate(of(each.figures))}" for name, of in RATES)
    return f"{place}{unit}{'（本单位）' if own else ''} {each.score:g} 分：{rates}"


def too_few(units: int) -> str:
    """Units that are not ranked."""
    return f"另有 {units} 个单位应答复不满 {FLOOR} 件，件数太少，不排名次。"


HOW = (
    f"每项比率都先往同级平均靠（相当于加 {PRIOR} 件平均水平的工单），件数少的单位不会因为一两件就排到最前或最后；"
    "等市民补充的时间、错派到别的单位的时间不算；市民没有评价的不算满意也不算不满意。"
)
"""What a reader must know to trust a ranking."""


def nothing(period: str) -> str:
    """No unit has enough."""
    return f"{period}还排不了：同级单位里，应答复满 {FLOOR} 件的才排名次。"
