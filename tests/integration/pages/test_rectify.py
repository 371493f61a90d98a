"""整改 for everybody to see: what runs and what is done, each item with measures and steps, and nothing that is personal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.pages.rectify import LOOKS_PER_MINUTE
from handlers.calendar.policy import TERMS
from handlers.items import events, lifecycle
from handlers.items.item import ItemOwed, Measure, Origin
from handlers.messages import MediaKind
from handlers.rectification import dates
from handlers.tickets.events import Actor, By
from handlers.tickets.events.grades import Informed
from handlers.tickets.ticket import Attachment
from tests.integration.pages.world import START, Client, World

SUPERVISOR = Actor(By.STAFF, 9, "老郑", "city")
UNIT = Actor(By.STAFF, 7, "小周", "lights")


def happen(world: World, *whats: events.What, key: str = "Z26003") -> None:
    """An item that everything in order happens to."""
    plan = dates.within(START, dates.PLAN, TERMS)
    opened = events.Opened(
        "整〔2026〕0003号", key, 2026, 3, Origin.HOT, "lights", "幸福路路灯成片不亮", (11, 12), 12, plan
    )
    change = lifecycle.start(5, opened, SUPERVISOR, START)
    log = [change.event]
    for hours, what in enumerate(whats, 1):
        actor = SUPERVISOR if isinstance(what, events.SignedOff | events.SentBack) else UNIT
        actor = Actor(By.CLOCK) if isinstance(what, events.Warned) else actor
        change = lifecycle.apply(change.item, what, actor, START + timedelta(hours=hours))
        log.append(change.event)
    world.rectified.logs[key] = tuple(log)


def planned() -> events.Planned:
    due = dates.on(datetime(2026, 11, 27, tzinfo=UTC).date(), START, TERMS)
    return events.Planned((Measure("更换全部灯杆电缆", due), Measure("加装警示牌", due)), "电缆被施工挖断")


async def text_of(client: Client, path: str) -> str:
    response = await client.get(path)
    assert response.status == 200, path
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    text = await response.text()
    assert "<style" not in text
    assert " style=" not in text
    assert "老郑" not in text
    assert "小周" not in text
    return text


async def test_nothing_runs(client: Client) -> None:
    assert "现在没有正在整改的事" in await text_of(client, "/rectify")


async def test_the_list_says_who_leads_and_what_comes_next(client: Client, world: World) -> None:
    happen(world, planned())
    text = await text_of(client, "/rectify")
    for said in ("正在整改（1）", "幸福路路灯成片不亮", "市路灯管理所牵头 · 12 人反映", "/rectify/Z26003", "整改中"):
        assert said in text, said


async def test_an_item_with_measures_and_steps_but_no_pictures(client: Client, world: World) -> None:
    photo = Attachment(77, MediaKind.IMAGE)
    happen(world, planned(), events.Progressed("六根已换好", (photo,), 1), events.Covered((13, 14), 2))
    text = await text_of(client, "/rectify/z26003")
    for said in (
        "电缆被施工挖断",
        "更换全部灯杆电缆",
        "11月27日（周五）18:00",
        "六根已换好",
        "附 1 个佐证文件，为保护他人隐私",
        "又有 2 件同样的反映",
        "很多人反映同一件事，共 14 人",
    ):
        assert said in text, said
    assert "<img" not in text.replace("mark.svg", "").split("</header>")[1]
    assert "/file/" not in text


async def test_what_is_late_is_said(client: Client, world: World) -> None:
    due = dates.on(datetime(2026, 11, 27, tzinfo=UTC).date(), START, TERMS)
    happen(world, planned(), events.Warned(ItemOwed.MEASURE, due.by, 1, late=True))
    world.clock.advance(timedelta(days=9))
    text = await text_of(client, "/rectify/Z26003")
    assert 'class="late"' in text
    assert "没有按时完成，已报上级" in text
    assert "逾期" in text


async def test_the_end_with_its_conclusion(client: Client, world: World) -> None:
    sign = dates.within(START, dates.SIGN, TERMS)
    happen(world, planned(), events.SubmittedForSignOff("全部点亮。", sign), events.SignedOff("现场看过，同意销号"))
    text = await text_of(client, "/rectify/Z26003")
    assert 'class="done"' in text
    assert "全部点亮。" in text
    assert "验收意见：现场看过，同意销号" in text
    assert "已经结束（1）" in await text_of(client, "/rectify")


@pytest.mark.parametrize("path", ["/rectify/Z26009", "/rectify/26003", "/rectify/Z1", "/rectify/Z26003/more"])
async def test_what_is_not_there(client: Client, path: str) -> None:
    assert (await client.get(path)).status == 404


async def test_a_covered_ticket_leads_there(client: Client, world: World) -> None:
    ticket = world.file()
    assert "/rectify/" not in await (await client.get(f"/t/{ticket.token}")).text()
    world.happen(ticket, Informed("整〔2026〕0003号", "已立项整改"), by=Actor(By.SYSTEM))
    text = await (await client.get(f"/t/{ticket.token}")).text()
    assert 'href="/rectify/Z26003"' in text
    assert "整改" in text


async def test_linked_from_the_front_and_from_the_ranking(client: Client) -> None:
    for path in ("/", "/rank"):
        assert 'href="/rectify"' in await text_of(client, path)


async def test_a_scraper_is_refused(client: Client, world: World) -> None:
    for _ in range(LOOKS_PER_MINUTE):
        assert (await client.get("/rectify")).status == 200
    assert (await client.get("/rectify")).status == 429
