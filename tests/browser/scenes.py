"""Tickets and figures in every state that a page shows differently, staged by the real rules."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec.structs import replace

from handlers.chasing.chase_notice import OpenNotices, number, year_of
from handlers.rankings.figures import Figures
from handlers.rankings.lists import Graded, RankingLine
from handlers.tickets import lifecycle
from handlers.tickets.events import Actor, By, Happening
from handlers.tickets.events.clock import CardColour, Carded, ChaseNoticeIssued, CommitmentBroken, CommitmentKept, Urged
from handlers.tickets.events.desks import Returned, Supervised, Transferred
from handlers.tickets.events.filing import Filed
from handlers.tickets.events.grades import OpinionGiven, Rated
from handlers.tickets.events.work import Accepted, Asked, Extended, Replied
from handlers.tickets.ticket import Cards, Commitment, Ticket
from tests.integration.pages.world import DIRECTORY, START, World

CITIZEN, CLOCK = Actor(By.CITIZEN, 1), Actor(By.CLOCK)
NOTICE = number(2026, 12)
DAY = timedelta(days=1)

TITLES = (
    "幸福路路灯不亮",
    "学府街井盖松动，汽车一过就响，夜里睡不好",
    "平安巷垃圾箱三天没人清",
    "滨河路人行道地砖断裂绊人",
)


def promised(world: World, number: str, title: str = "幸福路路灯不亮") -> Ticket:
    """A ticket whose promise has a ladder of cards."""
    ticket = world.file(number, title=title)
    (event,) = world.history[ticket.id]
    assert isinstance(event.what, Filed)
    ladder = tuple(int(days.total_seconds()) for days in (timedelta(), 10 * DAY, 25 * DAY))
    promise = replace(event.what.promise, ladder=ladder, edition="2026-11-01")
    world.history[ticket.id] = (replace(event, what=replace(event.what, promise=promise)),)
    return lifecycle.fold(world.history[ticket.id])


def yellow(world: World) -> Ticket:
    """Overdue since a moment, urged once."""
    ticket = promised(world, "26000041")
    world.happen(ticket, Accepted())
    world.happen(ticket, Urged("老人晚上摔了一跤", START + DAY), by=CITIZEN)
    return world.happen(ticket, Carded(CardColour.YELLOW, ticket.promise.reply_by, RULE), by=CLOCK, after=5 * DAY)


def red(world: World) -> Ticket:
    """Carded twice, chased by a document, watched from above."""
    ticket = promised(world, "26000052", title="解放路和平菜市场门口的路灯坏了一个星期，晚上看不见路")
    due = ticket.promise.reply_by + 7 * DAY
    world.happen(ticket, Accepted(), Supervised("请三天内办结。"), after=DAY)
    world.happen(ticket, Extended(5, "要换整条线缆，材料还在路上", due), after=DAY)
    world.happen(ticket, Carded(CardColour.YELLOW, due, RULE), by=CLOCK, after=10 * DAY)
    world.happen(ticket, Carded(CardColour.RED, due, RULE), by=CLOCK, after=10 * DAY)
    return world.happen(ticket, ChaseNoticeIssued(NOTICE, due), by=CLOCK, after=15 * DAY)


def bounced(world: World) -> Ticket:
    """Sent back three times."""
    ticket = world.file("26000063", title="五一路汽车站对面的公交站台顶棚裂了")
    for unit, reason in (
        ("lights", "站台不归路灯所，归公交公司"),
        ("roads", "产权在广告公司，养护合同没有到期，请联系签合同的单位"),
        ("lights", "还是不归我们"),
    ):
        actor = Actor(By.STAFF, 7, "周工", unit)
        world.happen(ticket, Returned("city", reason), by=actor, after=timedelta(hours=5))
        world.happen(ticket, Transferred("roads" if unit == "lights" else "lights", "请先看现场"))
    return world.happen(ticket, Accepted())


def answered(world: World) -> Ticket:
    """Answered with three promises: one kept, one to come, one broken. Not graded yet."""
    ticket = world.file("26000074")
    now = world.clock.now()
    vows = (
        Commitment("本周五前换完剩下的四盏灯", now + 4 * DAY),
        Commitment("下个月底前在路口加装两盏", now + 40 * DAY),
        Commitment("三天内把地面坑洞回填", now + 3 * DAY),
    )
    world.happen(ticket, Accepted(), Replied("六盏灯已换好两盏，当晚亮起。联系电话 0550-301 2200。", vows=vows))
    world.happen(ticket, CommitmentKept(1, "四盏都换好了"), after=2 * DAY)
    return world.happen(ticket, CommitmentBroken(3, vows[2].by), by=CLOCK, after=2 * DAY)


def rated(world: World, score: int = 4) -> Ticket:
    """Answered with promises, graded, and everything said about it."""
    ticket = answered(world)
    said: tuple[Happening, ...] = (Rated(score, "来得很快"), OpinionGiven(solved=True, to_point=True, attitude=3))
    return world.happen(ticket, *said, by=CITIZEN)


def waiting(world: World) -> Ticket:
    """The unit has asked something."""
    ticket = world.file("26000085")
    return world.happen(ticket, Accepted(), Asked("坏的是单号一侧还是双号一侧？"))


SCENES = {
    "yellow": yellow,
    "red": red,
    "bounced": bounced,
    "answered": answered,
    "rated": rated,
    "waiting": waiting,
}
"""Every state of a ticket's page that has something of its own to show."""


def noticed(world: World, count: int) -> str:
    """The path of a 催办通知单 that lists so many tickets."""
    tickets = [world.file(f"26000{serial:03d}", title=TITLES[serial % len(TITLES)]) for serial in range(count)]
    world.clock.advance(timedelta(days=40))
    now = world.clock.now()
    carded = Cards(yellow_at=now - timedelta(days=30), red_at=now - timedelta(days=20))
    return chased(world, *(replace(ticket, cards=carded) for ticket in tickets))


def chased(world: World, *tickets: Ticket) -> str:
    """The path of the 催办通知单 of this moment's year that lists these tickets."""
    now = world.clock.now()
    ledger = OpenNotices(year_of(now), 11)
    for ticket in tickets:
        ledger = ledger.with_line(ticket, DIRECTORY, now)
    (document,) = ledger.all().values()
    world.notices[document.number] = document
    return world.notice_path(document.number)


def ranked(world: World) -> None:
    """Two units with figures of every width, tickets behind them, and answers for the boards."""
    lights = Figures(
        "lights", open=114, overdue=12, due=1280, answered=1279, fair=1278, on_time=1270, graded=640, satisfied=640,
        silent=639, asked_solved=420, solved=402, again=7, yellow=12, red=3, noticed=1, median_hours=30.5, void=2,
    )  # fmt: skip
    roads = Figures(
        "roads", open=3, overdue=2, due=12, answered=9, fair=4, graded=5, satisfied=1, silent=3, yellow=4,
    )  # fmt: skip
    world.rankings.units = {each.unit_id: each for each in (lights, roads)}
    world.rankings.lines = (
        RankingLine(
            "幸福路〔门牌〕路灯不亮，老人晚上出门容易摔",
            "求助",
            "城乡建设",
            "2026年11月3日",
            "答复晚了 · 不满意 · 没解决",
            True,
        ),
        RankingLine("一件不公开的投诉", "投诉", "劳动和社会保障", "2026年11月", "答复晚了 · 基本满意（不计入）", False),
        RankingLine("滨河路人行道地砖断裂绊人", "投诉", "城乡建设", "2026年11月9日", "答复晚了", True),
    )
    at: datetime = START - DAY
    reply = "您好，幸福路的六盏路灯昨晚换好了灯头，线路也一起查过。夜里再灭，请直接打 0550-301 2200，一小时内到场。"
    world.rankings.graded = (
        Graded("幸福路路灯不亮", "lights", reply, at, 5),
        Graded("滨河路人行道地砖断裂绊人", "roads", "地砖已换，共 40 平方米。", at, 5),
    )


RULE = "求助类，5 个工作日内答复"
