"""Commands 统计, 排行 and 热点: figures of units in a period, their ranking, and the issues that many people raise."""

from __future__ import annotations

from typing import ClassVar

from handlers.errors import Refused
from handlers.hot import HotIssues
from handlers.items.queries import RunningItems, known
from handlers.official import permissions, views
from handlers.official import wording as officials
from handlers.official.command import HOTLINE, PERIOD, WUHU_RANK, Argument, Command, Group, Slot, Spec
from handlers.official.commands.todo import desks
from handlers.official.rectification import opening
from handlers.official.rectification import wording as rectification
from handlers.official.scene import Asker, Deed, Scene, says
from handlers.outcome import Outcome
from handlers.pushes import Choice
from handlers.queries import NOTHING, ByNumber, Needs
from handlers.rankings import periods, wording
from handlers.rankings.figures import total
from handlers.rankings.order import peers, ranked
from handlers.rankings.periods import Period
from handlers.rankings.queries import FiguresOf

UNITS_SHOWN = 10


def _period(scene: Scene, verb: str, words: str) -> Period:
    period = periods.read(words, scene.now)
    if period is None:
        raise Refused(officials.no_such_period(verb, words))
    return period


class Stats(Command, frozen=True):
    """统计: my unit's figures in a period, in the words it was named by ("" for this month)."""

    name: ClassVar[str] = "统计"
    period: str = ""


def _stats_needs(command: Stats, asker: Asker) -> Needs:
    ctx = asker.ctx
    period = periods.read(command.period, ctx.now)
    return NOTHING if period is None else frozenset({FiguresOf(desks(asker.staff, ctx.directory, ctx.now), period)})


def _stats(scene: Scene, words: str) -> Outcome:
    """统计: all together, then by unit if there are several; those with most overdue first."""
    period = _period(scene, "统计", words)
    found = scene.found.one(FiguresOf)
    many = found.units
    together = total(scene.staff.unit_id, many, found.median_hours)
    lines = wording.stats(scene.directory.name(scene.staff.unit_id), period.name, together)
    busy = sorted(
        (each for each in many if each.open or each.due or each.graded),
        key=lambda each: (-each.overdue, -each.open, each.unit_id),
    )
    if len(busy) > 1:
        lines += [wording.stats_line(scene.directory.name(each.unit_id), each) for each in busy[:UNITS_SHOWN]]
    return says("\n".join(lines))


STATS = Deed[Stats](
    Spec(
        Stats,
        Group.SUPERVISE,
        (PERIOD,),
        "本单位（含下属）的在办、响应率、按时率、解决率、满意率、用时和牌；后面可写 上月、今年、2026-10",
        "统计 上月",
        HOTLINE,
        ("数据", "汇总", "报表"),
    ),
    _stats_needs,
    lambda command, scene: _stats(scene, command.period),
)


class Rank(Command, frozen=True):
    """排行: units side by side in a period."""

    name: ClassVar[str] = "排行"
    period: str = ""


def _rank_needs(command: Rank, asker: Asker) -> Needs:
    directory = asker.ctx.directory
    beside = peers(directory, directory.unit(asker.staff.unit_id).level)
    period = periods.read(command.period, asker.ctx.now)
    return NOTHING if period is None else frozenset({FiguresOf(beside, period)})


def _rank(scene: Scene, words: str) -> Outcome:
    """排行: units of the reader's level by score; those with too few tickets are counted and not ranked."""
    period = _period(scene, "排行", words)
    order = ranked(scene.found.one(FiguresOf).units)
    own = scene.staff.unit_id
    placed = [each for each in order if each.place is not None]
    if not placed:
        return says(wording.nothing(period.name))
    lines = [wording.rank_title(scene.directory.unit(own).level, period.name)]
    for number, each in enumerate(placed, 1):
        if number <= UNITS_SHOWN or each.figures.unit_id == own:
            name = scene.directory.name(each.figures.unit_id)
            lines.append(wording.rank_line(each, name, each.figures.unit_id == own))
    if len(order) > len(placed):
        lines.append(wording.too_few(len(order) - len(placed)))
    return says("\n".join(lines))


RANK = Deed[Rank](
    Spec(
        Rank,
        Group.SUPERVISE,
        (PERIOD,),
        "同级单位按响应、按时、解决、满意打分的排行；后面可写 上月、今年、2026-10",
        "排行 上月",
        WUHU_RANK,
        ("排行榜", "排名", "榜单"),
    ),
    _rank_needs,
    lambda command, scene: _rank(scene, command.period),
)


class Hot(Command, frozen=True):
    """热点: what many people raise; with a place, that one in full."""

    name: ClassVar[str] = "热点"
    which: int | None = None


LISTED = 10
"""Issues of the list: what fits on a phone; the others are told by their place."""
TAPS = 3


def _hot(scene: Scene, command: Hot) -> Outcome:
    """The list, or one issue with its tickets."""
    scene.check_role(Hot.name)
    issues = opening.issues(scene)
    if not issues:
        return says(views.NOTHING_HOT)
    if command.which is None:
        lines = [views.hot_title(len(issues), issues[0].at)]
        lines += [views.hot_line(place, issue) for place, issue in enumerate(issues[:LISTED], 1)]
        lines.append(views.hot_more(LISTED, len(issues)))
        taps = (Choice(f"热点 {place}", f"热点 {place}") for place in range(1, min(TAPS, len(issues)) + 1))
        return says("\n".join(lines), *taps)
    if command.which > len(issues):
        raise Refused(views.no_such_issue(len(issues)))
    issue = issues[command.which - 1]
    if not scene.found.again:
        return Outcome(more=frozenset(map(ByNumber, (*issue.numbers[:1], *issue.numbers[-1:]))))
    item = opening.running_for(scene.found.by_number.values(), known(scene.found))
    only_looks = permissions.ABOVE.isdisjoint(scene.roles)
    offered = "" if only_looks and item is None else rectification.offered(command.which, item)
    last = scene.found.by_number.get(issue.numbers[-1]) if issue.numbers else None
    ways = [
        Choice(f"查看 {number}", f"查看 {number}") for number in issue.numbers[-1:] if last is None or scene.reads(last)
    ]
    ways += [Choice(f"整改 {item.key}", f"整改 {item.key}")] if item is not None else []
    return says("\n".join(filter(None, (views.hot_issue(command.which, issue), offered))), *ways)


HOT = Deed[Hot](
    Spec(
        Hot,
        Group.SUPERVISE,
        (Argument("which", Slot.PAGE, "第几个", required=False),),
        "近六十天很多人反映的同一件事：多少人、多少天、在增多还是减少；后面写第几个就看那一个的工单",
        "热点 1",
        HOTLINE,
        ("热点问题", "热点事件", "热点诉求", "热门"),
    ),
    lambda command, asker: frozenset({HotIssues(), RunningItems()}),
    lambda command, scene: _hot(scene, command),
)

FIGURES = (STATS, RANK, HOT)
