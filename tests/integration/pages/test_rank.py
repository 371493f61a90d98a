"""The rankings: in order, explained, opening to their tickets, printable, as a spreadsheet, and refused to scrapers."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import msgspec
import pytest

from bot.pages.rank import LOOKS_PER_MINUTE
from handlers.rankings.figures import Figures
from handlers.rankings.lists import Graded, RankingLine, Which, graded, line
from handlers.rankings.records import records
from handlers.tickets.events import Actor, By
from handlers.tickets.events.grades import OpinionGiven, Rated
from handlers.tickets.events.work import Accepted, Replied
from tests.integration.pages.world import START, Client, World

LIGHTS = Figures(
    "lights", open=4, overdue=1, due=20, answered=19, fair=18, graded=9, satisfied=8, asked_solved=6, solved=5, yellow=2
)
ROADS = Figures("roads", due=12, answered=9, fair=4, graded=5, satisfied=1, silent=3)
FEW = Figures("city", due=2, answered=2, fair=2)


@pytest.fixture(autouse=True)
def judged(world: World) -> None:
    world.rankings.units = {each.unit_id: each for each in (LIGHTS, ROADS)}


async def text_of(client: Client, path: str) -> str:
    response = await client.get(path)
    assert response.status == 200, path
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    return await response.text()


async def test_units_stand_in_order_with_their_rates(client: Client) -> None:
    text = await text_of(client, "/rank")
    assert "近 30 天排行" in text
    assert text.index("市路灯管理所") < text.index("市政工程处")
    assert "青河市民服务中心" not in text, "the dispatcher's desk answers nobody"
    for said in ("90%", "黄牌 2", "响应率 20，按时率 30，解决率 25，满意率 25", "件数少的单位不会"):
        assert said in text, said


async def test_a_unit_under_the_floor_has_no_place(client: Client, world: World) -> None:
    world.rankings.units["roads"] = Figures("roads", due=2, answered=2, fair=2)
    text = await text_of(client, "/rank?level=city&period=2026-10")
    assert "应答复不满 5 件，不排名次" in text
    assert ("figures", frozenset({"lights", "roads"}), "2026-10") in world.rankings.asked


async def test_a_unit_opens_to_its_tickets(client: Client, world: World) -> None:
    text = await text_of(client, "/rank/unit/lights?period=2026-11")
    assert "18/20 件，可能在 70%–97% 之间" in text
    for which in Which:
        address = f"/rank/unit/lights/{which}?period=2026-11"
        assert address in text
    world.rankings.lines = (
        RankingLine("〔门牌〕路灯不亮", "投诉", "城乡建设", "2026年11月3日", "按时答复 · 满意", True),
    )
    behind = await text_of(client, "/rank/unit/lights/late?period=2026-11")
    assert "〔门牌〕路灯不亮" in behind
    assert world.rankings.asked[-1] == ("behind", "lights", Which.LATE, "2026-11")


async def test_the_boards_show_answers(client: Client, world: World) -> None:
    world.rankings.graded = (Graded("路灯不亮", "lights", "<b>已换</b>新灯。", START, 5),)
    best = await text_of(client, "/rank/replies/best")
    assert "照着学" in best
    assert "&lt;b&gt;已换&lt;/b&gt;新灯。" in best
    worst = await text_of(client, "/rank/replies/worst?period=2026")
    assert "回访和重办" in worst
    assert world.rankings.asked[-1] == ("replies", False, "2026")


async def test_the_report_is_a_page_and_a_spreadsheet(client: Client) -> None:
    text = await text_of(client, "/rank/report/2026-10")
    assert "应答复 32 件" in text
    assert "办理用时中位数 30 小时" in text
    response = await client.get("/rank/report/2026-10.xlsx")
    assert response.headers["Content-Disposition"] == 'attachment; filename="minsheng-2026-10.xlsx"'
    with zipfile.ZipFile(io.BytesIO(await response.read())) as book:
        names = book.read("xl/sharedStrings.xml").decode()
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "市路灯管理所" in names
    assert "2026年10月" in names
    assert "<v>0.9</v>" in sheet


async def test_nothing_yet_says_so(client: Client, world: World) -> None:
    world.rankings.units = {}
    assert "还没有到期的工单" in await text_of(client, "/rank")
    assert "还没有到期的工单" in await text_of(client, "/rank/report/2026-10")
    assert "没有这样的工单" in await text_of(client, "/rank/unit/lights/late")
    assert (await client.get("/rank/report/2026-10.xlsx")).status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/rank?period=昨天",
        "/rank?level=moon",
        "/rank/unit/unheard-of",
        "/rank/unit/lights/everything",
        "/rank/replies/middling",
        "/rank/report/2026-13",
    ],
)
async def test_what_is_not_there_is_not_found(client: Client, path: str) -> None:
    assert (await client.get(path)).status == 404


async def test_a_scraper_is_slowed_down(client: Client, world: World) -> None:
    statuses = [(await client.get("/rank")).status for _ in range(LOOKS_PER_MINUTE + 1)]
    assert statuses[-1] == 429
    assert set(statuses[:-1]) == {200}
    world.clock.advance(timedelta(minutes=2))
    assert (await client.get("/rank")).status == 200


@pytest.mark.parametrize("public", [True, False])
def test_no_list_lets_anybody_be_recognised(world: World, public: bool) -> None:
    ticket = world.file(public=public, title="幸福路 8 号 3 单元路灯不亮，电话 13912345678")
    world.happen(ticket, Accepted(), Replied("已到幸福路 8 号，与 13912345678 联系。"))
    ticket = world.happen(ticket, Rated(5), OpinionGiven(solved=True), by=Actor(By.CITIZEN, 1))
    shown = line(ticket, records(ticket)[-1])
    assert "139" not in f"{shown}"
    assert "8 号" not in f"{shown}"
    assert ticket.number not in f"{shown}"
    assert ("路灯" in shown.title, "日" in shown.month) == (public, public)
    assert shown.said == "按时答复 · 非常满意 · 解决了"
    board = graded(ticket)
    assert (board is not None) == public
    if board is not None:
        assert "139" not in board.reply
        assert "8 号" not in board.reply
        called = graded(msgspec.structs.replace(ticket, reply="有事打 0550-301 2200"), "0550-301 2200")
        assert called is not None
        assert called.reply == "有事打 0550-301 2200"
