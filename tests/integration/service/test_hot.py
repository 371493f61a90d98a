"""What many people raise is gathered from their tickets and shown to those who look over several desks."""

from __future__ import annotations

from datetime import timedelta

from handlers.directory.directory import Role
from tests.integration.service.stage import CHEN, LI, START, WANG, Stage

NOISE = (
    "阳光花园小区楼下烧烤店每天营业到凌晨两点，油烟和噪音让人没法睡觉",
    "阳光花园小区楼下的烧烤店油烟太大，噪音吵到凌晨两点，没法睡觉",
    "投诉阳光花园小区楼下烧烤店油烟扰民，凌晨还在营业，噪音很大",
)
PEOPLE = (WANG, LI, "o_citizen_zhang")


async def raised(stage: Stage, who: str, words: str) -> None:
    """Somebody tells of it, and goes along with others who have."""
    if "要一起推动吗" in await stage.say(who, words):
        await stage.say(who, "一起推动")


async def test_three_people_make_an_issue(stage: Stage) -> None:
    await stage.bind(CHEN, "dispatch", Role.SUPERVISOR)
    assert "没有多人反映" in await stage.say(CHEN, "热点")
    for who, words in zip(PEOPLE, NOISE, strict=True):
        await raised(stage, who, words)
    await stage.say(WANG, "人民公园门口希望加几个停车架，停车不方便")
    await stage.parts.background.knowledge.hot.refresh(stage.clock.now())
    said = await stage.say(CHEN, "热点")
    assert "3 人" in said
    told = await stage.say(CHEN, "热点 1")
    assert "阳光花园" in told
    (numbers,) = (line for line in told.splitlines() if line.startswith("工单"))
    assert len(numbers.split("、")) == 3


async def test_what_was_withdrawn_or_is_old_leaves(stage: Stage) -> None:
    await stage.bind(CHEN, "dispatch", Role.SUPERVISOR)
    for who, words in zip(PEOPLE, NOISE, strict=True):
        await raised(stage, who, words)
    await stage.parts.background.knowledge.hot.refresh(stage.clock.now())
    for who in PEOPLE[:2]:
        await stage.say(who, "撤回")
        await stage.say(who, "确认")
    stage.clock.advance(timedelta(days=1))
    await stage.parts.background.knowledge.hot.refresh(stage.clock.now())
    assert "没有多人反映" in await stage.say(CHEN, "热点")
    assert stage.clock.now() - START == timedelta(days=1)
